"""What whoever writes for a cell has to know: its key message, the questions nobody answers yet, what is there already.

A question is answered by content for its cell that names it as its customer's question, and that is live or approved to
go live within the horizon; case and white space do not count. No request, no clock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from personas.messages import comparable, texts_of
from planner.access import visible_items
from planner.coverage import Place
from planner.models import ContentItem
from planner.schedule import approvals, beyond_sql, moments, read_facts, read_items
from planner.standing import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.contrib.auth.models import AbstractBaseUser

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import ItemRecord, Status

SERVING_SHOWN = 5


class Serving(NamedTuple):
    """One live item of a cell."""

    record: ItemRecord
    status: Status


@dataclass(slots=True)
class Brief:
    """One cell, as far as its reader may know."""

    message: str = ""
    open_questions: list[str] = field(default_factory=list)
    answered_here: list[str] = field(default_factory=list)  # by the item that is being planned
    answered: int = 0  # by other content
    serving: list[Serving] = field(default_factory=list)  # the newest first, content for everyone last
    more: int = 0  # live items besides those


class _Row(NamedTuple):
    item: int
    question: str
    live: bool


def make_briefs(
    user: AbstractBaseUser,
    places: Collection[Place],
    question: Question,
    *,
    but: int | None = None,
    answers: str = "",
) -> dict[Place, Brief]:
    """The brief of each place over what `user` may see. Twelve queries at most, and those of the user's permissions.

    `but`: the key of the item that is being planned, which is left out; `answers`: the question that it answers.
    """
    if not places:
        return {}
    texts = texts_of({place.persona for place in places}, {place.phase for place in places})
    rows = _rows(visible_items(user).exclude(pk=but), places, question)
    found = {place: [row.item for row in rows[place] if row.live] for place in places}
    serving = _serving([item for items in found.values() for item in items[:SERVING_SHOWN]], question)
    briefs = {}
    for place in places:
        text = texts[place]
        briefs[place] = brief = Brief(message=text.message)
        answered = {comparable(row.question) for row in rows[place]}
        for asked in text.questions:
            if comparable(asked) == comparable(answers):
                brief.answered_here.append(asked)
            elif comparable(asked) in answered:
                brief.answered += 1
            else:
                brief.open_questions.append(asked)
        brief.serving = [serving[item] for item in found[place][:SERVING_SHOWN]]
        brief.more = len(found[place]) - len(brief.serving)
    return briefs


def _rows(items: ContentItemQuerySet, places: Collection[Place], question: Question) -> dict[Place, list[_Row]]:
    """What is live or coming in each place, the newest first, content for everyone last."""
    approved = approvals()
    facts = read_facts(items.filter(beyond_sql(approved)), now=question.now, approved=approved)
    decided = {item: standing(one, question) for item, one in facts.items()}
    live = moments.live(question.at)
    counts = live | moments.confirmed(question.at, question.horizon, now=question.now) | Q(pk__in=list(decided))
    items = moments.with_moments(items, now=question.now, past=question.at < question.now)
    rows: dict[Place, dict[int, _Row]] = defaultdict(dict)
    for item, place, text, is_live in _tagged(items.filter(counts).order_by("-live_from", "-pk"), places, live):
        known = decided.get(item)
        if known is None or known.live or known.confirmed:
            rows[place][item] = _Row(item, text, known.live if known else is_live)
    return defaultdict(list, {place: list(found.values()) for place, found in rows.items()})


def _tagged(items: ContentItemQuerySet, places: Collection[Place], live: Q) -> Iterator[tuple[int, Place, str, bool]]:
    """Each item in each of the places that it is tagged for: by persona, and as content for everyone. Two queries."""
    personas, phases = {place.persona for place in places}, {place.phase for place in places}
    columns = ("pk", "phases", "customer_question", "is_live")
    items = items.filter(phases__in=phases).annotate(is_live=live)
    for item, phase, text, is_live, persona in items.filter(personas__in=personas).values_list(*columns, "personas"):
        yield item, Place(persona, phase), text, is_live
    for item, phase, text, is_live in items.filter(for_everyone=True).values_list(*columns):
        for persona in personas:
            yield item, Place(persona, phase), text, is_live


def _serving(keys: list[int], question: Question) -> dict[int, Serving]:
    records = read_items(ContentItem.objects.filter(pk__in=set(keys)), now=question.now)
    return {record.item_id: Serving(record, record.facts.status(question.at, question.zone)) for record in records}
