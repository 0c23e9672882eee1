"""Marks live content as reviewed: right as it is, and to be looked at again on the day on which it would be old.

One transaction with locks on the page and its row, and logged. A refusal is an exception: nothing has changed. No
request; the moment of asking is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext

from planner import access, conf
from planner.aims import Reason, Refusal
from planner.gaps import Targets
from planner.locked_rows import check_that_it_is_there, check_that_nobody_locked_it, lock_item
from planner.models import ContentItem
from planner.plan import PlanChange, change_plan
from planner.reschedule import version
from planner.schedule import Status, read_items

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.contrib.auth.models import AbstractBaseUser

    from planner.schedule import ItemRecord


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was marked, and when it is to be looked at again."""

    title: str
    next_due: date | None  # None where it never grows old

    @property
    def sentence(self) -> str:
        said = {"title": self.title, "day": date_format(self.next_due, "j F Y") if self.next_due else ""}
        if self.next_due is None:
            return _("“%(title)s” is marked as reviewed. It never grows old, so no other review is due.") % said
        return _("“%(title)s” is marked as reviewed. The next review is due on %(day)s.") % said


def mark_reviewed(item: ContentItem, *, user: AbstractBaseUser, token: str, now: datetime) -> Reviewed:
    """Say that an item was reviewed today, and when it is again; raises `Refusal` with nothing changed.

    Days are those of the site's zone. `token`: the item's version when this was offered. Doing it twice on a day
    changes nothing the second time. Some 30 queries.
    """
    today = now.astimezone(get_default_timezone()).date()
    with transaction.atomic(), LogContext(user=user):
        row, page = lock_item(item.pk)
        check_that_it_is_there(row, page, user)
        record = read_items(ContentItem.objects.filter(pk=row.pk), now=now)[0]
        _check(row, record, user, now)
        done = Reviewed(record.title, next_review(row, now=now))
        if (row.reviewed_on, row.review_due) == (today, done.next_due):
            return done
        if token != version(row):
            text = _(
                "“%(title)s” was changed since you opened this screen, and was not marked. Look at it again first."
            )
            raise Refusal(Reason.CONFLICT, text % {"title": record.title})
        change_plan(row, PlanChange(values={"reviewed_on": today, "review_due": done.next_due}), user=user)
    return done


def is_reviewed(record: ItemRecord, now: datetime) -> bool:
    """Whether it is of the content that is reviewed from time to time: what is live."""
    return record.facts.status(now, get_default_timezone()) in {Status.LIVE, Status.LIVE_UPDATE}


def obstacle_to_review(item: ContentItem, record: ItemRecord, *, user: AbstractBaseUser, now: datetime) -> str:
    """Why this user, who sees the item, cannot mark it as reviewed, as a sentence; "" where they can."""
    try:
        _check(item, record, user, now)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def next_review(item: ContentItem, *, now: datetime) -> date | None:
    """The day on which it would be old if it was reviewed today; None where it never is.

    Of several active journeys that it serves the strictest decides, without any the site. One query.
    """
    site = conf.question(at=now, now=now)
    phases = item.phases.filter(active=True, journey__active=True).select_related("journey__judgement")
    judgements = {phase.journey_id: getattr(phase.journey, "judgement", None) for phase in phases}
    asked = [Targets(judgement=one).question(site).stale_days for one in judgements.values()] or [site.stale_days]
    age = min((days for days in asked if days is not None), default=None)
    return None if age is None else now.astimezone(get_default_timezone()).date() + timedelta(days=age)


def _check(item: ContentItem, record: ItemRecord, user: AbstractBaseUser, now: datetime) -> None:
    title = {"title": record.title}
    if not access.may_tag(user, item):
        text = _("To mark “%(title)s” as reviewed takes the right to edit there, or to tag content.")
        raise Refusal(Reason.FORBIDDEN, text % title)
    if not is_reviewed(record, now):
        text = _("“%(title)s” is not live. Only what visitors can find is reviewed.")
        raise Refusal(Reason.IMPOSSIBLE, text % title)
    if item.page:
        # Whoever locked it is at work on it: nobody else can say that it is right as it is.
        check_that_nobody_locked_it(item.page.specific, record.title, user)
