"""Accepts a gap until a day, with a reason, and opens it again: plain forms for the owner of its journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from planner import conf
from planner.fields import DayField
from planner.gap_decisions import accept, may_decide, take_back
from planner.gaps import Gap
from planner.models import GapDecision
from planner.refused import Refused
from planner.report import Report, report_around
from planner.views.base import PlannerView


@dataclass(frozen=True, slots=True)
class ToldGap:
    """A gap as a screen tells it: with the decision about it, where one holds."""

    gap: Gap
    decision: GapDecision | None


def told(report: Report, gaps: list[Gap]) -> list[ToldGap]:
    """The gaps with the decisions that hold, in their order. No query."""
    return [ToldGap(gap, report.decision(gap)) for gap in gaps]


class AcceptForm(forms.Form):
    """Until when, and why."""

    until = DayField(
        label=gettext_lazy("Accept until"), help_text=gettext_lazy("On this day the gap is open again by itself.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=GapDecision._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody who sees this gap can read it."),
    )


class GapView(PlannerView):
    """A page about one gap that its reader sees now. Any other leads back, with the same word for all of them: that it
    is closed, that it never was, or that it lies in content of others."""

    header_icon = "warning"

    @cached_property
    def key(self) -> str:
        asked = self.request.POST.get("gap") or self.request.GET.get("gap", "")
        return asked.replace("\0", "")

    @cached_property
    def report(self) -> Report:
        question = conf.question(at=self.now, now=self.now)
        return report_around(self.request.user, self.key, question)

    @cached_property
    def gap(self) -> Gap | None:
        return self.report.find(self.key)

    @cached_property
    def next(self) -> str:
        if address := get_valid_next_url_from_request(self.request):
            return address
        index = reverse("planner_coverage:index")
        return f"{index}?journey={self.gap.journey.slug}" if self.gap and self.gap.journey else index

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.gap else self.lead_back()

    def lead_back(self) -> HttpResponse:
        messages.warning(self.request, _("There is no such gap any more: the numbers have changed."))
        return HttpResponseRedirect(self.next)


class AcceptGapView(GapView):
    """The gap, why it is one, and the form that accepts it."""

    template_name = "planner/gaps/accept.html"
    page_title = gettext_lazy("Accept a gap")

    def get_page_subtitle(self) -> str:
        return self.gap.place

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": self.next, "label": _("Coverage")}]

    @cached_property
    def decision(self) -> GapDecision | None:
        return self.report.decision(self.gap)

    @cached_property
    def form(self) -> AcceptForm:
        if self.request.method == "POST":
            return AcceptForm(self.request.POST)
        today = self.now.astimezone(self.site_zone).date()
        usual = today + timedelta(days=self.report.question.horizon_days)
        decided = self.decision
        return AcceptForm(initial={"until": decided.until, "reason": decided.reason} if decided else {"until": usual})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.gap is None:
            return self.lead_back()
        if self.form.is_valid():
            try:
                accept(self.gap, **self.form.cleaned_data, user=request.user, now=self.now, zone=self.site_zone)
            except Refused as refusal:
                self.form.add_error("until" if may_decide(request.user, self.gap.journey) else None, str(refusal))
            else:
                text = _("The gap is accepted: %(gap)s, %(place)s.")
                messages.success(request, text % {"gap": self.gap.rule.name, "place": self.gap.place})
                return HttpResponseRedirect(self.next)
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        journey = self.gap.journey
        owner = journey.owner if journey and journey.has_active_owner else None
        return super().get_context_data(
            gap=self.gap,
            decision=self.decision,
            form=self.form,
            may_decide=may_decide(self.request.user, journey),
            owner=owner and (owner.get_full_name() or owner.get_username()),
            next=self.next,
            **kwargs,
        )


class ReopenGapView(GapView):
    """Takes the acceptance of a gap back. Only by a button: there is nothing to fill in, and accepting is as easy."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.gap is None:
            return self.lead_back()
        try:
            take_back(self.gap, user=request.user, now=self.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            text = _("The gap is open again: %(gap)s, %(place)s.")
            messages.success(request, text % {"gap": self.gap.rule.name, "place": self.gap.place})
        return HttpResponseRedirect(self.next)
