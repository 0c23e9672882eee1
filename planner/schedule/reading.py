"""Reads the facts of items from the database, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.db.models.fields.json import KT
from django.utils.dateparse import parse_datetime
from wagtail.models import PageLogEntry, Revision, WorkflowState

from .facts import Approval, Facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from planner.models.content_item import ContentItemQuerySet

UNPUBLISH_ACTIONS = ("wagtail.unpublish", "wagtail.unpublish.scheduled")
KEYS_PER_CONDITION = 10_000
"""Up to here a query names its keys; beyond, reading the whole table is faster (measured on SQLite)."""

OWN_FACTS = (
    "state",
    "target_at",
    "target_has_time",
    "starts_at",
    "expires_at",
    "reviewed_on",
    "substantially_updated_on",
)
"""Fields of a row that are facts of the same name."""

FACT_FIELDS = ("page_id", *OWN_FACTS)
ROW_FIELDS = ("pk", "uid", "title", "url", "kind", "owner_id", "for_everyone", "ends_at", "review_due", *FACT_FIELDS)
PAGE_FACTS = (
    "live",
    "first_published_at",
    "last_published_at",
    "latest_revision_created_at",
    "go_live_at",
    "expire_at",
)
FACT_PATHS = tuple(f"page__{name}" for name in PAGE_FACTS)
PAGE_PATHS = ("page__title", "page__draft_title", *FACT_PATHS)


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What lists and calendars need to know of one item, without loading its page."""

    item_id: int
    uid: UUID
    page_id: int | None
    title: str  # the draft's for a page
    kind: str
    url: str
    owner: str  # the owner's name, or ""
    for_everyone: bool
    ends_at: datetime | None
    review_due: date | None
    facts: Facts


def read_items(
    items: ContentItemQuerySet, *, now: datetime, approved: dict[int, Approval] | None = None
) -> list[ItemRecord]:
    """The records of the items, in the queryset's order.

    `approved`: what `approvals` gave, where the caller has it. Five queries at most, whatever the number of items.
    """
    rows = list(items.values(*ROW_FIELDS, *PAGE_PATHS))
    if not rows:
        return []
    facts = _facts_of(rows, now, approvals() if approved is None else approved, _pages_in_review())
    owners = _names({row["owner_id"] for row in rows} - {None})
    return [
        ItemRecord(
            item_id=row["pk"],
            uid=row["uid"],
            page_id=row["page_id"],
            title=(row["page__draft_title"] or row["page__title"]) if row["page_id"] else row["title"],
            kind=row["kind"],
            url=row["url"],
            owner=owners.get(row["owner_id"], ""),
            for_everyone=row["for_everyone"],
            ends_at=row["ends_at"],
            review_due=row["review_due"],
            facts=facts[row["pk"]],
        )
        for row in rows
    ]


def read_facts(items: ContentItemQuerySet, *, now: datetime, approved: dict[int, Approval]) -> dict[int, Facts]:
    """The facts of the items by their key, but for reviews, which nothing that is counted asks for. Two queries."""
    return _facts_of(list(items.values("pk", *FACT_FIELDS, *FACT_PATHS)), now, approved, set())


def approvals() -> dict[int, Approval]:
    """What Wagtail will publish, by page. One query that touches scheduled revisions only."""
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page")).pk
    # Filtered by type here, not in SQL: SQLite would pick the index on the type and read every revision of the site.
    revisions = (
        Revision.objects.filter(approved_go_live_at__isnull=False)
        .order_by("pk")
        .values_list("base_content_type_id", "object_id", "approved_go_live_at", KT("content__expire_at"))
    )
    return {
        int(key): Approval(go_live_at, parse_datetime(expire_at) if expire_at else None)
        for base_type, key, go_live_at, expire_at in revisions
        if base_type == page_type
    }


def _facts_of(
    rows: list[dict[str, Any]], now: datetime, approved: dict[int, Approval], reviewed: set[int]
) -> dict[int, Facts]:
    unpublished = _last_unpublished(
        [row["page_id"] for row in rows if row["page__live"] is False and row["page__first_published_at"]]
    )
    return {
        row["pk"]: Facts(
            now=now,
            on_page=row["page_id"] is not None,
            live=bool(row["page__live"]),
            first_published_at=row["page__first_published_at"],
            published_since=row["page__last_published_at"] or row["page__latest_revision_created_at"],
            go_live_at=row["page__go_live_at"],
            expire_at=row["page__expire_at"],
            unpublished_at=unpublished.get(row["page_id"]),
            approval=approved.get(row["page_id"]),
            in_review=row["page_id"] in reviewed,
            **{name: row[name] for name in OWN_FACTS},
        )
        for row in rows
    }


def _last_unpublished(pages: list[int]) -> dict[int, datetime]:
    """When each of the pages was last unpublished, by hand or by its expiry. The log is what remains of it."""
    if not pages:
        return {}
    entries = PageLogEntry.objects.filter(action__in=UNPUBLISH_ACTIONS)
    if len(pages) <= KEYS_PER_CONDITION:
        entries = entries.filter(page__in=pages)
    return dict(entries.order_by().values("page_id").annotate(last=Max("timestamp")).values_list("page_id", "last"))


def _pages_in_review() -> set[int]:
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
    states = WorkflowState.objects.filter(base_content_type=page_type, status=WorkflowState.STATUS_IN_PROGRESS)
    return {int(key) for key in states.values_list("object_id", flat=True)}


def _names(users: Iterable[int]) -> dict[int, str]:
    found = get_user_model().objects.in_bulk(list(users))
    return {key: user.get_full_name() or user.get_username() for key, user in found.items()}
