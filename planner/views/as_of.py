"""What the screens about coverage share: the day they are about, how far they look ahead, the filters, the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from personas.models import Journey
from planner import access, conf
from planner.coverage import Question
from planner.filters import Filters
from planner.pivots import Axes
from planner.report import Report, make_report
from planner.schedule import read_day
from planner.views.base import PlannerView, ReadsOnce

WITH_PICTURES = PlannerView.media + Media(css={"all": ["planner/pictures.css"]})
"""The look of screens on which coverage is drawn."""
FARTHEST = 730
"""Days that a screen looks ahead at most. Nobody plans for longer, and a coming day is a row of the answer."""


class AsOfView(ReadsOnce, PlannerView):
    """A page about a day: today as of now, any other day as of its end in the site's zone."""

    media = PlannerView.media + Media(css={"all": ["personas/personas.css"]})  # how far a persona can be trusted
    keep: tuple[str, ...] = ()  # what the address carries beside the filters, the day and the horizon

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

    @cached_property
    def horizon(self) -> int | None:
        """The days to look ahead that the address asks for; None where it leaves that to the journey and the site."""
        asked = self.request.GET.get("horizon", "").strip()
        if not asked:
            return None
        if asked.isascii() and asked.isdigit() and int(asked[:6]) <= FARTHEST:
            return int(asked)
        text = _("“%(days)s” is no number of days from 0 to %(most)s. Looking ahead as usual.")
        messages.warning(self.request, text % {"days": asked[:20], "most": FARTHEST})
        return None

    @property
    def at(self) -> datetime:
        if self.day == self.today:
            return self.now
        return datetime.combine(self.day, time(23, 59, 59), tzinfo=self.site_zone)

    @property
    def is_about_now(self) -> bool:
        """Whether what is shown holds now, and of all content. Decisions are taken about that, not about a part."""
        return self.day == self.today and self.horizon is None and not self.filters

    @cached_property
    def filters(self) -> Filters:
        return Filters(
            self.request.GET,
            names=Filters.OF_COVERAGE,
            keep=("as_of", "horizon", *self.keep),
            members=self.members,
            reader=self.request.user,
            visible=access.visible_items(self.request.user),
            version=self.version,
        )

    @property
    def asked(self) -> dict[str, int]:
        """What the address asks of the numbers, so that a journey's own settings do not replace it."""
        return {} if self.horizon is None else {"horizon_days": self.horizon}

    @property
    def site_question(self) -> Question:
        """As the site and the address ask it."""
        return replace(conf.question(at=self.at, now=self.now), **self.asked)

    def report(self, journeys: list[Journey] | None, axes: Axes | None = None, *, with_weeks: bool = False) -> Report:
        """Over these journeys, or all active ones. `with_weeks`: with the coming weeks of their cells."""
        return make_report(
            self.request.user,
            self.site_question,
            journeys=None if journeys is None else [journey.slug for journey in journeys],
            filters=self.filters,
            axes=axes,
            asked=self.asked,
            unclassified_warning=conf.get("PLANNER_UNCLASSIFIED_WARNING"),
            ahead=with_weeks,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        as_of = "" if self.day == self.today else self.day.isoformat()
        horizon = "" if self.horizon is None else self.horizon
        partly = not access.sees_everything(self.request.user)
        return super().get_context_data(
            **{"filters": self.filters, "day": self.day, "today": self.today, "as_of": as_of}
            | {"horizon": horizon, "farthest": FARTHEST, "partly": partly}
            | kwargs
        )
