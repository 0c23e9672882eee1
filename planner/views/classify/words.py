"""Rules, runs and items in words, for one reader: what they may not see has no name here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import swapper
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planner import access, classify
from planner.models import ClassificationRun, ContentItem, TagRule
from planner.models.content_item import ContentItemQuerySet
from planner.titles import titles_of
from planner.untagged import type_names


class Named(NamedTuple):
    """Something with its own page."""

    title: str
    url: str


def items_named(keys: Iterable[int]) -> dict[int, Named]:
    """Titles and plan pages of items by key. One query, and one per type of snippet. The caller knows who may see them.

    What was deleted meanwhile is absent.
    """
    items = list(ContentItem.objects.filter(pk__in=set(keys)).select_related("page"))
    return {key: Named(title, reverse("planner_item:plan", args=[key])) for key, title in titles_of(items).items()}


def all_rules() -> list[TagRule]:
    """Every rule with what it names but its section. One query."""
    rules = TagRule.objects.select_related("persona", "phase__journey", "channel", "content_type")
    return list(rules.order_by("tag", "url", "pk"))


class SectionNames:
    """What one reader may call sections. One query for all of them."""

    def __init__(self, user: Any, keys: Iterable[int | None]) -> None:
        Page = swapper.load_model("wagtailcore", "Page")
        pages = Page.objects.filter(pk__in={key for key in keys if key})
        self.seen = {page.pk: page.draft_title or page.title for page in pages if access.sees_page(user, page)}

    @classmethod
    def of(cls, user: Any, rules: Iterable[TagRule]) -> SectionNames:
        return cls(user, (rule.section_id for rule in rules))

    def name(self, key: int | None) -> str:
        """The section's title; empty where there is no section."""
        if not key:
            return ""
        return self.seen.get(key) or _("a section you may not see")

    def below(self, key: int | None) -> str:
        """The section as a condition."""
        if key in self.seen:
            return _("section “%(title)s”") % {"title": self.seen[key]}
        return self.name(key)

    def rule(self, rule: TagRule) -> str:
        return rule.in_words(self.below(rule.section_id))


def recorded_in_words(user: Any, records: list[dict[str, Any]]) -> list[str]:
    """The rules of a run as it kept them. Two queries."""
    names = SectionNames(user, (one["section_id"] for one in records))
    types = type_names({one["content_type_id"] for one in records if one["content_type_id"]})
    return [classify.in_words(one, types=types, section=names.below(one["section_id"])) for one in records]


def state_of(run: ClassificationRun) -> str:
    """What became of a run, in a word."""
    if run.undone_at:
        return _("Undone")
    return _("Applied") if run.finished else _("Broken off")


def amount(tags: int, items: int) -> str:
    """Such as 12 additions to 7 items, each in its own plural."""
    on_items = ngettext("%(count)s item", "%(count)s items", items) % {"count": items}
    return ngettext("%(count)s addition to %(items)s", "%(count)s additions to %(items)s", tags) % {
        "count": tags,
        "items": on_items,
    }


def amount_of(run: ClassificationRun, items: ContentItemQuerySet | None = None) -> str:
    """How much a run added: in all, or to these items. One query."""
    added = run.added.all() if items is None else run.added.filter(item__in=items.order_by().values("pk"))
    return amount(**added.aggregate(tags=Count("pk"), items=Count("item", distinct=True)))


def progress_in_words(run: ClassificationRun) -> str:
    return _("%(done)s of %(total)s items looked at.") % {"done": run.items_done, "total": run.items_total}
