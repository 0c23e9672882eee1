"""The bytes of each calendar event, kept so that an event is written once and its version rises when it changes.

Calendars follow a change only when SEQUENCE (Google) and LAST-MODIFIED (Android) rise, whatever the cause: a new title,
a renamed persona, a status that changed by time alone. So what counts is the rendering: where its digest differs from
the stored one, a new version is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.urls import reverse

from planner import ical
from planner.ical import Event
from planner.models import EventSnapshot, Feed

KEPT = timedelta(days=400)
"""A version that no calendar held for so long may go: a calendar program that still knows it has been away as long."""

USE_NOTED_EVERY = timedelta(days=30)

UIDS_PER_QUERY = 5000
"""SQLite takes at most 32,766 parameters in a query."""

VERSIONED = ["digest", "sequence", "modified_at", "used_on", "data"]
KEY = ["uid", "kind", "language", "detail", "reminders"]


class Stored(NamedTuple):
    """A row of `EventSnapshot`, without the cost of a model instance."""

    uid: str
    digest: str
    sequence: int
    created_at: datetime
    modified_at: datetime
    used_on: date
    data: bytes


@dataclass(frozen=True, slots=True)
class Variety:
    """In which of its forms an event is written. Each form has versions of its own."""

    language: str
    detail: str = Feed.Detail.DETAILS.value
    reminders: str = ""

    @property
    def titles_only(self) -> bool:
        return self.detail == Feed.Detail.TITLES


def render(events: Sequence[Event], variety: Variety, *, now: datetime) -> list[bytes]:
    """The events as bytes, in their order. `now`: the time of a change that is found here.

    One query per 5,000 events where nothing changed, and another once a month; four more in one transaction, in
    batches, where something did.
    """
    stored = _stored(events, variety)
    stale = [event for event in events if _is_stale(event, stored)]
    if stale:
        stored |= _store(stale, stored, variety=variety, now=now)
    _note_use(stored, variety, now.astimezone(UTC).date())
    return [bytes(stored[event.uid].data) for event in events]


def admin_address(path: str) -> str:
    """The absolute address of a page in the admin, by its path there. Never taken from a request."""
    return f"{site_address()}{reverse('wagtailadmin_home')}{path}"


def site_address() -> str:
    """Where the site answers, without a slash at the end: who fetches a feed knows nothing of its host."""
    address = getattr(settings, "WAGTAILADMIN_BASE_URL", "")
    if not address:
        raise ImproperlyConfigured(
            "WAGTAILADMIN_BASE_URL is not set. Calendar events link to the admin: give its address."
        )
    return address.rstrip("/")


def _note_use(stored: dict[str, Stored], variety: Variety, today: date) -> None:
    """Let what is still in use outlive the cleaning. No query but once a month."""
    unnoted = [uid for uid, row in stored.items() if row.used_on < today - USE_NOTED_EVERY]
    for first in range(0, len(unnoted), UIDS_PER_QUERY):
        rows = EventSnapshot.objects.filter(uid__in=unnoted[first : first + UIDS_PER_QUERY], **asdict(variety))
        rows.update(used_on=today)


def clean(*, now: datetime) -> int:
    """Delete the versions that no calendar held for 400 days; how many they were. Two queries."""
    old = EventSnapshot.objects.filter(used_on__lt=now.astimezone(UTC).date() - KEPT)
    return old.delete()[0]


def _is_stale(event: Event, stored: dict[str, Stored]) -> bool:
    return event.uid not in stored or stored[event.uid].digest != event.digest


def _stored(events: Sequence[Event], variety: Variety) -> dict[str, Stored]:
    return {row.uid: row for row in _rows(events, variety)}


def _rows(events: Sequence[Event], variety: Variety, *, locked: bool = False) -> Iterator[Stored]:
    rows = EventSnapshot.objects.filter(**asdict(variety))
    if locked:
        # In one order, so that two fetches wait for each other instead of dying together.
        rows = rows.select_for_update().order_by("uid")
    for first in range(0, len(events), UIDS_PER_QUERY):
        uids = [event.uid for event in events[first : first + UIDS_PER_QUERY]]
        yield from map(Stored._make, rows.filter(uid__in=uids).values_list(*Stored._fields))


def _store(stale: list[Event], known: dict[str, Stored], *, variety: Variety, now: datetime) -> dict[str, Stored]:
    """What is stored of the stale events once their new versions are written, whoever wrote them.

    Two fetches may find the same change. The first to lock or insert a row writes its version; the other sees that the
    row moved on and answers with what it finds, so that one version never has two forms.
    """
    versions = [
        _next_version(event, known.get(event.uid), variety=variety, now=now)
        for event in sorted(stale, key=lambda event: event.uid)
    ]
    with transaction.atomic():
        current = {row.uid: row.sequence for row in _rows(stale, variety, locked=True)}
        EventSnapshot.objects.bulk_create(
            [row for row in versions if row.uid in known and current.get(row.uid) == row.sequence - 1],
            update_conflicts=True,
            unique_fields=KEY,
            update_fields=VERSIONED,
        )
        EventSnapshot.objects.bulk_create([row for row in versions if row.uid not in current], ignore_conflicts=True)
        return _stored(stale, variety)


def _next_version(event: Event, old: Stored | None, *, variety: Variety, now: datetime) -> EventSnapshot:
    """The version after `old`, or the first one. Times are whole seconds, as calendars write them."""
    now = now.replace(microsecond=0)
    created = old.created_at if old else now
    modified = max(now, old.modified_at + timedelta(seconds=1)) if old else now
    sequence = old.sequence + 1 if old else 0
    return EventSnapshot(
        uid=event.uid,
        kind=event.kind,
        language=variety.language,
        detail=variety.detail,
        reminders=variety.reminders,
        digest=event.digest,
        sequence=sequence,
        created_at=created,
        modified_at=modified,
        used_on=now.astimezone(UTC).date(),
        data=ical.write(event, sequence=sequence, created=created, modified=modified, reminders=variety.reminders),
    )
