"""What there is for one persona, what is missing and what is coming, for one reader. No request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from personas.messages import comparable, texts_of
from personas.models import Phase
from planner.access import visible_items
from planner.briefs import make_briefs
from planner.coverage import Place, count_each
from planner.entries import entries_between
from planner.gaps import rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser

    from personas.models import Persona, RouteStep
    from planner.coverage import Question
    from planner.entries import Entry
    from planner.gaps import Gap
    from planner.report import Report


class Asked(NamedTuple):
    """A question of the persona in a phase, and whether anything live or coming answers it."""

    phase: Phase
    text: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What to say to the persona in a phase."""

    phase: Phase
    message: str


class StepContent(NamedTuple):
    """A step of the favourite route, and what is live there."""

    step: RouteStep
    live: int


def gaps_of(report: Report, persona: Persona) -> list[Gap]:
    """The open gaps of a persona, the most pressing first: also those of its cells that the list tells of the phase."""
    cells = [cell for scope in report.scopes for cell in scope.cells if cell[0] == persona]
    of_cells = (gap for cell in cells for gap in report.cell_gaps(*cell))
    found = {gap.key: gap for gap in of_cells if gap.key not in report.decisions}
    found |= {gap.key: gap for gap in report.gaps if gap.persona == persona}
    return rank(list(found.values()))


def said_and_asked(
    user: AbstractBaseUser, persona: Persona, phases: Iterable[Phase], question: Question
) -> tuple[list[Words], list[Asked]]:
    """The key messages of the persona and its questions, phase by phase. The queries of `make_briefs`, and two."""
    places = {Place(persona.pk, phase.pk): phase for phase in phases}
    texts = texts_of({persona.pk}, {phase.pk for phase in places.values()})
    briefs = make_briefs(user, list(places), question)
    words = [Words(phase, briefs[place].message) for place, phase in places.items() if briefs[place].message]
    asked = []
    for place, phase in places.items():
        still_open = {comparable(text) for text in briefs[place].open_questions}
        asked += [Asked(phase, text, comparable(text) not in still_open) for text in texts[place].questions]
    return words, asked


def route_content(
    user: AbstractBaseUser, persona: Persona, route: list[RouteStep], question: Question
) -> list[StepContent]:
    """Each step of the favourite route with the number of its live items. No query without a route, else those of
    `count_each`."""
    if not route:
        return []
    items = visible_items(user).tagged(personas=[persona.slug], channels={step.channel.slug for step in route})
    coverage = count_each(items, [question], apart=["cell channel"])[question]
    there = coverage.apart["cell channel"]
    return [StepContent(step, there[Place(persona.pk, step.phase_id), str(step.channel_id)].live) for step in route]


def coming_entries(user: AbstractBaseUser, persona: Persona, question: Question) -> list[Entry]:
    """What happens to content for the persona from now to the horizon. The queries of `entries_between`."""
    items = visible_items(user).tagged(personas=[persona.slug])
    return entries_between(items, start=question.at, end=question.horizon, now=question.now, zone=question.zone)
