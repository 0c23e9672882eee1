"""What the coverage matrix with its gaps and its outlook costs, beside the barest SQL that counts the same cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from planner.coverage import Question
from planner.models import ContentItem
from planner.pivots import Axes
from planner.report import make_report
from tests.benchmarks.building import make_items, make_pages, make_vocabulary, tag_at_random
from tests.factories import NOW, ZONE

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

SECONDS = {20_000: 0.4, 100_000: 1.5}
QUERIES = 20
CASES = [
    (number, kind, personas, phases)
    for number in SECONDS
    for kind, personas, phases in (("pages", 4, 4), ("pages", 10, 9), ("items", 10, 9))
]

BARE = """
    SELECT who.persona_id, moment.phase_id, COUNT(*)
    FROM {items} item
    LEFT JOIN {pages} page ON page.id = item.page_id
    JOIN {personas} who ON who.contentitem_id = item.id
    JOIN {phases} moment ON moment.contentitem_id = item.id
    WHERE page.live OR item.starts_at <= '2026-03-02'
    GROUP BY who.persona_id, moment.phase_id
"""


def count_barely() -> None:
    tables = {
        name: ContentItem._meta.get_field(name).remote_field.through._meta.db_table for name in ("personas", "phases")
    }
    pages = ContentItem._meta.get_field("page").related_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(BARE.format(items=ContentItem._meta.db_table, pages=pages, **tables))
        cursor.fetchall()


@pytest.mark.parametrize(("number", "kind", "personas", "phases"), CASES)
def test_the_coverage_report(
    number: int,
    kind: str,
    personas: int,
    phases: int,
    table: Any,
    seconds: Callable[..., float],
    queries: Callable[..., int],
) -> None:
    journey = make_vocabulary(personas=personas, phases=phases)
    tag_at_random((make_pages if kind == "pages" else make_items)(number), journey)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def report() -> None:
        make_report(None, Question(at=NOW, now=NOW, zone=ZONE), ahead=True)

    took, bare, needed = seconds(report), seconds(count_barely), queries(report)
    table.add(
        f"coverage of {number:,} {kind}, {personas} x {phases}",
        f"{SECONDS[number]} s, {QUERIES} queries",
        f"{took:.2f} s, {needed} queries",
        f"bare GROUP BY {bare:.2f} s, ratio {took / bare:.1f}",
        within=took <= SECONDS[number] and needed <= QUERIES,
    )


@pytest.mark.parametrize("axes", [Axes.PERSONA_CHANNEL, Axes.PHASE_CHANNEL])
@pytest.mark.parametrize("number", SECONDS)
def test_the_coverage_along_channels(
    number: int, axes: Axes, table: Any, seconds: Callable[..., float], queries: Callable[..., int]
) -> None:
    journey = make_vocabulary(personas=10, phases=9)
    tag_at_random(make_pages(number), journey)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def report() -> None:
        make_report(None, Question(at=NOW, now=NOW, zone=ZONE), journeys=[journey.slug], axes=axes)

    took, bare, needed = seconds(report), seconds(count_barely), queries(report)
    table.add(
        f"coverage of {number:,} pages, {axes}",
        f"{SECONDS[number]} s, {QUERIES} queries",
        f"{took:.2f} s, {needed} queries",
        f"bare GROUP BY {bare:.2f} s, ratio {took / bare:.1f}",
        within=took <= SECONDS[number] and needed <= QUERIES,
    )
