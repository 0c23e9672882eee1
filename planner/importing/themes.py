"""The themes of imported items: free tags, in bulk."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from planner.models import ContentItem, ThemedItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from taggit.models import TagBase

    from .batches import Placed


class Themes:
    """All tags of the site by name, whatever their case. Read once, so that no row asks for its own."""

    def __init__(self) -> None:
        self.model = ContentItem.themes.through.tag_model()
        self.known: dict[str, int] = {}
        self.slugs: set[str] = set()
        for key, name, slug in self.model.objects.order_by("-pk").values_list("pk", "name", "slug"):
            self.known[name.casefold()] = key
            self.slugs.add(slug)

    def attach(self, placed: Sequence[Placed]) -> None:
        """Give each item the themes of its row. Two queries. Themes that an item has stay: people add them too."""
        self._make_missing(theme for one in placed for theme in one.row.themes)
        links = [
            ThemedItem(content_object_id=one.item.pk, tag_id=self.known[theme.casefold()])
            for one in placed
            for theme in one.row.themes
        ]
        ThemedItem.objects.bulk_create(links, ignore_conflicts=True)

    def _make_missing(self, themes: Iterable[str]) -> None:
        missing: dict[str, str] = {}
        for theme in themes:
            if theme.casefold() not in self.known:
                missing.setdefault(theme.casefold(), theme)
        tags = self.model.objects.bulk_create(self._tag(theme) for theme in missing.values())
        self.known |= {tag.name.casefold(): tag.pk for tag in tags}

    def _tag(self, name: str) -> TagBase:
        # bulk_create passes by taggit's own save, which finds a slug that is free.
        tag = self.model(name=name)
        candidates = (tag.slugify(name, number or None) for number in count())
        tag.slug = next(slug for slug in candidates if slug not in self.slugs)
        self.slugs.add(tag.slug)
        return tag
