"""The free tags of content items: the themes of their rows, and the taggit fields of pages and snippets themselves."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from taggit.managers import TaggableManager
from taggit.models import CommonGenericTaggedItemBase
from wagtail.models import get_page_models

from planner.models import ContentItem, ThemedItem
from planner.models.classification import normalise_tag
from planner.snippets import countable_snippets

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from django.db.models import Model

    from planner.models.content_item import ContentItemQuerySet


def tags_of(items: ContentItemQuerySet, wanted: Container[str] | None = None) -> dict[int, set[str]]:
    """The tags of each item by its key, as `normalise_tag` reads them; items without tags are absent.

    `wanted` leaves out all other tags, which keeps a large site's memory small. One query for the themes, and one for
    each taggit field of a page or snippet model, whatever the number of items.
    """
    tags: dict[int, set[str]] = defaultdict(set)
    for key, name in _named(items):
        tag = normalise_tag(name)
        if wanted is None or tag in wanted:
            tags[key].add(tag)
    return dict(tags)


def _named(items: ContentItemQuerySet) -> Iterator[tuple[int, str]]:
    rows = items.order_by().values("pk")
    yield from ThemedItem.objects.filter(content_object__in=rows).values_list("content_object_id", "tag__name")
    for model, through in page_taggings():
        yield from _tagged_pages(model, through, rows)
    for model, through in snippet_taggings():
        yield from _tagged_snippets(model, through, rows)


@cache
def page_taggings() -> tuple[tuple[type[Model], type[Model]], ...]:
    """The page models that have a taggit field of their own, each with the table that keeps its tags. No query."""
    found: dict[tuple[type[Model], type[Model]], None] = {}
    for model in get_page_models():
        for field in model._meta.local_many_to_many:
            if isinstance(field, TaggableManager):
                found[model, field.remote_field.through] = None
    return tuple(found)


def snippet_taggings() -> list[tuple[type[Model], type[Model]]]:
    """The same of the snippet types that may count. No query."""
    return [
        (model, field.remote_field.through)
        for model in countable_snippets()
        for field in model._meta.many_to_many
        if isinstance(field, TaggableManager)
    ]


def _tagged_snippets(model: type[Model], through: type[Model], rows: ContentItemQuerySet) -> Iterator[tuple[int, str]]:
    of_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
    keys = dict(ContentItem.objects.filter(pk__in=rows, content_type=of_type).values_list("object_id", "pk"))
    if not keys:
        return
    if issubclass(through, CommonGenericTaggedItemBase):
        # taggit writes down the concrete type.
        concrete = ContentType.objects.get_for_model(model)
        tagged = through.objects.filter(content_type=concrete).values_list("object_id", "tag__name")
    else:
        tagged = through.objects.values_list("content_object", "tag__name")
    yield from ((keys[str(key)], name) for key, name in tagged if str(key) in keys)


def _tagged_pages(model: type[Model], through: type[Model], rows: ContentItemQuerySet) -> Iterable[tuple[int, str]]:
    if issubclass(through, CommonGenericTaggedItemBase):
        return _generically_tagged_pages(model, through, rows)
    tagged = through.objects.filter(content_object__planner_item__in=rows)
    return tagged.values_list("content_object__planner_item", "tag__name")


def _generically_tagged_pages(
    model: type[Model], through: type[Model], rows: ContentItemQuerySet
) -> Iterable[tuple[int, str]]:
    pages = ContentItem.objects.filter(pk__in=rows, page__isnull=False).values_list("page_id", "pk")
    # The tagging's key may be text or a number: a page's key is the same in writing.
    keys = {str(page): item for page, item in pages}
    types = [page_type for page_type in get_page_models() if issubclass(page_type, model)]
    content_types = ContentType.objects.get_for_models(*types, for_concrete_models=False).values()
    tagged = through.objects.filter(content_type__in=list(content_types)).values_list("object_id", "tag__name")
    return ((keys[str(page)], name) for page, name in tagged if str(page) in keys)
