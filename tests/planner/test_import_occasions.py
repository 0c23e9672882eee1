"""Occasions from calendar files: what becomes of an event, and what a hostile file cannot do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from planner.importing import calendars
from planner.importing.calendars import CalendarFileError, EventRefused, event_of, read_events
from planner.importing.occasions import OccasionReport, Outcome, import_occasions
from planner.models import Occasion
from tests.factories import ZONE, marieke


def event(*lines: str, uid: str = "fair@example.com", title: str = "Fair", start: str = "DTSTART:20260512") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", start, *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def load(*parts: str, **options: Any) -> OccasionReport:
    return import_occasions(calendar(*parts), zone=ZONE, **options)


def values_of(*lines: str, **options: str) -> dict[str, Any]:
    return event_of(read_events(calendar(event(*lines, **options)))[0], zone=ZONE).values


def refusal_of(*lines: str, **options: str) -> str:
    with pytest.raises(EventRefused) as refusal:
        values_of(*lines, **options)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        (("DTSTART;VALUE=DATE:20260512", "DTEND;VALUE=DATE:20260515"), date(2026, 5, 12), date(2026, 5, 14)),
        (("DTSTART;VALUE=DATE:20260512",), date(2026, 5, 12), None),
        (("DTSTART;VALUE=DATE:20260512", "DURATION:P2D"), date(2026, 5, 12), date(2026, 5, 13)),
        (("DTSTART:20260511T223000Z", "DTEND:20260512T100000Z"), date(2026, 5, 12), None),
        (("DTSTART:20260512T090000", "DTEND:20260513T000000"), date(2026, 5, 12), None),
        (("DTSTART;TZID=America/New_York:20260512T200000",), date(2026, 5, 13), None),
        (("DTSTART;TZID=Nowhere/Land:20260512T200000",), date(2026, 5, 12), None),
        (("DTSTART;VALUE=DATE:20260512", "DTEND;VALUE=DATE:20260512"), date(2026, 5, 12), None),
    ],
)
def test_an_events_days_are_those_of_the_site(lines: tuple[str, ...], first: date, last: date | None) -> None:
    assert values_of(*lines[1:], start=lines[0]) == {"rule": "dates", "first_day": first, "last_day": last}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("FREQ=YEARLY", {"rule": "yearly", "month": 5, "day": 12, "days": 1}),
        ("FREQ=YEARLY;INTERVAL=1;WKST=MO", {"rule": "yearly", "month": 5, "day": 12, "days": 1}),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", {"rule": "yearly", "month": 12, "day": 25, "days": 1}),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", {"rule": "weekday", "month": 5, "weekday": 7, "nth": 2, "days": 1}),
        ("FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5", {"rule": "weekday", "month": 5, "weekday": 1, "nth": -1, "days": 1}),
    ],
)
def test_what_returns_every_year_becomes_a_rule(rule: str, values: dict[str, Any]) -> None:
    assert values_of(f"RRULE:{rule}") == values


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=SECONDLY", "not every year"),
        ("FREQ=WEEKLY;BYDAY=MO", "not every year"),
        ("FREQ=YEARLY;INTERVAL=4", "every so many"),
        ("FREQ=YEARLY;COUNT=999999999", "repetition ends"),
        ("FREQ=YEARLY;UNTIL=20300101", "repetition ends"),
        ("FREQ=YEARLY;BYDAY=SU", "weekday that no rule here can say"),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=5SU", "weekday that no rule here can say"),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=1SU,2SU", "several dates"),
        ("FREQ=YEARLY;BYMONTH=5,6", "several dates"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "several dates"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=YEARLY;BYSETPOS=1;BYMONTH=5;BYDAY=MO", "BYSETPOS"),
        ("nonsense", "not every year"),
    ],
)
def test_any_other_repetition_is_refused_by_name(rule: str, words: str) -> None:
    assert words in refusal_of(f"RRULE:{rule}")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"title": ""}, "no title"),
        ({"title": "\x07\x00"}, "no title"),
        ({"uid": ""}, "no UID"),
        ({"start": "X-NOTHING:1"}, "no day on which it starts"),
        ({"start": "DTSTART:garbage"}, "DTSTART cannot be read"),
        ({"start": "DTSTART:18990101"}, "1970 to 2100"),
        ({"start": "DTSTART:99991231"}, "1970 to 2100"),
        ({"start": "DTSTART;VALUE=PERIOD:20260101T090000Z/PT1H"}, "no day on which it starts"),
        ({"start": "DTSTART:20260512\r\nDTSTART:20260513"}, "more than once"),
        ({"title": "x" * 3000}, "longer than"),
    ],
)
def test_an_event_that_cannot_be_an_occasion_says_why(options: dict[str, str], words: str) -> None:
    assert words in refusal_of(**options)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("DTEND:20260510", "ends before"),
        ("DTEND:20290510", "more than 366 days"),
        ("DURATION:P99999999999D", "DURATION cannot be read"),
        ("RECURRENCE-ID:20260512", "changes one date"),
        ("RDATE:20260601", "RDATE"),
        ("EXDATE:20260601", "EXDATE"),
        ("STATUS:CANCELLED", "cancelled"),
    ],
)
def test_a_line_that_no_occasion_can_have_is_refused(line: str, words: str) -> None:
    assert words in refusal_of(line)


@pytest.mark.django_db
def test_one_bad_event_leaves_the_others() -> None:
    report = load(event(uid="1"), event("RRULE:FREQ=DAILY", uid="2", title="Daily"), event(uid="3"))
    assert [line.outcome for line in report.lines] == [Outcome.NEW, Outcome.REFUSED, Outcome.NEW]
    assert (report.lines[1].title, report.lines[1].number) == ("Daily", 8)
    assert Occasion.objects.count() == 2


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing() -> None:
    load(event())
    before = ModelLogEntry.objects.count()
    assert load(event()).counts == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
    assert (Occasion.objects.count(), ModelLogEntry.objects.count()) == (1, before)


@pytest.mark.django_db
def test_a_changed_event_changes_its_occasion() -> None:
    load(event())
    assert load(event("RRULE:FREQ=YEARLY", title="Great fair")).count(Outcome.CHANGED) == 1
    occasion = Occasion.objects.get()
    assert (occasion.name, occasion.rule, occasion.first_day, occasion.month) == ("Great fair", "yearly", None, 5)


@pytest.mark.django_db
def test_what_people_changed_stays_while_the_event_stays_the_same() -> None:
    load(event())
    Occasion.objects.update(name="Our fair", lead_days=90, active=False)
    load(event())
    occasion = Occasion.objects.get()
    assert (occasion.name, occasion.lead_days, occasion.active) == ("Our fair", 90, False)


@pytest.mark.django_db
def test_a_trial_writes_nothing() -> None:
    assert load(event(), dry_run=True).count(Outcome.NEW) == 1
    assert not Occasion.objects.exists()
    assert not ModelLogEntry.objects.exists()


@pytest.mark.django_db
def test_a_uid_that_comes_twice_is_taken_once() -> None:
    assert [line.outcome for line in load(event(), event(title="Again")).lines] == [Outcome.NEW, Outcome.REFUSED]


@pytest.mark.django_db
def test_each_occasion_stands_in_the_history_with_who_imported_it() -> None:
    load(event(), user=marieke())
    assert ModelLogEntry.objects.get(action="wagtail.create").user.username == "marieke"


@pytest.mark.django_db
def test_a_date_that_does_not_exist_is_refused_in_words() -> None:
    report = load(event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), event("RRULE:FREQ=YEARLY;BYMONTH=99", uid="2"))
    assert [line.outcome for line in report.lines] == [Outcome.REFUSED, Outcome.REFUSED]
    assert report.lines[0].note == "February has no day 30."


@pytest.mark.django_db
def test_a_long_title_is_cut_and_said_to_be() -> None:
    line = load(event(title="A" * 300)).lines[0]
    assert (line.outcome, len(line.occasion.name), line.note) == (
        Outcome.NEW,
        100,
        "its title was cut to 100 characters",
    )


@pytest.mark.django_db
def test_a_title_arrives_without_what_cannot_be_seen() -> None:
    load(event(title="Tul\u202epen\\, \x1b[31m  beurs\u200b \\n2026"))
    assert Occasion.objects.get().name == "Tul pen, [31m beurs 2026"


@pytest.mark.django_db
def test_folded_lines_and_a_byte_order_mark_are_read() -> None:
    data = b"\xef\xbb\xbf" + calendar(event()).replace(b"SUMMARY:Fair", b"SUMMARY:Fl\r\n or\r\n\tist fair")
    import_occasions(data, zone=ZONE)
    assert Occasion.objects.get().name == "Florist fair"


@pytest.mark.django_db
def test_only_events_of_the_calendar_itself_are_taken() -> None:
    alarm = "BEGIN:VALARM\r\nSUMMARY:Not this\r\nEND:VALARM"
    task = "BEGIN:VTODO\r\nBEGIN:VEVENT\r\nUID:9\r\nSUMMARY:Nor this\r\nEND:VEVENT\r\nEND:VTODO"
    load(event(alarm), task)
    assert Occasion.objects.get().name == "Fair"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no calendar file"),
        (b"id,title\r\n1,Fair\r\n", "no calendar file"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:\xe9\r\nEND:VCALENDAR", "not in UTF-8"),
        ("BEGIN:VCALENDAR".encode("utf-16"), "not in UTF-8"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "incomplete"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "closes nothing"),
        (b"BEGIN:VCALENDAR\r\n" * 100_000, "kB"),
        (b"BEGIN:X\r\n" * 50_000, "nested"),
        (calendar(*[event()] * 1001), "more than 1000 events"),
    ],
)
def test_a_file_that_is_no_honest_calendar_is_refused_whole(data: bytes, words: str) -> None:
    with pytest.raises(CalendarFileError, match=words):
        read_events(data)


@pytest.mark.django_db
def test_a_time_zone_that_repeats_every_second_is_never_looked_at() -> None:
    rule = "RRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z"
    offsets = "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100"
    zone = f"BEGIN:VTIMEZONE\r\nTZID:Bomb\r\nBEGIN:STANDARD\r\nDTSTART:19000101T000000\r\n{offsets}\r\n{rule}\r\n"
    load(f"{zone}END:STANDARD\r\nEND:VTIMEZONE", event(start="DTSTART;TZID=Bomb:20260512T090000"))
    assert Occasion.objects.get().first_day == date(2026, 5, 12)


def test_the_largest_file_is_read() -> None:
    line = "SUMMARY:" + "x" * 60
    folded = "\r\n ".join([line] * ((calendars.MOST_BYTES - 1000) // (len(line) + 3)))
    raw = read_events(calendar(event(folded)))
    assert raw[0].too_long


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.text(max_size=40) | st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "RRULE:FREQ=YEARLY"]), max_size=8)
)
def test_whatever_stands_in_a_file_is_refused_in_words_or_read(lines: list[str]) -> None:
    data = calendar(event(*lines)).replace(b"\xed\xa0", b"??")
    try:
        raws = read_events(data)
    except CalendarFileError:
        return
    for raw in raws:
        try:
            event_of(raw, zone=ZONE)
        except EventRefused as refusal:
            assert str(refusal)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fairs.ics"
    path.write_bytes(calendar(event(), event("RRULE:FREQ=DAILY", uid="2", title="Daily")))
    return path


@pytest.mark.django_db
def test_the_command_reports_each_event_and_exits_with_one(file: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("import_occasions", str(file))
    told = capsys.readouterr()
    assert end.value.code == 1
    assert "line 3, “Fair”: new, 12 May 2026" in told.out
    assert "1 new, 0 changed, 0 unchanged, 1 refused." in told.out
    assert "line 8, “Daily”: refused, it repeats, but not every year" in told.err


@pytest.mark.django_db
def test_the_commands_dry_run_writes_nothing(file: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        call_command("import_occasions", str(file), "--dry-run")
    assert "nothing was written" in capsys.readouterr().out
    assert not Occasion.objects.exists()


@pytest.mark.django_db
def test_the_command_ends_in_one_line_where_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_occasions", str(tmp_path / "missing.ics"))
    (tmp_path / "list.csv").write_text("id,title\n")
    with pytest.raises(CommandError, match="no calendar file"):
        call_command("import_occasions", str(tmp_path / "list.csv"))
