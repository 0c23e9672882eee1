"""The page of one gap: what it is, where it stands, and what happened to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Journey
from planner import access
from planner.coverage_history import PastGap, may_see_history, past_gaps
from planner.gap_decisions import may_decide
from planner.gap_history import Event, events_of
from planner.gap_list import ListedGap
from planner.gaps import parts_of
from planner.views.as_of import WITH_PICTURES
from planner.views.gap_decisions import GapView


class GapHistoryView(GapView):
    """A gap that its reader sees now, or for whoever sees the whole site also one that stood before."""

    template_name = "planner/gaps/history.html"
    page_title = gettext_lazy("History of a gap")
    media = WITH_PICTURES

    @cached_property
    def whole_site(self) -> bool:
        return may_see_history(self.request.user)

    @cached_property
    def events(self) -> list[Event]:
        visible = access.visible_items(self.request.user)
        zone = self.site_zone
        return events_of(self.key, visible=visible, whole_site=self.whole_site, now=self.now, zone=zone)

    @cached_property
    def past(self) -> PastGap | None:
        """The gap where it does not stand any more: known by what happened to it."""
        if self.gap or not self.whole_site or not self.events:
            return None
        journey = Journey.objects.filter(slug=parts_of(self.key)[1]).first()
        return past_gaps({self.key: None}, journey)[0] if journey else None

    def get_page_subtitle(self) -> str:
        return (self.gap or self.past).place

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_gap:index"), "label": _("Gaps")}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.gap is None and self.past is None:
            return self.lead_back()
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = ListedGap(self.gap, self.report.decision(self.gap)) if self.gap else None
        own = {
            "gap": self.gap,
            "past": self.past,
            "listed": listed,
            "events": self.events,
            "whole_site": self.whole_site,
            "may_decide": bool(self.gap) and may_decide(self.request.user, self.gap.journey),
        }
        return super().get_context_data(**kwargs | own)
