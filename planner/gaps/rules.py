"""The rules over journeys, phases and items, one function each: what holds is yielded as a gap.

The definitions are the table of docs/architecture.md, "The gap catalogue". A new rule is one decorated function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personas.evidence import Trust
from personas.models import Phase
from planner.begun import Begun
from planner.coverage import Coverage, JourneyTally, Place, Question, Tally
from planner.day_events import DayEvent
from planner.entries import Entry, Tags
from planner.late_parts import LateSeries
from planner.next_step_facts import Named, Steps
from planner.occasion_content import Prepared
from planner.schedule import ItemRecord, Status

from .catalogue import CATALOGUE, rule
from .cells import strongest
from .gap import Gap, Severity, long_day, rank
from .scope import Scope
from .ways import Ways

OVERDUE_IS_HIGH_AFTER = 14  # days


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules look at."""

    coverage: Coverage
    overdue: tuple[tuple[ItemRecord, Tags], ...] = ()
    occasions: tuple[Prepared, ...] = ()  # those whose lead time has begun
    steps: Steps = field(default_factory=Steps)
    ways: Ways | None = None  # those steps as the journey has them, where the caller has them
    stuck: dict[Place, list[int]] = field(default_factory=dict)  # items of cells whose dead ends are told one by one
    names: dict[int, Named] = field(default_factory=dict)  # of the items that a rule on steps may name
    teams: dict[int, frozenset[str]] = field(default_factory=dict)  # of the items that take part in steps
    begun: Begun = field(default_factory=Begun)
    series: tuple[LateSeries, ...] = ()
    publications: tuple[Entry, ...] = ()  # from today to the horizon
    blackouts: tuple[DayEvent, ...] = ()  # of the same days
    trust: dict[int, Trust] = field(default_factory=dict)  # of each persona

    @property
    def question(self) -> Question:
        return self.coverage.question


