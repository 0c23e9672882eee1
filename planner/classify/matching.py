"""What the rules would add to which items. Reads only: nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from planner.models import DIMENSIONS, ContentItem, TagRule
from planner.models.classification import TARGETS, normalise_tag

from .tags import tags_of
from .whereabouts import Condition, conditions_of, whereabouts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planner.models.content_item import ContentItemQuerySet


SAMPLES = 3
"""As many items as are named for a rule, so that somebody can judge whether it means what they think."""


class Addition(NamedTuple):
    """One persona, phase or channel that the rules give to one item."""

    item: int
    dimension: str  # the field of the item: "personas", "phases" or "channels"
    target: int


@dataclass(slots=True)
class RuleCount:
    """What one rule meets: items that fulfil its conditions, and what becomes of them."""

    rule: TagRule
    matches: int = 0
    would_add: int = 0
    by_hand: int = 0  # left alone, because a person set this dimension of the item
    samples: list[int] = field(default_factory=list)  # keys of some items that would change


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run of these rules would do. Two rules that add the same to an item count once in the totals."""

    items: int
    rules: list[RuleCount]
    additions: frozenset[Addition]
    by_hand: frozenset[Addition]

    @property
    def items_changed(self) -> int:
        return len({addition.item for addition in self.additions})


@dataclass(slots=True)
class Plans:
    """What the items have already: by key their hand-set dimensions, and everything that they carry."""

    by_hand: dict[int, frozenset[str]]
    present: set[Addition] = field(default_factory=set)


def preview(items: ContentItemQuerySet, rules: Sequence[TagRule]) -> Preview:
    """What the rules would add to the items, per rule and in total. Writes nothing.

    Rules may be unsaved. Costs five queries and one per taggit field of a page model, whatever the number of items; two
    more where a rule asks for a type, a section or an address, and a third where Wagtail has not kept the sites.
    """
    plans = _read_plans(items, rules)
    counts = {id(rule): RuleCount(rule) for rule in rules}
    added, skipped = set(), set()
    for rule, addition in _matches(items, rules):
        if addition.item not in plans.by_hand:
            continue  # made between two of these queries: the next preview knows it
        count = counts[id(rule)]
        count.matches += 1
        if addition in plans.present:
            continue
        if addition.dimension in plans.by_hand[addition.item]:
            count.by_hand += 1
            skipped.add(addition)
        else:
            count.would_add += 1
            added.add(addition)
            if len(count.samples) < SAMPLES:
                count.samples.append(addition.item)
    return Preview(len(plans.by_hand), list(counts.values()), frozenset(added), frozenset(skipped))


def additions(items: ContentItemQuerySet, rules: Sequence[TagRule]) -> list[Addition]:
    """What the rules would add to the items, in a stable order. Costs what `preview` costs."""
    return sorted(preview(items, rules).additions)


def _matches(items: ContentItemQuerySet, rules: Sequence[TagRule]) -> Iterator[tuple[TagRule, Addition]]:
    """Each rule with each item that meets all of its conditions, items in the order of their keys."""
    by_tag: dict[str, list[tuple[TagRule, Condition | None]]] = defaultdict(list)
    conditions = conditions_of(rules)
    for rule, condition in zip(rules, conditions, strict=True):
        by_tag[normalise_tag(rule.tag)].append((rule, condition))
    untagged = by_tag.pop("", [])
    tags = tags_of(items, wanted=by_tag) if by_tag else {}
    places = whereabouts_of(items) if any(conditions) else {}
    for item in sorted(places if any(conditions) else tags):
        named = (pair for tag in sorted(tags.get(item, ())) for pair in by_tag[tag])
        for rule, condition in chain(named, untagged):
            if condition is None or condition.holds(places[item]):
                yield rule, Addition(item, rule.dimension, rule.target_id)


def _read_plans(items: ContentItemQuerySet, rules: Iterable[TagRule]) -> Plans:
    flags = items.order_by().values_list("pk", *(f"{dimension}_by_hand" for dimension in DIMENSIONS))
    by_hand = {
        key: frozenset(dimension for dimension, hand in zip(DIMENSIONS, hands, strict=True) if hand)
        for key, *hands in flags
    }
    plans = Plans(by_hand)
    for dimension in sorted({rule.dimension for rule in rules}):
        plans.present.update(_carried(items, dimension))
    return plans


def _carried(items: ContentItemQuerySet, dimension: str) -> Iterator[Addition]:
    through = ContentItem._meta.get_field(dimension).remote_field.through
    target = TARGETS[DIMENSIONS.index(dimension)]
    pairs = through.objects.filter(contentitem__in=items.order_by().values("pk"))
    for item, key in pairs.values_list("contentitem_id", f"{target}_id"):
        yield Addition(item, dimension, key)
