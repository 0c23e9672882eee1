"""Entries: content items at their moments, as the calendar and every feed show them. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections, models, router
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Persona, Phase
from planner.members import Members, in_order
from planner.models import DIMENSIONS, ContentItem
from planner.schedule import (
    FOREVER,
    GRACE,
    KEYS_PER_CONDITION,
    ItemRecord,
    Status,
    approvals,
    midnight,
    read_items,
    snippets_where,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from zoneinfo import ZoneInfo

    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approval, Approvals

ONE_DAY = timedelta(days=1)


class Kind(models.TextChoices):
    """What happens to the item at an entry's moment. Idea, target date, schedule and going live are one event."""

    PUBLICATION = "publication", _("Publication")
    UPDATE = "update", _("Update of a live page")
    EXPIRY = "expiry", _("Expiry")
    REVIEW = "review", _("Review due")


@dataclass(frozen=True, slots=True)
class Tags:
    """For whom, at which moment, through which channel: in the order of the vocabularies."""

    personas: tuple[Persona, ...] = ()
    phases: tuple[Phase, ...] = ()  # each with its journey loaded
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item at one moment."""

    uid: UUID  # the item's
    item_id: int
    page_id: int | None
    kind: Kind
    moment: datetime  # aware; for a day without a time, that day's midnight, in the site's zone
    all_day: bool
    ends_at: datetime | None  # an event's end; None for what happens at a moment
    title: str
    status: Status  # at the moment the entries were asked for
    late: bool  # approved, its moment has passed, and Wagtail has not acted on it
    personas: tuple[Persona, ...]
    phases: tuple[Phase, ...]  # each with its journey loaded
    channels: tuple[Channel, ...]
    for_everyone: bool
    owner: str  # the owner's name, or ""
    url: str  # of content off the site, or ""
    campaign: str = ""  # the campaign's name, or ""
    effort: int | None = None  # hours of work that the item takes, where somebody said so

    @property
    def has_passed(self) -> bool:
        """Whether this is the publication of something that has ended since: it happened, and is no longer so."""
        return self.kind == Kind.PUBLICATION and self.status in {Status.EXPIRED, Status.UNPUBLISHED}

    @property
    def shown_status(self) -> Status:
        """The status in the words of the screens: an approved moment that Wagtail missed is overdue."""
        return Status.OVERDUE if self.late else self.status

    def day(self, zone: ZoneInfo) -> date:
        """The day it stands on for somebody in a zone. A day without a time is the same day everywhere."""
        return self.moment.date() if self.all_day else self.moment.astimezone(zone).date()


def entries_between(
    items: ContentItemQuerySet,
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    zone: ZoneInfo,
    kinds: Collection[Kind] | None = None,
    approved: Approvals | None = None,
    members: Members | None = None,
    tagged: bool = True,
) -> list[Entry]:
    """What happens to the items from `start` up to but not including `end`, by moment, then uid, then kind.

    `items`: what the reader may see and asked for. `zone`: the site's, in which days without a time are meant.
    `approved`: what `schedule.approvals` gave, and `members`: the vocabularies, where the caller has them. `tagged`:
    whether their tags are read; who shows only some of many asks `with_tags` for those. Eight queries at most, whatever
    the number of entries.
    """
    records = records_between(items, start=start, end=end, now=now, approved=approved)
    return entries_of(records, start=start, end=end, now=now, zone=zone, kinds=kinds, members=members, tagged=tagged)


def records_between(
    items: ContentItemQuerySet, *, start: datetime, end: datetime, now: datetime, approved: Approvals | None = None
) -> list[ItemRecord]:
    """The items of which something may happen in the window: some too many. The first half of `entries_between`."""
    approved = approvals() if approved is None else approved
    return read_items(items.filter(_touched(start, end, approved)), now=now, approved=approved)


def entries_of(
    records: Iterable[ItemRecord],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    zone: ZoneInfo,
    kinds: Collection[Kind] | None = None,
    members: Members | None = None,
    tagged: bool = True,
) -> list[Entry]:
    """What happens to the items behind the records in the window. The second half of `entries_between`."""
    moments = [
        (record, kind, moment, all_day)
        for record in records
        for kind, moment, all_day in _moments(record, zone)
        if start <= moment < end and (kinds is None or kind in kinds)
    ]
    tags = tags_of({record.item_id for record, *_rest in moments} if tagged else (), members)
    entries = [_entry(*found, now=now, zone=zone, tags=tags[found[0].item_id]) for found in moments]
    return sorted(entries, key=lambda entry: (entry.moment, entry.uid.int, entry.kind))


def entry_at(
    record: ItemRecord, kind: Kind, moment: datetime, *, all_day: bool, now: datetime, zone: ZoneInfo
) -> Entry:
    """The entry that an item would be, were it moved to another moment. The queries of `tags_of`."""
    return _entry(record, kind, moment, all_day, now=now, zone=zone, tags=tags_of([record.item_id])[record.item_id])


def with_tags(entries: Collection[Entry], members: Members | None = None) -> list[Entry]:
    """Entries that were read without their tags, and their tags. The queries of `tags_of`."""
    tags = tags_of({entry.item_id for entry in entries}, members)
    return [
        replace(entry, personas=found.personas, phases=found.phases, channels=found.channels)
        for entry in entries
        for found in [tags[entry.item_id]]
    ]


def tags_of(items: Iterable[int], members: Members | None = None) -> dict[int, Tags]:
    """The tags of items, by their key; empty for an item that has none.

    Four queries; one where `members`, the vocabularies, have been read already.
    """
    members = Members() if members is None else members
    keys = list(items)
    carried: dict[str, dict[int, set[int]]] = {name: defaultdict(set) for name in DIMENSIONS}
    for item, member, dimension in _links(keys):
        carried[dimension][item].add(member)
    found = {name: in_order(getattr(members, name) if carried[name] else [], carried[name]) for name in DIMENSIONS}
    return defaultdict(Tags, {key: Tags(**{name: found[name].get(key, ()) for name in DIMENSIONS}) for key in keys})


def _links(items: list[int]) -> Iterator[tuple[int, int, str]]:
    """Which item carries which member of which dimension: the three tables of tags in one query.

    Written by hand: for hundreds of keys in three conditions Django takes longer than the database.
    """
    if not items:
        return
    wanted, tables = set(items), []
    named = f" WHERE contentitem_id IN ({', '.join(map(str, map(int, wanted)))})"
    for name in DIMENSIONS:
        dimension = ContentItem._meta.get_field(name)
        table = dimension.remote_field.through._meta.db_table
        tables.append(f"SELECT contentitem_id, {dimension.m2m_reverse_name()}, '{name}' FROM {table}")  # noqa: S608
    few = len(wanted) <= KEYS_PER_CONDITION
    with connections[router.db_for_read(ContentItem)].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(table + named if few else table for table in tables))
        yield from (link for link in cursor.fetchall() if link[0] in wanted)


def _touched(start: datetime, end: datetime, approved: Approvals) -> Q:
    """Items of which something may happen in the window: a wide net, `_moments` decides.

    A day's margin on both sides, because days without a time and dates are meant in the site's zone.
    """
    window = (start - ONE_DAY, end + ONE_DAY)
    touched = Q(target_at__range=window) | Q(starts_at__range=window) | Q(expires_at__range=window)
    touched |= Q(review_due__range=(window[0].date(), window[1].date()))
    page, snippet = Q(), Q()
    for name in ("first_published_at", "go_live_at", "expire_at"):
        page |= Q(**{f"page__{name}__range": window})
        snippet |= Q(**{f"{name}__range": window})
    undated = Q(page__live=True, page__first_published_at__isnull=True)
    page |= undated & (Q(page__last_published_at__range=window) | Q(page__latest_revision_created_at__range=window))
    snippet |= Q(live=True, first_published_at__isnull=True)
    page |= Q(page__in=[key for key, approval in approved.pages.items() if _falls_into(approval, start, end)])
    scheduled = {key.object_id for key, approval in approved.snippets.items() if _falls_into(approval, start, end)}
    snippets = snippets_where(snippet, without_drafts=True) | Q(content_type__isnull=False, object_id__in=scheduled)
    return touched | page | snippets


def _falls_into(approval: Approval, start: datetime, end: datetime) -> bool:
    return start <= approval.go_live_at < end or start <= (approval.expire_at or FOREVER) < end


def _moments(record: ItemRecord, zone: ZoneInfo) -> Iterator[tuple[Kind, datetime, bool]]:
    """Each kind of entry that an item has, with its moment and whether it stands for the whole day."""
    facts = record.facts
    publication, all_day = _publication(record, zone)
    if publication:
        yield Kind.PUBLICATION, publication, all_day
    if facts.live and facts.approval:
        yield Kind.UPDATE, facts.approval.go_live_at, False
    expiry = _expiry(record)
    if expiry:
        yield Kind.EXPIRY, expiry, False
    if record.review_due:
        yield Kind.REVIEW, midnight(record.review_due, zone), True


def _publication(record: ItemRecord, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """When it goes or went out: as approved, else as planned anew, else as it happened, else as it is aimed at."""
    facts = record.facts
    if facts.approval and not facts.live:
        return facts.approval.go_live_at, False
    if facts.start and not facts.is_planned_anew:
        return facts.start, False
    if facts.aim is None or facts.aim_has_time:
        return facts.aim, False
    return midnight(facts.aim.astimezone(zone).date(), zone), True


def _expiry(record: ItemRecord) -> datetime | None:
    """When it expires or expired; None where it never does, or was unpublished by hand before."""
    facts = record.facts
    known = {facts.expires_at, facts.expire_at, facts.approval.expire_at if facts.approval else None} - {None, FOREVER}
    # Most never expire: of them the intervals need not be worked out.
    intervals = facts.intervals() if known else []
    return intervals[-1].end if intervals and intervals[-1].end in known else None


def _entry(
    record: ItemRecord,
    kind: Kind,
    moment: datetime,
    all_day: bool,  # noqa: FBT001 (as `_moments` yields it)
    *,
    now: datetime,
    zone: ZoneInfo,
    tags: Tags,
) -> Entry:
    return Entry(
        uid=record.uid,
        item_id=record.item_id,
        page_id=record.page_id,
        kind=kind,
        moment=moment,
        all_day=all_day,
        ends_at=record.ends_at if kind == Kind.PUBLICATION and record.ends_at and record.ends_at > moment else None,
        title=record.title,
        status=record.facts.status(now, zone),
        late=_is_late(record, kind, moment, now),
        personas=tags.personas,
        phases=tags.phases,
        channels=tags.channels,
        for_everyone=record.for_everyone,
        owner=record.owner,
        url=record.url,
        campaign=record.campaign,
        effort=record.effort,
    )


def _is_late(record: ItemRecord, kind: Kind, moment: datetime, now: datetime) -> bool:
    """Whether this very moment was approved and missed: the publication of a live page was not, its update may be."""
    happened = kind == Kind.REVIEW or kind == Kind.PUBLICATION and record.facts.live
    return record.facts.is_late and moment + GRACE <= now and not happened
