"""When content went live or will: what a cadence is judged by. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, Q

from planner.coverage import Place
from planner.next_step_facts import identity_of
from planner.schedule import midnight, moments

if TYPE_CHECKING:
    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.periods import Span
    from planner.schedule import Facts

Starts = set[tuple[Hashable, date]]
"""Which item, by the identity that its translations share, went live on which day."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What went live or will within some days, by where it counts."""

    cells: dict[Place, Starts] = field(default_factory=lambda: defaultdict(set))
    generic: dict[int, Starts] = field(default_factory=lambda: defaultdict(set))  # for everyone, by phase
    channels: dict[tuple[int, int], Starts] = field(default_factory=lambda: defaultdict(set))  # by phase and channel

    def of_cell(self, persona: int, phase: int) -> Starts:
        return self.cells.get(Place(persona, phase), set()) | self.generic.get(phase, set())

    def of_channel(self, phase: int, channel: int) -> Starts:
        return self.channels.get((phase, channel), set())


def number_in(starts: Starts, span: Span) -> int:
    """How many items began in a period; one that began twice in it counts once."""
    return len({identity for identity, day in starts if span.first <= day < span.end})


def read_begun(
    items: ContentItemQuerySet,
    question: Question,
    days: Span,
    phases: Iterable[int],
    *,
    decided: dict[int, Facts],
) -> Begun:
    """What of the items went live within the days, or will by what is approved, in some phases. Three queries.

    It counts in the period in which it began, also where it has ended since. What is live without any date began on no
    day. `decided`: the facts of the items that SQL cannot judge.
    """
    starts = {item: found for item, facts in decided.items() if (found := _days(facts, question, days))}
    since, until = (midnight(day, question.zone) for day in days)
    dated = Q(live_from__gte=since, live_from__lt=until, live_until__gt=F("live_from")) & ~moments.undated()
    rows = (
        moments.with_moments(items.order_by(), now=question.now, past=True)
        .filter(dated & ~Q(pk__in=list(decided)) | Q(pk__in=list(starts)), phases__in=list(phases))
        .annotate(began_at=F("live_from"))
    )
    columns = ("pk", "page__translation_key", "began_at", "phases")
    begun = Begun()

    def of(item: int, shared: Hashable, moment: object) -> Starts:
        identity = identity_of(item, shared, decided)
        return {(identity, day) for day in starts.get(item, ()) or [question.day(moment)]}

    for *one, phase, persona in rows.filter(for_everyone=False, personas__isnull=False).values_list(
        *columns, "personas"
    ):
        begun.cells[Place(persona, phase)].update(of(*one))
    for *one, phase in rows.filter(for_everyone=True).values_list(*columns):
        begun.generic[phase].update(of(*one))
    for *one, phase, channel in rows.filter(channels__isnull=False).values_list(*columns, "channels"):
        begun.channels[phase, channel].update(of(*one))
    return begun


def _days(facts: Facts, question: Question, days: Span) -> set[date]:
    found = set() if facts.undated else {question.day(one.start) for one in facts.intervals()}
    return {day for day in found if days.first <= day < days.end}
