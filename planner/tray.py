"""The tray: what is meant to go out and has no date yet. No request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from planner.entries import Kind, tags_of
from planner.models import ContentItem
from planner.schedule import FOREVER, Status, moments, read_facts, read_items

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from personas.models import Channel, Persona, Phase
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

    @property
    def shown_status(self) -> Status:
        return self.status


@dataclass(frozen=True, slots=True)
class Tray:
    """The undated items that are shown, the newest first, and how many there are in all."""

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
    statuses: Collection[str] = (),
    members: Members | None = None,
) -> Tray:
    """What of the items has no date yet; at most `most` of them are read in full.

    The newest first: to begin with what would close a gap takes the counts of all cells, which cost as much again.
    `statuses`: only these, all where there are none. `members`: the vocabularies, where the caller has them. Eight
    queries at most, whatever the number of items.
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
    shown = found[:most]
    tags = tags_of((record.item_id for record, _status in shown), members)
    return Tray(
        [
            Undated(
                item_id=record.item_id,
                title=record.title,
                status=status,
                personas=tags[record.item_id].personas,
                phases=tags[record.item_id].phases,
                channels=tags[record.item_id].channels,
                for_everyone=record.for_everyone,
            )
            for record, status in shown
        ],
        count,
        len(found),
    )


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
