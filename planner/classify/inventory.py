"""What a site's content could be classified by: its tags, types and sections, each with a number and some items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import swapper
from django.db.models import Q
from django.db.models.functions import Coalesce
from wagtail.models import Site

from planner import access

from .tags import tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from django.contrib.auth.models import AbstractBaseUser
    from wagtail.models import AbstractPage

    from planner.models.content_item import ContentItemQuerySet

SAMPLES = 3

Subject = TypeVar("Subject")


@dataclass(slots=True)
class Found(Generic[Subject]):
    """One tag, type or section: how many items have it, how many of those count in no cell, and the newest keys."""

    subject: Subject
    count: int = 0
    unclassified: int = 0
    samples: list[int] = field(default_factory=list)


def tags_in_use(items: ContentItemQuerySet, unclassified: Set[int]) -> list[Found[str]]:
    """The tags of the items as rules read them, the most used first. As many queries as `tags_of`.

    `unclassified`: the keys of the items that count in no cell, here and below.
    """
    newest_first = sorted(tags_of(items).items(), reverse=True)
    found = _gathered(((item, tag) for item, tags in newest_first for tag in tags), unclassified)
    return sorted(found.values(), key=lambda one: (-one.count, one.subject))


def types_in_use(items: ContentItemQuerySet, unclassified: Set[int]) -> list[Found[int | None]]:
    """The content types of the items by key, None for what is off the site, the most used first. One query."""
    kinds = items.order_by("-pk").values_list("pk", Coalesce("page__content_type", "content_type"))
    found = _gathered(kinds, unclassified)
    return sorted(found.values(), key=lambda one: -one.count)


def sections_in_use(
    items: ContentItemQuerySet, user: AbstractBaseUser, unclassified: Set[int]
) -> list[Found[AbstractPage | None]]:
    """The sections that this user sees, in the order of the tree, with the items that belong there.

    A section is a page right below a home page that holds others; for somebody who sees only a part of one, that part.
    What stands right below a home page and holds nothing comes last, under None. A home page itself is in none. Four
    queries at most.
    """
    Page = swapper.load_model("wagtailcore", "Page")
    homes = [root.root_path for root in Site.get_site_root_paths()]
    tops = _Tops(user, homes=list(Page.objects.filter(url_path__in=homes).values_list("path", flat=True)))
    places = access.with_place(items.filter(content_type__isnull=True)).order_by("-pk").values_list("pk", "place")
    topped = [(item, top) for item, place in places if (top := tops.above(place or ""))]
    seen, holding = {top for _item, top in topped}, Q(numchild__gt=0) | Q(path__in=tops.own)
    sections = {page.path: page for page in Page.objects.filter(holding).order_by("path") if page.path in seen}
    found = _gathered(((item, sections.get(top)) for item, top in topped), unclassified)
    return [found[page] for page in (*sections.values(), None) if page in found]


def _gathered(pairs: Iterable[tuple[int, Subject]], unclassified: Set[int]) -> dict[Subject, Found[Subject]]:
    """Numbers and samples by subject. The newest items come first, so that samples are what people remember."""
    found: dict[Subject, Found[Subject]] = {}
    for item, subject in pairs:
        one = found.setdefault(subject, Found(subject))
        one.count += 1
        one.unclassified += item in unclassified
        if len(one.samples) < SAMPLES:
            one.samples.append(item)
    return found


class _Tops:
    """The paths of the sections that a user sees."""

    def __init__(self, user: AbstractBaseUser, homes: list[str]) -> None:
        Page = swapper.load_model("wagtailcore", "Page")
        self.step = Page.steplen
        # What lies outside of every site hangs below the tree's root.
        self.homes = sorted([*homes, Page._get_path("", 1, 1)], key=len, reverse=True)
        self.everything, self.own = access.sees_everything(user), access.paths_of(user)

    def above(self, place: str) -> str:
        """The section of a place in the tree; empty where there is none that the user sees."""
        home = next((home for home in self.homes if place.startswith(home) and place != home), None)
        if home is None or place in self.homes:
            return ""
        top = place[: len(home) + self.step]
        own = next((path for path in self.own if place.startswith(path)), None)
        if self.everything or (own is not None and top.startswith(own)):
            return top
        return own or ""
