"""The page of one cell: a persona in a phase, with what there is and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.widgets.button import HeaderButton

from personas.evidence import trust_of
from personas.models import Journey, Persona, Phase
from planner import access
from planner.bulk_actions import tags_items_of
from planner.coverage import Question
from planner.gap_decisions import may_decide
from planner.gaps import Scope
from planner.matrix import cell_of
from planner.models import ContentItem
from planner.models.content_item import ContentItemQuerySet
from planner.schedule import FOREVER, ItemRecord, read_items
from planner.targets import may_set_targets
from planner.views.as_of import WITH_PICTURES, AsOfView
from planner.views.gap_decisions import told
from planner.views.ideas import plan_buttons

ITEMS_SHOWN = 50
PLANS_SHOWN = 3
LIST_NAME = "cell"
GROUPS = {
    "live": gettext_lazy("Live now"),
    "coming": gettext_lazy("Coming, approved"),
    "aiming": gettext_lazy("Aiming here, not approved"),
    "ended": gettext_lazy("Ended"),
}
"""How the items of a cell may stand, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items of a cell that stand alike: those that are shown, and how many there are."""

    name: str
    label: str
    items: list[ListedItem] | Page
    total: int

    @property
    def has_other_pages(self) -> bool:
        return self.total > len(self.items)

    @property
    def page_numbers(self) -> list[int | str]:
        """The numbers that the pagination shows, of the group that is shown alone."""
        return list(self.items.paginator.get_elided_page_range(self.items.number))


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One item in a cell, as of the day asked about."""

    record: ItemRecord
    status: str
    fresh: bool
    moment: datetime | None  # live since, or coming or aimed at
    all_day: bool
    until: datetime | None


class CellView(AsOfView):
    """One persona in one phase: what there is, and what is wrong with it."""

    template_name = "planner/coverage/cell.html"
    header_icon = "table"
    media = WITH_PICTURES
    keep = ("show",)

    @cached_property
    def cell(self) -> tuple[Persona, Phase]:
        journey = Journey.objects.active().filter(slug=self.kwargs["journey"]).first()
        persona = Persona.objects.active().filter(slug=self.kwargs["persona"], journeys=journey).first()
        phase = (
            Phase.objects.active().filter(slug=self.kwargs["phase"], journey=journey).select_related("journey").first()
        )
        if not (journey and persona and phase):
            raise Http404("No such cell")
        return persona, phase

    @property
    def header_buttons(self) -> list[HeaderButton]:
        persona, phase = self.cell
        return plan_buttons(self.request, personas=persona.slug, phases=f"{phase.journey.slug}/{phase.slug}")

    def get_page_title(self) -> str:
        return "{} × {}".format(*self.cell)

    def crumbs(self) -> list[dict[str, str]]:
        journey = self.cell[1].journey
        return [{"url": f"{reverse('planner_coverage:index')}?journey={journey.slug}", "label": _("Coverage")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        persona, phase = self.cell
        report = self.report([phase.journey], with_weeks=True)
        self.question = report.question
        groups, gaps = self.groups(), report.gaps_at(persona, phase)
        context = {
            "report": report,
            "persona": persona,
            "phase": phase,
            "trust": trust_of([persona.pk], day=self.day, old_after=self.question.evidence_days)[persona.pk],
            "cell": cell_of(report, persona, phase),
            "gaps": told(report, gaps),
            "open_count": sum(not report.decision(gap) for gap in gaps),
            "planned_by": self.planned_by if any(gap.planned for gap in gaps) else [],
            "may_decide": self.is_about_now and may_decide(self.request.user, phase.journey),
            "weeks": report.weeks(persona, phase),
            "target": report.wanted(persona, phase).target_of(report.question),
            "may_set_targets": may_set_targets(self.request.user, phase.journey),
            "groups": groups,
            "listing": {"has_other_pages": any(group.has_other_pages for group in groups)},
            "list_name": f"{LIST_NAME}:{phase.journey.slug}/{persona.slug}/{phase.slug}",
        }
        return super().get_context_data(**kwargs | context)

    def items(self) -> ContentItemQuerySet:
        """The items of the cell that the reader may see, with the filters."""
        persona, phase = self.cell
        items = self.filters.apply(access.visible_items(self.request.user))
        return items.tagged(personas=[persona.slug], phases=[f"{phase.journey.slug}/{phase.slug}"])

    def groups(self) -> list[Group]:
        """The cell's items by how they stand. Groups without items are left out; of a long one its first items are
        shown, of the group that was asked for alone a page."""
        sorted_in = self.sorted_in
        if self.shown:
            items = sorted_in[self.shown]
            page = WagtailPaginator(items, ITEMS_SHOWN).get_page(self.request.GET.get("p"))
            return [Group(self.shown, GROUPS[self.shown], page, len(items))] if items else []
        return [
            Group(name, label, sorted_in[name][:ITEMS_SHOWN], len(sorted_in[name]))
            for name, label in GROUPS.items()
            if sorted_in[name]
        ]

    @property
    def shown(self) -> str:
        """The one group that was asked for, or "" for all."""
        asked = self.request.GET.get("show", "")
        return asked if asked in GROUPS else ""

    @property
    def planned_by(self) -> list[ListedItem]:
        """What goes live or aims here within the horizon, the first first: that somebody is at work on the gap."""
        question, coming, aiming = self.question, self.sorted_in["coming"], self.sorted_in["aiming"]
        planned = [one for one in coming if one.moment <= question.horizon]
        planned += [
            one for one in aiming if one.record.facts.is_tentative(question.at, question.horizon, question.zone)
        ]
        return sorted(planned, key=lambda one: (one.moment, one.record.item_id))[:PLANS_SHOWN]

    @cached_property
    def question(self) -> Question:
        """As the journey asks it."""
        (scope,) = Scope.load([self.cell[1].journey.slug])
        return scope.targets.question(self.site_question, self.asked)

    @cached_property
    def sorted_in(self) -> dict[str, list[ListedItem]]:
        """All items of the cell, by group."""
        sorted_in: dict[str, list[ListedItem]] = {name: [] for name in GROUPS}
        for record in read_items(self.items(), now=self.now):
            name, listed = _place(record, self.question)
            sorted_in[name].append(listed)
        return sorted_in


@tags_items_of(LIST_NAME)
def listed_in_cell(request: HttpRequest, place: str) -> ContentItemQuerySet:
    """All items of a cell, "journey/persona/phase", or of the one group of it that is shown."""
    names = place.split("/")
    if len(names) != 3 or "\0" in place:
        raise Http404("No such cell")
    view = CellView()
    view.setup(request, **dict(zip(("journey", "persona", "phase"), names, strict=True)))
    if not view.shown:
        return view.items()
    listed = view.sorted_in[view.shown]
    return ContentItem.objects.filter(pk__in=[one.record.item_id for one in listed])


def _place(record: ItemRecord, question: Question) -> tuple[str, ListedItem]:
    facts = record.facts
    live = facts.live_interval(question.at)
    coming = next((interval for interval in facts.intervals() if interval.start > question.at), None)
    interval = live or coming
    listed = ListedItem(
        record=record,
        status=facts.status(question.at, question.zone),
        fresh=facts.is_fresh(question.at, question.threshold, question.zone),
        moment=interval.start if interval else facts.start or facts.aim,
        all_day=not interval and not facts.start and not facts.aim_has_time,
        until=interval.end if interval and interval.end < FOREVER else facts.expire_at or facts.expires_at,
    )
    if interval:
        return ("live" if live else "coming"), listed
    return ("ended" if facts.start else "aiming"), listed
