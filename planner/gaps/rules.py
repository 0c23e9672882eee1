"""The rules, one function each: what holds is yielded as a gap.

The definitions are the table of docs/architecture.md, "The gap catalogue". A new rule is a function here and its line
in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas.models import Persona, Phase
from planner.coverage import Coverage, Place, Question, Tally
from planner.entries import Tags
from planner.schedule import ItemRecord, Status

from .gap import Gap, Severity, rank
from .scope import Scope

OVERDUE_IS_HIGH_AFTER = 14  # days


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules look at."""

    coverage: Coverage
    overdue: tuple[tuple[ItemRecord, Tags], ...] = ()

    @property
    def question(self) -> Question:
        return self.coverage.question


@dataclass(frozen=True, slots=True)
class Cell:
    """One persona in one phase, with its tally, as the cell rules see it."""

    persona: Persona
    phase: Phase
    tally: Tally
    question: Question

    def gap(self, code: str, severity: Severity, message: str, words: str, **fields: object) -> Gap:
        weight = float(self.persona.weight) * float(self.phase.weight)
        return Gap(
            code, severity, weight, message, self.phase.journey, self.persona, self.phase, words=words, **fields
        )


def empty(cell: Cell) -> Gap | None:
    """EMPTY: no live item. Critical; high where a plan aims here; medium where something approved closes it."""
    tally, weeks = cell.tally, cell.question.horizon_days // 7
    if tally.live:
        return None
    if closes := min(tally.starts, default=None):
        message = _("No live content. Closes on %(day)s, when approved content goes live.") % {"day": _day(closes)}
        return cell.gap("EMPTY", Severity.MEDIUM, message, _("Empty, closes %(day)s") % {"day": _short(closes)}, date=closes)
    if aim := tally.first_aim:
        message = ngettext(
            "No live content. One item aims at %(day)s but is not approved yet.",
            "No live content. %(count)s items aim here, the first at %(day)s, but none is approved yet.",
            tally.tentative,
        ) % {"count": tally.tentative, "day": _day(aim)}
        return cell.gap("EMPTY", Severity.HIGH, message, _("Empty, plan aims at %(day)s") % {"day": _short(aim)}, date=aim)
    message = _("No live content and nothing planned in the coming %(weeks)s weeks.") % {"weeks": weeks}
    return cell.gap("EMPTY", Severity.CRITICAL, message, _("Empty"))


def stale_only(cell: Cell) -> Gap | None:
    """STALE_ONLY: live items, none of them fresh. Medium; low where something approved is coming."""
    tally, age = cell.tally, cell.question.stale_days
    if not tally.live or tally.fresh:
        return None
    message = ngettext(
        "%(count)s live item, older than %(age)s days.", "%(count)s live items, all older than %(age)s days.", tally.live
    ) % {"count": tally.live, "age": age}
    if closes := min(tally.starts, default=None):
        message += " " + _("Approved content goes live on %(day)s.") % {"day": _day(closes)}
        return cell.gap("STALE_ONLY", Severity.LOW, message, _("Only old content"), date=closes)
    return cell.gap("STALE_ONLY", Severity.MEDIUM, message, _("Only old content"))


def cliff(cell: Cell) -> Gap | None:
    """CLIFF: fresh content now, and nothing fresh or coming is still live at the horizon. High."""
    tally = cell.tally
    if not tally.fresh or tally.kept:
        return None
    day = tally.last_fresh_end
    message = _("No fresh content from %(day)s: what is there ends, and nothing approved takes over.") % {"day": _day(day)}
    return cell.gap("CLIFF", Severity.HIGH, message, _("Runs empty %(day)s") % {"day": _short(day)}, date=day)


def drop(cell: Cell) -> Gap | None:
    """DROP: at least a third of the live items end by the horizon. Medium, dated the day on which most of them end."""
    tally = cell.tally
    if not tally.ending or 3 * tally.ending < tally.live:
        return None
    day = min(tally.ends, key=lambda one: (-tally.ends[one], one))
    counts = {"ending": tally.ending, "live": tally.live, "day": _day(day), "number": tally.ends[day]}
    message = _("%(ending)s of %(live)s live items end soon, %(number)s of them on %(day)s.") % counts
    words = _("Drops %(day)s, %(ending)s of %(live)s end") % (counts | {"day": _short(day)})
    return cell.gap("DROP", Severity.MEDIUM, message, words, date=day)


def thin(cell: Cell) -> Gap | None:
    """THIN: fresh items, but fewer than the target. Medium; low where coming items reach it."""
    tally, target = cell.tally, cell.question.target
    if not 0 < tally.fresh < target:
        return None
    message = ngettext("%(fresh)s fresh item, target %(target)s.", "%(fresh)s fresh items, target %(target)s.", tally.fresh)
    message %= {"fresh": tally.fresh, "target": target}
    if tally.fresh + tally.confirmed >= target and (day := tally.day_reaching(target)):
        message += " " + _("Approved content reaches it on %(day)s.") % {"day": _day(day)}
        return cell.gap("THIN", Severity.LOW, message, _("Thin, fills %(day)s") % {"day": _short(day)}, date=day)
    return cell.gap("THIN", Severity.MEDIUM, message, _("Thin"))


CELL_RULES = (empty, stale_only, cliff, drop, thin)
"""In the order of their strength: the first that holds is the cell's gap."""


def strongest(persona: Persona, phase: Phase, coverage: Coverage) -> list[Gap]:
    """The gaps of one cell: the strongest first, and THIN beside DROP; an empty list where the cell is on target."""
    cell = Cell(persona, phase, coverage.cells.get(Place(persona.pk, phase.pk), Tally()), coverage.question)
    held = [gap for rule in CELL_RULES if (gap := rule(cell))]
    return [gap for gap in held if gap is held[0] or (held[0].code, gap.code) == ("DROP", "THIN")]


