"""What a calendar feed costs: made first, made again after a change, served as it stands, and asked whether it changed.

Beside each stands what the same process needs to say that a link is unknown: the cost of any answer at all.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from personas.models import Persona
from planner import conf, feed_contents
from planner.models import EventSnapshot, Feed
from tests.benchmarks.building import make_items, make_vocabulary, tag_at_random
from tests.factories import NOW, marieke

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

ITEMS, EVENTS, MANY, TOO_MANY = 10_000, 1053, 10_000, 50_000
STORED, UNCHANGED, STORED_MANY = 0.030, 0.010, 0.2
MEGABYTES = 40
CONTENT = {"kinds": ["publication", "update", "expiry", "review"]}


@pytest.fixture(autouse=True)
def clock(time_machine: Any, settings: Any) -> None:
    time_machine.move_to(NOW)
    settings.PLANNER_FEED_FETCHES_PER_HOUR = 0


def make_plan(events: int, *, items: int = ITEMS, minutes: int = 50) -> None:
    """Items of which so many happen in the window of feeds, one every so many minutes; the others began long ago."""

    def dated(position: int) -> dict[str, Any]:
        start = NOW + timedelta(minutes=minutes * position) if position < events else NOW - timedelta(days=400)
        return {"state": "confirmed", "starts_at": start}

    journey = make_vocabulary(personas=4, phases=4, channels=6)
    tag_at_random(make_items(items, dated=dated), journey)


def make_feed(**filters: Any) -> tuple[Feed, str]:
    feed, token = Feed.objects.create_with_token(user=marieke(), name="All", language="en", now=NOW, filters=filters)
    return feed, f"/planner/feeds/{token}.ics"


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(path, headers=headers)
    assert response.status_code == status
    return response


def in_python(value: Any) -> Any:
    """A property's value as one hands it to `Event.add()`."""
    if hasattr(value, "cats"):
        return [str(category) for category in value.cats]
    return value.dt if hasattr(value, "dt") else str(value)


@pytest.fixture
def unknown(client: Client, seconds: Callable[..., float]) -> str:
    """The baseline, in words."""
    return f"an unknown link {seconds(lambda: get(client, '/planner/feeds/x.ics', 404)) * 1000:.1f} ms"


def test_a_feed_is_made_first(table: Any, seconds: Callable[..., float]) -> None:
    make_plan(EVENTS)
    feed, _path = make_feed(**CONTENT)

    def first() -> None:
        EventSnapshot.objects.all().delete()
        feed_contents.build(feed, now=NOW)

    def plainly() -> None:
        plain = icalendar.Calendar()
        for properties in read:
            again = icalendar.Event()
            for name, value in properties:
                again.add(name, value)
            plain.add_component(again)
        plain.to_ical()

    body, _until = feed_contents.build(feed, now=NOW)
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    read = [[(name, in_python(value)) for name, value in event.items()] for event in events]
    took, plain = seconds(first), seconds(plainly)
    table.add(
        f"feed of {body.count(b'BEGIN:VEVENT'):,} events, made first",
        "what plain icalendar takes",
        f"{took * 1000:.0f} ms",
        f"Event.add() and to_ical() {plain * 1000:.0f} ms",
        within=took <= plain,
    )


@pytest.mark.parametrize(("name", "filters"), [("content", CONTENT), ("everything, gaps included", {})])
def test_a_feed_is_served_as_it_stands_and_asked_for_changes(
    name: str, filters: dict[str, Any], client: Client, table: Any, seconds: Callable[..., float], unknown: str
) -> None:
    make_plan(EVENTS)
    _feed, path = make_feed(**filters)
    etag = get(client, path)["ETag"]

    def change_and_get() -> None:
        Persona.objects.filter(slug="persona-0").update(name="Bloemist")
        get(client, path)

    work = f"feed of {EVENTS:,} events from {ITEMS:,} items ({name})"
    for what, budget, took in (
        ("bytes stored", STORED, seconds(lambda: get(client, path))),
        ("conditional GET", UNCHANGED, seconds(lambda: get(client, path, 304, **{"If-None-Match": etag}))),
    ):
        table.add(f"{work}, {what}", f"{budget * 1000:.0f} ms", f"{took * 1000:.1f} ms", unknown, within=took <= budget)
    took = seconds(change_and_get)
    table.add(f"{work}, after a change elsewhere", "none", f"{took * 1000:.0f} ms", unknown, within=True)


def megabytes_of(work: Callable[[], object]) -> float:
    """The most memory that something takes at once, in megabytes."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def test_a_plan_that_is_far_too_big_for_a_feed(
    client: Client, table: Any, seconds: Callable[..., float], unknown: str
) -> None:
    cap = conf.get("PLANNER_FEED_CAP")
    make_plan(TOO_MANY, items=TOO_MANY, minutes=10)
    _feed, path = make_feed(**CONTENT)
    answer = get(client, path)
    assert answer.content.count(b"BEGIN:VEVENT") == cap
    assert f"It shows the first {cap} of {TOO_MANY} entries." in answer.content.decode().replace("\r\n ", "")
    etag = answer["ETag"]
    work = f"feed of {cap:,} events from {TOO_MANY:,} in its window"
    megabytes = megabytes_of(lambda: get(client, path))
    for what, budget, took in (
        ("bytes stored", STORED, seconds(lambda: get(client, path))),
        ("conditional GET", UNCHANGED, seconds(lambda: get(client, path, 304, **{"If-None-Match": etag}))),
    ):
        table.add(
            f"{work}, {what}",
            f"{budget * 1000:.0f} ms, {MEGABYTES} MB",
            f"{took * 1000:.1f} ms, {megabytes:.0f} MB",
            unknown,
            within=took <= budget and megabytes <= MEGABYTES,
        )

    def change_and_get() -> None:
        Persona.objects.filter(slug="persona-0").update(name="Bloemist")
        get(client, path)

    took = seconds(change_and_get)
    table.add(f"{work}, after a change elsewhere", "none", f"{took * 1000:.0f} ms", unknown, within=True)


def test_a_feed_of_ten_thousand_events(
    client: Client, table: Any, settings: Any, seconds: Callable[..., float], unknown: str
) -> None:
    settings.PLANNER_FEED_CAP = 2 * MANY
    make_plan(MANY)
    _feed, path = make_feed(**CONTENT)
    assert get(client, path).content.count(b"BEGIN:VEVENT") == MANY
    took = seconds(lambda: get(client, path))
    megabytes = megabytes_of(lambda: get(client, path))
    table.add(
        f"feed of {MANY:,} events, bytes stored",
        f"{STORED_MANY * 1000:.0f} ms, {MEGABYTES} MB",
        f"{took * 1000:.0f} ms, {megabytes:.0f} MB",
        unknown,
        within=took <= STORED_MANY and megabytes <= MEGABYTES,
    )
