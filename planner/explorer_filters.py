"""Filters of Wagtail's page explorer: by persona, phase, channel and the planner's status, also within a search."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django_filters.fields import MultipleChoiceField
from django_filters.filters import MultipleChoiceFilter
from wagtail.admin.views.pages.listing import PageFilterSet

from planner import conf
from planner.filters import MOST_VALUES, clean_value
from planner.models import ContentItem
from planner.page_status import in_status
from planner.schedule import Status
from planner.vocabulary import Member, read_vocabularies

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from planner.models.content_item import ContentItemQuerySet

TRAITS = ("persona", "phase", "channel", "status")
"""What the explorer can show and filter by."""

NONE = "-"
"""The choice of what has no persona, phase or channel at all."""


def shown_traits() -> tuple[str, ...]:
    """The traits that the setting PLANNER_EXPLORER asks for: all, none, or those that it names."""
    asked = conf.get("PLANNER_EXPLORER")
    if isinstance(asked, bool):
        return TRAITS if asked else ()
    return tuple(trait for trait in TRAITS if trait in asked)


class AnyChoiceField(MultipleChoiceField):
    """Takes what no longer exists too: it matches nothing. As an error it would switch every filter off."""

    def valid_value(self, value: str) -> bool:
        return True

    def to_python(self, value: list[str] | None) -> list[str]:
        return [clean_value(one) for one in super().to_python(value) if one]


class PlanFilter(MultipleChoiceFilter):
    """A filter on the items of pages. The search refuses conditions on other tables, but takes a subquery of keys."""

    field_class = AnyChoiceField

    def __init__(self, label: str) -> None:
        super().__init__(label=label, widget=CheckboxSelectMultiple)

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        items = self.items(ContentItem.objects.counted().on_pages(), value[:MOST_VALUES])
        return qs.filter(pk__in=items.order_by().values("page_id"))

    def items(self, pages: ContentItemQuerySet, values: list[str]) -> ContentItemQuerySet:
        raise NotImplementedError


class TagFilter(PlanFilter):
    """Pages that carry one of the chosen members of a dimension, or none where that is chosen."""

    def __init__(self, label: str, dimension: str) -> None:
        super().__init__(label)
        self.dimension = dimension

    def items(self, pages: ContentItemQuerySet, values: list[str]) -> ContentItemQuerySet:
        named = [value for value in values if value != NONE]
        if len(named) == len(values):
            return pages.tagged(**{self.dimension: named})
        bare = Q(**{f"{self.dimension}__isnull": True})
        if self.dimension == "personas":
            bare &= Q(for_everyone=False)
        carrying = Q(pk__in=pages.order_by().tagged(**{self.dimension: named}).values("pk")) if named else Q()
        return pages.filter(bare | carrying)


class StatusFilter(PlanFilter):
    """Pages that have one of the chosen statuses of the planner now. Three queries."""

    def items(self, pages: ContentItemQuerySet, values: list[str]) -> ContentItemQuerySet:
        return in_status(pages, values, now=timezone.now(), zone=timezone.get_default_timezone())


class PlanFilters:
    """Mixed into a filter set of pages. Reads the vocabularies once (one query), for the column as well.

    They stand behind the site's own and the type of page, before what Wagtail offers for every page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for trait in shown_traits():
            if trait == "status":
                self._offer("plan_status", StatusFilter(gettext_lazy("Planner status")), Status.choices)
            else:
                dimension = f"{trait}s"
                choices = self._phases() if trait == "phase" else self._members(dimension)
                self._offer(trait, TagFilter(LABELS[trait], dimension), [(NONE, WITHOUT[trait]), *choices])
        for name in PageFilterSet.base_filters:
            if name in self.filters:
                self.filters.move_to_end(name)

    @cached_property
    def vocabularies(self) -> dict[str, list[Member]]:
        return read_vocabularies()

    def _offer(self, name: str, offered: PlanFilter, choices: list[tuple[str, Any]]) -> None:
        offered.field_name, offered.parent, offered.model = name, self, self._meta.model
        offered.extra["choices"] = choices
        self.filters[name] = offered

    def _members(self, dimension: str) -> list[tuple[str, str]]:
        return [(member.slug, member.name) for member in self.vocabularies[dimension] if member.active]

    def _phases(self) -> list[tuple[str, list[tuple[str, str]]]]:
        active = [phase for phase in self.vocabularies["phases"] if phase.active]
        return [
            (phases[0].journey_name, [(phase.full_slug, phase.name) for phase in phases])
            for phases in (list(group) for _slug, group in groupby(active, key=lambda phase: phase.journey))
        ]


LABELS = {
    "persona": gettext_lazy("Persona"),
    "phase": gettext_lazy("Phase"),
    "channel": gettext_lazy("Channel"),
}
WITHOUT = {
    "persona": gettext_lazy("No persona"),
    "phase": gettext_lazy("No phase"),
    "channel": gettext_lazy("No channel"),
}
