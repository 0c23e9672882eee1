"""Reads the facts of a screenful of pages in one query, where five are too many: for Wagtail's own lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import swapper
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Max, OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime
from wagtail.models import PageLogEntry, Revision, WorkflowState

from .facts import Approval, Facts
from .reading import OWN_FACTS, UNPUBLISH_ACTIONS

if TYPE_CHECKING:
    from datetime import datetime

    from planner.models.content_item import ContentItemQuerySet

STORED = ("live", "first_published_at", "last_published_at", "latest_revision_created_at", "go_live_at", "expire_at")


def read_page_facts(items: ContentItemQuerySet, *, now: datetime) -> dict[int, Facts]:
    """The facts of items that are pages, by the page's key. One query that looks each page up in Wagtail's tables.

    For some dozens of pages; `read_facts` is for thousands.
    """
    of_page = {"base_content_type": _page_type(), "object_id": Cast(OuterRef("page_id"), CharField())}
    approved = Revision.objects.filter(approved_go_live_at__isnull=False, **of_page).order_by("-pk")
    in_review = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, **of_page)
    unpublished = PageLogEntry.objects.filter(page=OuterRef("page"), action__in=UNPUBLISH_ACTIONS).order_by()
    rows = items.on_pages().annotate(
        approved_for=Subquery(approved.values("approved_go_live_at")[:1]),
        approved_expiry=Subquery(approved.annotate(expiry=KT("content__expire_at")).values("expiry")[:1]),
        in_review=Exists(in_review),
        unpublished=Subquery(unpublished.values("page").annotate(last=Max("timestamp")).values("last")),
    )
    names = ("approved_for", "approved_expiry", "in_review", "unpublished", *OWN_FACTS)
    return {
        row["page_id"]: _facts(row, now)
        for row in rows.order_by().values("page_id", *names, *(f"page__{name}" for name in STORED))
    }


def pages_with_approval() -> list[int]:
    """The keys of the pages that Wagtail will publish. One query that touches scheduled revisions only."""
    page_type = _page_type().pk
    # Filtered by type here, for the reason that `approvals` gives.
    scheduled = Revision.objects.filter(approved_go_live_at__isnull=False).order_by()
    return [
        int(key) for base_type, key in scheduled.values_list("base_content_type", "object_id") if base_type == page_type
    ]


def pages_in_review() -> list[int]:
    """The keys of the pages that somebody has to review. One query."""
    states = WorkflowState.objects.filter(base_content_type=_page_type(), status=WorkflowState.STATUS_IN_PROGRESS)
    return [int(key) for key in states.order_by().values_list("object_id", flat=True)]


def _facts(row: dict, now: datetime) -> Facts:
    expiry = row["approved_expiry"]
    approval = (
        Approval(row["approved_for"], parse_datetime(expiry) if expiry else None) if row["approved_for"] else None
    )
    return Facts(
        now=now,
        on_page=True,
        live=row["page__live"],
        first_published_at=row["page__first_published_at"],
        published_since=row["page__last_published_at"] or row["page__latest_revision_created_at"],
        go_live_at=row["page__go_live_at"],
        expire_at=row["page__expire_at"],
        unpublished_at=row["unpublished"],
        approval=approval,
        in_review=row["in_review"],
        **{name: row[name] for name in OWN_FACTS},
    )


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
