"""The store of written events: one version per visible change, and the same bytes until then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from planner import ical, snapshots
from planner.calendar_events import event_of
from planner.entries import Entry, Kind
from planner.models import EventSnapshot
from planner.schedule import Status
from planner.snapshots import Variety
from tests.factories import NOW, ZONE
from tests.planner.test_ical import make_entry

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def render(*entries: Entry, now: datetime = NOW, language: str = "en") -> list[bytes]:
    with translation.override(language):
        events = [
            event_of(entry, link=f"https://cms.example.com/admin/planner/items/{entry.item_id}/", zone=ZONE)
            for entry in entries
        ]
    return snapshots.render(events, Variety(language), now=now)


def parse(event: bytes) -> icalendar.Event:
    return icalendar.Event.from_ical(event)


def many(number: int, **fields: Any) -> list[Entry]:
    return [make_entry(uid=make_uid(position), item_id=position, **fields) for position in range(number)]


def make_uid(number: int) -> Any:
    return type(make_entry().uid)(int=number)


def test_a_new_event_starts_at_sequence_zero() -> None:
    (event,) = render(make_entry())
    assert parse(event)["SEQUENCE"] == 0


def test_a_new_event_carries_the_moment_of_its_first_rendering() -> None:
    (event,) = render(make_entry(), now=NOW + timedelta(milliseconds=900))
    assert {parse(event)[name].dt for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED")} == {NOW}


def test_unchanged_entries_keep_their_bytes() -> None:
    assert render(make_entry()) == render(make_entry(), now=LATER)


def test_a_visible_change_raises_sequence_and_last_modified() -> None:
    render(make_entry())
    (event,) = render(make_entry(title="Rozen"), now=LATER)
    assert parse(event)["SEQUENCE"] == 1
    assert parse(event)["LAST-MODIFIED"].dt == parse(event)["DTSTAMP"].dt == LATER


def test_created_never_moves() -> None:
    render(make_entry())
    (event,) = render(make_entry(title="Rozen"), now=LATER)
    assert parse(event)["CREATED"].dt == NOW


def test_a_status_that_changes_by_time_alone_is_a_change() -> None:
    render(make_entry(status=Status.PLANNED))
    (event,) = render(make_entry(status=Status.OVERDUE), now=LATER)
    assert parse(event)["SEQUENCE"] == 1


def test_two_changes_in_one_second_are_a_second_apart() -> None:
    render(make_entry())
    (event,) = render(make_entry(title="Rozen"))
    assert parse(event)["LAST-MODIFIED"].dt == NOW + timedelta(seconds=1)


def test_a_clock_that_ran_back_does_not_turn_last_modified_back() -> None:
    render(make_entry())
    (event,) = render(make_entry(title="Rozen"), now=NOW - timedelta(days=1))
    assert parse(event)["LAST-MODIFIED"].dt == NOW + timedelta(seconds=1)


def test_going_back_to_the_old_title_is_a_third_version() -> None:
    render(make_entry())
    render(make_entry(title="Rozen"))
    (event,) = render(make_entry())
    assert parse(event)["SEQUENCE"] == 2


def test_an_event_that_was_away_keeps_its_sequence() -> None:
    render(make_entry())
    (before,) = render(make_entry(title="Rozen"))
    render()
    assert render(make_entry(title="Rozen"), now=LATER) == [before]


def test_one_item_has_a_row_per_kind() -> None:
    render(make_entry(), make_entry(kind=Kind.EXPIRY))
    assert set(EventSnapshot.objects.values_list("kind", flat=True)) == {"publication", "expiry"}


def test_each_language_has_versions_of_its_own() -> None:
    render(make_entry(title="Rozen"))
    render(make_entry(title="Tulpen"))
    (event,) = render(make_entry(title="Tulpen"), language="nl")
    assert parse(event)["SEQUENCE"] == 0


def test_events_come_in_the_order_of_their_entries() -> None:
    entries = many(3)
    events = render(*reversed(entries))
    assert events == render(*entries)[::-1]


@pytest.mark.parametrize("number", [10, 100])
def test_unchanged_events_cost_one_query(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    entries = many(number)
    render(*entries)
    with django_assert_num_queries(1):
        render(*entries)


def test_one_changed_event_among_many_costs_one_write(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    entries = many(100)
    render(*entries)
    with django_assert_num_queries(6):  # read; savepoint, lock, write, read again, release
        render(make_entry(uid=make_uid(0), title="Rozen"), *entries[1:])


def test_more_events_than_one_query_can_name_are_all_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "UIDS_PER_QUERY", 3)
    entries = many(10)
    assert render(*entries) == render(*entries, now=LATER)


def overtake(monkeypatch: pytest.MonkeyPatch, entry: Entry) -> list[bytes]:
    """Let another fetch render `entry` between the first read and the write of the next rendering."""
    winner: list[bytes] = []
    write = ical.write

    def write_after_the_other(*args: Any, **kwargs: Any) -> bytes:
        monkeypatch.setattr(ical, "write", write)
        winner.extend(render(entry, now=NOW + timedelta(minutes=5)))
        return write(*args, **kwargs)

    monkeypatch.setattr(ical, "write", write_after_the_other)
    return winner


def test_the_loser_of_a_race_for_a_new_event_serves_the_winners_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    winner = overtake(monkeypatch, make_entry())
    assert render(make_entry(), now=LATER) == winner
    assert EventSnapshot.objects.get().sequence == 0


def test_the_loser_of_a_race_for_a_changed_event_serves_the_winners_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    render(make_entry())
    winner = overtake(monkeypatch, make_entry(title="Rozen"))
    assert render(make_entry(title="Rozen"), now=LATER) == winner
    assert EventSnapshot.objects.get().sequence == 1


def test_a_rendering_that_fell_behind_never_reuses_a_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    render(make_entry())
    winner = overtake(monkeypatch, make_entry(title="Rozen"))
    assert render(make_entry(title="Lelies"), now=LATER) == winner
    (event,) = render(make_entry(title="Lelies"), now=LATER)
    assert parse(event)["SEQUENCE"] == 2


def test_a_row_that_was_cleaned_up_meanwhile_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    render(make_entry())
    write = ical.write

    def write_after_cleaning(*args: Any, **kwargs: Any) -> bytes:
        EventSnapshot.objects.all().delete()
        return write(*args, **kwargs)

    monkeypatch.setattr(ical, "write", write_after_cleaning)
    (event,) = render(make_entry(title="Rozen"), now=LATER)
    assert parse(event)["SEQUENCE"] == 1


def test_the_stored_bytes_tell_what_the_row_tells() -> None:
    render(make_entry())
    render(make_entry(title="Rozen"), now=LATER)
    row = EventSnapshot.objects.get()
    event = parse(bytes(row.data))
    assert (event["UID"], event["SEQUENCE"], event["LAST-MODIFIED"].dt) == (row.uid, row.sequence, row.modified_at)
    assert row.created_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert row.language == "en"
