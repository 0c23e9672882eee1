"""The history of a journey's coverage, for whoever may see the whole site: its trend, and what changed since a day."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.paginator import WagtailPaginator

from personas.models import Journey
from planner import conf
from planner.coverage_history import compare, may_see_history, snapshot_of
from planner.models import CoverageSnapshot
from planner.report import make_report
from planner.schedule import read_day
from planner.views.as_of import WITH_PICTURES
from planner.views.base import PlannerView

SNAPSHOTS_PER_PAGE = 31
DRAWN = 400
"""More snapshots than these are too close to one another to be told apart in a picture."""


class CoverageHistoryView(PlannerView):
    """One journey day by day, and beside today one of those days."""

    template_name = "planner/coverage/history.html"
    page_title = gettext_lazy("History of coverage")
    header_icon = "history"
    media = WITH_PICTURES

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see_history(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def journey(self) -> Journey:
        return get_object_or_404(Journey.objects.active(), slug=self.kwargs["journey"])

    def get_page_subtitle(self) -> str:
        return self.journey.name

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": f"{reverse('planner_coverage:index')}?journey={self.journey.slug}", "label": _("Coverage")}]

    @cached_property
    def snapshots(self) -> list[CoverageSnapshot]:
        """All of them, the latest first, without what each cell and gap was."""
        return list(self.journey.coverage_snapshots.defer("cells", "gaps").order_by("-day"))

    @cached_property
    def since(self) -> CoverageSnapshot | None:
        """The snapshot that today is compared with: the one of the day asked for, or the last before today."""
        asked = read_day(self.request.GET.get("since", ""))
        today = self.now.astimezone(self.site_zone).date()
        earlier = next((one.day for one in self.snapshots if one.day < today), None)
        days = {one.day for one in self.snapshots}
        day = asked if asked in days else earlier or next(iter(days), None)
        return self.journey.coverage_snapshots.filter(day=day).first() if day else None

    @property
    def page(self) -> Page:
        return WagtailPaginator(self.snapshots, SNAPSHOTS_PER_PAGE).get_page(self.request.GET.get("p"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = make_report(self.request.user, conf.question(at=self.now, now=self.now), journeys=[self.journey.slug])
        listed, today = self.page, snapshot_of(report)
        drawn = [one for one in self.snapshots[:DRAWN] if one.day < today.day]
        own = {
            "journey": self.journey,
            "today": today,
            "drawn": [*reversed(drawn), today],
            "listed": listed,
            "page_numbers": list(listed.paginator.get_elided_page_range(listed.number)),
            "comparison": compare(self.since, report) if self.since else None,
        }
        return super().get_context_data(**kwargs | own)
