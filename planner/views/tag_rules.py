"""The admin page of the tag rules."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from personas.models import Phase
from planner.models import TagRule


def phase_in_journey(phase: Phase | None) -> str:
    """The phase and its journey: several journeys may have a phase of one name. Empty where there is none."""
    return f"{phase.journey} · {phase}" if phase else ""


class PhaseField(forms.ModelChoiceField):
    def label_from_instance(self, phase: Phase) -> str:
        return phase_in_journey(phase)


class TagRuleForm(WagtailAdminModelForm):
    phase = PhaseField(label=_("Phase"), queryset=Phase.objects.select_related("journey"), required=False)

    class Meta:
        model = TagRule
        fields = ["tag", "persona", "phase", "channel"]


class TagRuleIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[TagRule]:
        return super().get_base_queryset().select_related("persona", "phase__journey", "channel")


class TagRuleViewSet(ModelViewSet):
    model = TagRule
    index_view_class = TagRuleIndexView
    icon = "tag"
    url_prefix = "planner/rules"
    menu_order = 90
    menu_label = _("Tag rules")
    copy_view_enabled = False
    list_display = [
        "tag",
        Column("persona", label=_("Persona"), accessor=lambda rule: rule.persona or ""),
        Column("phase", label=_("Phase"), accessor=lambda rule: phase_in_journey(rule.phase)),
        Column("channel", label=_("Channel"), accessor=lambda rule: rule.channel or ""),
    ]
    list_filter = ["persona", "phase", "channel"]
    search_fields = ["tag", "persona__name", "phase__name", "channel__name"]

    def get_form_class(self, for_update: bool = False) -> type[TagRuleForm]:  # noqa: FBT001, FBT002  (Wagtail's signature)
        return TagRuleForm


tag_rule_viewset = TagRuleViewSet()
