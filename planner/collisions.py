"""Content that stands in each other's way, or goes out on a day on which nothing should. Told, never forbidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from planner.entries import Entry, Kind
from planner.schedule import Status

if TYPE_CHECKING:
    from personas.models import Channel, Persona
    from planner.day_events import DayEvent

MOST_AT_ONCE = 1
"""Items for one persona through one channel on one day. More collide."""

OVER = {Status.CANCELLED, Status.EXPIRED, Status.UNPUBLISHED}
"""What does not go out, or is gone again, is in nobody's way."""


@dataclass(frozen=True, slots=True)
class Collision:
    """More content for one persona through one channel on one day than there should be."""

    day: date
    persona: Persona | None  # None: all of it is for everyone
    channel: Channel
    items: tuple[int, ...]  # keys, in order


@dataclass(frozen=True, slots=True)
class InBlackout:
    """Content on a day on which nothing goes out."""

    entry: Entry
    day: DayEvent


def collisions(entries: Iterable[Entry], zone: ZoneInfo, *, most: int = MOST_AT_ONCE) -> list[Collision]:
    """Where more than `most` items go out for one persona through one channel on one day, by day, channel, persona.

    `zone`: whose days are meant. Only publications count. Content for everyone counts for each persona that other
    content of that day and channel is for. The order in which the entries come makes no difference.
    """
    grouped: dict[tuple[date, int], dict[int, Entry]] = defaultdict(dict)
    channels = {}
    for entry in _going_out(entries):
        day = entry.day(zone)
        for channel in entry.channels:
            channels[channel.pk] = channel
            grouped[day, channel.pk][entry.item_id] = entry
    found = [
        Collision(day, persona, channels[channel], tuple(sorted(together)))
        for (day, channel), group in grouped.items()
        for persona, together in _by_persona(list(group.values()))
        if len(together) > most
    ]
    return sorted(found, key=lambda one: (one.day, _place(one.channel), _place(one.persona)))


def in_blackouts(entries: Iterable[Entry], days: Iterable[DayEvent], zone: ZoneInfo) -> list[InBlackout]:
    """The publications on days on which nothing goes out, in the order of the entries.

    `days`: what `day_events_between` gave; what is no blackout is passed over. An occasion with personas or channels is
    about these only; content for everyone is for each persona.
    """
    closed = [day for day in days if day.blackout]
    return [
        InBlackout(entry, day)
        for entry in _going_out(entries)
        for day in closed
        if day.covers(entry.day(zone)) and _concerns(day, entry)
    ]


def _going_out(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if entry.kind == Kind.PUBLICATION and entry.status not in OVER)


def _by_persona(group: list[Entry]) -> Iterator[tuple[Persona | None, list[int]]]:
    """Each persona with the keys of what is for it; None where all of it is for everyone."""
    everyone = [entry.item_id for entry in group if entry.for_everyone]
    personas, meant = {}, defaultdict(list)
    for entry in group:
        for persona in entry.personas:
            personas[persona.pk] = persona
            if not entry.for_everyone:
                meant[persona.pk].append(entry.item_id)
    for key, persona in personas.items():
        yield persona, meant[key] + everyone
    if not personas:
        yield None, everyone


def _concerns(day: DayEvent, entry: Entry) -> bool:
    for_them = not day.personas or entry.for_everyone or not set(day.personas).isdisjoint(entry.personas)
    return for_them and (not day.channels or not set(day.channels).isdisjoint(entry.channels))


def _place(member: Persona | Channel | None) -> tuple[int, int]:
    return (member.sort_order, member.pk) if member else (-1, 0)
