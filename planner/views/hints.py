"""What publishing an item would close: a piece of the Plan tab, asked for again whenever a box is ticked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import QueryDict
from django.utils.dateparse import parse_date

from personas.models import Persona, Phase
from planner import access, conf
from planner.coverage import Place
from planner.hints import hints
from planner.models import ContentItem
from planner.report import make_report
from planner.schedule import read_items
from planner.views.base import PlannerView

MOST_KEYS = 200


class HintsView(PlannerView):
    """The hints for the personas and phases in the address, over what the reader may see."""

    template_name = "planner/editor/hints.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        everyone = "for_everyone" in query
        item = access.visible_items(self.request.user).filter(pk__in=_keys(query, "item")).first()
        return super().get_context_data(**kwargs) | context_of(
            self.request.user,
            list(Persona.objects.active() if everyone else Persona.objects.filter(pk__in=_keys(query, "personas"))),
            list(Phase.objects.filter(pk__in=_keys(query, "phases"))),
            item=item,
            target=_day(query.get("target_date", "")),
            now=self.now,
        )


def context_of(
    user: AbstractBaseUser,
    personas: list[Persona],
    phases: list[Phase],
    *,
    item: ContentItem | None,
    target: date | None,
    now: datetime,
) -> dict[str, Any]:
    """What the template of the hints needs. No report is made where no cell is chosen; else the queries of one."""
    if not personas or not phases:
        return {"hints": [], "closing": 0}
    report = make_report(user, conf.question(at=now, now=now))
    found = hints(report, personas, phases, counted=_counted(item, now))
    return {"hints": found, "closing": sum(hint.closes for hint in found), "target": target}


def _counted(item: ContentItem | None, now: datetime) -> set[Place]:
    """The cells in which the item is live already."""
    if item is None or item.pk is None:
        return set()
    (record,) = read_items(ContentItem.objects.filter(pk=item.pk), now=now)
    if not record.facts.is_live(now):
        return set()
    personas = Persona.objects.active() if item.for_everyone else item.personas.all()
    return {Place(persona.pk, phase.pk) for persona in personas for phase in item.phases.all()}


def _keys(query: QueryDict, name: str) -> list[int]:
    return [
        int(value)
        for value in query.getlist(name)[:MOST_KEYS]
        if value.isascii() and value.isdigit() and len(value) < 19
    ]


def _day(text: str) -> date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None
