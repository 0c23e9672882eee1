"""What an item leads to, as a reader sees it; what else it might lead to; what a search by title finds. No clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import swapper
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import ReferenceIndex

from personas.models import PhaseLink
from planner.access import visible_items
from planner.models import ContentItem
from planner.schedule import ItemRecord, Status, moments, read_items, snippets_where
from planner.titles import titled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from django.contrib.auth.models import AbstractBaseUser

    from planner.models.content_item import ContentItemQuerySet

SUGGESTED = 5
FOUND = 10


@dataclass(frozen=True, slots=True)
class Target:
    """An item that another leads to, or might."""

    record: ItemRecord
    status: Status
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form of an item's plan offers as its next steps."""

    chosen: list[Target] = field(default_factory=list)
    linked: list[Target] = field(default_factory=list)  # in the content itself
    following: list[Target] = field(default_factory=list)  # for the same people, a link of the journey further
    found: list[Target] = field(default_factory=list)
    any_deleted: bool = False
    more_found: bool = False


def steps_of(user: AbstractBaseUser | None, item: ContentItem) -> ContentItemQuerySet:
    """What an item leads to, as far as the reader may see it; None stands for the whole site. The queries of rights."""
    return visible_items(user).filter(steps_in__from_item=item.pk) if item.pk else ContentItem.objects.none()


def read_targets(items: ContentItemQuerySet, *, now: datetime, zone: ZoneInfo) -> list[Target]:
    """The items with their titles and their status now, in the queryset's order. The queries of `read_items`."""
    return [Target(record, record.facts.status(now, zone)) for record in read_items(items, now=now)]


def offer(
    user: AbstractBaseUser, item: ContentItem, *, ticked: Collection[int], asked: str, now: datetime, zone: ZoneInfo
) -> Offer:
    """What to offer for an item: what is ticked, what it links to, what follows in its journeys, what was looked for.

    Only what the reader may see, each once, the item itself never. Some twelve queries, whatever there is to offer.
    """
    visible = visible_items(user).exclude(pk=item.pk)
    groups = {
        "chosen": [*dict.fromkeys(ticked)],
        "linked": _keys(visible.filter(_linked_by(item)), SUGGESTED) if item.pk else [],
        "following": _keys(_following(visible, item, now), SUGGESTED) if item.pk else [],
        "found": _keys(titled(visible, asked), FOUND + 1) if asked.split() else [],
    }
    more = len(groups["found"]) > FOUND
    groups["found"] = groups["found"][:FOUND]
    wanted = {key for keys in groups.values() for key in keys}
    known = {one.record.item_id: one for one in read_targets(visible.filter(pk__in=wanted), now=now, zone=zone)}
    offered: dict[str, list[Target]] = {}
    for name, keys in groups.items():
        # Each item stands in the first group that has it.
        targets = [known.pop(key) for key in keys if key in known]
        offered[name] = [Target(one.record, one.status, ticked=name == "chosen") for one in targets]
    gone = bool(item.pk) and item.steps_out.filter(to_item__isnull=True).exists()
    return Offer(**offered, any_deleted=gone, more_found=more)


def find(
    user: AbstractBaseUser, asked: str, *, but: Iterable[int], now: datetime, zone: ZoneInfo
) -> tuple[list[Target], bool]:
    """What the reader may see with these words in its title, the newest first, and whether there is more than that."""
    if not asked.split():
        return [], False
    keys = _keys(titled(visible_items(user).exclude(pk__in=list(but)), asked), FOUND + 1)
    found = read_targets(ContentItem.objects.filter(pk__in=keys[:FOUND]).order_by("-pk"), now=now, zone=zone)
    return found, len(keys) > FOUND


def _keys(items: ContentItemQuerySet, most: int) -> list[int]:
    return list(items.order_by("-pk").values_list("pk", flat=True)[:most])


def _linked_by(item: ContentItem) -> Q:
    """The pages and snippets that the item's content refers to, as Wagtail's index of references has it. One query."""
    content = item.page or item.content_object
    if content is None or not ReferenceIndex.model_is_indexable(type(content)):
        return Q(pk__in=[])
    Page = swapper.load_model("wagtailcore", "Page")
    page_type = ContentType.objects.get_for_model(Page).pk
    references = ReferenceIndex.get_references_for_object(content).values_list("to_content_type", "to_object_id")
    keys = set(references)
    pages = Q(page__in=[int(key) for of_type, key in keys if of_type == page_type])
    others = Q(pk__in=[])
    for of_type in {of_type for of_type, _key in keys} - {page_type}:
        others |= Q(content_type=of_type, object_id__in=[key for one, key in keys if one == of_type])
    return pages | others


def _following(visible: ContentItemQuerySet, item: ContentItem, now: datetime) -> ContentItemQuerySet:
    """What is live for the item's personas in the phases that a link leads to from its own. No query of its own."""
    links = PhaseLink.objects.filter(from_phase__planner_items=item.pk, to_phase__active=True)
    items = moments.with_moments(visible.filter(phases__in=links.values("to_phase")), now=now, past=False)
    snippets = snippets_where(Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=now)), without_drafts=True)
    items = items.filter(moments.live(now) | snippets)
    if not item.for_everyone:
        shared = Q(personas__in=item.personas.all()) | Q(for_everyone=True)
        items = items.filter(shared)
    return ContentItem.objects.filter(pk__in=items.order_by().values("pk"))
