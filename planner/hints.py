"""What publishing an item would mean for the cells it is tagged for. Pure: rules over a report's counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from planner.briefs import Brief
from planner.coverage import Coverage, Place, Tally
from planner.gaps import Gap, strongest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from personas.models import Persona, Phase
    from planner.report import Report

DATED = {"CLIFF", "DROP"}
"""Gaps that open on their date: what closes them has to be live by then."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One cell that an item is tagged for."""

    persona: Persona
    phase: Phase
    tally: Tally
    gap: Gap | None  # the strongest now
    closes: bool  # publishing the item closes it
    remains: Gap | None  # what still holds then
    deadline: date | None  # the day by which it has to be live
    counted: bool = False  # the item is live there already
    brief: Brief | None = None  # what to say there, and what is there; where somebody asked for it

    def in_time(self, target: date | None) -> bool | None:
        """Whether the target date meets the deadline; None where one of them is missing."""
        return target <= self.deadline if target and self.deadline else None


def hints(
    report: Report, personas: Collection[Persona], phases: Iterable[Phase], *, counted: Collection[Place] = ()
) -> list[Hint]:
    """A hint per cell of the journeys reported, in the order of journey, persona and phase.

    `counted`: cells in which the item is live already, so that publishing it once more adds nothing. No queries.
    """
    wanted = {phase.pk for phase in phases}
    chosen = {persona.pk for persona in personas}
    return [
        _hint(report, persona, phase, counted=Place(persona.pk, phase.pk) in counted)
        for scope in report.scopes
        for persona, phase in scope.cells
        if persona.pk in chosen and phase.pk in wanted
    ]


def _hint(report: Report, persona: Persona, phase: Phase, *, counted: bool) -> Hint:
    tally, now = report.tally(persona, phase), report.cell_gaps(persona, phase)
    gap = now[0] if now else None
    after = (
        []
        if counted
        else strongest(persona, phase, _with_one_more(report, persona, phase), report.scope_of[phase.journey_id])
    )
    closes = gap is not None and not counted and gap.code not in {one.code for one in after}
    return Hint(
        persona=persona,
        phase=phase,
        tally=tally,
        gap=gap,
        closes=closes,
        remains=after[0] if after and closes else None,
        deadline=gap.date if closes and gap.code in DATED else None,
        counted=counted,
    )


def _with_one_more(report: Report, persona: Persona, phase: Phase) -> Coverage:
    tally = report.tally(persona, phase)
    more = replace(
        tally, live=tally.live + 1, fresh=tally.fresh + 1, at_horizon=tally.at_horizon + 1, kept=tally.kept + 1
    )
    return Coverage(report.of_journeys[phase.journey_id].question, cells={Place(persona.pk, phase.pk): more})
