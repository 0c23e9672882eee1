"""People in processes of their own, who move the same items at the same moment, and what has to be true afterwards."""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import PageLogEntry, Revision

from planner.aims import Aim, Reason, Refusal
from planner.models import ContentItem, Notification
from planner.reschedule import move, version
from tests import factories
from tests.factories import make_page, make_user, schedule_page, tag

# A child is a copy of the test's process: nothing has to be imported or set up again.
processes = multiprocessing.get_context("fork")

PATIENCE = 600  # seconds; only a deadlock takes so long


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A move of which its mover was told that it was made."""

    item: int
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all movers did together."""

    acknowledged: list[Acknowledged]
    conflicts: int
    problems: list[str]


def items_to_move(count: int) -> list[ContentItem]:
    """Plans and approved pages by turns, all for tomorrow and owned by somebody who moves none of them."""
    owner, start = make_user("owner"), timezone.now().replace(microsecond=0) + timedelta(days=1)
    items = []
    for number in range(count):
        page = make_page(live=False)
        if number % 2:
            schedule_page(page, start)
            items.append(tag(page, owner=owner))
        else:
            items.append(tag(page, owner=owner, target_at=start, target_has_time=True))
    return items


def move_together(items: Sequence[ContentItem], *, people: int, moves_each: int) -> Outcome:
    """Let so many people, each in a process with a connection of their own, move items by lot at the same time."""
    factories.marieke()
    keys = [item.pk for item in items]
    ready, told = processes.Barrier(people), processes.Queue()
    # A connection must not be shared by two processes.
    connections.close_all()
    crowd = [processes.Process(target=_move, args=(person, keys, moves_each, ready, told)) for person in range(people)]
    for person in crowd:
        person.start()
    outcomes = [told.get(timeout=PATIENCE) for _person in crowd]
    for person in crowd:
        person.join(timeout=PATIENCE)
    return Outcome(
        [made for outcome in outcomes for made in outcome.acknowledged],
        sum(outcome.conflicts for outcome in outcomes),
        [problem for outcome in outcomes for problem in outcome.problems],
    )


def _move(person: int, keys: list[int], moves: int, ready: Any, told: Any) -> None:
    chance, now = Random(person), timezone.now()
    acknowledged, conflicts, problems = [], 0, []
    try:
        user = get_user_model().objects.get(username="marieke")
        ready.wait(timeout=PATIENCE)
        for number in range(moves):
            item = ContentItem.objects.get(pk=chance.choice(keys))
            # No two movers ever ask for the same moment.
            to = Aim(now.replace(microsecond=0) + timedelta(days=10 + person, minutes=number), has_time=True)
            try:
                done = move(item, to, user=user, token=version(item), now=now)
            except Refusal as refusal:
                if refusal.reason != Reason.CONFLICT:
                    raise
                conflicts += 1
            else:
                acknowledged.append(Acknowledged(item.pk, done.before.moment, done.after.moment))
    except BaseException as problem:  # noqa: BLE001 (told in the test's own process)
        problems.append("".join(traceback.format_exception(problem)))
    finally:
        connections.close_all()
        told.put(Outcome(acknowledged, conflicts, problems))


def check(items: Sequence[ContentItem], outcome: Outcome) -> None:
    """No move met a lock or was overwritten unseen, and the log tells exactly the moves that were acknowledged."""
    assert outcome.problems == []
    assert outcome.acknowledged
    for item in items:
        mine = [made for made in outcome.acknowledged if made.item == item.pk]
        stands, start = _stands(item), Notification.objects.filter(item=item).values_list("before", flat=True).first()
        if not mine:
            assert start is None
            continue
        # Each left from where another arrived, and its owner is to be told of the first and the last.
        arrived = Counter([start, *(made.after for made in mine)])
        assert arrived == Counter([*(made.before for made in mine), stands])
        assert Counter(_logged(item)) == Counter(made.after for made in mine)


def _stands(item: ContentItem) -> datetime:
    approved = Revision.objects.filter(object_id=str(item.page_id), approved_go_live_at__isnull=False)
    found = list(approved.values_list("approved_go_live_at", flat=True))
    assert len(found) <= 1
    return found[0] if found else ContentItem.objects.get(pk=item.pk).target_at


def _logged(item: ContentItem) -> list[datetime]:
    """The moments to which the item was moved, as its history tells; how it got there at first is left out."""
    lines = PageLogEntry.objects.filter(page=item.page_id).order_by("pk")
    plans = lines.filter(action="planner.plan").values_list("data__changes__target_at__now", flat=True)
    scheduled = lines.filter(action="wagtail.publish.schedule").values_list("data__revision__go_live_at", flat=True)
    return [parse_datetime(moment) for moment in [*plans, *list(scheduled)[1:]]]
