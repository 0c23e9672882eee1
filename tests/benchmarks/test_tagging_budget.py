"""What tagging a thousand pages at once costs, beside reading the same pages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from taggit.models import Tag

from personas.models import Channel
from planner.models import ContentItem
from planner.tagging import tag_items
from tests.benchmarks.building import make_pages, make_vocabulary
from tests.factories import NOW, marieke

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

PAGES = 1000
SECONDS = 2.0
QUERIES = 20
ROUNDS = 9
"""As many as the measuring takes: once to warm up, five times for the clock, twice for the queries."""


@pytest.mark.parametrize("way", ["add", "replace", "remove"])
def test_tagging_many_pages(way: str, table: Any, seconds: Callable[..., float], queries: Callable[..., int]) -> None:
    journey = make_vocabulary(personas=ROUNDS, phases=ROUNDS, channels=ROUNDS)
    items = ContentItem.objects.filter(pk__in=[item.pk for item in make_pages(PAGES)])
    user = marieke()
    members = {
        "personas": list(journey.personas.all()),
        "phases": list(journey.phases.all()),
        "channels": list(Channel.objects.all()),
        "themes": [Tag.objects.create(name=f"theme-{number}") for number in range(ROUNDS)],
    }
    if way == "remove":
        tag_items(items, add=members, user=user, at=NOW)
    rounds = count()

    def tag() -> None:
        turn = next(rounds)  # another member each time: what an item has already would cost nothing
        changed = tag_items(items, **{way: {kind: [known[turn]] for kind, known in members.items()}}, user=user, at=NOW)
        assert changed == PAGES

    took, read, needed = seconds(tag), seconds(lambda: list(items.select_related("page"))), queries(tag)
    table.add(
        f"{way} four kinds of tags on {PAGES:,} pages",
        f"{SECONDS} s, {QUERIES} queries",
        f"{took:.2f} s, {needed} queries",
        f"reading the pages {read:.2f} s, ratio {took / read:.1f}",
        within=took <= SECONDS and needed <= QUERIES,
    )
