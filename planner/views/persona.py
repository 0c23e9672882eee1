"""The page of one persona: who it is, what there is for them, what is missing and what is coming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import Media
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry

from personas.evidence import trust_of
from personas.models import Evidence, Journey, Persona
from personas.portrait import read_portrait
from planner import access, conf
from planner.matrix import Cell, cell_of
from planner.persona_overview import coming_entries, gaps_of, route_content, said_and_asked
from planner.report import make_report
from planner.views.base import PlannerView
from planner.views.ideas import plan_buttons

EVIDENCE_SHOWN = 20
GAPS_SHOWN = 10
ENTRIES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Strip:
    """The cells of the persona in one journey."""

    journey: Journey
    cells: list[Cell]


class PersonaView(PlannerView):
    """One persona, for everybody in the planner: its coverage and gaps over what the reader may see."""

    template_name = "planner/persona/page.html"
    header_icon = "user"
    media = PlannerView.media + Media(css={"all": ["personas/personas.css", "planner/persona.css"]})

    @cached_property
    def persona(self) -> Persona:
        return get_object_or_404(Persona.objects.select_related("owner", "photo"), slug=self.kwargs["slug"])

    def get_page_title(self) -> str:
        return self.persona.name

    def crumbs(self) -> list[dict[str, str]]:
        policy = policy_registry.get_by_type(Persona)
        if policy.user_has_any_permission(self.request.user, {"add", "change", "delete"}):
            return [{"url": reverse("personas_persona:index"), "label": _("Personas")}]
        return [{"url": reverse("planner_coverage:index"), "label": _("Coverage")}]

    @property
    def may_edit(self) -> bool:
        return policy_registry.get_by_type(Persona).user_has_permission(self.request.user, "change")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        edit = reverse("personas_persona:edit", args=[self.persona.pk])
        own = [HeaderButton(_("Edit"), url=edit, icon_name="edit")] if self.may_edit else []
        return [*own, *plan_buttons(self.request, personas=self.persona.slug)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        persona, user = self.persona, self.request.user
        question = conf.question(at=self.now, now=self.now)
        portrait = read_portrait(persona)
        journeys = list(Journey.objects.active().filter(personas=persona))
        report = make_report(user, question, journeys=[journey.slug for journey in journeys])
        strips = [
            Strip(scope.journey, [cell_of(report, persona, phase) for phase in scope.phases])
            for scope in report.scopes
            if persona in scope.personas
        ]
        gaps, coming = gaps_of(report, persona), coming_entries(user, persona, question)
        phases = [cell.phase for strip in strips for cell in strip.cells]
        messages, asked = said_and_asked(user, persona, phases, question)
        today = question.day(self.now)
        trusted = trust_of([persona.pk], day=today, old_after=question.evidence_days)
        return super().get_context_data(
            persona=persona,
            portrait=portrait,
            trust=trusted[persona.pk],
            evidence=portrait.evidence[:EVIDENCE_SHOWN],
            may_edit=self.may_edit,
            may_add_evidence=policy_registry.get_by_type(Evidence).user_has_permission(user, "add"),
            strips=strips,
            journeys=journeys,
            messages_said=messages,
            asked=asked,
            route=route_content(user, persona, portrait.route, question),
            gaps=gaps[:GAPS_SHOWN],
            gap_count=len(gaps),
            coming=coming[:ENTRIES_SHOWN],
            coming_count=len(coming),
            horizon_weeks=question.horizon_days // 7,
            review_overdue=bool(persona.review_due and persona.review_due <= today),
            partly=not access.sees_everything(user),
            **kwargs,
        )
