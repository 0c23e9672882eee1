"""The calendar: the entries of a month or a week in a table of days, or of the coming days in a list."""

from __future__ import annotations

import zlib
from datetime import date
from typing import TYPE_CHECKING, Any

from django.forms import Media
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from planner import access, conf
from planner.kept import asked_of, kept
from planner.schedule import Status
from planner.views.calendar_days import CalendarDays
from planner.views.calendar_period import Period, View, address_of, read_period
from planner.views.filtered import FilteredScreen
from planner.views.ideas import plan_buttons

if TYPE_CHECKING:
    from planner.models import SavedView


class CalendarView(FilteredScreen):
    """What goes out when, for whom. The address carries the days shown and the filters."""

    template_name = "planner/calendar/calendar.html"
    media = FilteredScreen.media + Media(js=["planner/calendar-move.js"])
    index_url_name = "planner_calendar:index"
    index_results_url_name = "planner_calendar:results"
    keep = ("view", "month", "day")
    page_title = gettext_lazy("Calendar")
    header_icon = "calendar-alt"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        board = reverse("planner_board:index") + self.filters.query()
        return [*plan_buttons(self.request), HeaderButton(_("Board"), url=board, icon_name="jp-board")]

    @property
    def days_template(self) -> str:
        return f"planner/calendar/{'agenda' if self.period.view == View.AGENDA else 'month'}.html"

    @cached_property
    def period(self) -> Period:
        first_weekday = (conf.get("PLANNER_FIRST_DAY_OF_WEEK") - 1) % 7
        period, complaint = read_period(self.request.GET, today=self.local_day, first_weekday=first_weekday)
        if complaint:
            messages.warning(self.request, complaint)
        return period

    def days(self) -> SafeString:
        """The days with their sums and the tray, as HTML, kept for this reader and address until something changes.

        A month of some hundred entries takes several times as long to make as all around it.
        """
        address = self.request.get_full_path()
        days = CalendarDays(self, self.period)
        asked = [conf.get(name) for name in conf.DEFAULTS]
        packed = kept(
            "calendar",
            asked_of(self.visible),
            (self.request.user.pk, access.rights_of(self.request.user)),
            (address, self.local_day, self.zone, self.site_zone, asked),
            version=self.version,
            make=lambda: zlib.compress(self.render_days(days).encode(), level=1),
            now=self.now,
            until=days.next_change,
        )
        return SafeString(zlib.decompress(packed).decode())

    def render_days(self, days: CalendarDays) -> str:
        words = {
            "period": self.period,
            "filters": self.filters,
            "local_day": self.local_day,
            "zone_name": str(self.zone),
            "may_plan": self.may_plan,
            "from_first_day": self._link(View.AGENDA, self.period.start),
            "only_overdue": self.filters.query(status=Status.OVERDUE.value),
            "tray_all": self.filters.query(tray="all"),
            "tray_fewer": self.filters.query(),
        }
        return render_to_string(self.days_template, words | days.context(), self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            period=self.period,
            views=[(view, self._link(view, self.period.anchor(self.local_day))) for view in View],
            previous=self._link(self.period.view, self.period.previous),
            next=self._link(self.period.view, self.period.next),
            this_period=self._link(self.period.view, self.local_day),
            days=self.days(),
            **kwargs,
        )

    def dates_for(self, saved: SavedView) -> dict[str, str]:
        view = View(saved.view) if saved.view in View.values else View.MONTH
        return address_of(view, self.period.anchor(self.local_day))

    def _link(self, view: View, day: date) -> str:
        return self.filters.query(**address_of(view, day))
