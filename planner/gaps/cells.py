"""The rules over one cell, a persona in a phase. The strongest that holds is its gap; THIN may stand beside DROP."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas.models import Persona, Phase
from planner.coverage import Coverage, Place, Question, Tally

from .gap import Gap, Severity, long_day, short_day


@dataclass(frozen=True, slots=True)
class Cell:
    """One persona in one phase, with its tally, as the cell rules see it."""

    persona: Persona
    phase: Phase
    tally: Tally
    question: Question

    def gap(self, code: str, severity: Severity, message: str, words: str, **fields: object) -> Gap:
        weight = float(self.persona.weight) * float(self.phase.weight)
        return Gap(code, severity, weight, message, self.phase.journey, self.persona, self.phase, words=words, **fields)


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


def thin(cell: Cell) -> Gap | None:
    """THIN: fresh items, but fewer than the target. Medium; low where coming items reach it."""
    tally, target = cell.tally, cell.question.target
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


CELL_RULES = (empty, stale_only, cliff, drop, thin)
"""In the order of their strength: the first that holds is the cell's gap."""


def strongest(persona: Persona, phase: Phase, coverage: Coverage) -> list[Gap]:
    """The gaps of one cell: the strongest first, and THIN beside DROP; an empty list where the cell is on target."""
    cell = Cell(persona, phase, coverage.cells.get(Place(persona.pk, phase.pk), Tally()), coverage.question)
    held = [gap for rule in CELL_RULES if (gap := rule(cell))]
    return [gap for gap in held if gap is held[0] or (held[0].code, gap.code) == ("DROP", "THIN")]
