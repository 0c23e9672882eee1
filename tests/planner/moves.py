"""What tests of moves have in common: what a move could write, and what stands in its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.admin.models import EditingSession
from wagtail.models import (
    GroupApprovalTask,
    ModelLogEntry,
    Page,
    PageLogEntry,
    Revision,
    TaskState,
    Workflow,
    WorkflowState,
    WorkflowTask,
)

from cms.models import ArticlePage, CareCard
from planner.models import ContentItem
from tests.factories import NOW

WRITTEN = (
    ArticlePage,
    CareCard,
    Revision,
    ContentItem,
    PageLogEntry,
    ModelLogEntry,
    WorkflowState,
    TaskState,
)


def stored() -> dict[str, list[Any]]:
    """Everything that a move could write."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in WRITTEN}


def lock(item: ContentItem, user: Any) -> None:
    ArticlePage.objects.filter(pk=item.page_id).update(locked=True, locked_by=user, locked_at=NOW)


def start_workflow(page: Any, user: Any) -> None:
    task = GroupApprovalTask.objects.create(name="Approve")
    workflow = Workflow.objects.create(name="Approval")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    workflow.start(page, user)


def open_editor(item: ContentItem, user: Any) -> None:
    EditingSession.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Page),
        object_id=str(item.page_id),
        last_seen_at=NOW - timedelta(minutes=1),
    )
