"""The rules over one cell, a persona in a phase, the strongest first: the first that holds is the cell's gap.

THIN may stand beside DROP.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personas.models import Persona, Phase
from planner.coverage import Coverage, Place, Question, Tally

from .catalogue import CATALOGUE, rule
from .gap import Gap, Severity, long_day, short_day
from .scope import Scope


@dataclass(frozen=True, slots=True)
class Cell:
    """One persona in one phase, with its tally, as the cell rules see it."""

    persona: Persona
    phase: Phase
    tally: Tally
    question: Question
    target: int  # fresh items wanted here

    def gap(self, code: str, severity: Severity, message: str, words: str, **fields: object) -> Gap:
        weight = float(self.persona.weight) * float(self.phase.weight)
        place = {"journey": self.phase.journey, "persona": self.persona, "phase": self.phase}
        planned = self.tally.confirmed + self.tally.tentative
        return Gap(code, severity, weight, message, words=words, planned=planned, **place, **fields)


@rule(
    "EMPTY",
    name=gettext_lazy("Empty"),
    why=gettext_lazy("Whoever is in this phase finds nothing that was made for them, and looks elsewhere."),
    remedy=gettext_lazy(
        "Publish content for this persona in this phase. Approved content closes it on the day it goes live."
    ),
    of_cells=True,
)
def empty(cell: Cell) -> Gap | None:
    """EMPTY: no live item. Critical; high where a plan aims here; medium where something approved closes it."""
    tally, weeks = cell.tally, cell.question.horizon_days // 7
    if tally.live:
        return None
    if closes := min(tally.starts, default=None):
        message = _("No live content. Closes on %(day)s, when approved content goes live.") % {"day": long_day(closes)}
        return cell.gap(
            "EMPTY", Severity.MEDIUM, message, _("Empty, closes %(day)s") % {"day": short_day(closes)}, date=closes
        )
    if aim := tally.first_aim:
        message = ngettext(
            "No live content. One item aims at %(day)s but is not approved yet.",
            "No live content. %(count)s items aim here, the first at %(day)s, but none is approved yet.",
            tally.tentative,
        ) % {"count": tally.tentative, "day": long_day(aim)}
        return cell.gap(
            "EMPTY", Severity.HIGH, message, _("Empty, plan aims at %(day)s") % {"day": short_day(aim)}, date=aim
        )
    message = _("No live content and nothing planned in the coming %(weeks)s weeks.") % {"weeks": weeks}
    return cell.gap("EMPTY", Severity.CRITICAL, message, _("Empty"))


@rule(
    "STALE_ONLY",
    name=gettext_lazy("Only old content"),
    why=gettext_lazy("Old content answers yesterday’s questions, and nobody has checked that it still holds."),
    remedy=gettext_lazy(
        "Publish something new, or go through what is there and note in its plan that it was reviewed or updated."
    ),
    of_cells=True,
)
def stale_only(cell: Cell) -> Gap | None:
    """STALE_ONLY: live items, none of them fresh. Medium; low where something approved is coming."""
    tally, age = cell.tally, cell.question.stale_days
    if not tally.live or tally.fresh:
        return None
    message = ngettext(
        "%(count)s live item, older than %(age)s days.",
        "%(count)s live items, all older than %(age)s days.",
        tally.live,
    ) % {"count": tally.live, "age": age}
    if closes := min(tally.starts, default=None):
        message += " " + _("Approved content goes live on %(day)s.") % {"day": long_day(closes)}
        return cell.gap("STALE_ONLY", Severity.LOW, message, _("Only old content"), date=closes)
    return cell.gap("STALE_ONLY", Severity.MEDIUM, message, _("Only old content"))


@rule(
    "CLIFF",
    name=gettext_lazy("Runs empty"),
    why=gettext_lazy("There is fresh content now, but all of it ends or grows old without anything to take over."),
    remedy=gettext_lazy("Approve content that is live before that day, or move the end of what is there."),
    of_cells=True,
)
def cliff(cell: Cell) -> Gap | None:
    """CLIFF: fresh content now, and nothing fresh or coming is still live at the horizon. High."""
    tally = cell.tally
    if not tally.fresh or tally.kept:
        return None
    day = tally.last_fresh_end
    message = _("No fresh content from %(day)s: what is there ends, and nothing approved takes over.") % {
        "day": long_day(day)
    }
    return cell.gap("CLIFF", Severity.HIGH, message, _("Runs empty %(day)s") % {"day": short_day(day)}, date=day)


@rule(
    "DROP",
    name=gettext_lazy("Drops"),
    why=gettext_lazy("Much of what is there ends at about the same time, and the cell falls back."),
    remedy=gettext_lazy("Have new content live by that day, or spread the ends."),
    of_cells=True,
)
def drop(cell: Cell) -> Gap | None:
    """DROP: at least a third of the live items end by the horizon. Medium, dated the day on which most of them end."""
    tally = cell.tally
    if not tally.ending or 3 * tally.ending < tally.live:
        return None
    day = min(tally.ends, key=lambda one: (-tally.ends[one], one))
    counts = {"ending": tally.ending, "live": tally.live, "day": long_day(day), "number": tally.ends[day]}
    message = _("%(ending)s of %(live)s live items end soon, %(number)s of them on %(day)s.") % counts
    words = _("Drops %(day)s, %(ending)s of %(live)s end") % (counts | {"day": short_day(day)})
    return cell.gap("DROP", Severity.MEDIUM, message, words, date=day)


@rule(
    "THIN",
    name=gettext_lazy("Thin"),
    why=gettext_lazy("One piece does not suit everybody, and when it ends there is nothing."),
    remedy=gettext_lazy("Publish until the target is reached, or lower the target if less will do."),
    of_cells=True,
)
def thin(cell: Cell) -> Gap | None:
    """THIN: fresh items, but fewer than the target. Medium; low where coming items reach it."""
    tally, target = cell.tally, cell.target
    if not 0 < tally.fresh < target:
        return None
    message = ngettext(
        "%(fresh)s fresh item, target %(target)s.", "%(fresh)s fresh items, target %(target)s.", tally.fresh
    )
    message %= {"fresh": tally.fresh, "target": target}
    if tally.fresh + tally.confirmed >= target and (day := tally.day_reaching(target)):
        message += " " + _("Approved content reaches it on %(day)s.") % {"day": long_day(day)}
        return cell.gap("THIN", Severity.LOW, message, _("Thin, fills %(day)s") % {"day": short_day(day)}, date=day)
    return cell.gap("THIN", Severity.MEDIUM, message, _("Thin"))


def strongest(persona: Persona, phase: Phase, coverage: Coverage, scope: Scope | None = None) -> list[Gap]:
    """The gaps of one cell: the strongest first, and THIN beside DROP; an empty list where the cell is on target.

    `scope`: the journey's, with what it asks; None asks what the site asks of every cell.
    """
    scope = scope or Scope(phase.journey, (persona,), (phase,))
    targets, tally = scope.targets, coverage.cells.get(Place(persona.pk, phase.pk), Tally())
    cell = Cell(persona, phase, tally, coverage.question, targets.of_cell(persona, phase).target_of(coverage.question))
    rules = (one for one in CATALOGUE.values() if one.of_cells and targets.judges(one.code))
    found = (gap for one in rules if (gap := one.find(cell)))
    held = [gap for one in found if (gap := scope.judged(one))]
    return [gap for gap in held if gap is held[0] or (held[0].code, gap.code) == ("DROP", "THIN")]
