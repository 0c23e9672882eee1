"""What the admin pages of all vocabularies share: lists with usage, order, and no deletion of what is in use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.forms import BaseModelForm
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, StatusTagColumn, Table
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from personas.models import Vocabulary, VocabularyQuerySet
from personas.usage import visible_usage
from personas.views.deletion import DeactivateView, RefusingDeleteView


def usage_in_words(member: Vocabulary) -> str:
    return ", ".join(member.visible_usage)


def active_in_words(member: Vocabulary) -> str:
    return gettext("Active") if member.active else gettext("Inactive")


class ActiveColumn(StatusTagColumn):
    def __init__(self) -> None:
        super().__init__(
            "active",
            label=_("Status"),
            accessor=active_in_words,
            primary=lambda member: member.active,
            sort_key="active",
        )


class UsageColumn(Column):
    """What depends on the member that the reader may see. The index view fills it, for the whole page at once."""

    def __init__(self) -> None:
        super().__init__("usage", label=_("Used by"), accessor=usage_in_words)


class VocabularyIndexView(generic.IndexView):
    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        """The members that match. A filter on something that does not exist (any more) matches nothing."""
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def get_table(self, object_list: Iterable[Vocabulary]) -> Table:
        usage = visible_usage(self.request.user, self.model, [member.pk for member in object_list])
        for member in object_list:
            member.visible_usage = usage[member.pk]
        return super().get_table(object_list)


class VocabularyCreateView(generic.CreateView):
    def save_instance(self) -> Vocabulary:
        self.form.instance.sort_order = self.peers().next_place()
        return super().save_instance()

    def peers(self) -> VocabularyQuerySet:
        """The members among which the new one takes the last place."""
        return self.model.objects.all()


class VocabularyReorderView(generic.ReorderView):
    """Puts a member at ?position=, counted from 0, and numbers all its peers anew: two of them may share a place."""

    def peers(self, member: Vocabulary) -> VocabularyQuerySet:
        return self.model.objects.all()

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        member = get_object_or_404(self.model, pk=kwargs["pk"])
        others = [peer for peer in self.peers(member).select_for_update() if peer.pk != member.pk]
        place = self._place(last=len(others))
        ordered = [*others[:place], member, *others[place:]]
        for number, peer in enumerate(ordered):
            peer.sort_order = number
        self.model.objects.bulk_update(ordered, ["sort_order"])
        log(instance=member, action="wagtail.reorder")
        return JsonResponse({"success": True})

    def _place(self, *, last: int) -> int:
        position = self.request.GET.get("position", "")
        return min(int(position), last) if position.isdecimal() else last


class VocabularyViewSet(ModelViewSet):
    index_view_class = VocabularyIndexView
    add_view_class = VocabularyCreateView
    delete_view_class = RefusingDeleteView
    reorder_view_class = VocabularyReorderView
    deactivate_view_class = DeactivateView

    index_template_name = "personas/index.html"
    sort_order_field = "sort_order"
    search_fields = ["name", "slug"]
    copy_view_enabled = False
    # Wagtail's own index of references does not know the planner's rows, so it would call used things unused.
    add_to_reference_index = False
    list_per_page = 50
    # Where the planner is installed its menu takes these in; alone, they are reached by their addresses.
    menu_hook = "register_planner_submenu"
    form_class: type[BaseModelForm]

    @cached_property
    def name(self) -> str:
        return f"personas_{self.model_name}"

    def get_form_class(self, for_update: bool = False) -> type[BaseModelForm]:  # noqa: FBT001, FBT002 (Wagtail's signature)
        return self.form_class

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            **{"usage_url_name": None, "deactivate_url_name": self.get_url_name("deactivate"), **kwargs}
        )

    @property
    def deactivate_view(self) -> Any:
        return self.construct_view(self.deactivate_view_class)

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns = [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]
        return [*patterns, path("deactivate/<int:pk>/", self.deactivate_view, name="deactivate")]
