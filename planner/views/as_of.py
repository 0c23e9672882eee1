"""What the screens about coverage share: the day they are about, and the report over it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from personas.models import Journey
from planner import access, conf
from planner.filters import Filters
from planner.report import Report, make_report
from planner.schedule import read_day
from planner.views.base import PlannerView

WITH_PICTURES = PlannerView.media + Media(css={"all": ["planner/pictures.css"]})
"""The look of screens on which coverage is drawn."""


class AsOfView(PlannerView):
    """A page about a day: today as of now, any other day as of its end in the site's zone."""

    media = PlannerView.media + Media(css={"all": ["personas/personas.css"]})  # how far a persona can be trusted

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.site_zone).date()

    @cached_property
    def day(self) -> date:
        asked = self.request.GET.get("as_of", "")
        found = read_day(asked)
        if asked and found is None:
            text = _("“%(day)s” is no date. Write it as 2026-11-30, from 1970 to 2100. Showing today.")
            messages.warning(self.request, text % {"day": asked[:20]})
        return found or self.today

    @property
    def at(self) -> datetime:
        if self.day == self.today:
            return self.now
        return datetime.combine(self.day, time(23, 59, 59), tzinfo=self.site_zone)

    @property
    def is_about_now(self) -> bool:
        """Whether what is shown holds now. Decisions are taken about that, not about another day."""
        return self.day == self.today

    def report(self, journey: Journey, filters: Filters) -> Report:
        """The report over one journey, with the coming weeks of its cells."""
        return make_report(
            self.request.user,
            conf.question(at=self.at, now=self.now),
            journeys=[journey.slug],
            channels=filters.chosen["channel"],
            unclassified_warning=conf.get("PLANNER_UNCLASSIFIED_WARNING"),
            ahead=True,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        as_of = "" if self.day == self.today else self.day.isoformat()
        partly = not access.sees_everything(self.request.user)
        return super().get_context_data(day=self.day, today=self.today, as_of=as_of, partly=partly, **kwargs)
