"""Which days the calendar shows: a month, a week or the days of an agenda, as the address asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner.month import Week, week_around, week_number, weeks_of
from planner.occasion_words import days_in_words
from planner.schedule import read_day

if TYPE_CHECKING:
    from django.http import QueryDict

DAYS_OF_AGENDA = 31


class View(models.TextChoices):
    MONTH = "month", gettext_lazy("Month")
    WEEK = "week", gettext_lazy("Week")
    AGENDA = "agenda", gettext_lazy("Agenda")


@dataclass(frozen=True, slots=True)
class Period:
    """The days on one screen."""

    view: View
    start: date  # the first of the month or of the week, or the day on which the agenda begins
    weeks: list[Week]  # of an agenda all its days as one

    @property
    def first(self) -> date:
        return self.weeks[0][0]

    @property
    def last(self) -> date:
        return self.weeks[-1][-1]

    @property
    def previous(self) -> date:
        return self.start - timedelta(days=1 if self.view == View.MONTH else len(self.weeks[0]))

    @property
    def next(self) -> date:
        return self.start + timedelta(days=31 if self.view == View.MONTH else len(self.weeks[0]))

    @property
    def title(self) -> str:
        if self.view == View.MONTH:
            return date_format(self.start, "F Y")
        days = days_in_words(self.first, self.last)
        if self.view == View.AGENDA:
            return days
        return _("Week %(number)s, %(days)s") % {"number": week_number(self.weeks[0]), "days": days}

    def is_about(self, day: date) -> bool:
        """Whether it shows a day as its own: a month also shows days of the months beside it."""
        if self.view == View.MONTH:
            return (day.year, day.month) == (self.start.year, self.start.month)
        return self.first <= day <= self.last

    def anchor(self, today: date) -> date:
        """The day to stay at when the view changes."""
        return today if self.is_about(today) else self.start


def read_period(query: QueryDict, *, today: date, first_weekday: int) -> tuple[Period, str]:
    """What the address asks for, and where it names no view, month or day that exists, a word on that."""
    asked = query.get("view", View.MONTH)
    complaint = ""
    if asked not in View.values:
        text = _("“%(view)s” is no view of the calendar. Showing the month.")
        asked, complaint = View.MONTH, text % {"view": asked[:20]}
    view = View(asked)
    if view == View.MONTH:
        month, wrong = _month(query.get("month", ""), today)
        return Period(view, month, weeks_of(month, first_weekday)), complaint or wrong
    day, complaint = _day(query.get("day", ""), today)
    if view == View.WEEK:
        week = week_around(day, first_weekday)
        return Period(view, week[0], [week]), complaint
    return Period(view, day, [[day + timedelta(days=place) for place in range(DAYS_OF_AGENDA)]]), complaint


def address_of(view: View, day: date) -> dict[str, str]:
    """The parameters that show a day in a view; empty ones take away what the other views need."""
    if view == View.MONTH:
        return {"view": "", "month": f"{day:%Y-%m}", "day": ""}
    return {"view": view.value, "month": "", "day": day.isoformat()}


def _month(asked: str, today: date) -> tuple[date, str]:
    found = read_day(f"{asked}-01") if len(asked) == 7 else None
    if found or not asked:
        return found or today.replace(day=1), ""
    text = _("“%(month)s” is no month. Write it as 2026-11, from 1970 to 2100. Showing this month.")
    return today.replace(day=1), text % {"month": asked[:20]}


def _day(asked: str, today: date) -> tuple[date, str]:
    found = read_day(asked)
    if found or not asked:
        return found or today, ""
    text = _("“%(day)s” is no date. Write it as 2026-11-30, from 1970 to 2100. Showing today.")
    return today, text % {"day": asked[:20]}
