"""Entries: which items show on which day, as what, and at what cost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry

from planner.entries import Entry, Kind, entries_between, tags_of
from planner.models import ContentItem
from planner.schedule import Status, midnight
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_user,
    schedule_page,
    tag,
)

pytestmark = pytest.mark.django_db

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=ZONE), datetime(2026, 4, 1, tzinfo=ZONE)


def entries(start: datetime = MARCH, end: datetime = APRIL, **options: Any) -> list[Entry]:
    items = ContentItem.objects.counted()
    return entries_between(items, start=start, end=end, **{"now": NOW, "zone": ZONE} | options)


def told(**options: Any) -> list[tuple[str, str, datetime]]:
    return [(entry.title, entry.kind.value, entry.moment) for entry in entries(**options)]


def test_a_live_page_stands_where_it_was_published() -> None:
    published = datetime(2026, 3, 1, 12, tzinfo=UTC)
    make_page("Tulpen", first_published_at=published)
    (entry,) = entries()
    assert (entry.kind, entry.moment, entry.status, entry.all_day) == (Kind.PUBLICATION, published, Status.LIVE, False)


def test_a_scheduled_page_stands_where_it_was_approved_for_whatever_its_target(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page("Tulpen", live=False)
    tag(page, target_at=NOW + days(2), target_has_time=True)
    schedule_page(page, NOW + days(9))
    (entry,) = entries()
    assert (entry.moment, entry.status) == (NOW + days(9), Status.SCHEDULED)


def test_a_live_page_with_an_update_shows_both_and_the_expiry_that_the_update_brings(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page("Tulpen", first_published_at=NOW - days(1), expire_at=NOW + days(20))
    page.save_revision().publish()
    schedule_page(type(page).objects.get(pk=page.pk), NOW + days(5), NOW + days(12))
    assert [(entry.kind.value, entry.moment) for entry in entries()] == [
        ("publication", NOW - days(1)),
        ("update", NOW + days(5)),
        ("expiry", NOW + days(12)),
    ]


def test_a_draft_stands_on_its_target_and_without_one_on_its_own_date() -> None:
    tag(make_page("Aimed", live=False, go_live_at=NOW + days(1)), target_at=NOW + days(2), target_has_time=True)
    make_page("Typed", live=False, go_live_at=NOW + days(3))
    make_page("Undated", live=False)
    assert told() == [("Aimed", "publication", NOW + days(2)), ("Typed", "publication", NOW + days(3))]
    assert {entry.status for entry in entries()} == {Status.PLANNED}


def test_a_day_without_a_time_begins_at_midnight_in_the_sites_zone_and_is_the_same_day_everywhere() -> None:
    tag(make_page(live=False), target_at=midnight(date(2026, 3, 29), ZONE), target_has_time=False)
    (entry,) = entries()
    assert (entry.all_day, entry.moment) == (True, midnight(date(2026, 3, 29), ZONE))
    assert entry.day(ZONE) == date(2026, 3, 29)


def test_a_window_begins_with_its_start_and_ends_before_its_end() -> None:
    for title, moment in (("First", MARCH), ("Next", APRIL), ("Before", MARCH - timedelta(seconds=1))):
        make_item(title, starts_at=moment)
    assert [entry.title for entry in entries()] == ["First"]


def test_a_page_taken_off_by_hand_has_no_expiry_and_an_expired_one_has() -> None:
    for title, ended in (("By hand", NOW - timedelta(hours=2)), ("Expired", NOW + days(1))):
        page = make_page(title, first_published_at=NOW - timedelta(hours=9), expire_at=NOW + days(1))
        type(page).objects.filter(pk=page.pk).update(live=False)
        log = {"action": "wagtail.unpublish", "timestamp": ended, "content_type": page.content_type}
        PageLogEntry.objects.create(page=page, label=title, **log)
    later = NOW + days(2)
    found = {entry.title: entry.status for entry in entries(now=later) if entry.kind == Kind.EXPIRY}
    assert found == {"Expired": Status.EXPIRED}


def test_a_page_planned_anew_after_it_was_taken_off_stands_on_its_new_date() -> None:
    page = make_page("Tulpen", first_published_at=NOW - days(30))
    page.unpublish()
    PageLogEntry.objects.filter(page=page).update(timestamp=NOW - days(20))
    tag(page, target_at=NOW + days(3), target_has_time=True)
    assert told() == [("Tulpen", "publication", NOW + days(3))]


def test_content_off_the_site_shows_its_dates_and_where_it_is() -> None:
    make_item("Beurs", starts_at=NOW, ends_at=NOW + days(2), expires_at=NOW + days(4), url="https://example.com/")
    publication, expiry = entries()
    assert (publication.ends_at, publication.url, publication.page_id) == (NOW + days(2), "https://example.com/", None)
    assert (expiry.kind, expiry.moment, expiry.ends_at) == (Kind.EXPIRY, NOW + days(4), None)


def test_an_unconfirmed_idea_with_a_date_stands_on_it() -> None:
    make_item("Beurs", state="idea", starts_at=None, target_at=NOW + days(1), target_has_time=True)
    make_item("Folder", state="draft", starts_at=NOW + days(2))
    assert [(entry.title, entry.status) for entry in entries()] == [
        ("Beurs", Status.PLANNED),
        ("Folder", Status.PLANNED),
    ]


def test_a_review_is_due_on_its_day() -> None:
    make_item("Folder", starts_at=NOW - days(400), review_due=date(2026, 3, 31))
    (entry,) = entries()
    assert (entry.kind, entry.all_day, entry.moment) == (Kind.REVIEW, True, midnight(date(2026, 3, 31), ZONE))


def test_only_the_kinds_asked_for_come() -> None:
    make_item(starts_at=NOW, expires_at=NOW + days(3), review_due=date(2026, 3, 9))
    assert [entry.kind for entry in entries(kinds=[Kind.EXPIRY])] == [Kind.EXPIRY]


def test_what_is_approved_and_did_not_happen_is_late(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page(live=False)
    schedule_page(page, NOW + days(1))
    (entry,) = entries(now=NOW + days(2))
    assert (entry.late, entry.status) == (True, Status.LIVE)


def test_entries_are_sorted_by_moment_and_never_by_chance() -> None:
    for _number in range(5):
        make_item(starts_at=NOW)
    make_item(starts_at=NOW - timedelta(hours=1))
    found = entries()
    assert found == sorted(found, key=lambda entry: (entry.moment, str(entry.uid), entry.kind))


def test_an_entry_carries_its_tags_in_the_order_of_the_vocabularies() -> None:
    first, second = make_persona("anna"), make_persona("bo")
    journey = make_journey("klant", phases=("zien", "doen"))
    phases, channel = list(journey.phases.all()), make_channel("site")
    owner = make_user("erik", first_name="Erik", last_name="Smit")
    item = make_item(starts_at=NOW, personas=[second, first], phases=phases[::-1], channels=channel, owner=owner)
    (entry,) = entries()
    assert (entry.personas, entry.phases, entry.channels) == ((first, second), tuple(phases), (channel,))
    assert entry.owner == "Erik Smit"
    assert tags_of([item.pk])[item.pk].phases == entry.phases
    assert tags_of([])[item.pk].phases == ()


def test_a_zone_with_another_midnight_moves_days_without_a_time() -> None:
    tag(make_page(live=False), target_at=datetime(2026, 3, 31, 22, tzinfo=UTC), target_has_time=False)
    assert entries() == []
    (entry,) = entries(zone=ZoneInfo("UTC"))
    assert entry.day(ZoneInfo("UTC")) == date(2026, 3, 31)


def plan_for_a_month(number: int) -> None:
    """So many items of each kind, with tags, owners, approvals and ended pages among them."""
    persona, channel = make_persona(), make_channel()
    owner = make_user(f"owner-{number}")
    (phase,) = make_journey(phases=("zien",)).phases.all()
    for position in range(number):
        moment = MARCH + timedelta(minutes=position)
        make_item(
            starts_at=moment, expires_at=moment + days(5), personas=persona, phases=phase, channels=channel, owner=owner
        )
    for _position in range(max(2, number // 100)):
        page = make_page(live=False)
        schedule_page(page, datetime(2099, 3, 1, tzinfo=UTC))
        make_page(first_published_at=NOW).unpublish()


def queries(number: int) -> int:
    plan_for_a_month(number)
    with CaptureQueriesContext(connection) as captured:
        found = entries()
    assert len(found) >= 2 * number
    return len(captured)


def test_five_hundred_items_take_as_many_queries_as_ten() -> None:
    few = queries(10)
    assert queries(500) == few
    assert few <= 9
