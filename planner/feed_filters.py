"""What a feed is about: the choices of its owner, and which items, entries, days and gaps they let through.

Stored as slugs, strictly read: a name that this version does not know raises TypeError. To ignore it would widen the
feed. What was deleted since matches nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from planner.day_events import DayEvent, DayKind
from planner.entries import Entry, Kind
from planner.schedule import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from planner.gaps import Gap
    from planner.models.content_item import ContentItemQuerySet

GAP = "gap"
CONTENT_KINDS = tuple(kind.value for kind in Kind)
KINDS = [*Kind.choices, *DayKind.choices, (GAP, _("Gap that opens"))]
"""Every kind of event that a feed can hold."""


@dataclass(frozen=True, slots=True)
class Selection:
    """OR within a dimension, AND across; what is empty narrows nothing.

    Occasions, campaigns and gaps have no status and no owner: a choice of these leaves them out. So does a choice of
    campaigns for all but these and their content.
    """

    personas: Collection[str] = ()
    phases: Collection[str] = ()  # a slug, or "journey/phase"
    channels: Collection[str] = ()
    journey: str = ""
    statuses: Collection[str] = ()
    campaigns: Collection[str] = ()
    owners: Collection[int] = ()  # keys of users
    mine: bool = False
    kinds: Collection[str] = ()

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def stored(self) -> dict[str, Any]:
        """As `Feed.filters` keeps it: only what narrows."""
        return {
            name: value if isinstance(value, bool | str) else list(value)
            for name, value in asdict(self).items()
            if value
        }

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    @property
    def wants_content(self) -> bool:
        return any(map(self.wants, CONTENT_KINDS))

    @property
    def day_kinds(self) -> list[DayKind]:
        return [] if self._asks_of_items else [kind for kind in DayKind if self.wants(kind)]

    @property
    def wants_gaps(self) -> bool:
        return self.wants(GAP) and not self._asks_of_items and not self.campaigns

    @property
    def narrows_items(self) -> bool:
        tags = (self.personas, self.phases, self.channels, self.journey)
        return any((*tags, self.campaigns, self.owners, self.mine))

    def items(self, visible: ContentItemQuerySet, user: AbstractBaseUser | None) -> ContentItemQuerySet:
        """Those of the visible items that it is about, whatever their kind and status. No query."""
        items = visible.tagged(personas=self.personas, phases=self.phases, channels=self.channels, journey=self.journey)
        if self.campaigns:
            items = items.filter(campaign__slug__in=self.campaigns)
        if self.owners:
            items = items.filter(owner__in=self.owners)
        if self.mine:
            items = items.filter(owner=user.pk if user else None)
        return items

    def takes_entry(self, entry: Entry) -> bool:
        """Whether an entry of its items belongs. What was cancelled never does: clients disagree on that status."""
        if entry.status == Status.CANCELLED or not self.wants(entry.kind):
            return False
        return not self.statuses or entry.shown_status in self.statuses

    def takes_day_event(self, event: DayEvent) -> bool:
        """Whether an occasion or campaign belongs. One without personas is about everybody, and so on."""
        if event.kind not in self.day_kinds:
            return False
        if self.campaigns and (event.kind != DayKind.CAMPAIGN or event.slug not in self.campaigns):
            return False
        return (
            _meets(self.personas, {persona.slug for persona in event.personas})
            and _meets(self.phases, {name for phase in event.phases for name in _names(phase)})
            and _meets(self.channels, {channel.slug for channel in event.channels})
            and _meets([self.journey] if self.journey else [], {phase.journey.slug for phase in event.phases})
        )

    def takes_gap(self, gap: Gap) -> bool:
        """Whether a gap of a cell belongs; the channels were chosen when it was counted."""
        return (
            _meets(self.personas, {gap.persona.slug})
            and _meets(self.phases, set(_names(gap.phase)))
            and (not self.journey or gap.phase.journey.slug == self.journey)
        )

    @property
    def _asks_of_items(self) -> bool:
        return bool(self.statuses or self.owners or self.mine)


def _meets(wanted: Collection[str], own: set[str]) -> bool:
    return not wanted or not own or not own.isdisjoint(wanted)


def _names(phase: Any) -> tuple[str, str]:
    """A phase as filters name it: alone, and with its journey."""
    return phase.slug, f"{phase.journey.slug}/{phase.slug}"
