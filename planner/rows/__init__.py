"""Keeps exactly one row for every page and snippet of a counted type, however it comes into being."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.db.models.signals import post_migrate
from wagtail.models import AbstractPage
from wagtail.signals import copy_for_translation_done

from planner.models import ContentItem

from . import pages, snippets
from .pages import copy_tags_of_tree, counted_pages, is_counted, pages_without_row
from .snippets import snippets_without_row
from .tags import copy_tags

if TYPE_CHECKING:
    from django.db.models import Model

    from planner.models.content_item import ContentItemQuerySet

__all__ = [
    "connect",
    "copy_tags",
    "copy_tags_of_tree",
    "counted_pages",
    "is_counted",
    "make_missing_rows",
    "pages_without_row",
    "row_of",
    "rows_too_many",
    "snippets_without_row",
]


def connect() -> None:
    """Follow pages and snippets as they are made and translated, and catch up after each migration."""
    pages.connect()
    snippets.connect()
    copy_for_translation_done.connect(_follow_translation, dispatch_uid="planner.rows")
    # The last app's turn: only then do the tables of all snippet types exist.
    *_others, last = apps.get_app_configs()
    post_migrate.connect(_catch_up, sender=last, dispatch_uid="planner.rows")


def row_of(instance: Model) -> ContentItem | None:
    """The row of a page or snippet; None where it has none. One query."""
    if isinstance(instance, AbstractPage):
        return ContentItem.objects.filter(page_id=instance.pk).first()
    key = snippets.key_of(instance)
    return ContentItem.objects.filter(**key).first() if key else None


def make_missing_rows() -> int:
    """Make the rows that are missing, and return how many. Safe to run twice at once.

    Two queries per 1,000 pages, three for snippets and two per snippet type, and one per 1,000 of them.
    """
    return pages.make_missing_rows() + snippets.make_missing_rows()


def rows_too_many() -> ContentItemQuerySet:
    """Rows of types that are not counted: left over when a type was excluded. Kept, for the day it is counted again."""
    counted = Q(page__in=pages.counted_pages().values("pk")) | Q(content_type__in=snippets.counted_types())
    return ContentItem.objects.exclude(counted).exclude(page__isnull=True, content_type__isnull=True)


def _follow_translation(sender: type[Model], source_obj: Model, target_obj: Model, **kwargs: Any) -> None:
    if isinstance(target_obj, AbstractPage):
        pages.follow_translation(source_obj, target_obj)
    else:
        snippets.follow_translation(source_obj, target_obj)


def _catch_up(**kwargs: Any) -> None:
    make_missing_rows()
