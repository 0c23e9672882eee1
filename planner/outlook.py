"""The outlook: what is live, fresh and coming in each cell at the end of each coming week. No request, no clock.

The same counts as `coverage.count` gives for those moments, in one statement for all of them: an item says with one bit
per week whether it counts in that week.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.db import connections
from wagtail.models import Locale

from planner import outlook_sql
from planner.coverage import Place
from planner.coverage_sql import PHASES
from planner.schedule import add_days

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Facts

WEEKS = 26

Mark = TypeVar("Mark", date, datetime)


@dataclass(frozen=True, slots=True)
class Week:
    """Distinct items of one cell at the end of one week, which falls on `day` in the site's zone."""

    day: date
    live: int = 0
    fresh: int = 0
    confirmed: int = 0


class Bits(NamedTuple):
    """In which weeks an item counts as what: bit 0 is the first week."""

    live: int
    fresh: int
    confirmed: int

    def __or__(self, other: Bits) -> Bits:
        return Bits(*(mine | its for mine, its in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Ahead:
    """The ends of the weeks after a question's moment, and what the question means at each of them, all in order.

    The same wall-clock time in the site's zone, week after week, whatever the clocks do.
    """

    question: Question
    weeks: int = WEEKS

    @cached_property
    def moments(self) -> list[datetime]:
        return self._shifted(0)

    @cached_property
    def horizons(self) -> list[datetime]:
        return self._shifted(self.question.horizon_days)

    @cached_property
    def thresholds(self) -> list[datetime] | None:
        """What began at or before is old then; None where content never ages."""
        return None if self.question.stale_days is None else self._shifted(-self.question.stale_days)

    def days(self, moments: Sequence[datetime]) -> list[date]:
        return [self.question.day(moment) for moment in moments]

    @property
    def all(self) -> int:
        """The bits of all weeks."""
        return (1 << self.weeks) - 1

    def _shifted(self, days: int) -> list[datetime]:
        # From each moment, not from the first: what a clock change did to a moment, it did to what is told of it.
        zone, at = self.question.zone, self.question.at
        ends = [add_days(at, 7 * number, zone) for number in range(1, self.weeks + 1)]
        return [add_days(end, days, zone) for end in ends]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The weeks of each cell."""

    ahead: Ahead
    cells: dict[Place, list[Week]] = field(default_factory=dict)

    def of(self, place: Place) -> list[Week]:
        return self.cells.get(place) or [Week(day) for day in self.ahead.days(self.ahead.moments)]


def look_ahead(items: ContentItemQuerySet, question: Question, *, facts: dict[int, Facts]) -> Outlook:
    """The coming weeks of every cell, for the given items as `coverage.count` takes them.

    `facts`: those of the items that SQL cannot judge (`schedule.beyond_sql`), by key. Two queries, whatever the number
    of items, cells and weeks.
    """
    ahead = Ahead(question)
    several_locales = Locale.objects.count() > 1
    decided = {item: bits_of(one, ahead) for item, one in facts.items()}
    counted: dict[Place, Counter[Bits]] = defaultdict(Counter)
    merged: dict[tuple[Place, Hashable], Bits] = {}
    with connections[items.db].cursor() as cursor:
        cursor.execute(*outlook_sql.statement(items, ahead, list(decided), several_locales=several_locales))
        for number, place, item, identity, *masks in cursor.fetchall():
            cell = Place(*divmod(place, PHASES))
            if item is None:
                counted[cell][Bits(*masks)] += number
                continue
            known_as = facts[item].translation_key if several_locales and item in facts else None
            key, bits = (cell, known_as or identity), decided.get(item) or Bits(*masks)
            merged[key] = merged[key] | bits if key in merged else bits
    for (cell, _identity), bits in merged.items():
        counted[cell][bits] += 1
    return Outlook(ahead, {cell: _weeks(found, ahead) for cell, found in counted.items()})


def bits_of(facts: Facts, ahead: Ahead) -> Bits:
    """In which weeks one item is live, fresh and confirmed. The same rules as `outlook_sql`, and as `standing`."""
    live = fresh = begins = 0
    for interval in facts.intervals():
        here = ahead.all & ~_before(interval.start, ahead.moments) & _before(interval.end, ahead.moments)
        live |= here
        fresh |= here & _young(facts, facts.start or interval.start, ahead)
        begins |= _before(interval.start, ahead.moments) & ~_before(interval.start, ahead.horizons)
    # Nobody saw an undated page go live, so it is not coming either.
    return Bits(live, fresh, 0 if facts.undated else begins & ~live)


def _young(facts: Facts, start: datetime, ahead: Ahead) -> int:
    """The weeks in which what began then is not old, live or not."""
    if ahead.thresholds is None or facts.undated:
        return ahead.all
    young, old, today = _before(start, ahead.thresholds), ahead.days(ahead.thresholds), ahead.days(ahead.moments)
    for day in (facts.reviewed_on, facts.substantially_updated_on):
        if day:
            young |= _before(day, old) & ~_before(day, today)
    return young


def _before(mark: Mark, marks: Sequence[Mark]) -> int:
    """The weeks whose mark lies before this one."""
    return (1 << bisect_left(marks, mark)) - 1


def _weeks(counted: Counter[Bits], ahead: Ahead) -> list[Week]:
    """How many items there are in each week."""
    by_kind = [Counter[int]() for _kind in Bits._fields]
    for bits, number in counted.items():
        for its, mask in zip(by_kind, bits, strict=True):
            its[mask] += number
    numbers = (
        [sum(n for mask, n in its.items() if mask >> week & 1) for its in by_kind] for week in range(ahead.weeks)
    )
    return [Week(day, *each) for day, each in zip(ahead.days(ahead.moments), numbers, strict=True)]
