"""Persona, phase and channel in Wagtail's page explorer: columns and filters, on top of those that the site made."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Value
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import MultipleChoiceField
from django_filters.filters import MultipleChoiceFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.pages import page_viewset_registry

from personas.models import Channel, Persona, Phase
from planner import conf
from planner.filters import MOST_VALUES
from planner.models import DIMENSIONS, ContentItem
from planner.schedule import Status, read_items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from wagtail.admin.filters import WagtailFilterSet

    from planner.models.content_item import ContentItemQuerySet

EVERYONE = "everyone"


class AnyChoiceField(MultipleChoiceField):
    """Takes what no longer exists too: it matches nothing. As an error it would switch every filter off."""

    def valid_value(self, value: str) -> bool:
        return True

    def to_python(self, value: list[str] | None) -> list[str]:
        return [one for one in super().to_python(value) if one]


class PlanFilter(MultipleChoiceFilter):
    """A filter on the items of pages. The search refuses conditions on other tables, so it gets the pages' keys."""

    field_class = AnyChoiceField

    def __init__(self, label: str) -> None:
        super().__init__(label=label, widget=CheckboxSelectMultiple)

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        items = ContentItem.objects.counted().filter(page__in=qs.order_by().values("pk"))
        return qs.filter(pk__in=self.pages(items, value[:MOST_VALUES]))

    def pages(self, items: ContentItemQuerySet, values: list[str]) -> list[int]:
        raise NotImplementedError


class TagFilter(PlanFilter):
    """Pages that carry one of the chosen members of a dimension."""

    def __init__(self, label: str, dimension: str) -> None:
        super().__init__(label)
        self.dimension = dimension

    def pages(self, items: ContentItemQuerySet, values: list[str]) -> list[int]:
        return list(items.tagged(**{self.dimension: values}).values_list("page_id", flat=True))


class StatusFilter(PlanFilter):
    """Pages that have one of the chosen statuses of the planner now. Five queries, and a record per page in reach."""

    def pages(self, items: ContentItemQuerySet, values: list[str]) -> list[int]:
        now, zone = timezone.now(), timezone.get_default_timezone()
        return [
            record.page_id
            for record in read_items(items, now=now)
            if (Status.OVERDUE if record.facts.is_late else record.facts.status(now, zone)) in values
        ]


class PlanFilters:
    """Mixed into a filter set of pages. Reads the vocabularies once (three queries), for the columns as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vocabularies: dict[str, list[Model]] = {
            "personas": list(Persona.objects.all()),
            "phases": list(Phase.objects.select_related("journey")),
            "channels": list(Channel.objects.all()),
        }
        self._offer("persona", TagFilter(gettext_lazy("Persona"), "personas"), self._members("personas"))
        self._offer("phase", TagFilter(gettext_lazy("Phase"), "phases"), self._phases())
        self._offer("channel", TagFilter(gettext_lazy("Channel"), "channels"), self._members("channels"))
        self._offer("plan_status", StatusFilter(gettext_lazy("Planner status")), Status.choices)

    def _offer(self, name: str, offered: PlanFilter, choices: list[tuple[str, Any]]) -> None:
        offered.field_name, offered.parent, offered.model = name, self, self._meta.model
        offered.extra["choices"] = choices
        self.filters[name] = offered

    def _members(self, dimension: str) -> list[tuple[str, str]]:
        return [(member.slug, member.name) for member in self.vocabularies[dimension] if member.active]

    def _phases(self) -> list[tuple[str, list[tuple[str, str]]]]:
        active = [phase for phase in self.vocabularies["phases"] if phase.active and phase.journey.active]
        return [
            (journey.name, [(f"{journey.slug}/{phase.slug}", phase.name) for phase in phases])
            for journey, phases in groupby(active, key=lambda phase: phase.journey)
        ]


class TagsColumn(Column):
    """The names of a page's members of one dimension, in the vocabulary's order."""

    def get_value(self, instance: Any) -> str:
        return ", ".join(instance.planner_tags[self.name])


COLUMNS = [
    TagsColumn("personas", label=gettext_lazy("Persona"), width="10%"),
    TagsColumn("phases", label=gettext_lazy("Phase"), width="10%"),
    TagsColumn("channels", label=gettext_lazy("Channel"), width="10%"),
]


class PlanListing:
    """Mixed into an explorer's listing: three columns and four filters, for four queries whatever the number of pages.

    The setting PLANNER_EXPLORER takes them all away.
    """

    shows_plan = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.shows_plan = conf.get("PLANNER_EXPLORER")
        if self.shows_plan:
            self.filterset_class = with_plan_filters(self.filterset_class)

    @cached_property
    def explorable_columns(self) -> list[Column]:
        """The site's columns, and ours before the last, which leads to the pages below."""
        columns = super().explorable_columns
        return [*columns[:-1], *COLUMNS, columns[-1]] if self.shows_plan else columns

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.shows_plan:
            _attach_tags(list(context["object_list"]), self.filters.vocabularies)
        return context


@cache
def with_plan_filters(filters: type[WagtailFilterSet]) -> type[WagtailFilterSet]:
    """The filter set with the planner's filters behind its own."""
    return type(f"Plan{filters.__name__}", (PlanFilters, filters), {})


def extend_listings() -> None:
    """Mix the planner into the explorer of every page viewset registered so far, whoever made it."""
    registries = (
        page_viewset_registry.values_by_exact_class,
        page_viewset_registry.values_by_class,
        page_viewset_registry.values_by_parent_model,
    )
    for viewset in {viewset for registry in registries for viewset in registry.values()}:
        view = viewset.index_view_class
        if not issubclass(view, PlanListing):
            viewset.index_view_class = type(f"Plan{view.__name__}", (PlanListing, view), {})


def _attach_tags(pages: list[Any], vocabularies: dict[str, list[Model]]) -> None:
    """Set `planner_tags` on each page: names by dimension. One query."""
    carried = _carried([page.pk for page in pages])
    for page in pages:
        tags = carried[page.pk]
        page.planner_tags = {
            dimension: [member.name for member in vocabularies[dimension] if member.pk in tags[dimension]]
            for dimension in DIMENSIONS
        }
        if tags[EVERYONE]:
            page.planner_tags["personas"] = [_("Everyone")]


def _carried(pages: Iterable[int]) -> dict[int, dict[str, set[int]]]:
    """By page and dimension the keys of its members; the three tables of tags in one query."""
    everyone = ContentItem.objects.filter(page__in=pages, for_everyone=True).order_by()
    links = [everyone.values_list("page", "pk", Value(EVERYONE))]
    for name in DIMENSIONS:
        dimension = ContentItem._meta.get_field(name)
        rows = dimension.remote_field.through.objects.filter(contentitem__page__in=pages)
        links.append(rows.values_list("contentitem__page", dimension.m2m_reverse_field_name(), Value(name)))
    carried: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for page, member, dimension in links[0].union(*links[1:], all=True):
        carried[page][dimension].add(member)
    return carried
