"""What would change in the numbers if other types counted. Writes nothing: coverage is counted twice. No request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.models import ContentItem
from planner.report import make_report
from planner.what_counts import Numbers, keys_excluded, left_out_keys

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AbstractBaseUser

    from personas.models import Persona, Phase
    from planner.coverage import Question, Tally
    from planner.gaps import Gap
    from planner.report import Report
    from planner.what_counts import CountableType


@dataclass(frozen=True, slots=True)
class Total:
    """One number of the whole site, now and then."""

    now: int
    then: int


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A persona in a phase whose counts or gap would be others."""

    persona: Persona
    phase: Phase
    now: Tally
    then: Tally
    gap_now: Gap | None
    gap_then: Gap | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What would change, over what one reader may see."""

    live: Total
    fresh: Total
    unclassified: Total
    share: Total  # of the live items, in whole percents
    cells: list[ChangedCell]
    opened: list[Gap]
    closed: list[Gap]
    new_rows: int  # pages without a plan that would get an empty one


def effect_of(
    leave_out: Collection[int], types: Collection[CountableType], *, user: AbstractBaseUser, question: Question
) -> Effect:
    """The effect of leaving out the types of these keys while the other `types` count. Twice the queries of a report.

    Pages without a row, which have no tags, are added to what is live and unclassified: they can change no cell.
    """
    listed = {one.key for one in types if not one.fixed}
    out = {*leave_out, *keys_excluded(), *(key for key in left_out_keys() if key not in listed)}
    back = [one for one in types if not one.fixed and not one.counts and one.key not in leave_out]
    extra = sum((one.without_row for one in back), Numbers())
    before = make_report(user, question)
    after = make_report(user, question, among=ContentItem.objects.counted(left_out=out))
    coming, going = {gap.key for gap in after.gaps}, {gap.key for gap in before.gaps}
    now, then = _numbers(before), _numbers(after) + extra
    return Effect(
        live=Total(now.live, then.live),
        fresh=Total(now.fresh, then.fresh),
        unclassified=Total(now.unclassified, then.unclassified),
        share=Total(_percent(now), _percent(then)),
        cells=changed_cells(before, after),
        opened=[gap for gap in after.gaps if gap.key not in going],
        closed=[gap for gap in before.gaps if gap.key not in coming],
        new_rows=extra.total,
    )


def changed_cells(before: Report, after: Report) -> list[ChangedCell]:
    """The cells of all journeys whose counts or gap differ, in the order of the matrix. No query."""
    found = []
    for scope in before.scopes:
        for persona, phase in scope.cells:
            now, then = before.tally(persona, phase), after.tally(persona, phase)
            gap_now, gap_then = _gap(before, persona, phase), _gap(after, persona, phase)
            if _shown(now, gap_now) != _shown(then, gap_then):
                found.append(ChangedCell(persona, phase, now, then, gap_now, gap_then))
    return found


def _gap(report: Report, persona: Persona, phase: Phase) -> Gap | None:
    return next(iter(report.cell_gaps(persona, phase)), None)


def _shown(tally: Tally, gap: Gap | None) -> tuple:
    return (tally.live, tally.fresh, tally.confirmed, gap and (gap.code, gap.severity, gap.words))


def _numbers(report: Report) -> Numbers:
    coverage = report.coverage
    return Numbers(live=coverage.total.live, fresh=coverage.total.fresh, unclassified=coverage.live_unclassified)


def _percent(numbers: Numbers) -> int:
    return round(100 * numbers.unclassified / numbers.live) if numbers.live else 0
