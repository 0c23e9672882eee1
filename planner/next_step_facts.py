"""Which items lead to which, among those that a reader may see: what the rules on next steps look at. No clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, DateTimeField, F, Q, Value, When

from planner.coverage import Place
from planner.models import ContentItem, NextStep
from planner.schedule import SnippetKey, moments, read_titles
from planner.standing import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Facts


@dataclass(frozen=True, slots=True)
class Linked:
    """An item that leads to another, or that another leads to."""

    identity: Hashable  # shared by its translations
    for_everyone: bool = False
    personas: frozenset[int] = frozenset()
    phases: frozenset[int] = frozenset()
    live: bool = True
    ended: datetime | None = None  # when what was live stopped being so
    cancelled: bool = False

    def is_for(self, persona: int) -> bool:
        return self.for_everyone or persona in self.personas


class Broken(NamedTuple):
    """The steps of one item that lead to what is over."""

    ended: tuple[int, ...] = ()  # items, the first that ended first
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """The items that take part in next steps, by their keys, and where the live ones lead."""

    items: dict[int, Linked] = field(default_factory=dict)
    ways: dict[int, set[int]] = field(default_factory=dict)  # from live items to live items
    broken: dict[int, Broken] = field(default_factory=dict)


class Named(NamedTuple):
    """What an item is called, and its identity in keys."""

    title: str
    uid: UUID


def read_steps(
    visible: ContentItemQuerySet,
    question: Question,
    *,
    decided: dict[int, Facts],
    counted: ContentItemQuerySet | None = None,
) -> Steps:
    """The next steps among the items that the reader may see, as they stand at the question's moment.

    What leads to an item that the reader may not see is as if it led nowhere. `decided`: the facts of the items that
    SQL cannot judge. `counted`: whose steps are asked about, where that is not all that is visible. One query where
    nobody named a next step, else three, and one more for `counted`.
    """
    pairs = list(NextStep.objects.values_list("from_item_id", "to_item_id"))
    if not pairs:
        return Steps()
    items = _read_linked(visible, question, decided)
    asked = items.keys() if counted is None else set(counted.filter(_involved()).values_list("pk", flat=True))
    ways: dict[int, set[int]] = defaultdict(set)
    ended: dict[int, list[int]] = defaultdict(list)
    deleted: set[int] = set()
    for start, end in pairs:
        source, target = items.get(start), items.get(end)
        if source is None or start not in asked:
            continue
        if source.live and target and target.live:
            ways[start].add(end)
        if source.ended or source.cancelled:
            continue
        if end is None:
            deleted.add(start)
        elif target and target.ended:
            ended[start].append(end)
    broken = {
        start: Broken(tuple(sorted(ended[start], key=lambda end: (items[end].ended, end))), start in deleted)
        for start in sorted({*ended, *deleted})
    }
    return Steps(items, dict(ways), broken)


def read_live(
    items: ContentItemQuerySet, question: Question, places: Collection[Place], *, decided: dict[int, Facts]
) -> dict[Place, dict[int, Hashable]]:
    """The live items of some cells, each with the identity that translations share. Two queries; none for no cell."""
    found: dict[Place, dict[int, Hashable]] = defaultdict(dict)
    if not places:
        return found
    personas, phases = {place.persona for place in places}, {place.phase for place in places}
    known = {item: standing(facts, question).live for item, facts in decided.items()}
    past = question.at < question.now
    rows = moments.with_moments(items.order_by(), now=question.now, past=past).filter(phases__in=phases)
    rows = rows.filter(moments.live(question.at) | Q(pk__in=[item for item, live in known.items() if live]))
    columns = ("pk", "page__translation_key", "phases")
    of_personas = rows.filter(personas__in=personas, for_everyone=False).values_list(*columns, "personas")
    of_everyone = rows.filter(for_everyone=True).values_list(*columns)
    for item, shared, phase, persona in of_personas:
        found[Place(persona, phase)][item] = identity_of(item, shared, decided)
    for item, shared, phase in of_everyone:
        for persona in personas:
            found[Place(persona, phase)][item] = identity_of(item, shared, decided)
    return {
        place: {item: identity for item, identity in found[place].items() if known.get(item, True)} for place in places
    }


def read_names(keys: Iterable[int]) -> dict[int, Named]:
    """What these items are called. One query, and one per type of snippet; none for no item."""
    wanted = set(keys)
    if not wanted:
        return {}
    columns = ("pk", "uid", "page__draft_title", "page__title", "title", "content_type_id", "object_id")
    rows = list(ContentItem.objects.filter(pk__in=wanted).values_list(*columns))
    snippets = {row[0]: SnippetKey(*row[5:]) for row in rows if row[5]}
    titles = read_titles(snippets.values())
    return {
        pk: Named(titles.get(snippets.get(pk)) or draft or published or own, uid)
        for pk, uid, draft, published, own, *_key in rows
    }


def _read_linked(visible: ContentItemQuerySet, question: Question, decided: dict[int, Facts]) -> dict[int, Linked]:
    at = question.at
    involved = moments.with_moments(visible.filter(_involved()).order_by(), now=question.now, past=True)
    over = moments.expired(at) | Q(live_from__lte=at, live_until__lte=at, live_until__gt=F("live_from"))
    # Only of what is over, or the database would read thousands of moments for nothing.
    ended_at = Case(When(over, then=F("live_until")), default=None, output_field=DateTimeField())
    rows = involved.annotate(is_live=moments.live(at), ended_at=ended_at).values_list(
        "pk", "page__translation_key", "for_everyone", "state", "is_live", "ended_at"
    )
    carried = _tags()
    items = {}
    for item, shared, for_everyone, state, live, ended in rows:
        if facts := decided.get(item):
            live, ended = facts.is_live(at), facts.ended_at(at)
        items[item] = Linked(
            identity=identity_of(item, shared, decided),
            for_everyone=for_everyone,
            personas=frozenset(carried["personas"][item]),
            phases=frozenset(carried["phases"][item]),
            live=live,
            ended=ended,
            cancelled=state == ContentItem.State.CANCELLED and not live,
        )
    return items


def _tags() -> dict[str, dict[int, set[int]]]:
    """The personas and phases of all items that take part in next steps. One query."""
    tables = []
    for name in ("personas", "phases"):
        dimension = ContentItem._meta.get_field(name)
        links = dimension.remote_field.through.objects.filter(_involved("contentitem"))
        tables.append(links.values_list("contentitem_id", f"{dimension.m2m_reverse_field_name()}_id", Value(name)))
    carried: dict[str, dict[int, set[int]]] = {"personas": defaultdict(set), "phases": defaultdict(set)}
    for item, member, name in tables[0].union(tables[1], all=True):
        carried[name][item].add(member)
    return carried


def _involved(name: str = "pk") -> Q:
    starts, ends = NextStep.objects.values("from_item"), NextStep.objects.filter(to_item__isnull=False)
    return Q(**{f"{name}__in": starts}) | Q(**{f"{name}__in": ends.values("to_item")})


def identity_of(item: int, translation_key: UUID | None, decided: dict[int, Facts]) -> Hashable:
    facts = decided.get(item)
    return translation_key or (facts and facts.translation_key) or item
