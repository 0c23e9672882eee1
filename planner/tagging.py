"""Writes the tags of many items at once. Pages and their revisions stay as they are: tags are beside them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from planner.history import log_changes
from planner.models import DIMENSIONS, ContentItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from planner.models.content_item import ContentItemQuerySet

    Members = Mapping[str, Sequence[Model]]  # by dimension

BATCH = 5000
"""Items per round: SQLite takes up to 32,766 keys in a condition, and an item may carry several tags."""


@transaction.atomic
def tag_items(
    items: ContentItemQuerySet,
    *,
    add: Members | None = None,
    remove: Members | None = None,
    replace: Members | None = None,
    user: AbstractBaseUser | None,
    at: datetime,
) -> int:
    """The number of items that really changed: members added, taken off, or put in place of all others.

    A dimension named in `replace` has exactly those members afterwards, none where the list is empty. As with one
    item's plan, a dimension that changed is a person's from then on, and each changed item gets a line of history; the
    caller has asked `access.taggable_items`. One transaction with a lock on the rows. Queries per 5,000 items: one to
    lock, up to four per dimension that is named, and those of the history; a database that limits the parameters of a
    query inserts in several.
    """
    asked = _asked(add or {}, remove or {}, replace or {})
    keys = _lock(items) if asked else []
    return sum(_tag(batch, asked, user=user, at=at) for batch in _batches(keys))


def _asked(add: Members, remove: Members, replace: Members) -> dict[str, tuple[dict[int, Model], dict[int, Model]]]:
    """By dimension the members to have and those to lose; to replace is to have some and lose every other."""
    asked = {}
    for dimension in DIMENSIONS:
        have, lose = _by_key(add.get(dimension, ())), _by_key(remove.get(dimension, ()))
        if dimension in replace:
            have = _by_key(replace[dimension])
            lose = _by_key(ContentItem._meta.get_field(dimension).related_model.objects.exclude(pk__in=have))
        if have or lose:
            asked[dimension] = have, lose
    return asked


def _by_key(members: Iterable[Model]) -> dict[int, Model]:
    return {member.pk: member for member in members}


def _lock(items: ContentItemQuerySet) -> list[int]:
    rows = ContentItem.objects.select_for_update().filter(pk__in=items.order_by().values("pk"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _tag(
    keys: list[int],
    asked: dict[str, tuple[dict[int, Model], dict[int, Model]]],
    *,
    user: AbstractBaseUser | None,
    at: datetime,
) -> int:
    data: dict[int, dict[str, Any]] = defaultdict(lambda: {"changes": {}})
    for dimension, (have, lose) in asked.items():
        for key, change in _change(dimension, keys, have, lose).items():
            data[key]["changes"][dimension] = change
    log_changes(data, action="planner.plan", user=user, at=at)
    return len(data)


def _change(
    dimension: str, keys: list[int], have: dict[int, Model], lose: dict[int, Model]
) -> dict[int, dict[str, list[str]]]:
    """Write one dimension of the items and return what changed, by item, as the history tells it."""
    through, member = _links_of(dimension)
    concerned = through.objects.filter(contentitem__in=keys, **{f"{member}__in": have.keys() | lose.keys()})
    present: dict[int, set[int]] = defaultdict(set)
    for key, carried in concerned.values_list("contentitem", member):
        present[key].add(carried)
    added = {key: [one for one in have if one not in present[key]] for key in keys}
    removed = {key: [one for one in lose if one in present[key]] for key in keys}
    links = [through(contentitem_id=key, **{f"{member}_id": one}) for key, news in added.items() for one in news]
    through.objects.bulk_create(links, ignore_conflicts=True)
    if any(removed.values()):
        through.objects.filter(contentitem__in=keys, **{f"{member}__in": lose}).delete()
    changed = [key for key in keys if added[key] or removed[key]]
    ContentItem.objects.filter(pk__in=changed).update(**{f"{dimension}_by_hand": True})
    return {
        key: {
            "added": [str(have[one]) for one in added[key]],
            "removed": [str(lose[one]) for one in removed[key]],
        }
        for key in changed
    }


def _links_of(dimension: str) -> tuple[type[Model], str]:
    """The table of a dimension's tags, and the name of its column for the member."""
    field = ContentItem._meta.get_field(dimension)
    return field.remote_field.through, field.m2m_reverse_field_name()


def _batches(keys: list[int]) -> Iterator[list[int]]:
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))
