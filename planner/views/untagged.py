"""The report "Untagged content": what lacks a persona, a phase or a channel, the most pressing first."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.forms import CheckboxSelectMultiple, Media
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from personas.models import Journey
from planner import access, conf
from planner.bulk_actions import tags_items_of
from planner.coverage import Coverage, Question, count
from planner.filters import clean_value
from planner.models import ContentItem
from planner.models.content_item import ContentItemQuerySet
from planner.schedule import Approvals, approvals
from planner.spreadsheets import SafeSpreadsheetMixin
from planner.templatetags.planner_tags import status
from planner.titles import titled
from planner.untagged import LACKS, Rank, Untagged, read_untagged, type_names, untagged_items
from planner.views.base import CountsInItsWords, PlannerAccess
from planner.views.classify.steps import may_enter

OFF_SITE = "off-site"
LIST_NAME = "untagged"


class UntaggedFilterSet(WagtailFilterSet):
    """The journey only decides which phases count: the view reads it before the items are looked for."""

    missing = django_filters.MultipleChoiceFilter(
        label=_("Missing"), choices=list(LACKS.items()), method="filter_missing", widget=CheckboxSelectMultiple
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"),
        choices=[(rank.name.lower(), rank.label) for rank in Rank],
        method="filter_status",
        widget=CheckboxSelectMultiple,
    )
    type = django_filters.MultipleChoiceFilter(
        label=_("Type"), choices=[], method="filter_type", widget=CheckboxSelectMultiple
    )
    journey = django_filters.ChoiceFilter(label=_("Journey"), choices=[], method="filter_nothing")

    class Meta:
        model = ContentItem
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["type"].extra["choices"] = _types_seen_by(self.request.user)
        self.filters["journey"].extra["choices"] = list(Journey.objects.active().values_list("slug", "name"))

    def filter_missing(self, items: ContentItemQuerySet, name: str, values: list[str]) -> ContentItemQuerySet:
        lacks_one = Q()
        for value in values:
            lacks_one |= Q(**{f"lacks_{value}": 1})
        return items.filter(lacks_one)

    def filter_status(self, items: ContentItemQuerySet, name: str, values: list[str]) -> ContentItemQuerySet:
        return items.filter(rank__in=[Rank[value.upper()] for value in values])

    def filter_type(self, items: ContentItemQuerySet, name: str, values: list[str]) -> ContentItemQuerySet:
        types = [value for value in values if value != OFF_SITE]
        chosen = Q(page__content_type__in=types) | Q(content_type__in=types)
        if OFF_SITE in values:
            chosen |= Q(page__isnull=True, content_type__isnull=True)
        return items.filter(chosen)

    def filter_nothing(self, items: ContentItemQuerySet, name: str, value: str) -> ContentItemQuerySet:
        return items


def _types_seen_by(user: Any) -> list[tuple[str, str]]:
    pairs = access.visible_items(user).order_by().values_list("page__content_type", "content_type").distinct()
    names = type_names({page_type or other for page_type, other in pairs})
    choices = [(str(key or OFF_SITE), str(name)) for key, name in names.items()]
    return sorted(choices, key=lambda choice: choice[1])


class SelectColumn(BulkActionsCheckboxColumn):
    """A box per row for the bulk action, which is a plain form's where there is no JavaScript."""

    cell_template_name = "planner/reports/select_cell.html"

    def get_aria_describedby(self, instance: Untagged) -> str:
        return title_id(instance)

    def get_header_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return super().get_header_context_data(parent_context) | {"parent": LIST_NAME}


def title_id(row: Untagged) -> str:
    return f"item_{row.item_id}_title"


def status_with_age(row: Untagged) -> SafeString:
    """The status, and that a live item is old: without it nobody sees why newer ones stand above it."""
    if row.rank != Rank.LIVE:
        return status(row.status)
    return format_html('{}<span class="jp-meta">{}</span>', status(row.status), _("Old"))


class UntaggedView(PlannerAccess, CountsInItsWords, SafeSpreadsheetMixin, ReportView):
    """A list, its two downloads, and at its top the share of live content that counts in no cell."""

    template_name = "planner/reports/untagged.html"
    results_template_name = "planner/reports/untagged_results.html"
    page_title = _("Untagged content")
    header_icon = "tag"
    index_url_name = "planner_untagged:index"
    index_results_url_name = "planner_untagged:results"
    is_searchable = True
    filterset_class = UntaggedFilterSet
    verbose_name, verbose_name_plural = _("untagged item"), _("untagged items")
    columns = [
        SelectColumn("bulk_actions", obj_type="item"),
        TitleColumn(
            "title",
            label=_("Title"),
            get_url=lambda row: reverse("planner_item:plan", args=[row.item_id]),
            get_title_id=title_id,
            width="45%",
        ),
        Column("missing_words", label=_("Missing")),
        Column("status", label=_("Status"), accessor=status_with_age),
        Column("type", label=_("Type"), classname="jp-wide"),
        Column("day", label=_("Date"), classname="jp-wide"),
    ]
    export_headings = {
        "title": _("Title"),
        "missing_words": _("Missing"),
        "status_label": _("Status"),
        "type": _("Type"),
        "day": _("Date"),
    }
    list_export = list(export_headings)
    export_filename = "untagged-content"

    @cached_property
    def question(self) -> Question:
        return conf.question(at=self.now, now=self.now)

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @cached_property
    def phases(self) -> list[int]:
        """The phases that count: of the chosen journey, else of all active ones. As the coverage screen counts them."""
        journeys = Journey.objects.active()
        chosen = self.request.GET.get("journey")
        if chosen:
            journeys = journeys.filter(slug=clean_value(chosen))
        return list(journeys.filter(phases__isnull=False).values_list("phases", flat=True))

    @cached_property
    def share(self) -> Coverage:
        """How much of what this reader may see counts in no cell, whatever is searched for."""
        items = access.visible_items(self.request.user)
        return count(items, self.question, phases=self.phases, approved=self.approved)

    def get_base_queryset(self) -> ContentItemQuerySet:
        items = access.visible_items(self.request.user)
        return untagged_items(items, self.question, phases=self.phases, approved=self.approved)

    def search_queryset(self, queryset: ContentItemQuerySet) -> ContentItemQuerySet:
        return titled(queryset, self.search_query or "")

    def get_filtered_queryset(self) -> ContentItemQuerySet:
        # Wagtail's reports filter a second time here; the list comes filtered already.
        return self.get_queryset()

    def paginate_queryset(self, queryset: ContentItemQuerySet, page_size: int) -> tuple[Any, Any, list[Untagged], bool]:
        paginator, page, items, several = super().paginate_queryset(queryset, page_size)
        return paginator, page, read_untagged(items, self.question), several

    def decorate_paginated_queryset(self, object_list: Any) -> list[Untagged]:
        return read_untagged(object_list, self.question) if self.is_export else object_list

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_export:
            partly = not access.sees_everything(self.request.user)
            context |= {"share": self.share, "partly": partly, "may_classify": may_enter(self.request.user)}
            listed = context["paginator"]
            # All of these are taken by "all items in this list", which is more than the headline tells of.
            live = listed.object_list.filter(rank__in=[Rank.FRESH, Rank.LIVE]).count()
            context |= {"listed": listed.count, "not_live": listed.count - live}
        context["media"] += Media(css={"all": ["planner/planner.css"]})
        return context


@tags_items_of(LIST_NAME)
def listed_as_untagged(request: HttpRequest, place: str) -> ContentItemQuerySet:
    """All that the report lists with this search and these filters."""
    view = UntaggedView()
    view.setup(request)
    return view.get_queryset()