def cells(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """EMPTY, STALE_ONLY, CLIFF, DROP and THIN of every cell; where a whole phase is empty, EMPTY_PHASE says it once."""
    silent = {gap.phase.pk for gap in empty_phase(scope, findings)}
    for persona, phase in scope.cells:
        for gap in strongest(persona, phase, findings.coverage):
            if gap.code != "EMPTY" or phase.pk not in silent:
                yield gap


def empty_phase(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """EMPTY_PHASE: a phase without any live item, whoever it is for. Critical; high where approved content is coming."""
    for phase in scope.phases:
        tally = findings.coverage.phases.get(phase.pk, Tally())
        if tally.live:
            continue
        severity = Severity.HIGH if tally.confirmed else Severity.CRITICAL
        message = _("The phase has no live content at all, for any persona.")
        if tally.confirmed:
            message = _("The phase has no live content at all. Approved content is coming.")
        yield _of_phase("EMPTY_PHASE", severity, scope, phase, message, _("Empty phase"))


def no_upcoming(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """NO_UPCOMING: fewer approved items coming in a phase than wanted. Medium; silent where EMPTY_PHASE holds."""
    wanted, weeks = findings.question.upcoming, findings.question.horizon_days // 7
    for phase in scope.phases:
        tally = findings.coverage.phases.get(phase.pk, Tally())
        if not tally.live or tally.confirmed >= wanted:
            continue
        message = ngettext(
            "Nothing approved goes live in the coming %(weeks)s week.",
            "Nothing approved goes live in the coming %(weeks)s weeks.",
            weeks,
        ) % {"weeks": weeks}
        if tally.confirmed:
            message = _("%(count)s approved items go live in the coming %(weeks)s weeks; %(wanted)s are wanted.") % {
                "count": tally.confirmed,
                "weeks": weeks,
                "wanted": wanted,
            }
        yield _of_phase("NO_UPCOMING", Severity.MEDIUM, scope, phase, message, _("Nothing coming"))


def overdue(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """OVERDUE: an item whose date has passed and that is no more than a plan. Medium, high after 14 days.

    An item belongs to the journeys of its phases; one without any phase is reported once, without a journey.
    """
    question = findings.question
    for record, tags in findings.overdue:
        phases = [phase for phase in scope.phases if phase.pk in {one.pk for one in tags.phases}]
        if tags.phases and not phases:
            continue
        day = question.day(record.facts.aim)
        late = (question.day(question.at) - day).days
        message = ngettext("“%(title)s” is overdue by %(days)s day.", "“%(title)s” is overdue by %(days)s days.", late)
        weight = max((float(one.weight) for one in tags.personas), default=1.0)
        yield Gap(
            "OVERDUE",
            Severity.HIGH if late > OVERDUE_IS_HIGH_AFTER else Severity.MEDIUM,
            weight * max((float(one.weight) for one in phases), default=1.0),
            message % {"title": record.title, "days": late},
            scope.journey if phases else None,
            phase=phases[0] if phases else None,
            persona=tags.personas[0] if tags.personas and phases else None,
            item=str(record.uid),
            item_id=record.item_id,
            date=day,
            words=str(Status.OVERDUE.label),
        )


def unclassified(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """UNCLASSIFIED: live items that count in no cell: without a phase, or in this journey without a persona. One row."""
    coverage = findings.coverage
    here = coverage.journeys[scope.journey.pk].live_without_persona if scope.journey.pk in coverage.journeys else 0
    count = coverage.live_without_phase + here
    if count:
        message = ngettext(
            "%(count)s live item has no phase or no persona and counts in no cell.",
            "%(count)s live items have no phase or no persona and count in no cell.",
            count,
        )
        yield _of_journey("UNCLASSIFIED", Severity.INFO, scope, message % {"count": count}, item="items")


def no_owner(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """NO_OWNER: a journey without an active owner (high); live items without owner or team (low, one row)."""
    if not scope.journey.has_active_owner:
        message = _("Nobody owns this journey. One person has to decide across its channels.")
        if scope.journey.owner:
            message = _("The owner of this journey cannot log in any more. Choose another.")
        yield _of_journey("NO_OWNER", Severity.HIGH, scope, message)
    tally = findings.coverage.journeys.get(scope.journey.pk)
    if tally and tally.live_without_owner:
        message = ngettext(
            "%(count)s live item has no owner and no team.", "%(count)s live items have no owner and no team.", tally.live_without_owner
        )
        yield _of_journey("NO_OWNER", Severity.LOW, scope, message % {"count": tally.live_without_owner}, item="items")


RULES: tuple[Callable[[Scope, Findings], Iterator[Gap]], ...] = (cells, empty_phase, no_upcoming, overdue, unclassified, no_owner)


def find_gaps(scopes: list[Scope], findings: Findings) -> list[Gap]:
    """All gaps of the journeys, ranked. No queries."""
    found = {gap.key: gap for scope in scopes for rule in RULES for gap in rule(scope, findings)}
    return rank(list(found.values()))


def _of_phase(code: str, severity: Severity, scope: Scope, phase: Phase, message: str, words: str) -> Gap:
    return Gap(code, severity, scope.heaviest_persona * float(phase.weight), message, scope.journey, phase=phase, words=words)


def _of_journey(code: str, severity: Severity, scope: Scope, message: str, item: str = "") -> Gap:
    return Gap(code, severity, 1.0, message, scope.journey, item=item)


def _day(day: object) -> str:
    return date_format(day, "j F Y")


def _short(day: object) -> str:
    return date_format(day, "j M")
