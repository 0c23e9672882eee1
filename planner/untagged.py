"""What counts in no cell or no channel because tags are missing, the most pressing first. No request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, DateTimeField, F, IntegerChoices, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Channel
from planner.models import ContentItem
from planner.schedule import (
    FOREVER,
    Facts,
    Status,
    beyond_sql,
    moments,
    read_facts,
    read_items,
    snippet_start,
)
from planner.standing import tagged

if TYPE_CHECKING:
    from datetime import date

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, ItemRecord

LACKS = {
    "persona": gettext_lazy("Persona"),
    "phase": gettext_lazy("Phase"),
    "channel": gettext_lazy("Channel"),
}
"""What may be missing. A row of `untagged_items` has a flag `lacks_...` for each."""

OVER = {Status.EXPIRED, Status.UNPUBLISHED, Status.CANCELLED}


class Rank(IntegerChoices):
    """How pressing it is to tag an item: visitors see it, will see it, may see it, or do not see it any more."""

    FRESH = 0, gettext_lazy("Live and fresh")
    LIVE = 1, gettext_lazy("Live, but old")
    SCHEDULED = 2, gettext_lazy("Scheduled")
    PLAN = 3, gettext_lazy("Plan or draft")
    OVER = 4, gettext_lazy("Ended or cancelled")


@dataclass(frozen=True, slots=True)
class Untagged:
    """One item with what it lacks, as the report and its exports show it."""

    item_id: int
    title: str
    missing: list[str]
    status: Status
    rank: Rank
    type: str
    day: date | None  # live since, coming or aimed at, in the site's zone

    @property
    def status_label(self) -> str:
        return self.status.label

    @property
    def missing_words(self) -> str:
        return ", ".join(self.missing)


def untagged_items(
    items: ContentItemQuerySet, question: Question, *, phases: list[int], approved: Approvals
) -> ContentItemQuerySet:
    """The items without persona (unless they are for everyone), phase or channel, by rank and then by date.

    `phases`: the keys that count as "has a phase". A site without channels misses none. Each row has `rank` and the
    flags of LACKS. Three queries for the channels and the approved pages, and where snippets lack something one per
    type and one more; the rows themselves are not read.
    """
    lacks = lacking(phases) | {
        "channel": ~Q(tagged("channels")) if Channel.objects.active().exists() else Q(pk__in=[]),
    }
    missing = lacks["persona"] | lacks["phase"] | lacks["channel"]
    decided = read_facts(items.filter(missing, beyond_sql(approved)), now=question.now, approved=approved)
    flags = {f"lacks_{name}": Case(When(condition, then=1), default=0) for name, condition in lacks.items()}
    ranked = moments.with_moments(items, now=question.now, past=True).annotate(rank=_rank(decided, question), **flags)
    # What is not live comes by the date that it is meant for; what is live, newest first.
    date_ahead = Case(
        When(rank__lte=Rank.LIVE, then=Value(None, output_field=DateTimeField())),
        default=Coalesce("aim", "live_from"),
    )
    since = snippet_start()
    live_since = Coalesce(since, "live_from") if since else F("live_from")
    return ranked.filter(missing).order_by("rank", date_ahead, live_since.desc(), "pk")


def lacking(phases: list[int]) -> dict[str, Q]:
    """When an item counts in no cell: without persona (unless it is for everyone), or without one of these phases."""
    return {
        "persona": Q(for_everyone=False) & ~Q(tagged("personas")),
        "phase": ~Q(tagged("phases", phases)),
    }


def _rank(decided: dict[int, Facts], question: Question) -> Case:
    """Decided in SQL, but for snippets and pages with an approval: only their facts can tell."""
    at = question.at
    keys: dict[Rank, list[int]] = {}
    for key, facts in decided.items():
        keys.setdefault(rank_of(facts, question), []).append(key)
    live, ended = moments.live(at), Q(live_from__lt=F("live_until"), live_until__lte=at)
    return Case(
        *(When(pk__in=found, then=rank) for rank, found in keys.items()),
        When(live & moments.fresh(at, question.threshold, question.zone), then=Rank.FRESH),
        When(live, then=Rank.LIVE),
        When(live_from__gt=at, live_from__lt=FOREVER, live_until__gt=F("live_from"), then=Rank.SCHEDULED),
        When(ended | moments.expired(at) | Q(state=ContentItem.State.CANCELLED), then=Rank.OVER),
        default=Rank.PLAN,
        output_field=IntegerField(),
    )


def rank_of(facts: Facts, question: Question) -> Rank:
    """The rank of one item, from its facts."""
    if facts.is_live(question.at):
        fresh = facts.is_fresh(question.at, question.threshold, question.zone)
        return Rank.FRESH if fresh else Rank.LIVE
    status = facts.status(question.at, question.zone)
    if status in OVER:
        return Rank.OVER
    return Rank.SCHEDULED if status == Status.SCHEDULED else Rank.PLAN


def read_untagged(items: ContentItemQuerySet, question: Question) -> list[Untagged]:
    """The rows of `untagged_items`, or a slice of them, as they are shown. Seven queries at most."""
    traits = ("pk", "rank", "page__content_type", "content_type", *(f"lacks_{name}" for name in LACKS))
    rows = {row["pk"]: row for row in items.values(*traits)}
    types = type_names({row["page__content_type"] or row["content_type"] for row in rows.values()})
    return [
        Untagged(
            item_id=record.item_id,
            title=record.title,
            missing=[str(label) for name, label in LACKS.items() if rows[record.item_id][f"lacks_{name}"]],
            status=record.facts.status(question.at, question.zone),
            rank=Rank(rows[record.item_id]["rank"]),
            type=types[rows[record.item_id]["page__content_type"] or rows[record.item_id]["content_type"]],
            day=_day(record, question),
        )
        for record in read_items(items, now=question.now)
    ]


def type_names(keys: set[int | None]) -> dict[int | None, str]:
    """What editors call the content types; None stands for content off the site. One query."""
    found = ContentType.objects.in_bulk([key for key in keys if key])
    return {key: capfirst(found[key].name) if key in found else _("Off-site") for key in keys}


def _day(record: ItemRecord, question: Question) -> date | None:
    facts = record.facts
    ahead = next((interval.start for interval in facts.intervals() if interval.end > question.at), None)
    moment = ahead or facts.aim or facts.start
    return question.day(moment) if moment else None
