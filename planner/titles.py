"""What editors call items, for many at a time: a snippet's title stands in its own table, a draft's in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from planner.schedule import SnippetKey, read_titles

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.models import ContentItem
    from planner.models.content_item import ContentItemQuerySet

COLUMNS = ("page__draft_title", "page__title", "title")
MOST_WORDS = 10
"""Nobody remembers more of a title."""


def titles_of(items: Collection[ContentItem]) -> dict[int, str]:
    """The `display_title` of each item by its key. The pages must be loaded; one query per type of snippet."""
    snippets = {
        item.pk: SnippetKey(item.content_type_id, item.object_id) for item in items if item.content_type_id is not None
    }
    titles = read_titles(snippets.values())
    return {
        item.pk: titles.get(snippets[item.pk], item.title) if item.pk in snippets else item.display_title
        for item in items
    }


def titled(items: ContentItemQuerySet, text: str) -> ContentItemQuerySet:
    """The items whose title holds every word of the text, in any case and order; all where it has no word.

    One query where a word is asked for, and one for each type of snippet: their titles are known in Python only.
    """
    words = text.split()[:MOST_WORDS]
    if not words:
        return items
    in_a_column = Q()
    for column in COLUMNS:
        every = Q()
        for word in words:
            every &= Q(**{f"{column}__icontains": word})
        in_a_column |= every
    return items.filter(in_a_column | Q(pk__in=_snippets_titled(items, words)))


def _snippets_titled(items: ContentItemQuerySet, words: list[str]) -> list[int]:
    snippets = items.filter(content_type__isnull=False).order_by().values_list("pk", "content_type", "object_id")
    keys = {pk: SnippetKey(content_type, object_id) for pk, content_type, object_id in snippets}
    titles = read_titles(keys.values())
    folded = [word.casefold() for word in words]
    return [pk for pk, key in keys.items() if all(word in titles.get(key, "").casefold() for word in folded)]
