"""The month calendar: a table of days, each with its entries."""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from planner import access, conf
from planner.entries import Entry, entries_between
from planner.filters import Filters
from planner.schedule import Status, midnight
from planner.views.base import PlannerView

SHOWN_PER_DAY = 4
MOST_PER_DAY = 200
YEARS = range(1970, 2101)


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of the month."""

    date: date
    entries: list[Entry]
    in_month: bool
    is_today: bool

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:SHOWN_PER_DAY] if len(self.entries) > SHOWN_PER_DAY + 1 else self.entries

    @property
    def folded(self) -> list[Entry]:
        return self.entries[len(self.shown) : MOST_PER_DAY]

    @property
    def left_out(self) -> int:
        """How many stay out even when the day is unfolded: nobody reads hundreds in a cell."""
        return max(len(self.entries) - MOST_PER_DAY, 0)


class CalendarView(PlannerView):
    """What goes out when, for whom. The address carries the month and the filters."""

    template_name = "planner/calendar/month.html"
    page_title = gettext_lazy("Calendar")
    header_icon = "calendar-alt"

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def month(self) -> date:
        """The first day of the month asked for; this month where the address names none that exists."""
        asked = self.request.GET.get("month", "")
        try:
            found = parse_date(f"{asked}-01") if len(asked) == 7 else None
        except ValueError:
            found = None
        if asked and (found is None or found.year not in YEARS):
            text = _("“%(month)s” is no month. Write it as 2026-11, from 1970 to 2100. Showing this month.")
            messages.warning(self.request, text % {"month": asked[:20]})
            found = None
        return found or self.today.replace(day=1)

    @cached_property
    def filters(self) -> Filters:
        return Filters(self.request.GET, keep=("month",))

    @cached_property
    def weeks(self) -> list[list[date]]:
        first_weekday = (conf.get("PLANNER_FIRST_DAY_OF_WEEK") - 1) % 7
        return calendar.Calendar(first_weekday).monthdatescalendar(self.month.year, self.month.month)

    def entries(self) -> list[Entry]:
        """Everything on the days shown that the reader may see and asked for."""
        first, last = self.weeks[0][0], self.weeks[-1][-1]
        found = entries_between(
            self.filters.apply(access.visible_items(self.request.user)),
            # A day without a time is meant in the site's zone, which may be hours away from the reader's.
            start=self._start_of(first) - timedelta(days=1),
            end=self._start_of(last + timedelta(days=1)) + timedelta(days=1),
            now=self.now,
            zone=self.site_zone,
        )
        statuses = self.filters.statuses
        return [
            entry
            for entry in found
            if first <= entry.day(self.zone) <= last and (not statuses or entry.shown_status.value in statuses)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = self.entries()
        by_day = defaultdict(list)
        for entry in entries:
            by_day[entry.day(self.zone)].append(entry)
        in_month = [entry for entry in entries if entry.day(self.zone).month == self.month.month]
        return super().get_context_data(
            month=self.month,
            weekdays=self.weeks[0],
            weeks=[(week[0].isocalendar().week, [self._day(day, by_day[day]) for day in week]) for week in self.weeks],
            filters=self.filters,
            previous=self.filters.query(month=_month_of(self.month - timedelta(days=1))),
            next=self.filters.query(month=_month_of(self.month + timedelta(days=31))),
            only_overdue=self.filters.query(status=Status.OVERDUE.value),
            this_month=self.filters.query(month=_month_of(self.today)),
            count=len(in_month),
            overdue=sum(entry.shown_status == Status.OVERDUE for entry in in_month),
            nothing_yet=not entries and not self.filters,
            **kwargs,
        )

    def get_page_subtitle(self) -> str:
        return date_format(self.month, "F Y")

    def _day(self, day: date, entries: list[Entry]) -> Day:
        return Day(day, entries, in_month=day.month == self.month.month, is_today=day == self.today)

    def _start_of(self, day: date) -> datetime:
        return midnight(day, self.zone)


def _month_of(day: date) -> str:
    return f"{day:%Y-%m}"
