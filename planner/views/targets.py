"""What a journey asks of its cells, how it is judged and by which rules: one plain form for its owner."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from personas.models import Channel
from planner import conf
from planner.refused import Refused
from planner.targets import may_set_targets, set_targets, state_of
from planner.targets_form import TargetsForm
from planner.views.base import PlannerView
from planner.views.journey_screen import OfOneJourney


class TargetsView(OfOneJourney, PlannerView):
    """Everything a journey asks, on one page."""

    template_name = "planner/coverage/targets.html"
    page_title = gettext_lazy("Targets and rules")
    header_icon = "crosshairs"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_set_targets(request.user, self.scope.journey):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> TargetsForm:
        site = conf.question(at=self.now, now=self.now)
        channels = Channel.objects.active().filter(influenceable=True)
        return TargetsForm(self.request.POST or None, scope=self.scope, site=site, channels=channels)

    @property
    def back(self) -> str:
        return f"{reverse('planner_coverage:index')}?journey={self.scope.journey.slug}"

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": self.back, "label": _("Coverage")}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            messages.error(request, _("Nothing was saved: look at what is marked below."))
            return self.render_to_response(self.get_context_data())
        journey = self.scope.journey
        try:
            changed = set_targets(journey, self.form.asked(), seen=request.POST.get("seen", ""), user=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return self.render_to_response(self.get_context_data())
        text = _("The targets of “%(journey)s” are saved.") if changed else _("Nothing changed in “%(journey)s”.")
        messages.success(request, text % {"journey": journey})
        return HttpResponseRedirect(self.back)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        journey = self.scope.journey
        own = {"form": self.form, "journey": journey, "seen": state_of(journey), "back": self.back}
        return super().get_context_data(**kwargs | own)
