"""How days lie on a page: the weeks of a month, and bars over the days of a week. Pure: no clock, no query."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.day_events import DayEvent

Week = list[date]
"""Seven days in a row."""


def weeks_of(month: date, first_weekday: int) -> list[Week]:
    """The four to six weeks that a month touches. `first_weekday`: 0 is Monday, as in the calendar module."""
    return calendar.Calendar(first_weekday).monthdatescalendar(month.year, month.month)


def week_around(day: date, first_weekday: int) -> Week:
    """The week in which a day lies."""
    first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return [first + timedelta(days=place) for place in range(7)]


def week_number(week: Week) -> int:
    """Its number after ISO 8601: that of its Thursday, whatever day it begins with."""
    return next(day for day in week if day.isoweekday() == 4).isocalendar().week


@dataclass(frozen=True, slots=True)
class Bar:
    """What lasts several days, as far as it lies in one week."""

    event: DayEvent
    gap: int  # the days between the bar before it in its lane, or the week's start, and this
    length: int  # in days
    from_before: bool  # it began before this week
    goes_on: bool  # it ends after this week


@dataclass(frozen=True, slots=True)
class Lane:
    """Bars side by side, and the days left at the end."""

    bars: list[Bar]
    rest: int


def lanes(events: Iterable[DayEvent], week: Week) -> list[Lane]:
    """The bars of a week, in as few rows as it takes when each goes into the first row that has room.

    The order of the events decides who comes first; those that do not touch the week are passed over.
    """
    rows: list[list[Bar]] = []
    ends: list[date] = []  # of each row, the first day that is free
    for event in events:
        if event.last_day < week[0] or event.first_day > week[-1]:
            continue
        first, last = max(event.first_day, week[0]), min(event.last_day, week[-1])
        row = next((number for number, free in enumerate(ends) if free <= first), len(rows))
        if row == len(rows):
            rows.append([])
            ends.append(week[0])
        rows[row].append(
            Bar(
                event,
                gap=(first - ends[row]).days,
                length=(last - first).days + 1,
                from_before=event.first_day < week[0],
                goes_on=event.last_day > week[-1],
            )
        )
        ends[row] = last + timedelta(days=1)
    return [Lane(bars, rest=(week[-1] - end).days + 1) for bars, end in zip(rows, ends, strict=True)]
