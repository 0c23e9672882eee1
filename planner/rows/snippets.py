"""The rows of snippets: made and deleted with them, made up for after a migration or when a type counts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models.signals import post_delete, post_save

from planner.models import ContentItem, counted_snippets, is_left_out
from planner.snippets import may_count, snippet_type

from .tags import copy_tags

if TYPE_CHECKING:
    from django.db.models import Model

BATCH = 1000
SOURCE = "_planner_source"
"""Where a translation that is not stored yet keeps what it is a translation of."""


def connect() -> None:
    """Follow all snippet types there may be."""
    # Type by type: a receiver for all models would slow down every delete there is.
    for model in apps.get_models():
        if may_count(model):
            follow(model)


def follow(model: type[Model]) -> None:
    """Follow the objects of one type as they are made and deleted."""
    post_save.connect(_follow_new_snippet, sender=model, dispatch_uid="planner.rows")
    post_delete.connect(_follow_deleted_snippet, sender=model, dispatch_uid="planner.rows")


def key_of(instance: Model) -> dict[str, Any]:
    """How the row of a snippet is found; empty for what is no snippet that may count. No query."""
    model = snippet_type(instance)
    return {"content_type": content_type_of(model), "object_id": str(instance.pk)} if model else {}


def content_type_of(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model, for_concrete_model=False)


def counted_types() -> list[int]:
    """The keys of the content types of all snippets that count. One query at most."""
    return [content_type_of(model).pk for model in counted_snippets()]


def snippets_without_row() -> dict[type[Model], list[str]]:
    """Keys of counted snippets whose row is missing, by type; a healthy site has none. Three queries, two per type."""
    counted = counted_snippets()
    # After `migrate someapp` the tables of other apps may not exist yet.
    tables = connection.introspection.table_names() if counted else []
    missing = {model: _without_row(model, counted) for model in counted if model._meta.db_table in tables}
    return {model: keys for model, keys in missing.items() if keys}


def make_missing_rows() -> int:
    """Make the rows of snippets that are missing, and return how many. As above, and one query per 1,000 rows."""
    made = 0
    for model, keys in snippets_without_row().items():
        of_type = content_type_of(model)
        rows = (ContentItem(content_type=of_type, object_id=key) for key in keys)
        made += len(ContentItem.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True))
    return made


def follow_translation(source: Model, target: Model) -> None:
    """Give a new translation the tags of its source. Wagtail tells of it before it is stored."""
    target.__dict__[SOURCE] = key_of(source)
    if not target._state.adding:
        _start_like_source(target)


def _without_row(model: type[Model], counted: list[type[Model]]) -> list[str]:
    objects = model._base_manager.order_by("pk")
    for other in counted:
        if model in other._meta.get_parent_list():
            # What is of a more special type counts as that.
            objects = objects.exclude(pk__in=other._base_manager.values("pk"))
    known = set(ContentItem.objects.filter(content_type=content_type_of(model)).values_list("object_id", flat=True))
    return [key for key in map(str, objects.values_list("pk", flat=True)) if key not in known]


def _follow_new_snippet(sender: type[Model], instance: Model, *, created: bool, raw: bool, **kwargs: Any) -> None:
    key = key_of(instance) if created and not raw else None
    if not key or is_left_out(snippet_type(instance)):
        return
    ContentItem.objects.get_or_create(**key)
    if SOURCE in instance.__dict__:
        _start_like_source(instance)


def _start_like_source(instance: Model) -> None:
    source, target = (
        ContentItem.objects.filter(**key).first() if key else None
        for key in (instance.__dict__.pop(SOURCE), key_of(instance))
    )
    if source and target:
        copy_tags(source, target, same_content=True)


def _follow_deleted_snippet(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    # Whatever counts today: a row must never be found by the next object that gets this key.
    ContentItem.objects.filter(content_type=content_type_of(sender), object_id=str(instance.pk)).delete()
