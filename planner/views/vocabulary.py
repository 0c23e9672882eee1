"""What the admin pages of campaigns, series and occasions share: lists with usage, and a page for all to read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import policy_registry

from personas.views.vocabulary import VocabularyIndexView, VocabularyViewSet
from planner.entries import tags_of
from planner.forms import possible_owners
from planner.menu import PlannerMenuItem
from planner.models import ContentItem
from planner.schedule import ItemRecord, read_items
from planner.views.base import PlannerAccess, PlannerView

MOST_ITEMS = 500


def site_today() -> date:
    """The day that it is in the site's zone, in which days without a time are meant."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


class TaggedForm(WagtailAdminModelForm):
    """A form with personas, phases or channels: the active ones are offered, and what is chosen already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"personas", "phases", "channels"} & set(self.fields):
            field = self.fields[name]
            active = Q(active=True, journey__active=True) if name == "phases" else Q(active=True)
            chosen = getattr(self.instance, name).values("pk") if self.instance.pk else ()
            offered = field.queryset.model.objects.filter(active | Q(pk__in=chosen))
            field.queryset = offered.select_related("journey") if name == "phases" else offered
            field.required = False
        if "owner" in self.fields:
            self.fields["owner"].queryset = possible_owners(self.instance.owner_id)

    def _update_errors(self, errors: ValidationError) -> None:
        # What a field has refused already is empty for the model, which would give a second reason for the same thing.
        for name in set(getattr(errors, "error_dict", ())) & set(self.errors):
            del errors.error_dict[name]
        super()._update_errors(errors)


class PlannedIndexView(PlannerAccess, VocabularyIndexView):
    """A list that everybody in the planner may read, as the pages to which its titles lead."""

    any_permission_required = None
    detail_url_name: str | None = None

    def _get_title_column(self, field_name: str, column_class: type = TitleColumn, **kwargs: Any) -> TitleColumn:
        return self._get_custom_column(
            field_name,
            self._get_title_column_class(column_class),
            get_url=lambda instance: reverse(self.detail_url_name, args=[instance.pk]),
            **kwargs,
        )


class PlannedViewSet(VocabularyViewSet):
    """Forms for whoever has the model's permissions; a list and pages to read for everybody in the planner."""

    index_view_class = PlannedIndexView
    add_view_class = generic.CreateView
    detail_view_class: type[PlannerView]
    menu_item_class = PlannerMenuItem
    sort_order_field = None
    search_fields = ["name"]
    menu_hook = None

    @cached_property
    def name(self) -> str:
        return f"planner_{self.model_name}"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"detail_url_name": self.get_url_name("detail"), **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        detail = self.construct_view(self.detail_view_class, model=self.model)
        return [*super().get_urlpatterns(), path("<int:pk>/", detail, name="detail")]


class PlannedDetailView(PlannerView):
    """The page of one campaign, series or occasion: everybody in the planner reads it, with the items they may see."""

    model: type | None = None
    index_url_name: str | None = None
    edit_url_name: str | None = None

    @cached_property
    def object(self) -> Any:
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    @property
    def may_change(self) -> bool:
        return policy_registry.get_by_type(self.model).user_has_permission(self.request.user, "change")

    def crumbs(self) -> list[dict[str, str]]:
        label = capfirst(self.model._meta.verbose_name_plural)
        return [{"url": reverse(self.index_url_name), "label": label}]

    def get_page_title(self) -> str:
        return capfirst(self.model._meta.verbose_name)

    def get_page_subtitle(self) -> str:
        return self.object.name

    def lines(self, items: QuerySet[ContentItem]) -> list[dict[str, Any]]:
        """The items with status and tags, by their moments; the first 500 of them. Twelve queries at most."""
        records = read_items(items.order_by("pk")[:MOST_ITEMS], now=self.now)
        tags = tags_of(record.item_id for record in records)
        return [
            {
                "record": record,
                "status": record.facts.status(self.now, self.site_zone),
                "tags": tags[record.item_id],
                "moment": moment_of(record),
            }
            for record in sorted(records, key=lambda one: (moment_of(one) is None, moment_of(one) or self.now))
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edit_url = reverse(self.edit_url_name, args=[self.object.pk]) if self.may_change else ""
        return super().get_context_data(object=self.object, edit_url=edit_url, **kwargs)


def moment_of(record: ItemRecord) -> Any:
    """When it goes or went out, or is meant to; None where nobody said."""
    facts = record.facts
    if facts.approval and not facts.live:
        return facts.approval.go_live_at
    return facts.aim if facts.is_planned_anew or not facts.start else facts.start
