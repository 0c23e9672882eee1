"""Keeps exactly one row for every page of a counted type, however the page comes into being."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swapper
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.signals import post_migrate, post_save
from wagtail.models import AbstractPage
from wagtail.signals import copy_for_translation_done

from planner.models import DIMENSIONS, ContentItem, excluded_page_types

if TYPE_CHECKING:
    from django.db.models import Model

BATCH = 1000


def connect() -> None:
    """Follow pages as they are made and translated, and catch up after each migration."""
    post_save.connect(_follow_new_page, dispatch_uid="planner.rows")
    copy_for_translation_done.connect(_follow_translation, dispatch_uid="planner.rows")
    post_migrate.connect(_catch_up, sender=apps.get_app_config("planner"), dispatch_uid="planner.rows")


def is_counted(page: AbstractPage) -> bool:
    """Whether a page has a plan of its own: not the root, no alias, no excluded type. No query."""
    return page.depth > 1 and not page.alias_of_id and page.specific_class not in excluded_page_types()


def counted_pages() -> QuerySet:
    """All pages that have a row: all but the tree's root and the excluded types. One query for the types at most."""
    Page = swapper.load_model("wagtailcore", "Page")
    types = ContentType.objects.get_for_models(*excluded_page_types(), for_concrete_models=False).values()
    return Page.objects.filter(depth__gt=1).exclude(content_type__in=[content_type.pk for content_type in types])


def pages_without_row() -> QuerySet:
    """Counted pages whose row is missing. A healthy site has none."""
    return counted_pages().filter(planner_item__isnull=True)


def rows_too_many() -> QuerySet:
    """Rows of pages that are not counted: left over when a type was excluded. Kept, for the day it is counted again."""
    counted = counted_pages().filter(pk=OuterRef("page_id"))
    return ContentItem.objects.on_pages().exclude(page__in=counted.values("pk"))


def make_missing_rows() -> int:
    """Make the rows that are missing, and return how many. Two queries per 1,000 rows; safe to run twice at once."""
    made = 0
    while keys := list(pages_without_row().values_list("pk", flat=True)[:BATCH]):
        ContentItem.objects.bulk_create([ContentItem(page_id=key) for key in keys], ignore_conflicts=True)
        made += len(keys)
    return made


def copy_tags(source: ContentItem, target: ContentItem) -> None:
    """Start `target` with the personas, phases, channels and themes of `source`, and with who set them."""
    with transaction.atomic():
        for dimension in DIMENSIONS:
            getattr(target, dimension).set(getattr(source, dimension).all())
        target.themes.set(source.themes.all())
        for name in ("for_everyone", "team", "owner_id", *(f"{dimension}_by_hand" for dimension in DIMENSIONS)):
            setattr(target, name, getattr(source, name))
        target.save()


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


def _rows_of_tree(page: AbstractPage) -> list[ContentItem]:
    tree = page.get_descendants(inclusive=True)
    return list(ContentItem.objects.filter(page__in=tree).order_by("page__path"))


def _follow_new_page(sender: type[Model], instance: Model, *, created: bool, raw: bool, **kwargs: Any) -> None:
    if not created or raw or not isinstance(instance, AbstractPage) or instance.depth == 1:
        return
    if instance.specific_class in excluded_page_types():
        return
    row, _created = ContentItem.objects.get_or_create(page_id=instance.pk)
    source = ContentItem.objects.filter(page_id=instance.alias_of_id).first() if instance.alias_of_id else None
    if source:
        copy_tags(source, row)


def _follow_translation(sender: type[Model], source_obj: Model, target_obj: Model, **kwargs: Any) -> None:
    if isinstance(target_obj, AbstractPage):
        rows = ContentItem.objects.in_bulk([source_obj.pk, target_obj.pk], field_name="page_id")
        if len(rows) == 2:
            copy_tags(rows[source_obj.pk], rows[target_obj.pk])


def _catch_up(**kwargs: Any) -> None:
    make_missing_rows()
