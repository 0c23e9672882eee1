from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from personas.forms import EvidenceForm
from personas.models import Evidence
from personas.pages import page_of


def day_in_words(evidence: Evidence) -> str:
    return date_format(evidence.date, "j F Y")


class EvidenceIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Evidence]:
        return super().get_base_queryset().select_related("persona", "phase")

    def get_add_url(self) -> str | None:
        """The form for new evidence: about the persona that the list is filtered by."""
        address, persona = super().get_add_url(), self.request.GET.get("persona", "")
        return f"{address}?persona={persona}" if address and persona.isdecimal() else address


class EvidenceSuccess:
    """After saving one is back on the persona's page, where somebody built one."""

    def get_success_url(self) -> str:
        return page_of(self.object.persona.slug) or reverse(self.index_url_name)


class EvidenceCreateView(EvidenceSuccess, generic.CreateView):
    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "persona": self.request.GET.get("persona")}


class EvidenceEditView(EvidenceSuccess, generic.EditView):
    pass


class EvidenceViewSet(ModelViewSet):
    model = Evidence
    form_class = EvidenceForm
    name = "personas_evidence"
    icon = "glasses"
    url_prefix = "planner/evidence"
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = EvidenceIndexView
    add_view_class = EvidenceCreateView
    edit_view_class = EvidenceEditView
    index_template_name = "personas/index.html"
    list_filter = ["persona", "kind"]
    list_display = [
        "finding",
        "persona",
        Column("figure", label=_("Figure")),
        "kind",
        "source",
        Column("date", label=_("Date"), accessor=day_in_words, sort_key="date"),
        Column("imported_from", label=_("Imported from")),
    ]
    search_fields = ["finding", "source"]
    list_per_page = 50

    def get_form_class(self, for_update: bool = False) -> type[EvidenceForm]:  # noqa: FBT001, FBT002 (Wagtail's signature)
        return self.form_class
