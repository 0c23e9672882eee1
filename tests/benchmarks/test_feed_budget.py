"""What a calendar feed costs: built first, built again from stored bytes, and asked whether it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from planner import feeds
from planner.models import EventSnapshot, Feed
from tests.benchmarks.building import make_items, make_vocabulary, tag_at_random
from tests.factories import NOW, marieke

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

EVENTS = 1053
STORED, UNCHANGED = 0.030, 0.010


@pytest.fixture
def feed() -> tuple[Feed, str]:
    journey = make_vocabulary(personas=4, phases=4, channels=6)
    items = make_items(EVENTS)
    for position, item in enumerate(items):
        item.state, item.target_at, item.expires_at = "confirmed", None, None
        item.starts_at = NOW + timedelta(hours=position)
        item.save()
    tag_at_random(items, journey)
    return Feed.objects.create_with_token(user=marieke(), name="All", language="en", now=NOW)


def test_a_feed_is_built_first(feed: tuple[Feed, str], table: Any, seconds: Callable[..., float]) -> None:
    def first() -> None:
        EventSnapshot.objects.all().delete()
        feeds.body_of(feed[0], now=NOW)

    def plainly() -> None:
        calendar = icalendar.Calendar.from_ical(body)
        plain = icalendar.Calendar()
        for event in calendar.walk("VEVENT"):
            again = icalendar.Event()
            for name, value in event.property_items(recursive=False)[1:-1]:
                again.add(name, value)
            plain.add_component(again)
        plain.to_ical()

    body = feeds.body_of(feed[0], now=NOW)
    parsing = seconds(lambda: icalendar.Calendar.from_ical(body))
    took, plain = seconds(first), seconds(plainly) - parsing
    table.add(
        f"feed of {body.count(b'BEGIN:VEVENT'):,} events, first build",
        "what plain icalendar takes",
        f"{took * 1000:.0f} ms",
        f"Event.add() and to_ical() {plain * 1000:.0f} ms",
        within=took <= plain,
    )


def test_a_feed_is_built_from_stored_bytes(
    feed: tuple[Feed, str], table: Any, seconds: Callable[..., float], queries: Callable[..., int]
) -> None:
    def build() -> None:
        feeds.body_of(feed[0], now=NOW)

    took = seconds(build)
    table.add(
        f"feed of {EVENTS:,} events, bytes stored",
        f"{STORED * 1000:.0f} ms",
        f"{took * 1000:.0f} ms, {queries(build)} queries",
        "none",
        within=took <= STORED,
    )


def test_a_feed_that_did_not_change_is_asked_for(
    feed: tuple[Feed, str], client: Client, table: Any, seconds: Callable[..., float], time_machine: Any
) -> None:
    time_machine.move_to(NOW)
    path = f"/planner/feeds/{feed[1]}.ics"
    known = {"If-None-Match": client.get(path)["ETag"]}

    def ask() -> None:
        assert client.get(path, headers=known).status_code == 304

    took = seconds(ask)
    table.add(
        f"feed of {EVENTS:,} events, conditional GET",
        f"{UNCHANGED * 1000:.0f} ms",
        f"{took * 1000:.0f} ms",
        "none",
        within=took <= UNCHANGED,
    )
