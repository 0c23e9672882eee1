"""What takes whole days beside content: occasions and campaigns, for calendar and feeds. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Persona, Phase
from planner.campaigns import campaigns_between
from planner.entries import Tags
from planner.members import Members, in_order
from planner.models import DIMENSIONS, Campaign, Occasion
from planner.occasions import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


TagsByEvent = dict[tuple[str, int], Tags]
"""By kind and key; empty ones for what has none."""


class DayKind(models.TextChoices):
    OCCASION = "occasion", _("Occasion")
    CAMPAIGN = "campaign", _("Campaign")


@dataclass(frozen=True, slots=True)
class DayEvent:
    """An occasion on its days, or a campaign. Everybody in the planner may know of it: no content stands in it."""

    uid: UUID  # the same for the same days of the same occasion, for ever
    kind: DayKind
    key: int  # of the occasion or campaign: its page is planner_occasion:detail or planner_campaign:detail
    title: str
    first_day: date
    last_day: date  # inclusive
    lead_from: date | None  # from when on an occasion's content should be planned
    blackout: bool  # nothing should go out on these days
    personas: tuple[Persona, ...]  # none: it is about everybody; the same of phases and channels
    phases: tuple[Phase, ...]  # each with its journey loaded
    channels: tuple[Channel, ...]
    slug: str = ""  # of a campaign

    @property
    def end(self) -> date:
        """The day after the last, as calendar formats want it."""
        return self.last_day + timedelta(days=1)

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def day_events_between(
    start: date,
    end: date,
    *,
    kinds: Collection[DayKind] = tuple(DayKind),
    personas: Collection[str] = (),
    phases: Collection[str] = (),
    channels: Collection[str] = (),
    campaigns: Collection[str] = (),
    members: Members | None = None,
) -> list[DayEvent]:
    """What takes place on any day from `start` up to but not including `end`, by first day, kind and title.

    The filters are slugs, as `ContentItemQuerySet.tagged` takes them: OR within one, AND across. What has no personas
    is about everybody and passes that filter, and so with phases and channels. A filter on campaigns leaves only these,
    and the occasions. `members`: the vocabularies, where the caller has them. Six queries at most, whatever the number
    of events; two where `members` has been read.
    """
    members = members or Members()
    occasions = list(Occasion.objects.on_the_calendar()) if DayKind.OCCASION in kinds else []
    running = campaigns_between(members.campaigns, start, end) if DayKind.CAMPAIGN in kinds else []
    running = [one for one in running if one.active and (not campaigns or one.slug in campaigns)]
    tags = _tags_of(occasions, running, members)
    found = [*_occasions(occasions, start, end, tags), *_campaigns(running, tags)]
    wanted = [
        event
        for event in found
        if _matches(personas, {persona.slug for persona in event.personas})
        and _matches(phases, {name for phase in event.phases for name in _names(phase)})
        and _matches(channels, {channel.slug for channel in event.channels})
    ]
    return sorted(wanted, key=lambda event: (event.first_day, event.kind, event.title, str(event.uid)))


def _occasions(occasions: list[Occasion], start: date, end: date, tags: TagsByEvent) -> Iterator[DayEvent]:
    for one in occurrences(occasions, start, end):
        carried = tags[DayKind.OCCASION, one.occasion.pk]
        yield DayEvent(
            uid=uuid5(one.occasion.uid, f"{one.first_day.isoformat()} {one.title}"),
            kind=DayKind.OCCASION,
            key=one.occasion.pk,
            title=one.title,
            first_day=one.first_day,
            last_day=one.last_day,
            lead_from=one.lead_from,
            blackout=one.occasion.blackout,
            personas=carried.personas,
            phases=carried.phases,
            channels=carried.channels,
        )


def _campaigns(campaigns: Iterable[Campaign], tags: TagsByEvent) -> Iterator[DayEvent]:
    for campaign in campaigns:
        carried = tags[DayKind.CAMPAIGN, campaign.pk]
        yield DayEvent(
            uid=campaign.uid,
            kind=DayKind.CAMPAIGN,
            key=campaign.pk,
            title=campaign.name,
            first_day=campaign.first_day,
            last_day=campaign.last_day,
            lead_from=None,
            blackout=False,
            personas=carried.personas,
            phases=carried.phases,
            channels=(),
            slug=campaign.slug,
        )


def _tags_of(occasions: list[Occasion], campaigns: list[Campaign], members: Members) -> TagsByEvent:
    """The tags of these occasions and campaigns. One query for all of their tables, none where there are neither."""
    carried: dict[str, dict[tuple[str, int], set[int]]] = {name: defaultdict(set) for name in DIMENSIONS}
    tables = []
    for kind, model, events, dimensions in (
        (DayKind.OCCASION, Occasion, occasions, DIMENSIONS),
        (DayKind.CAMPAIGN, Campaign, campaigns, ("personas", "phases")),
    ):
        for name in dimensions if events else ():
            field = model._meta.get_field(name)
            own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
            links = field.remote_field.through.objects.filter(**{f"{own}__in": [event.pk for event in events]})
            tables.append(links.order_by().values_list(Value(kind.value), own, other, Value(name)))
    for kind, event, member, dimension in tables[0].union(*tables[1:], all=True) if tables else ():
        carried[dimension][kind, event].add(member)
    found = {name: in_order(getattr(members, name), carried[name]) if carried[name] else {} for name in DIMENSIONS}
    keys = {key for events in carried.values() for key in events}
    return defaultdict(Tags, {key: Tags(**{name: found[name].get(key, ()) for name in DIMENSIONS}) for key in keys})


def _matches(wanted: Collection[str], own: set[str]) -> bool:
    return not wanted or not own or not own.isdisjoint(wanted)


def _names(phase: Phase) -> tuple[str, str]:
    """A phase as filters name it: alone, and with its journey."""
    return phase.slug, f"{phase.journey.slug}/{phase.slug}"
