"""What a journey asks: how much of each cell and phase, by which rules, how far ahead. Pure, over rows once read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from planner.models import NEVER, Applicability, CoverageTarget, JourneyJudgement, Period

from .catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Collection

    from personas.models import Channel, Persona, Phase
    from planner.coverage import Question


class Rhythm(NamedTuple):
    """So many new items in each calendar period of a length."""

    period: Period
    minimum: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of one place. None leaves a number to the site."""

    applicability: Applicability = Applicability.EXPECTED
    target: int | None = None
    maximum: int | None = None
    rhythm: Rhythm | None = None  # None: nothing is asked about when

    @property
    def applies(self) -> bool:
        return self.applicability != Applicability.NOT_APPLICABLE

    def target_of(self, question: Question) -> int:
        """The fresh items wanted here, where the site's own answer is the question's."""
        return question.target if self.target is None else self.target


class Targets:
    """What one journey asks. What it leaves open follows the phase, then the site. No queries."""

    def __init__(self, rows: Iterable[CoverageTarget] = (), judgement: JourneyJudgement | None = None) -> None:
        self.rows = tuple(rows)
        self.judgement = judgement

    @cached_property
    def _by_place(self) -> dict[tuple[int, int | None, int | None], CoverageTarget]:
        return {(row.phase_id, row.persona_id, row.channel_id): row for row in self.rows}

    def row(
        self, phase: Phase, persona: Persona | None = None, channel: Channel | None = None
    ) -> CoverageTarget | None:
        """What is stored of exactly this place."""
        return self._by_place.get((phase.pk, persona and persona.pk, channel and channel.pk))

    def of_phase(self, phase: Phase) -> Wanted:
        return _over(Wanted(), self.row(phase))

    def of_cell(self, persona: Persona, phase: Phase) -> Wanted:
        """What is wanted of a persona in a phase. Nowhere is anything wanted in a phase that does not apply."""
        of_phase = self.of_phase(phase)
        return _over(of_phase, self.row(phase, persona)) if of_phase.applies else of_phase

    def of_channel(self, channel: Channel, phase: Phase) -> Wanted:
        """What is wanted of a channel in a phase: of one that nobody speaks of, what may be there."""
        of_phase = self.of_phase(phase)
        unsaid = Wanted(Applicability.OPTIONAL)
        return _over(unsaid, self.row(phase, channel=channel)) if of_phase.applies else of_phase

    def judges(self, code: str) -> bool:
        """Whether a rule is on for this journey."""
        default = CATALOGUE[code].on
        return self.judgement.rules.get(code, default) if self.judgement else default

    def limit(self, code: str) -> float | None:
        """The number that a rule goes by in this journey."""
        default = CATALOGUE[code].limit
        return self.judgement.thresholds.get(code, default) if self.judgement else default

    def question(self, site: Question, asked: Collection[str] = ()) -> Question:
        """The question as this journey asks it. `asked`: names that somebody set on purpose, which stay as they are."""
        if self.judgement is None:
            return site
        own = {name: getattr(self.judgement, name) for name in ("horizon_days", "stale_days", "upcoming")}
        chosen = {name: value for name, value in own.items() if value is not None}
        if self.judgement.never_stale:
            chosen["stale_days"] = None
        return replace(site, **{name: value for name, value in chosen.items() if name not in asked})


def _over(general: Wanted, row: CoverageTarget | None) -> Wanted:
    if row is None:
        return general
    return Wanted(
        Applicability(row.applicability) if row.applicability else general.applicability,
        general.target if row.target is None else row.target,
        general.maximum if row.maximum is None else row.maximum,
        _rhythm(row) if row.cadence else general.rhythm,
    )


def _rhythm(row: CoverageTarget) -> Rhythm | None:
    return None if row.cadence == NEVER else Rhythm(Period(row.cadence), row.cadence_minimum or 1)
