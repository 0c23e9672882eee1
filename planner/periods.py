"""Calendar periods: weeks, months, quarters, half-years and years, and which of them a cadence is judged by. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from planner.models import Period

if TYPE_CHECKING:
    from planner.coverage import Question

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}


class Span(NamedTuple):
    """The days from the first up to but not including `end`."""

    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


def span_of(period: Period, day: date) -> Span:
    """The calendar period in which a day lies. Weeks begin on Monday, as ISO weeks do."""
    if period == Period.WEEK:
        first = day - timedelta(days=day.weekday())
        return Span(first, first + timedelta(weeks=1))
    months = MONTHS[period]
    start = (day.year * 12 + day.month - 1) // months * months
    return Span(*(date(place // 12, place % 12 + 1, 1) for place in (start, start + months)))


def judged_spans(period: Period, question: Question) -> list[Span]:
    """The periods by which a cadence is judged, in order: past ones, the one that runs, and those to come.

    Looked at are as many days back as ahead. The last whole period and the one that runs are judged whatever their
    length, and of the others those that lie within whole.
    """
    today, ahead = question.day(question.at), question.day(question.horizon)
    back = today - (ahead - today)
    running = span_of(period, today)
    spans = [span_of(period, running.first - timedelta(days=1)), running]
    while (before := span_of(period, spans[0].first - timedelta(days=1))).first >= back:
        spans.insert(0, before)
    while (after := span_of(period, spans[-1].end)).last <= ahead:
        spans.append(after)
    return spans
