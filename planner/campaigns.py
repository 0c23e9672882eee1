"""Spans of campaigns and promises of series. No request, no clock, no query but for what is not loaded yet."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from planner.models.campaign import Campaign
from planner.models.series import PromisedPart, Series

WEEKS = {Series.Cadence.WEEKLY: 1, Series.Cadence.TWO_WEEKLY: 2, Series.Cadence.FOUR_WEEKLY: 4}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a series as it was promised."""

    series: Series
    number: int
    promised_on: date | None  # None: promised, but not for a day
    title: str  # the working title, or ""

    def is_late(self, day: date) -> bool:
        """Whether it was promised for a day before this one."""
        return self.promised_on is not None and self.promised_on < day


def campaigns_between(campaigns: Iterable[Campaign], start: date, end: date) -> list[Campaign]:
    """The campaigns that run on any day from `start` up to but not including `end`, by first day, then name."""
    running = [one for one in campaigns if one.first_day < end and one.last_day >= start]
    return sorted(running, key=lambda one: (one.first_day, one.name, one.pk or 0))


def promised_parts(series: Series, promises: Iterable[PromisedPart]) -> list[Part]:
    """All parts that were promised, by number: those of the cadence, and those that `promises` name.

    A promise's own day takes the place of the cadence's; without one, the cadence's day stays.
    """
    parts = {number: Part(series, number, day, "") for number, day in _cadence(series)}
    for promise in promises:
        day = promise.promised_on or (parts[promise.number].promised_on if promise.number in parts else None)
        parts[promise.number] = Part(series, promise.number, day, promise.title)
    return [parts[number] for number in sorted(parts)]


def missing_parts(parts: Iterable[Part], planned: Collection[int]) -> list[Part]:
    """The promised parts of which no content has the number, by day; those without a day come last."""
    missing = [part for part in parts if part.number not in planned]
    return sorted(missing, key=lambda part: (part.promised_on is None, part.promised_on or date.min, part.number))


def _cadence(series: Series) -> list[tuple[int, date]]:
    """Number and day of each part that the cadence promises."""
    if not (series.cadence and series.first_part_on and series.parts):
        return []
    return [(number, _nth_day(series, number - 1)) for number in range(1, series.parts + 1)]


def _nth_day(series: Series, place: int) -> date:
    if series.cadence in WEEKS:
        return series.first_part_on + timedelta(weeks=WEEKS[series.cadence] * place)
    years, month = divmod(series.first_part_on.month - 1 + place, 12)
    year = series.first_part_on.year + years
    # Counted from the first part, not from the one before: after 28 February comes 31 March again.
    return date(year, month + 1, min(series.first_part_on.day, calendar.monthrange(year, month + 1)[1]))
