"""The rows of pages: made with the page, made up for after a migration, and tagged like what was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swapper
from django.db.models import QuerySet
from django.db.models.signals import post_save
from wagtail.models import AbstractPage

from planner.models import ContentItem, is_left_out, left_out_types

from .tags import copy_tags

if TYPE_CHECKING:
    from django.db.models import Model

BATCH = 1000


def connect() -> None:
    """Follow pages as they are made."""
    post_save.connect(_follow_new_page, dispatch_uid="planner.rows")


def is_counted(page: AbstractPage) -> bool:
    """Whether a page has a plan of its own: not the root, no alias, no type that is left out. One query."""
    return page.depth > 1 and not page.alias_of_id and not is_left_out(page.specific_class)


def counted_pages() -> QuerySet:
    """All pages that have a row: all but the tree's root and the types that are left out. No query."""
    Page = swapper.load_model("wagtailcore", "Page")
    return Page.objects.filter(depth__gt=1).exclude(content_type__in=left_out_types())


def pages_without_row() -> QuerySet:
    """Counted pages whose row is missing. A healthy site has none."""
    return counted_pages().filter(planner_item__isnull=True)


def make_missing_rows() -> int:
    """Make the rows of pages that are missing, and return how many. Two queries per 1,000 rows."""
    made = 0
    while keys := list(pages_without_row().values_list("pk", flat=True)[:BATCH]):
        ContentItem.objects.bulk_create([ContentItem(page_id=key) for key in keys], ignore_conflicts=True)
        made += len(keys)
    return made


def copy_tags_of_tree(source: AbstractPage, copy: AbstractPage) -> None:
    """Give a copied page, and the pages below it, the tags of what they were copied from.

    Wagtail keeps no link from a copy to its source, so the two trees are walked side by side; where they differ in size
    (a page was left out of the copy) only the page itself is followed.
    """
    originals, copies = _rows_of_tree(source), _rows_of_tree(copy)
    if len(originals) != len(copies):
        originals, copies = ([row for row in originals if row.page_id == source.pk], copies[:1])
    for original, duplicate in zip(originals, copies, strict=False):
        copy_tags(original, duplicate)


def follow_translation(source: AbstractPage, target: AbstractPage) -> None:
    """Give a new translation the tags of its source."""
    rows = ContentItem.objects.in_bulk([source.pk, target.pk], field_name="page_id")
    if len(rows) == 2:
        copy_tags(rows[source.pk], rows[target.pk], same_content=True)


def _rows_of_tree(page: AbstractPage) -> list[ContentItem]:
    tree = page.get_descendants(inclusive=True)
    return list(ContentItem.objects.filter(page__in=tree).order_by("page__path"))


def _follow_new_page(sender: type[Model], instance: Model, *, created: bool, raw: bool, **kwargs: Any) -> None:
    if not created or raw or not isinstance(instance, AbstractPage) or instance.depth == 1:
        return
    if is_left_out(instance.specific_class):
        return
    row, _created = ContentItem.objects.get_or_create(page_id=instance.pk)
    source = ContentItem.objects.filter(page_id=instance.alias_of_id).first() if instance.alias_of_id else None
    if source:
        copy_tags(source, row, same_content=True)
