"""The days of occasions. No request, no clock."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from planner.models.occasion import LAST, LONGEST_LEAD, Occasion, Rule
from planner.public_holidays import days_of, holidays_of
from planner.schedule import YEARS

FIRST_DAY, AFTER_LAST_DAY = date(YEARS[0], 1, 1), date(YEARS[-1] + 1, 1, 1)

Days = tuple[date, date, str]
"""First day, last day, and the name of what happens then."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An occasion on its days."""

    occasion: Occasion
    first_day: date
    last_day: date  # inclusive
    title: str  # the occasion's name; of all holidays of a country, the holiday's

    @property
    def lead_from(self) -> date:
        """From when on its content should be planned."""
        return self.first_day - timedelta(days=self.occasion.lead_days)

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def occurrences(occasions: Iterable[Occasion], start: date, end: date) -> list[Occurrence]:
    """What takes place on any day from `start` up to but not including `end`, by first day, then name, then key.

    Longer ones come whole, also where they begin before or end after the window. A moment in a customer's life has no
    days. Years before 1970 and after 2100 have nothing.
    """
    start, end = max(start, FIRST_DAY), min(end, AFTER_LAST_DAY)
    found = [
        Occurrence(occasion, first, last, title)
        for occasion in occasions
        for first, last, title in _days_of(occasion, start, end)
        if first < end and last >= start
    ]
    return sorted(found, key=lambda one: (one.first_day, one.title, one.occasion.pk or 0))


def next_occurrences(occasion: Occasion, day: date, count: int = 3) -> list[Occurrence]:
    """The next times from a day on, one that is under way included; fewer where there are no more before 2101."""
    found: list[Occurrence] = []
    # What returns does so within a year or two, an Islamic holiday that was left out once included; an own date may lie
    # at the end of all years.
    for years in (len(YEARS),) if occasion.rule == Rule.DATES else (count, 4 * count):
        found = occurrences([occasion], day, date(min(day.year + years, YEARS[-1]) + 1, 1, 1))
        if len(found) >= count:
            break
    return found[:count]


def in_preparation(occasions: Iterable[Occasion], day: date) -> list[Occurrence]:
    """What should be planned by now: its lead time has begun, and it is not over."""
    coming = occurrences(occasions, day, day + timedelta(days=LONGEST_LEAD + 1))
    return [one for one in coming if one.lead_from <= day]


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar: the algorithm of Meeus, Jones and Butcher."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    quads, single = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quads - moon - single) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The first to fourth weekday (Monday is 1) of a month, or the last."""
    if nth == LAST:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7, weeks=nth - 1)


def _days_of(occasion: Occasion, start: date, end: date) -> Iterator[Days]:
    """The days of an occasion in every year that the window may touch: too many rather than too few."""
    if occasion.rule == Rule.CUSTOMER or start >= end:
        return
    if occasion.rule == Rule.DATES:
        yield occasion.first_day, occasion.last_day or occasion.first_day, occasion.name
        return
    # What began in the year before may still last.
    for year in range(max(start.year - 2, YEARS[0]), min(end.year, YEARS[-1]) + 1):
        if occasion.rule == Rule.HOLIDAY:
            yield from _holidays(occasion, year)
        else:
            first = _first_day(occasion, year)
            yield first, first + timedelta(days=occasion.days - 1), occasion.name


def _first_day(occasion: Occasion, year: int) -> date:
    if occasion.rule == Rule.EASTER:
        return easter(year) + timedelta(days=occasion.easter_offset)
    if occasion.rule == Rule.WEEKDAY:
        return nth_weekday(year, occasion.month, occasion.weekday, occasion.nth)
    # Only 29 February is ever too late for its month: it falls on the last day there is.
    return date(year, occasion.month, min(occasion.day, calendar.monthrange(year, occasion.month)[1]))


def _holidays(occasion: Occasion, year: int) -> Iterator[Days]:
    if not occasion.holiday:
        yield from ((day, day, name) for day, name in holidays_of(occasion.country, year))
        return
    for day in days_of(occasion.country, occasion.holiday, year):
        yield day, day, occasion.name
