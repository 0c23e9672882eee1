from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from personas.forms import PhaseForm
from personas.models import Phase
from personas.views.vocabulary import (
    ActiveColumn,
    UsageColumn,
    VocabularyCreateView,
    VocabularyIndexView,
    VocabularyReorderView,
    VocabularyViewSet,
)


class PhaseIndexView(VocabularyIndexView):
    """All phases, journey by journey. Filtered by one journey, they can be put in order: places only compare there."""

    def get_base_queryset(self) -> QuerySet[Phase]:
        return super().get_base_queryset().select_related("journey")

    @cached_property
    def shows_one_journey(self) -> bool:
        return bool(self.is_filtering) and not self.is_searching and self.filters.form.changed_data == ["journey"]

    def get_valid_orderings(self) -> list[str]:
        orderings = [ordering for ordering in super().get_valid_orderings() if ordering != self.sort_order_field]
        return [*orderings, self.sort_order_field] if self.shows_one_journey else orderings

    @cached_property
    def reorder_button(self) -> Button | None:
        if not (self.shows_one_journey and self.get_reorder_url()):
            return None
        query = f"?journey={self.filters.form.cleaned_data['journey'].pk}&ordering={self.sort_order_field}"
        return Button(gettext("Put the phases in order"), url=self.index_url + query, icon_name="list-ul")


class PhaseCreateView(VocabularyCreateView):
    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "journey": self.request.GET.get("journey")}

    def peers(self) -> QuerySet[Phase]:
        return self.form.instance.journey.phases.all()

    def get_success_url(self) -> str:
        return phases_of_journey(self.object)


class PhaseEditView(generic.EditView):
    def get_success_url(self) -> str:
        return phases_of_journey(self.object)


class PhaseReorderView(VocabularyReorderView):
    def peers(self, member: Phase) -> QuerySet[Phase]:
        return Phase.objects.filter(journey=member.journey_id)


def phases_of_journey(phase: Phase) -> str:
    return reverse("personas_phase:index") + f"?journey={phase.journey_id}"


class PhaseViewSet(VocabularyViewSet):
    model = Phase
    form_class = PhaseForm
    icon = "list-ol"
    url_prefix = "planner/phases"
    menu_order = 12
    index_view_class = PhaseIndexView
    add_view_class = PhaseCreateView
    edit_view_class = PhaseEditView
    reorder_view_class = PhaseReorderView
    list_filter = ["journey", "group", "entry", "active"]
    list_display = ["name", "journey", "group", "weight", ActiveColumn(), UsageColumn()]
    search_fields = ["name", "slug", "question"]
