"""Reads the facts of items from the database, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.db.models.fields.json import KT
from django.utils.dateparse import parse_datetime
from wagtail.models import PageLogEntry, Revision, WorkflowState

from .facts import Approval, Facts
from .snippets import (
    KEYS_PER_CONDITION,
    UNPUBLISH_ACTIONS,
    SnippetKey,
    read_snippets,
    read_titles,
    snippet_base_types,
    snippet_types,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from planner.models.content_item import ContentItemQuerySet

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

FACT_FIELDS = ("page_id", "content_type_id", "object_id", "created_at", *OWN_FACTS)
SHOWN_FIELDS = ("title", "url", "kind", "owner_id", "for_everyone", "ends_at", "review_due", "effort")
ROW_FIELDS = ("pk", "uid", *SHOWN_FIELDS, *FACT_FIELDS)
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
class Approvals:
    """What Wagtail will publish: by page, and by snippet under the type that its revisions are kept under."""

    pages: dict[int, Approval] = field(default_factory=dict)
    snippets: dict[SnippetKey, Approval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What lists and calendars need to know of one item, without loading its page."""

    item_id: int
    uid: UUID
    page_id: int | None
    title: str  # the draft's for a page or a snippet
    kind: str
    url: str
    owner: str  # the owner's name, or ""
    for_everyone: bool
    ends_at: datetime | None
    review_due: date | None
    facts: Facts
    campaign: str = ""  # its name, or ""
    effort: int | None = None  # hours of work


def read_items(items: ContentItemQuerySet, *, now: datetime, approved: Approvals | None = None) -> list[ItemRecord]:
    """The records of the items, in the queryset's order.

    `approved`: what `approvals` gave, where the caller has it. Five queries at most, whatever the number of items, and
    where there are snippets among them two per type and one more.
    """
    rows = list(items.values(*ROW_FIELDS, *PAGE_PATHS, "campaign__name"))
    if not rows:
        return []
    facts = _facts_of(rows, now, approvals() if approved is None else approved, _in_review())
    owners = _names({row["owner_id"] for row in rows} - {None})
    titles = read_titles(_snippets_among(rows))
    return [
        ItemRecord(
            item_id=row["pk"],
            uid=row["uid"],
            page_id=row["page_id"],
            title=_title(row, titles),
            kind=row["kind"],
            url=row["url"],
            owner=owners.get(row["owner_id"], ""),
            for_everyone=row["for_everyone"],
            ends_at=row["ends_at"],
            review_due=row["review_due"],
            facts=facts[row["pk"]],
            campaign=row["campaign__name"] or "",
            effort=row["effort"],
        )
        for row in rows
    ]


def read_facts(items: ContentItemQuerySet, *, now: datetime, approved: Approvals) -> dict[int, Facts]:
    """The facts of the items by their key, but for reviews, which nothing that is counted asks for.

    Two queries, and where there are snippets among them one per type and one more.
    """
    return _facts_of(list(items.values("pk", *FACT_FIELDS, *FACT_PATHS)), now, approved, set())


def approvals() -> Approvals:
    """What Wagtail will publish. One query that touches scheduled revisions only."""
    page_type = _page_type()
    # Filtered by type here, not in SQL: SQLite would pick the index on the type and read every revision of the site.
    revisions = (
        Revision.objects.filter(approved_go_live_at__isnull=False)
        .order_by("pk")
        .values_list("base_content_type_id", "object_id", "approved_go_live_at", KT("content__expire_at"))
    )
    approved = Approvals()
    for base_type, key, go_live_at, expire_at in revisions:
        approval = Approval(go_live_at, parse_datetime(expire_at) if expire_at else None)
        if base_type == page_type:
            approved.pages[int(key)] = approval
        else:
            approved.snippets[SnippetKey(base_type, key)] = approval
    return approved


def beyond_sql(approved: Approvals) -> Q:
    """The counted items that only their facts can judge: pages with an approval, and snippets. No query."""
    return Q(page__in=list(approved.pages)) | Q(content_type__in=snippet_types())


def _facts_of(
    rows: list[dict[str, Any]], now: datetime, approved: Approvals, reviewed: set[SnippetKey]
) -> dict[int, Facts]:
    unpublished = _last_unpublished(
        [row["page_id"] for row in rows if row["page__live"] is False and row["page__first_published_at"]]
    )
    snippets = read_snippets(_snippets_among(rows))
    base_types = snippet_base_types({key.content_type for key in snippets})
    page_type = _page_type() if reviewed else None
    facts = {}
    for row in rows:
        if row["content_type_id"]:
            key = SnippetKey(row["content_type_id"], row["object_id"])
            base = SnippetKey(base_types.get(key.content_type, key.content_type), key.object_id)
            stored = _stored_of_snippet(row, snippets.get(key, {})) | {"approval": approved.snippets.get(base)}
        else:
            base = SnippetKey(page_type, str(row["page_id"]))
            stored = _stored_of_page(row) | {
                "unpublished_at": unpublished.get(row["page_id"]),
                "approval": approved.pages.get(row["page_id"]),
            }
        own = {name: row[name] for name in OWN_FACTS}
        facts[row["pk"]] = Facts(now=now, in_review=base in reviewed, **own, **stored)
    return facts


def _stored_of_page(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "on_page": row["page_id"] is not None,
        "live": bool(row["page__live"]),
        "first_published_at": row["page__first_published_at"],
        "published_since": row["page__last_published_at"] or row["page__latest_revision_created_at"],
        "go_live_at": row["page__go_live_at"],
        "expire_at": row["page__expire_at"],
    }


def _stored_of_snippet(row: dict[str, Any], snippet: dict[str, Any]) -> dict[str, Any]:
    has_drafts = "go_live_at" in snippet
    since = snippet.get("last_published_at") or snippet.get("latest_revision__created_at")
    return {
        "on_page": True,
        "live": bool(snippet.get("live")),
        "first_published_at": snippet.get("first_published_at"),
        "published_since": since if has_drafts else row["created_at"],
        "go_live_at": snippet.get("go_live_at"),
        "expire_at": snippet.get("expire_at"),
        "unpublished_at": snippet.get("unpublished_at"),
        "translation_key": snippet.get("translation_key"),
    }


def _snippets_among(rows: list[dict[str, Any]]) -> list[SnippetKey]:
    return [SnippetKey(row["content_type_id"], row["object_id"]) for row in rows if row["content_type_id"]]


def _title(row: dict[str, Any], titles: dict[SnippetKey, str]) -> str:
    if row["page_id"]:
        return row["page__draft_title"] or row["page__title"]
    return titles.get(SnippetKey(row["content_type_id"], row["object_id"]), row["title"])


def _last_unpublished(pages: list[int]) -> dict[int, datetime]:
    """When each of the pages was last unpublished, by hand or by its expiry. The log is what remains of it."""
    if not pages:
        return {}
    entries = PageLogEntry.objects.filter(action__in=UNPUBLISH_ACTIONS)
    if len(pages) <= KEYS_PER_CONDITION:
        entries = entries.filter(page__in=pages)
    return dict(entries.order_by().values("page_id").annotate(last=Max("timestamp")).values_list("page_id", "last"))


def _in_review() -> set[SnippetKey]:
    """The pages and snippets that are in a workflow, under the types that Wagtail keeps their revisions under."""
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    return {SnippetKey(*found) for found in states.values_list("base_content_type_id", "object_id")}


def _page_type() -> int:
    return ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page")).pk


def _names(users: Iterable[int]) -> dict[int, str]:
    found = get_user_model().objects.in_bulk(list(users))
    return {key: user.get_full_name() or user.get_username() for key, user in found.items()}
