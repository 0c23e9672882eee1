"""What is planned for the occasions that ask for content now, as far as a reader may see it. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from planner.models import Occasion
from planner.occasions import Occurrence, in_preparation
from planner.schedule import read_facts
from planner.standing import standing

if TYPE_CHECKING:
    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals
    from planner.standing import Standing


@dataclass(frozen=True, slots=True)
class Prepared:
    """An occasion whose lead time has begun, and whether content is there for it."""

    occurrence: Occurrence
    has_content: bool  # something linked to it is live, or approved to go live
    has_plan: bool  # something linked to it aims at a day within the horizon


def occasions_prepared(items: ContentItemQuerySet, question: Question, approved: Approvals) -> list[Prepared]:
    """The occasions that should be planned by now, by their day, with their personas and phases loaded.

    `items`: those that may count. One query where there is none, six at most, and where there are snippets among their
    items one per type and one more.
    """
    occasions = Occasion.objects.on_the_calendar().filter(blackout=False)
    due = in_preparation(occasions, question.day(question.at))
    if not due:
        return []
    found = {one.occasion.pk: one.occasion for one in due}
    prefetch_related_objects(list(found.values()), "personas", "phases")
    linked = items.filter(occasion__in=found)
    facts = read_facts(linked, now=question.now, approved=approved)
    stand: dict[int, list[Standing]] = defaultdict(list)
    for item, occasion in linked.values_list("pk", "occasion_id"):
        stand[occasion].append(standing(facts[item], question))
    return [
        Prepared(
            one,
            has_content=any(it.live or it.confirmed for it in stand[one.occasion.pk]),
            has_plan=any(it.tentative for it in stand[one.occasion.pk]),
        )
        for one in due
    ]
