"""Slugs for new pages, without asking the database for each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.text import slugify

if TYPE_CHECKING:
    from wagtail.models import AbstractPage

    from .rows import Row

LONGEST = 240
"""Leaves room for a number within the 255 characters of a slug."""


class Slugs:
    """The slugs in use under one parent. Reads them once."""

    def __init__(self, parent: AbstractPage) -> None:
        self.taken = set(parent.get_children().order_by().values_list("slug", flat=True))
        self.numbers: Counter[str] = Counter()

    def free(self, row: Row) -> str:
        """A slug that no sibling has, made from the title as Wagtail makes it, else from the id."""
        base = self._slug(row.title) or self._slug(row.id) or "page"
        slug = base
        while slug in self.taken:
            self.numbers[base] += 1
            slug = f"{base}-{self.numbers[base] + 1}"
        return slug

    def take(self, slug: str) -> None:
        self.taken.add(slug)

    def _slug(self, text: str) -> str:
        return slugify(text, allow_unicode=getattr(settings, "WAGTAIL_ALLOW_UNICODE_SLUGS", True))[:LONGEST].strip("-")
