"""What rules ask of an item beside its tags: its type, where in the tree it belongs, and its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import swapper
from wagtail.models import Site

from planner import access
from planner.models.address_pattern import address_matches, normalise_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.models import TagRule
    from planner.models.content_item import ContentItemQuerySet


class Whereabouts(NamedTuple):
    """Where one item stands. What it has none of is None or empty: a snippet has no place and no address."""

    content_type: int | None
    place: str  # the tree path of its page, or of its section
    path: str  # "/news/2026": its page below the home page
    address: str  # "example.org/news/2026"


def whereabouts_of(items: ContentItemQuerySet) -> dict[int, Whereabouts]:
    """Where each item stands, by its key. One query, and one for the sites where Wagtail has not kept them."""
    rows = access.with_place(items).order_by()
    fields = ("pk", "page__content_type", "content_type", "place", "page__url_path", "url")
    roots = _site_roots()
    return {
        key: Whereabouts(page_type or other, "" if other else place or "", *_addresses(url_path, url, roots))
        for key, page_type, other, place, url_path, url in rows.values_list(*fields)
    }


class Condition(NamedTuple):
    """What one rule asks of where an item stands. None and empty ask nothing."""

    content_type: int | None
    section: str | None  # a tree path; empty where the section is gone, which nothing is below
    pattern: str

    def holds(self, where: Whereabouts) -> bool:
        if self.content_type and self.content_type != where.content_type:
            return False
        if self.section is not None and not (self.section and where.place.startswith(self.section)):
            return False
        return not self.pattern or address_matches(self.pattern, path=where.path, address=where.address)


def conditions_of(rules: Sequence[TagRule]) -> list[Condition | None]:
    """What each rule asks beside its tag, in their order; None for a rule that asks only that.

    One query where a rule names a section, else none.
    """
    keys = {rule.section_id for rule in rules if rule.section_id}
    Page = swapper.load_model("wagtailcore", "Page")
    paths = dict(Page.objects.filter(pk__in=keys).values_list("pk", "path")) if keys else {}
    return [
        Condition(
            rule.content_type_id,
            paths.get(rule.section_id, "") if rule.section_id else None,
            normalise_address(rule.url),
        )
        if rule.content_type_id or rule.section_id or rule.url
        else None
        for rule in rules
    ]


def _site_roots() -> list[tuple[str, str]]:
    """The url_path of each site's home page, the most specific first, with the site's address."""
    return [(root.root_path, normalise_address(root.root_url)) for root in Site.get_site_root_paths()]


def _addresses(url_path: str | None, url: str, roots: list[tuple[str, str]]) -> tuple[str, str]:
    if url_path is None:
        return "", normalise_address(url)
    for root, host in roots:
        if url_path.startswith(root):
            path = normalise_address("/" + url_path[len(root) :])
            return path, host + path.rstrip("/")
    return "", ""
