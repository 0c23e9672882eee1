"""Series of which a promised part is late, as far as a reader may see. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.campaigns import Part, missing_parts, promised_parts
from planner.models import Series
from planner.schedule import read_facts
from planner.standing import standing

if TYPE_CHECKING:
    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals


@dataclass(frozen=True, slots=True)
class LateSeries:
    """A series with its promised parts whose day has passed and that are neither live nor confirmed, by day."""

    series: Series
    parts: tuple[Part, ...]
    phases: frozenset[int]  # of all its content


def late_series(items: ContentItemQuerySet, question: Question, approved: Approvals) -> list[LateSeries]:
    """The active series of which a part is late at the question's moment, by name.

    `items`: those that may count. Two queries where no promise has passed, nine at most, and where there are snippets
    among their items one per type and one more.
    """
    today = question.day(question.at)
    due = {}
    for series in Series.objects.active().prefetch_related("promises"):
        if parts := [part for part in promised_parts(series, series.promises.all()) if part.is_late(today)]:
            due[series] = parts
    if not due:
        return []
    linked = items.filter(series__in=list(due))
    facts = read_facts(linked, now=question.now, approved=approved)
    there: dict[int, set[int]] = defaultdict(set)
    for item, series, number in linked.values_list("pk", "series_id", "series_part"):
        if (stands := standing(facts[item], question)).live or stands.confirmed:
            there[series].add(number)
    phases: dict[int, set[int]] = defaultdict(set)
    for series, phase in linked.filter(phases__isnull=False).values_list("series_id", "phases").distinct():
        phases[series].add(phase)
    late = ((series, missing_parts(parts, there[series.pk])) for series, parts in due.items())
    return [LateSeries(series, tuple(parts), frozenset(phases[series.pk])) for series, parts in late if parts]
