"""Many lines of history at once, for pages, snippets and off-site rows: Wagtail's own `log` writes them one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry, PageLogEntry

from planner.models import ContentItem

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

BATCH = 500


def log_changes(
    data: dict[int, dict[str, Any]],
    *,
    action: str,
    user: AbstractBaseUser | None,
    at: datetime,
    revisions: dict[int, int] | None = None,
) -> None:
    """Write one line of history per item: `data` by the item's key, `revisions` where the line belongs to one.

    All lines carry one identity, as one action of one person. Four queries per 500 items, and one per snippet type.
    """
    group = uuid4()
    for keys in _batches(sorted(data)):
        items = ContentItem.objects.filter(pk__in=keys).select_related("page").prefetch_related("content_object")
        pages, others = [], []
        for item in items:
            common = {"action": action, "data": data[item.pk], "user": user, "timestamp": at, "uuid": group}
            if item.page_id is not None:
                pages.append(_page_line(item, (revisions or {}).get(item.pk), common))
            else:
                others.append(_line(item, common))
        PageLogEntry.objects.bulk_create(pages)
        ModelLogEntry.objects.bulk_create(others)


def _page_line(item: ContentItem, revision: int | None, common: dict[str, Any]) -> PageLogEntry:
    return PageLogEntry(
        page_id=item.page_id,
        content_type_id=item.page.content_type_id,
        label=item.display_title,
        revision_id=revision,
        **common,
    )


def _line(item: ContentItem, common: dict[str, Any]) -> ModelLogEntry:
    if item.is_off_site:
        subject, key = ContentType.objects.get_for_model(ContentItem), str(item.pk)
    else:
        subject, key = item.content_type, item.object_id
    return ModelLogEntry(content_type=subject, object_id=key, label=item.display_title, **common)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))
