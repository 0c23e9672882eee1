"""Writes the tags of many items at once. Pages and their revisions stay as they are: tags are beside them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import BooleanField, Case, F, Value, When

from planner.history import log_changes
from planner.inserting import insert_rows
from planner.models import DIMENSIONS, ContentItem, ThemedItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from planner.models.content_item import ContentItemQuerySet

    Members = Mapping[str, Sequence[Model]]  # by kind of tag

THEMES = "themes"
TAGS = (*DIMENSIONS, THEMES)
"""The kinds of tags that can be written in bulk."""

BATCH = 4000
"""Items per round: SQLite takes up to 32,766 values in a statement, and the largest has seven per item."""


class Wish(NamedTuple):
    """What is asked of one kind of tag. `lose` is None where every other member is to go."""

    have: dict[int, Model]
    lose: dict[int, Model] | None


class Table(NamedTuple):
    """Where the tags of one kind stand: the model between, and its columns for the item and for the member."""

    model: type[Model]
    item: str
    member: str

    @classmethod
    def of(cls, kind: str) -> Table:
        if kind == THEMES:
            return cls(ThemedItem, "content_object", "tag")
        field = ContentItem._meta.get_field(kind)
        return cls(field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name())

    @property
    def members(self) -> type[Model]:
        return self.model._meta.get_field(self.member).related_model


@transaction.atomic
def tag_items(
    items: ContentItemQuerySet,
    *,
    add: Members | None = None,
    remove: Members | None = None,
    replace: Members | None = None,
    for_everyone: bool | None = None,
    user: AbstractBaseUser | None,
    at: datetime,
) -> int:
    """The number of items that really changed: members added, taken off, or put in place of all others.

    The members are by kind: "personas", "phases", "channels", "themes". A kind named in `replace` has exactly those
    members afterwards, none where the list is empty. As with one item's plan, a dimension that changed is a person's
    from then on, and one named in `replace` is so on every item. `for_everyone`: whether each item is so afterwards;
    None leaves that as it is. Each changed item gets a line of history; the caller has asked `access.taggable_items`.
    One transaction with a lock on the rows. Queries: one to lock; per 4,000 items two, up to three per kind that is
    named, two for `for_everyone`, and those of the history.
    """
    asked = _asked(add or {}, remove or {}, replace or {})
    keys = _lock(items) if asked or for_everyone is not None else []
    return sum(_tag(batch, asked, for_everyone, user=user, at=at) for batch in _batches(keys))


def _asked(add: Members, remove: Members, replace: Members) -> dict[str, Wish]:
    asked = {}
    for kind in TAGS:
        if kind in replace:
            asked[kind] = Wish(_by_key(replace[kind]), None)
        elif add.get(kind) or remove.get(kind):
            asked[kind] = Wish(_by_key(add.get(kind, ())), _by_key(remove.get(kind, ())))
    return asked


def _by_key(members: Iterable[Model]) -> dict[int, Model]:
    return {member.pk: member for member in members}


def _lock(items: ContentItemQuerySet) -> list[int]:
    rows = ContentItem.objects.select_for_update().filter(pk__in=items.order_by().values("pk"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _tag(
    keys: list[int],
    asked: dict[str, Wish],
    for_everyone: bool | None,  # noqa: FBT001  (three answers, and None is one)
    *,
    user: AbstractBaseUser | None,
    at: datetime,
) -> int:
    present = _present(keys, asked) if asked else {}
    data: dict[int, dict[str, Any]] = defaultdict(lambda: {"changes": {}})
    by_hand = {}
    for kind, wish in asked.items():
        changes = _change(kind, keys, wish, present[kind])
        # Who says what exactly an item is to have means it, even where it has just that: no run's undo takes it back.
        by_hand[kind] = keys if wish.lose is None else list(changes)
        for key, change in changes.items():
            data[key]["changes"][kind] = change
    if for_everyone is not None:
        for key in _serve_everyone(keys, for_everyone=for_everyone):
            data[key]["changes"]["for_everyone"] = {"now": str(for_everyone)}
    _set_by_hand({kind: by_hand[kind] for kind in DIMENSIONS if by_hand.get(kind)})
    log_changes(data, action="planner.plan", user=user, at=at)
    return len(data)


def _present(keys: list[int], asked: dict[str, Wish]) -> dict[str, dict[int, set[int]]]:
    """What each item carries now, by kind and item, as far as it matters. One query."""
    links = []
    for kind, wish in asked.items():
        table = Table.of(kind)
        rows = table.model.objects.filter(**{f"{table.item}__in": keys})
        if wish.lose is not None:
            rows = rows.filter(**{f"{table.member}__in": wish.have.keys() | wish.lose.keys()})
        links.append(rows.order_by().values_list(table.item, table.member, Value(kind)))
    present: dict[str, dict[int, set[int]]] = {kind: defaultdict(set) for kind in asked}
    for item, member, kind in links[0].union(*links[1:], all=True):
        present[kind][item].add(member)
    return present


def _change(kind: str, keys: list[int], wish: Wish, present: dict[int, set[int]]) -> dict[int, dict[str, list[str]]]:
    """Write one kind of tag and return what changed, by item, as the history tells it."""
    table = Table.of(kind)
    added = {key: [one for one in wish.have if one not in present[key]] for key in keys}
    removed = {key: _lost(wish, present[key]) for key in keys}
    item, member = f"{table.item}_id", f"{table.member}_id"
    links = [table.model(**{item: key, member: one}) for key, news in added.items() for one in news]
    insert_rows(links, ignore_conflicts=True)
    if gone := {one for lost in removed.values() for one in lost}:
        losing = [key for key in keys if removed[key]]
        # Raw, because Django would read the rows first to tell listeners of each; nobody listens to these tables.
        rows = table.model.objects.filter(**{f"{table.item}__in": losing, f"{table.member}__in": gone})
        rows._raw_delete(rows.db)
    names = _names(table, wish, gone)
    return {
        key: {"added": [names[one] for one in added[key]], "removed": [names[one] for one in removed[key]]}
        for key in keys
        if added[key] or removed[key]
    }


def _lost(wish: Wish, present: set[int]) -> list[int]:
    if wish.lose is None:
        return sorted(present - wish.have.keys())
    return [one for one in wish.lose if one in present]


def _names(table: Table, wish: Wish, gone: set[int]) -> dict[int, str]:
    """The names of all members that history speaks of. One query where every other member went."""
    members = wish.have | (table.members.objects.in_bulk(gone) if wish.lose is None and gone else wish.lose or {})
    return {key: str(member) for key, member in members.items()}


def _serve_everyone(keys: list[int], *, for_everyone: bool) -> list[int]:
    """Write whether the items are for everyone, and return those for which that changed. Two queries at most."""
    others = ContentItem.objects.filter(pk__in=keys).exclude(for_everyone=for_everyone)
    changed = list(others.order_by("pk").values_list("pk", flat=True))
    if changed:
        ContentItem.objects.filter(pk__in=changed).update(for_everyone=for_everyone)
    return changed


def _set_by_hand(changed: dict[str, list[int]]) -> None:
    """Note that a person set these dimensions of these items. One query."""
    flags = {
        f"{dimension}_by_hand": Case(
            When(pk__in=keys, then=True), default=F(f"{dimension}_by_hand"), output_field=BooleanField()
        )
        for dimension, keys in changed.items()
    }
    if flags:
        ContentItem.objects.filter(pk__in={key for keys in changed.values() for key in keys}).update(**flags)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))
