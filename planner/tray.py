"""The tray: what is meant to go out and has no date yet. No request, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, ClassVar

from planner.entries import Kind, tags_of
from planner.models import ContentItem
from planner.schedule import FOREVER, Status, moments, read_facts, read_items

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from personas.models import Channel, Persona, Phase
    from planner.gaps import Gap
    from planner.members import Members
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals

STATUSES = {Status.IDEA, Status.DRAFT, Status.IN_REVIEW}
"""What something without a date can be."""

MOST_READ = 500
"""Nobody looks through more without filtering first."""


@dataclass(frozen=True, slots=True)
class Undated:
    """One item without a date. Cards read it as they read an `Entry`."""

    kind: ClassVar = Kind.PUBLICATION
    all_day: ClassVar = True
    late: ClassVar = False
    has_passed: ClassVar = False

    item_id: int
    title: str
    status: Status
    personas: tuple[Persona, ...]
    phases: tuple[Phase, ...]
    channels: tuple[Channel, ...]
    for_everyone: bool
    effort: int | None = None  # hours of work
    gap: Gap | None = None  # the most pressing of the cells that it is for

    @property
    def shown_status(self) -> Status:
        return self.status


@dataclass(frozen=True, slots=True)
class Tray:
    """The undated items that are shown, and how many there are in all."""

    items: list[Undated]
    count: int
    readable: int  # how many "show all" would show

    @property
    def left_out(self) -> int:
        return self.count - len(self.items)


def read_tray(
    items: ContentItemQuerySet,
    *,
    now: datetime,
    zone: ZoneInfo,
    approved: Approvals,
    most: int | None,
    gaps: Iterable[Gap] = (),
    statuses: Collection[str] = (),
    members: Members | None = None,
) -> Tray:
    """What of the items has no date yet, `most` of it: first what the most pressing gap waits for, then the newest.

    Of what waits for one gap that comes first which takes the least work, what nobody estimated last. `gaps`: of cells,
    the most pressing first. Of more than `MOST_READ` items the newest are read. `statuses`: only these, all where there
    are none. `members`: the vocabularies, where the caller has them. Eight queries at most.
    """
    if statuses and not STATUSES.intersection(statuses):
        return Tray([], 0, 0)
    undated = undated_items(items, now=now, approved=approved).order_by("-created_at", "-pk")
    records = read_items(undated[:MOST_READ], now=now, approved=approved)
    found = [(record, record.facts.status(now, zone)) for record in records]
    if statuses:
        found = [(record, status) for record, status in found if status.value in statuses]
    complete = len(records) < MOST_READ or bool(statuses)
    count = len(found) if complete else undated.count()
    tags = tags_of((record.item_id for record, _status in found), members)
    cards = [
        Undated(
            item_id=record.item_id,
            title=record.title,
            status=status,
            personas=tags[record.item_id].personas,
            phases=tags[record.item_id].phases,
            channels=tags[record.item_id].channels,
            for_everyone=record.for_everyone,
            effort=record.effort,
        )
        for record, status in found
    ]
    return Tray(_by_gap(cards, list(gaps))[:most], count, len(found))


def _by_gap(cards: list[Undated], gaps: list[Gap]) -> list[Undated]:
    """Each with the most pressing gap that it would help to close, in the order of these gaps."""
    rank = {(gap.persona.pk, gap.phase.pk): position for position, gap in reversed(list(enumerate(gaps)))}
    everyone = {persona for persona, _phase in rank}
    places = []
    for card in cards:
        personas = everyone if card.for_everyone else {persona.pk for persona in card.personas}
        cells = ((persona, phase.pk) for persona in personas for phase in card.phases)
        places.append(min((rank[cell] for cell in cells if cell in rank), default=len(gaps)))
    ordered = sorted(
        zip(places, cards, strict=True), key=lambda one: (one[0], inf if one[1].effort is None else one[1].effort)
    )
    return [replace(card, gap=gaps[place]) if place < len(gaps) else card for place, card in ordered]


def undated_items(items: ContentItemQuerySet, *, now: datetime, approved: Approvals) -> ContentItemQuerySet:
    """Items that never were live, are not approved or cancelled, and aim at no date.

    Two queries where snippets count, and two per type of theirs: only their facts can judge them.
    """
    snippets = read_facts(items.filter(content_type__isnull=False), now=now, approved=approved)
    dated = [key for key, facts in snippets.items() if facts.start or facts.approval or facts.aim]
    known = moments.with_moments(items, now=now, past=True).exclude(pk__in=dated)
    return (
        known.filter(live_from=FOREVER, aim__isnull=True)
        .exclude(
            # Not `exclude(page__in=...)` alone: its negation would lose the rows without a page.
            page__isnull=False,
            page__in=list(approved.pages),
        )
        .exclude(state=ContentItem.State.CANCELLED)
    )
