"""The admin pages of campaigns, and the page of one with its items and what it still lacks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, UserColumn

from personas.forms import VocabularyForm
from personas.views.vocabulary import ActiveColumn, UsageColumn
from planner import access, conf
from planner.fields import DayField, OwnerField, PhaseField
from planner.gaps import Gap
from planner.models import Campaign
from planner.occasion_words import days_in_words
from planner.report import make_report
from planner.views.vocabulary import PlannedDetailView, PlannedIndexView, PlannedViewSet, TaggedForm

GAPS_SHOWN = 50


def span_in_words(campaign: Campaign) -> str:
    return days_in_words(campaign.first_day, campaign.last_day)


class CampaignForm(TaggedForm, VocabularyForm):
    first_day = DayField(label=capfirst(Campaign._meta.get_field("first_day").verbose_name))
    last_day = DayField(label=capfirst(Campaign._meta.get_field("last_day").verbose_name))

    class Meta:
        model = Campaign
        fields = [
            "name",
            "slug",
            "kind",
            "core_message",
            "first_day",
            "last_day",
            "owner",
            "personas",
            "phases",
            "active",
        ]
        field_classes = {"phases": PhaseField, "owner": OwnerField}
        widgets = {"personas": forms.CheckboxSelectMultiple, "phases": forms.CheckboxSelectMultiple}


class CampaignIndexView(PlannedIndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("owner")


class CampaignView(PlannedDetailView):
    """One campaign: its span and message, its items with their status, and the gaps of its personas and phases."""

    template_name = "planner/campaigns/detail.html"
    header_icon = "crosshairs"

    @cached_property
    def personas(self) -> list[Any]:
        return list(self.object.personas.all())

    @cached_property
    def phases(self) -> list[Any]:
        return list(self.object.phases.select_related("journey"))

    def gaps(self) -> list[Gap]:
        """The gaps in the cells of its personas and phases, the most pressing first. No personas means all of them; the
        same of phases. Of a whole phase where one of its phases has nothing at all."""
        if not self.personas and not self.phases:
            return []
        journeys = sorted({phase.journey.slug for phase in self.phases}) or None
        question = conf.question(at=self.now, now=self.now)
        report = make_report(self.request.user, question, journeys=journeys)
        return [gap for gap in report.gaps if self._is_mine(gap)]

    def _is_mine(self, gap: Gap) -> bool:
        in_phase = gap.phase is not None and (not self.phases or gap.phase in self.phases)
        return in_phase and (gap.persona is None or not self.personas or gap.persona in self.personas)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign, gaps = self.object, self.gaps()
        return super().get_context_data(
            span=span_in_words(campaign),
            owner=campaign.owner.get_full_name() or campaign.owner.get_username() if campaign.owner else "",
            personas=self.personas,
            phases=self.phases,
            lines=self.lines(access.visible_items(self.request.user).filter(campaign=campaign)),
            gaps=gaps[:GAPS_SHOWN],
            gap_count=len(gaps),
            judged=bool(self.personas or self.phases),
            partly=not access.sees_everything(self.request.user),
            **kwargs,
        )


class CampaignViewSet(PlannedViewSet):
    model = Campaign
    icon = "crosshairs"
    url_prefix = "planner/campaigns"
    menu_order = 40
    form_class = CampaignForm
    index_view_class = CampaignIndexView
    detail_view_class = CampaignView
    list_filter = ["kind", "active", "personas"]
    list_display = [
        "name",
        "kind",
        Column("span", label=_("Days"), accessor=span_in_words, sort_key="first_day"),
        UserColumn("owner", label=_("Owner"), blank_display_name=_("No owner")),
        ActiveColumn(),
        UsageColumn(),
    ]
    search_fields = ["name", "slug", "core_message"]


campaign_viewset = CampaignViewSet()
