"""What all screens of the planner share: who may enter, which clock, which zone, where they stand in the admin."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from planner import access, plan_version
from planner.members import Members
from planner.phases import phase_positions


class PlannerAccess:
    """Mixed into every view of the planner: only for people who have something to see in it; one clock per answer."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.may_use_planner(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def local_day(self) -> date:
        """The day it is for the reader."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The reader's zone: Wagtail activates it for the admin."""
        return timezone.get_current_timezone()

    @property
    def site_zone(self) -> ZoneInfo:
        """The zone in which days without a time and horizons are meant."""
        return timezone.get_default_timezone()


class ReadsOnce:
    """Mixed into a screen that keeps answers: which version of the plan it shows, and the vocabularies."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Before anything else is read, so that a write that comes between makes whatever is kept out of date.
        self.version = plan_version.current()

    @cached_property
    def members(self) -> Members:
        return Members()

    @property
    def positions(self) -> dict[int, int]:
        return self.members.positions


class CountsInItsWords:
    """Mixed into a listing: below it stands how many there are in the view's own words, for Wagtail says "items"."""

    verbose_name: Any
    verbose_name_plural: Any

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        paginator = super().get_paginator(*args, **kwargs)
        paginator.verbose_name, paginator.verbose_name_plural = self.verbose_name, self.verbose_name_plural
        return paginator


class PlannerView(PlannerAccess, WagtailAdminTemplateMixin, TemplateView):
    """A page of the planner, in which everybody sees their own part."""

    media = Media(css={"all": ["planner/planner.css"]}, js=["planner/quick-view.js"])

    def crumbs(self) -> list[dict[str, str]]:
        """The steps between the planner and this page."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *self.crumbs(), here]

    @property
    def positions(self) -> dict[int, int]:
        """The number of each phase within its journey."""
        return phase_positions()

    @cached_property
    def may_plan(self) -> bool:
        return access.may_plan(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            media=self.media,
            zone_name=str(self.zone),
            positions=self.positions,
            may_plan=self.may_plan,
            local_day=self.local_day,
            **kwargs,
        )
