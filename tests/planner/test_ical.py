"""The calendar format: what one entry looks like to every client."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.models import Channel, Journey, Persona, Phase
from planner import ical
from planner.calendar_events import event_of, event_of_day, event_of_gap
from planner.day_events import DayEvent, DayKind
from planner.entries import Entry, Kind
from planner.gaps import Gap, Severity
from planner.schedule import Status

GOLDEN = Path(__file__).parent.parent / "golden"
ZONE = ZoneInfo("Europe/Amsterdam")
UID = UUID("6f3c1b1e-0000-4000-8000-000000000001")
LINK = "https://cms.example.com/admin/planner/items/7/"
WRITTEN = datetime(2026, 3, 2, 8, tzinfo=UTC)

FLORIST = Persona(pk=1, slug="florist", name="Zelfstandig bloemist")
CUSTOMER = Journey(pk=1, slug="klant", name="Klant worden")
RETAIN = Phase(pk=1, slug="vasthouden", name="Vasthouden", journey=CUSTOMER)
WEBSITE = Channel(pk=1, slug="website", name="Website")


def make_entry(**fields: Any) -> Entry:
    """An approved page that goes live on 1 June 2026 at 09:00 in Amsterdam."""
    defaults: dict[str, Any] = {
        "uid": UID,
        "item_id": 7,
        "page_id": 70,
        "kind": Kind.PUBLICATION,
        "moment": datetime(2026, 6, 1, 7, tzinfo=UTC),
        "all_day": False,
        "ends_at": None,
        "title": "Tulpen op de beurs",
        "status": Status.SCHEDULED,
        "late": False,
        "personas": (FLORIST,),
        "phases": (RETAIN,),
        "channels": (WEBSITE,),
        "for_everyone": False,
        "owner": "Marieke van Dijk",
        "url": "",
    }
    return Entry(**(defaults | fields))


def make_event(**fields: Any) -> ical.Event:
    return event_of(make_entry(**fields), link=LINK, zone=ZONE)


def write(event: ical.Event, sequence: int = 0) -> bytes:
    return ical.write(event, sequence=sequence, created=WRITTEN, modified=WRITTEN)


def calendar(*events: bytes, **fields: Any) -> bytes:
    defaults = {"name": "Team verkoop", "description": "The content plan of De Lindehof.", "zone": ZONE}
    defaults["url"] = "https://cms.example.com/admin/planner/calendar/"
    return ical.calendar(events, **(defaults | fields))


def read(event: bytes) -> icalendar.Event:
    return icalendar.Event.from_ical(event)


GOLDEN_ENTRIES = {
    "scheduled": {},
    "tentative": {"status": Status.PLANNED},
    "all-day": {"status": Status.PLANNED, "all_day": True, "moment": datetime(2026, 6, 1, tzinfo=ZONE)},
    "dst-change": {"moment": datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZONE)},
    "folded-title-with-emoji": {
        "title": "Een heel lange titel, met komma's; en 💐🌷🌹🌸🌺🌻🌼💮🏵️🪷 en 👩‍🌾 en \\ tot het einde"
    },
    "expiry": {"kind": Kind.EXPIRY, "status": Status.LIVE},
    "review-due": {
        "kind": Kind.REVIEW,
        "status": Status.LIVE,
        "all_day": True,
        "moment": datetime(2026, 6, 1, tzinfo=ZONE),
    },
    "overdue": {"status": Status.OVERDUE},
    "dutch": {"status": Status.PLANNED},
}


def make_gap_event() -> ical.Event:
    """A florist's cell that runs empty on New Year's Day."""
    gap = Gap(
        "CLIFF",
        Severity.HIGH,
        1.0,
        "No fresh content from 1 January 2027: what is there ends, and nothing approved takes over.",
        CUSTOMER,
        FLORIST,
        RETAIN,
        date=date(2027, 1, 1),
    )
    link = "https://cms.example.com/admin/planner/coverage/klant/florist/vasthouden/"
    return event_of_gap(gap, reader="1", link=link)


def make_occasion_event() -> ical.Event:
    fair = DayEvent(
        uid=UID,
        kind=DayKind.OCCASION,
        key=3,
        title="Trade fair",
        first_day=date(2026, 6, 1),
        last_day=date(2026, 6, 3),
        lead_from=date(2026, 5, 1),
        blackout=False,
        personas=(FLORIST,),
        phases=(),
        channels=(),
    )
    return event_of_day(fair, link="https://cms.example.com/admin/planner/occasions/3/")


GOLDEN_EVENTS = {
    **{name: lambda fields=fields: make_event(**fields) for name, fields in GOLDEN_ENTRIES.items()},
    "gap": make_gap_event,
    "occasion": make_occasion_event,
}


@pytest.mark.parametrize("name", GOLDEN_EVENTS)
def test_an_event_is_written_as_in_its_golden_file(name: str) -> None:
    with translation.override("nl" if name == "dutch" else "en"):
        written = calendar(write(GOLDEN_EVENTS[name]()))
    assert written.decode() == (GOLDEN / f"{name}.ics").read_bytes().decode()


def test_an_event_with_a_reminder_is_written_as_in_its_golden_file() -> None:
    written = ical.write(make_event(), sequence=0, created=WRITTEN, modified=WRITTEN, reminders="1d")
    assert calendar(written).decode() == (GOLDEN / "reminder.ics").read_bytes().decode()


def test_the_golden_files_are_all_used() -> None:
    assert {path.stem for path in GOLDEN.glob("*.ics")} == {*GOLDEN_EVENTS, "reminder"}


def test_the_calendar_opens_in_a_fixed_order() -> None:
    assert calendar().decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//wagtail-journey-planner//planner//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Team verkoop",
        "X-WR-CALNAME:Team verkoop",
        "DESCRIPTION:The content plan of De Lindehof.",
        "X-WR-CALDESC:The content plan of De Lindehof.",
        "X-WR-TIMEZONE:Europe/Amsterdam",
        "COLOR:teal",
        "X-APPLE-CALENDAR-COLOR:#008080",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "URL:https://cms.example.com/admin/planner/calendar/",
        "END:VCALENDAR",
        "",
    ]


def test_a_site_may_ask_for_a_method() -> None:
    assert b"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nNAME" in calendar(method="PUBLISH")


def test_a_calendar_name_cannot_add_a_property() -> None:
    parsed = icalendar.Calendar.from_ical(calendar(name="A\r\nMETHOD:REQUEST\x85END:VCALENDAR"))
    assert "METHOD" not in parsed
    assert parsed["NAME"] == "A METHOD:REQUEST END:VCALENDAR"


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({}, "Scheduled: Tulpen op de beurs"),
        ({"status": Status.PLANNED}, "Planned: Tulpen op de beurs"),
        ({"status": Status.LIVE}, "Live: Tulpen op de beurs"),
        ({"status": Status.LIVE, "late": True}, "Late: Tulpen op de beurs"),
        ({"kind": Kind.UPDATE, "status": Status.LIVE_UPDATE}, "Update: Tulpen op de beurs"),
        ({"kind": Kind.EXPIRY, "status": Status.LIVE}, "Expires: Tulpen op de beurs"),
        ({"kind": Kind.EXPIRY, "status": Status.EXPIRED}, "Expired: Tulpen op de beurs"),
        ({"kind": Kind.REVIEW, "status": Status.LIVE}, "Review due: Tulpen op de beurs"),
        ({"title": "\x00\x0b"}, "Scheduled: Untitled"),
    ],
)
def test_the_summary_says_the_state_in_words(fields: dict[str, Any], summary: str) -> None:
    assert make_event(**fields).summary == summary


def test_the_description_tells_for_whom_where_and_by_whom() -> None:
    assert make_event().description.split("\n") == [
        "Status: Scheduled",
        "Persona: Zelfstandig bloemist",
        "Phase: Vasthouden (Klant worden)",
        "Channel: Website",
        "Owner: Marieke van Dijk",
        "Plan:",
        LINK,
    ]


def test_the_description_is_never_empty() -> None:
    bare = make_event(personas=(), phases=(), channels=(), owner="")
    assert bare.description == f"Status: Scheduled\nPlan:\n{LINK}"


def test_content_for_everyone_names_no_persona() -> None:
    assert "Persona: Everyone" in make_event(for_everyone=True).description


def test_an_owner_who_logs_in_by_mail_is_named_without_the_address() -> None:
    assert "Owner: erik\n" in make_event(owner="erik@example.com").description


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.LIVE, Status.LIVE_UPDATE, Status.EXPIRED])
def test_what_was_approved_is_confirmed(status: Status) -> None:
    assert make_event(status=status).status == "CONFIRMED"


@pytest.mark.parametrize("status", [Status.IDEA, Status.DRAFT, Status.PLANNED, Status.IN_REVIEW, Status.OVERDUE])
def test_what_nobody_approved_is_tentative(status: Status) -> None:
    assert make_event(status=status).status == "TENTATIVE"


def test_idea_schedule_and_live_page_are_one_event() -> None:
    uids = {make_event(status=status).uid for status in (Status.IDEA, Status.SCHEDULED, Status.LIVE)}
    assert uids == {"2a5b7be2-3139-5f58-9984-7a45dbd3337f"}


def test_each_kind_of_entry_of_an_item_is_an_event_of_its_own() -> None:
    assert len({make_event(kind=kind).uid for kind in Kind}) == len(Kind)


def test_a_moment_lasts_half_an_hour() -> None:
    event = make_event()
    assert event.end - event.start == timedelta(minutes=30)


def test_an_item_with_an_end_lasts_until_then() -> None:
    end = datetime(2026, 6, 1, 15, 0, 0, 999, tzinfo=UTC)
    assert make_event(ends_at=end).end == datetime(2026, 6, 1, 15, tzinfo=UTC)


def test_an_end_in_the_same_second_leaves_half_an_hour() -> None:
    start = datetime(2026, 6, 1, 7, tzinfo=UTC)
    assert make_event(ends_at=start + timedelta(microseconds=5)).end == start + timedelta(minutes=30)


def test_a_whole_day_is_that_of_the_site() -> None:
    event = make_event(all_day=True, moment=datetime(2026, 6, 1, tzinfo=ZONE))
    assert (event.start, event.end) == (date(2026, 6, 1), date(2026, 6, 2))


@pytest.mark.parametrize(
    ("ends_at", "exclusive_end"),
    [
        (datetime(2026, 6, 3, 17, tzinfo=ZONE), date(2026, 6, 4)),
        (datetime(2026, 6, 3, tzinfo=ZONE), date(2026, 6, 3)),
        (datetime(2026, 6, 1, tzinfo=ZONE), date(2026, 6, 2)),
    ],
)
def test_whole_days_end_after_their_last_day(ends_at: datetime, exclusive_end: date) -> None:
    assert make_event(all_day=True, moment=datetime(2026, 6, 1, tzinfo=ZONE), ends_at=ends_at).end == exclusive_end


def test_both_half_past_twos_of_the_autumn_night_are_told_apart() -> None:
    first, second = (make_event(moment=datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=ZONE)) for fold in (0, 1))
    assert b"DTSTART:20261025T003000Z" in write(first)
    assert b"DTSTART:20261025T013000Z" in write(second)


def test_no_category_holds_a_comma() -> None:
    event = make_event(personas=(Persona(pk=2, name="Klant, nieuw; B2B"),))
    assert event.categories == ("Publication", "Scheduled", "Klant / nieuw / B2B", "Website")


def test_the_same_entry_gives_the_same_bytes() -> None:
    assert write(make_event()) == write(make_event())


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Tulpen op de Beurs"},
        {"status": Status.LIVE},
        {"late": True},
        {"moment": datetime(2026, 6, 1, 8, tzinfo=UTC)},
        {"all_day": True},
        {"ends_at": datetime(2026, 6, 1, 9, tzinfo=UTC)},
        {"personas": (Persona(pk=1, slug="florist", name="Bloemist"),)},
        {"channels": ()},
        {"owner": "Erik"},
        {"url": "https://example.com/"},
    ],
)
def test_every_visible_change_changes_the_digest(change: dict[str, Any]) -> None:
    assert make_event(**change).digest != make_event().digest


def test_a_change_that_nobody_sees_leaves_the_digest() -> None:
    assert make_event(moment=datetime(2026, 6, 1, 7, 0, 0, 400, tzinfo=UTC)).digest == make_event().digest


def test_the_stamp_of_an_event_is_its_last_change() -> None:
    event = read(ical.write(make_event(), sequence=3, created=WRITTEN, modified=WRITTEN + timedelta(hours=1)))
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == WRITTEN + timedelta(hours=1)
    assert (event["CREATED"].dt, event["SEQUENCE"]) == (WRITTEN, 3)


NASTY = 'abnN é😀👩‍🌾\r\n\n\t\x00\x0b\x0c\x1b\x7f\x85\u2028\u2029\u202e\ud800\udfff;,\\":BEGIN:VEVENT'


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=NASTY) | st.text(max_size=300))
def test_hostile_titles_never_change_the_shape_of_an_event(title: str) -> None:
    assert_shape_holds(title)


def assert_shape_holds(text: str) -> bytes:
    """An event with a hostile text wherever people type one has the properties of any other; it arrives as cleaned."""
    persona, channel = Persona(pk=2, name=text), Channel(pk=2, name=text)
    written = write(
        make_event(title=text, owner=text, url=text, campaign=text, personas=(persona,), channels=(channel,))
    )
    parsed = read(written)
    assert list(parsed) == NAMES
    assert parsed["SUMMARY"] == f"Scheduled: {ical.one_line(text) or 'Untitled'}"
    assert f"Persona: {ical.one_line(text)}" in str(parsed["DESCRIPTION"])
    assert written.count(b"\r\n") == written.count(b"\n") == written.count(b"\r")
    assert max(map(len, written.split(b"\r\n"))) <= 75
    return written


NAMES = list(read(write(make_event())))


def test_ten_thousand_hostile_texts_change_neither_the_number_of_events_nor_their_shape() -> None:
    """Drawn by lot, the same ones each time. One event at a time, then all of them in one calendar."""
    lot = Random(1637)
    pieces = [
        *NASTY,
        "END:VEVENT",
        "\r\nATTENDEE:mailto:x@y",
        "=1+1",
        "<script>",
        "\u200f",
        "\u2066",
        "{{7*7}}",
        "\\n",
        "\\N",
    ]
    texts = ["".join(lot.choices(pieces, k=lot.randint(0, 40))) for _each in range(9_998)]
    texts += ["\U0001f338\u202e," * 2500, "x" * 10_000]
    whole = calendar(*(assert_shape_holds(text) for text in texts), name=texts[7], description=texts[8])
    assert whole.count(b"\r\nBEGIN:VEVENT\r\n") == whole.count(b"\r\nEND:VEVENT\r\n") == 10_000
    assert len(re.findall(rb"\r\n(?:ATTENDEE|METHOD|ORGANIZER)", whole)) == 0


def in_one_piece(event: ical.Event) -> bytes:
    """The event as the library writes it when it is given everything at once."""
    whole = icalendar.Event()
    for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
        whole.add(name, WRITTEN)
    whole.add("UID", event.uid)
    whole.add("SEQUENCE", 3)
    whole.add("DTSTART", event.start)
    whole.add("DTEND", event.end)
    for name in ("SUMMARY", "DESCRIPTION", "URL", "STATUS"):
        whole.add(name, getattr(event, name.lower()))
    whole.add("CATEGORIES", list(event.categories))
    whole.add("TRANSP", "TRANSPARENT")
    whole.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    if event.all_day:
        whole.add("X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE")
    return whole.to_ical()


@pytest.mark.parametrize("name", GOLDEN_EVENTS)
def test_an_event_of_joined_lines_is_the_one_that_the_library_writes_in_one_piece(name: str) -> None:
    event = GOLDEN_EVENTS[name]()
    assert sorted(write(event, sequence=3).splitlines()) == sorted(in_one_piece(event).splitlines())


def test_a_title_of_ten_thousand_characters_is_folded() -> None:
    title = "Bloemen💐, " * 1000
    written = write(make_event(title=title))
    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert read(written)["SUMMARY"] == f"Scheduled: {title.strip()}"


@pytest.mark.parametrize("break_", ["\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"])
def test_every_line_break_becomes_a_newline(break_: str) -> None:
    assert ical.clean(f"a{break_}b") == "a\nb"


def test_tabs_stay() -> None:
    assert ical.clean("a\tb\x07c") == "a\tbc"


def test_a_backslash_and_a_capital_n_are_no_line_break() -> None:
    assert read(write(make_event(title=r"C:\Nieuw")))["SUMMARY"] == r"Scheduled: C:\Nieuw"
