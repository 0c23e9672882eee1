"""The coverage of a journey as the matrix shows it: its cells, its rows, and the verdict over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from personas.evidence import Trust
from personas.models import Persona, Phase
from planner.coverage import Tally
from planner.gaps import Gap, Scope, Wanted
from planner.models import Applicability, CoverageSnapshot, GapDecision
from planner.report import Report


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the matrix shows it."""

    persona: Persona
    phase: Phase
    tally: Tally
    gap: Gap | None
    score: float
    decision: GapDecision | None  # that the gap is accepted, and until when
    wanted: Wanted

    @property
    def weight(self) -> float:
        return float(self.persona.weight) * float(self.phase.weight)


class Line:
    """Some cells of the matrix, with the weakest and the mean of their scores: never the mean alone."""

    cells: list[Cell]

    @property
    def is_judged(self) -> bool:
        return any(cell.wanted.applies for cell in self.cells)

    @property
    def weakest(self) -> float:
        return min((cell.score for cell in asked(self.cells)), default=0.0)

    @property
    def mean(self) -> float:
        return mean(self.cells)


@dataclass(frozen=True)
class Row(Line):
    """One persona's cells."""

    persona: Persona
    cells: list[Cell]
    trust: Trust | None = None  # what the persona rests on, where it was asked for


@dataclass(frozen=True)
class Column(Line):
    """One phase's cells, and its distinct items."""

    phase: Phase
    cells: list[Cell]
    tally: Tally


def asked(cells: list[Cell]) -> list[Cell]:
    """The cells in which content is required or expected. What is optional weakens no journey."""
    return _of(cells, Applicability.REQUIRED) + _of(cells, Applicability.EXPECTED)


def breaking(cells: list[Cell]) -> list[Cell]:
    """The cells that break the journey when they have nothing: the required ones; where there are none, all asked."""
    return _of(cells, Applicability.REQUIRED) or asked(cells)


def _of(cells: list[Cell], applicability: Applicability) -> list[Cell]:
    return [cell for cell in cells if cell.wanted.applicability == applicability]


def mean(cells: list[Cell]) -> float:
    """The mean of the scores by weight of persona and phase, over the cells in which something is wanted."""
    judged = [cell for cell in cells if cell.wanted.applies]
    total = sum(cell.weight for cell in judged)
    return sum(cell.score * cell.weight for cell in judged) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The journey in one line: broken where a cell has nothing that must or the chain of next steps breaks, weak where
    a cell is below half, or covered.
    """

    verdict: CoverageSnapshot.Verdict
    weakest_phase: Column | None
    weakest: Cell | None
    mean: float
    empty: int
    cells: int

    @property
    def word(self) -> str:
        return str(self.verdict.label)

    @property
    def severity(self) -> str:
        """The CSS class: critical, medium, ok or low."""
        return self.verdict.value

    @classmethod
    def of(cls, columns: list[Column], *, chain_broken: bool = False) -> Verdict:
        cells = [cell for column in columns for cell in column.cells]
        judged = [cell for cell in cells if cell.wanted.applies]
        weakest = min(asked(cells), key=lambda cell: cell.score, default=None)
        weakest_phase = min((one for one in columns if asked(one.cells)), key=lambda one: one.mean, default=None)
        empty = sum(not cell.tally.live for cell in judged)
        verdict = CoverageSnapshot.Verdict.COVERED
        if weakest is None:
            verdict = CoverageSnapshot.Verdict.UNJUDGED
        elif chain_broken or any(cell.score == 0 for cell in breaking(cells)):
            verdict = CoverageSnapshot.Verdict.BROKEN
        elif weakest.score < 0.5:
            verdict = CoverageSnapshot.Verdict.WEAK
        return cls(verdict, weakest_phase, weakest, mean(cells), empty, len(judged))


def rows_of(report: Report, scope: Scope, trusted: Mapping[int, Trust] = MappingProxyType({})) -> list[Row]:
    """The matrix: a row per persona, a cell per phase. `trusted`: what the personas rest on, by key."""
    return [
        Row(persona, [cell_of(report, persona, phase) for phase in scope.phases], trusted.get(persona.pk))
        for persona in scope.personas
    ]


def columns_of(report: Report, rows: list[Row], scope: Scope) -> list[Column]:
    """The same cells by phase, in the order of the journey."""
    return [
        Column(phase, [row.cells[place] for row in rows], report.tally_of_phase(phase))
        for place, phase in enumerate(scope.phases)
    ]


def cell_of(report: Report, persona: Persona, phase: Phase) -> Cell:
    gap = next(iter(report.cell_gaps(persona, phase)), None)
    score = report.score(persona, phase)
    tally = report.tally(persona, phase)
    return Cell(persona, phase, tally, gap, score, report.decision(gap), report.wanted(persona, phase))


def verdict_of(report: Report, scope: Scope, columns: list[Column]) -> Verdict:
    """The verdict over one journey of a report, and its matrix by phase."""
    broken = any(gap.code == "BROKEN_CHAIN" for gap in (*report.gaps, *report.accepted) if gap.journey == scope.journey)
    return Verdict.of(columns, chain_broken=broken)
