"""Finds what time alone made overdue, and notes it for its owner: once per item and date that was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from planner import conf
from planner.models import ContentItem, Notification
from planner.report import overdue_items
from planner.schedule import approvals, read_items

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from planner.schedule import Approvals, ItemRecord

ITEMS_PER_TRANSACTION = 200
"""Others want to write as well."""


def note_overdue(now: datetime) -> int:
    """Note what is overdue and was not told yet, and return how many that are.

    Two that do this at once note each item once: the missed date is kept in the item's row, under a lock. What nobody
    owns is left alone. Eleven queries and three per 200 items that are new.
    """
    question = conf.question(at=now, now=now)
    approved = approvals()
    owned = ContentItem.objects.counted().filter(owner__isnull=False)
    records = [record for record, _tags in overdue_items(owned, question, approved=approved)]
    missed = {record.item_id: missed_date(record, now, question.zone) for record in records}
    missed |= {record.item_id: record.facts.approval.go_live_at for record in _not_published(now, approved)}
    keys = sorted(missed)
    return sum(
        _note_batch({key: missed[key] for key in keys[first : first + ITEMS_PER_TRANSACTION]}, now)
        for first in range(0, len(keys), ITEMS_PER_TRANSACTION)
    )


def missed_date(record: ItemRecord, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment by which an item should have been published and was not; None where nothing was missed."""
    facts = record.facts
    if facts.approval and facts.is_late:
        return facts.approval.go_live_at
    return facts.due(zone) if facts.is_overdue(now, zone) else None


def _not_published(now: datetime, approved: Approvals) -> list[ItemRecord]:
    """Items whose approved moment passed without Wagtail acting on it. Five queries where there are any."""
    items = ContentItem.objects.counted().filter(owner__isnull=False)
    pages = items.filter(page__in=list(approved.pages)) if approved.pages else items.none()
    snippets = items.filter(content_type__isnull=False) if approved.snippets else items.none()
    records = [*read_items(pages, now=now, approved=approved), *read_items(snippets, now=now, approved=approved)]
    return [record for record in records if record.facts.approval and record.facts.is_late]


def _note_batch(missed: dict[int, datetime], now: datetime) -> int:
    with transaction.atomic():
        rows = ContentItem.objects.select_for_update().filter(pk__in=list(missed)).order_by("pk")
        new = [row for row in rows if row.owner_id and row.overdue_told_for != missed[row.pk]]
        for row in new:
            row.overdue_told_for = missed[row.pk]
        ContentItem.objects.bulk_update(new, ["overdue_told_for"])
        Notification.objects.bulk_create(
            [
                Notification(
                    item=row,
                    receiver_id=row.owner_id,
                    about=Notification.About.OVERDUE,
                    before=missed[row.pk],
                    # It waits for nothing: nobody can take the passing of time back.
                    noted_at=now - conf.notification_delay(),
                )
                for row in new
            ],
            ignore_conflicts=True,
        )
    return len(new)