def cells(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """EMPTY, STALE_ONLY, CLIFF, DROP and THIN of every cell; where a whole phase is empty, EMPTY_PHASE says it once."""
    silent = {gap.phase.pk for gap in empty_phase(scope, findings)} if scope.targets.judges("EMPTY_PHASE") else set()
    for persona, phase in scope.cells:
        for gap in strongest(persona, phase, findings.coverage, scope):
            if gap.code != "EMPTY" or phase.pk not in silent:
                yield gap


@rule(
    "EMPTY_PHASE",
    name=gettext_lazy("Empty phase"),
    why=gettext_lazy("Everybody who comes to this phase meets silence: the journey breaks here."),
    remedy=gettext_lazy("Publish content in this phase, for the heaviest persona first."),
)
def empty_phase(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """EMPTY_PHASE: a phase without any live item, for anybody. Critical; high where approved content is coming."""
    for phase in scope.judged_phases:
        tally = findings.coverage.phases.get(phase.pk, Tally())
        if tally.live:
            continue
        severity, closes = Severity.CRITICAL, min(tally.starts, default=None)
        message = _("The phase has no live content at all, for any persona.")
        if closes:
            severity = Severity.HIGH
            message = _("The phase has no live content at all until %(day)s, when approved content goes live.")
            message %= {"day": long_day(closes)}
        planned = tally.confirmed + tally.tentative
        yield _of_phase("EMPTY_PHASE", severity, scope, phase, message, _("Empty phase"), date=closes, planned=planned)


@rule(
    "NO_UPCOMING",
    name=gettext_lazy("Nothing coming"),
    why=gettext_lazy("Without anything new on the way this phase stands still, and what it has grows old."),
    remedy=gettext_lazy("Plan something for this phase and have it approved."),
)
def no_upcoming(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """NO_UPCOMING: fewer approved items coming in a phase than wanted. Medium; silent where EMPTY_PHASE holds."""
    wanted, weeks = findings.question.upcoming, findings.question.horizon_days // 7
    for phase in scope.judged_phases:
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
        planned = tally.confirmed + tally.tentative
        yield _of_phase("NO_UPCOMING", Severity.MEDIUM, scope, phase, message, _("Nothing coming"), planned=planned)


@rule(
    "OVERDUE",
    name=gettext_lazy("Overdue"),
    why=gettext_lazy("Somebody counted on this content on that day, and it is not there."),
    remedy=gettext_lazy("Publish it, move it to a new date, or cancel the plan."),
)
def overdue(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """OVERDUE: an item whose date has passed, and that is not live. Medium, high after 14 days.

    An item belongs to the journeys of its phases; one without any phase is reported once, without a journey.
    """
    for record, tags in findings.overdue:
        phases = [phase for phase in scope.phases if phase in tags.phases]
        if phases or not tags.phases:
            yield _overdue_item(scope, findings.question, record, tags, phases)


def _overdue_item(scope: Scope, question: Question, record: ItemRecord, tags: Tags, phases: list[Phase]) -> Gap:
    day = question.day(record.facts.aim)
    late = (question.day(question.at) - day).days
    message = _("“%(title)s” was due on %(day)s and is not live.") % {"title": record.title, "day": long_day(day)}
    return Gap(
        "OVERDUE",
        Severity.HIGH if late > OVERDUE_IS_HIGH_AFTER else Severity.MEDIUM,
        max((float(one.weight) for one in tags.personas), default=1.0)
        * max((float(one.weight) for one in phases), default=1.0),
        message,
        scope.journey if phases else None,
        phase=phases[0] if phases else None,
        persona=tags.personas[0] if tags.personas and phases else None,
        item=str(record.uid),
        item_id=record.item_id,
        date=day,
        words=str(Status.OVERDUE.label),
    )


@rule(
    "UNCLASSIFIED",
    name=gettext_lazy("Unclassified content"),
    why=gettext_lazy("It may serve somebody, but nobody can tell whom: the numbers look worse than they are."),
    remedy=gettext_lazy("Give it a persona and a phase, by hand, in bulk or by a rule."),
)
def unclassified(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """UNCLASSIFIED: live items that count in no cell: without a phase, or here without a persona. One row."""
    count = findings.coverage.live_without_phase + _tally_of(scope, findings).live_without_persona
    if count:
        message = ngettext(
            "%(count)s live item has no phase or no persona and counts in no cell.",
            "%(count)s live items have no phase or no persona and count in no cell.",
            count,
        )
        yield _of_journey("UNCLASSIFIED", Severity.INFO, scope, message % {"count": count}, item="items")


@rule(
    "NO_OWNER",
    name=gettext_lazy("Nobody owns it"),
    why=gettext_lazy("What belongs to everybody is looked after by nobody, and nobody may accept its gaps."),
    remedy=gettext_lazy("Choose one owner for the journey, and an owner or team for the content."),
)
def no_owner(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """NO_OWNER: a journey without an active owner (high); live items without owner or team (low, one row)."""
    if not scope.journey.has_active_owner:
        message = _("Nobody owns this journey. One person has to decide across its channels.")
        if scope.journey.owner:
            message = _("The owner of this journey cannot log in any more. Choose another.")
        yield _of_journey("NO_OWNER", Severity.HIGH, scope, message)
    if count := _tally_of(scope, findings).live_without_owner:
        message = ngettext(
            "%(count)s live item has no owner and no team.", "%(count)s live items have no owner and no team.", count
        )
        yield _of_journey("NO_OWNER", Severity.LOW, scope, message % {"count": count}, item="items")


def find_gaps(scopes: list[Scope], findings: Findings) -> list[Gap]:
    """All gaps of the journeys, ranked. No queries."""
    return rank(list({gap.key: gap for scope in scopes for gap in _gaps_of(scope, findings)}.values()))


def _gaps_of(scope: Scope, findings: Findings) -> Iterator[Gap]:
    findings = findings if findings.ways else replace(findings, ways=Ways(scope, findings.steps))
    yield from cells(scope, findings)
    for one in CATALOGUE.values():
        if not one.of_cells and scope.targets.judges(one.code):
            yield from filter(None, map(scope.judged, one.find(scope, findings)))


def _tally_of(scope: Scope, findings: Findings) -> JourneyTally:
    return findings.coverage.journeys.get(scope.journey.pk, JourneyTally())


def _of_phase(
    code: str, severity: Severity, scope: Scope, phase: Phase, message: str, words: str, **fields: object
) -> Gap:
    weight = scope.heaviest_persona * float(phase.weight)
    return Gap(code, severity, weight, message, scope.journey, phase=phase, words=words, **fields)


def _of_journey(code: str, severity: Severity, scope: Scope, message: str, item: str = "") -> Gap:
    return Gap(code, severity, 1.0, message, scope.journey, item=item)
