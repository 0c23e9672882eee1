"""The plan in Wagtail's page explorer: a column and filters, on top of those that the site made."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Value
from django.forms import Media
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.viewsets.pages import page_viewset_registry

from planner.explorer_filters import PlanFilters, shown_traits
from planner.models import DIMENSIONS, ContentItem
from planner.page_status import day_ahead, says_more, shown_status
from planner.schedule import Status
from planner.schedule.page_facts import read_page_facts
from planner.vocabulary import Member, numbers

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest
    from wagtail.admin.filters import WagtailFilterSet

EVERYONE = "everyone"


class PagePlan(NamedTuple):
    """What the column shows of one page; an empty list also stands for what the setting leaves out."""

    status: Status | None  # where it says more than Wagtail's
    day: date | None  # that the status points to
    everyone: bool
    personas: list[Member]
    phases: list[Member]
    channels: list[Member]
    positions: dict[int, int]  # the number of each phase in its journey

    @property
    def tagged(self) -> bool:
        return bool(self.everyone or self.personas or self.phases or self.channels)


class PlanColumn(BaseColumn):
    """Status, personas, phases and channels, a line each: four columns would leave the title no room."""

    cell_template_name = "planner/explorer/plan_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"plan": instance.planner_plan, "shows_tags": shown_traits() != ("status",)}


PLAN_COLUMN = PlanColumn("plan", label=gettext_lazy("Plan"), classname="jp-plan-cell", width="20%")


class PlanListing:
    """Mixed into an explorer's listing: a column and filters, for three queries whatever the number of pages.

    The setting PLANNER_EXPLORER takes them away, or some of what they show.
    """

    traits: tuple[str, ...] = ()

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.traits = shown_traits()
        if self.traits:
            self.filterset_class = with_plan_filters(self.filterset_class)

    @cached_property
    def explorable_columns(self) -> list[BaseColumn]:
        """The site's columns, and ours before the last, which leads to the pages below."""
        columns = super().explorable_columns
        return [*columns[:-1], PLAN_COLUMN, columns[-1]] if self.traits else columns

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.traits:
            _attach_plans(list(context["object_list"]), self.filters.vocabularies, self.traits)
            context["media"] += Media(css={"all": ["planner/planner.css"]})
        return context


@cache
def with_plan_filters(filters: type[WagtailFilterSet]) -> type[WagtailFilterSet]:
    """The filter set with the planner's filters among its own."""
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


def _attach_plans(pages: list[Any], vocabularies: dict[str, list[Member]], traits: tuple[str, ...]) -> None:
    """Set `planner_plan` on each page, or None where a page has no plan of its own. Two queries."""
    items = ContentItem.objects.counted().filter(page__in=[page.pk for page in pages])
    carried = _carried(items)
    zone = timezone.get_default_timezone()
    facts = read_page_facts(items, now=timezone.now())
    positions = numbers(vocabularies["phases"])
    for page in pages:
        page.planner_plan = None
        if page.pk not in facts:
            continue
        tags = {
            dimension: [member for member in vocabularies[dimension] if member.pk in carried[page.pk][dimension]]
            for dimension in DIMENSIONS
        }
        shown = {dimension: tags[dimension] if dimension[:-1] in traits else [] for dimension in DIMENSIONS}
        status = shown_status(facts[page.pk], zone)
        told = "status" in traits and says_more(status, page)
        page.planner_plan = PagePlan(
            status=status if told else None,
            day=day_ahead(status, facts[page.pk], zone) if told else None,
            everyone="persona" in traits and bool(carried[page.pk][EVERYONE]),
            positions=positions,
            **shown,
        )


def _carried(items: Any) -> dict[int, dict[str, set[int]]]:
    """By page and dimension the keys of its members; the three tables of tags in one query."""
    items = items.order_by()
    links = [items.filter(for_everyone=True).values_list("page", "pk", Value(EVERYONE))]
    for name in DIMENSIONS:
        dimension = ContentItem._meta.get_field(name)
        rows = dimension.remote_field.through.objects.filter(contentitem__in=items.values("pk"))
        links.append(rows.values_list("contentitem__page", dimension.m2m_reverse_field_name(), Value(name)))
    carried: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for page, member, dimension in links[0].union(*links[1:], all=True):
        carried[page][dimension].add(member)
    return carried
