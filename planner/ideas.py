"""Writes that begin, copy, cancel and restore a plan. Each is one transaction, locked, and a line of history.

The caller has asked `planner.access`. What cannot be done raises `Refused` with the sentence to show; nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from planner.aims import Aim
from planner.models import ContentItem, PlannedGap
from planner.notifications.noting import note_owner
from planner.plan import PlanChange, change_plan
from planner.refused import Refused
from planner.rows import copy_tags
from planner.schedule import Status, read_items

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from django.contrib.auth.models import AbstractBaseUser
    from wagtail.models import AbstractPage

    from planner.gaps import Gap
    from planner.schedule import Facts

State = ContentItem.State
LONGEST_TITLE = ContentItem._meta.get_field("title").max_length


@transaction.atomic
def plan_idea(
    title: str,
    change: PlanChange,
    *,
    section: AbstractPage | None,
    user: AbstractBaseUser | None,
    gap: Gap | None = None,
) -> ContentItem:
    """A new idea with the tags, dates and owner of `change`. `gap`: the one that it was begun from, to close it."""
    item = ContentItem.objects.create(title=title, section=section, state=State.IDEA)
    log(item, "planner.idea", user=user)
    change_plan(item, change, user=user)
    if gap:
        PlannedGap.objects.create(key=gap.key, item=item, planned_by=user)
    item.refresh_from_db()
    return item


@transaction.atomic
def duplicate(item: ContentItem, *, section: AbstractPage | None, user: AbstractBaseUser | None) -> ContentItem:
    """A new idea with the tags, owner and brief of `item`, whatever that is; without its dates."""
    title = _("Copy of %(title)s") % {"title": item.display_title}
    copy = ContentItem.objects.create(
        title=title[:LONGEST_TITLE],
        section=section,
        state=State.IDEA,
        kind=item.kind,
        brief=item.brief,
        customer_question=item.customer_question,
        effort=item.effort,
    )
    copy_tags(item, copy)
    log(copy, "planner.duplicate", user=user, data={"of": item.display_title})
    note_owner(copy, actor=user.pk if user else None)
    return copy


@transaction.atomic
def cancel(item: ContentItem, *, user: AbstractBaseUser | None, now: datetime, zone: ZoneInfo) -> None:
    """Cancel a plan that is not carried out yet: it stays, and counts nowhere."""
    row = locked(item)
    if obstacle := obstacle_to_cancelling(row, facts_of(row, now), now=now, zone=zone):
        raise Refused(obstacle)
    before, row.state = row.state, State.CANCELLED
    row.save(update_fields=["state"])
    log(row.page or row, "planner.cancel", user=user, data={"before": before})


@transaction.atomic
def restore(item: ContentItem, *, user: AbstractBaseUser | None, may_confirm: bool, now: datetime) -> None:
    """Take a cancellation back. Content off the site is what it was before; confirmed only where it may be again."""
    row = locked(item)
    if row.state != State.CANCELLED:
        raise Refused(_("“%(title)s” is not cancelled.") % {"title": row.display_title})
    row.state = _state_before(row, may_confirm=may_confirm, now=now) if row.is_off_site else ""
    row.save(update_fields=["state"])
    log(row.page or row, "planner.restore", user=user, data={"now": row.state})


def planned_in_words(item: ContentItem) -> str:
    """A new idea's day, on the reader's clock where it has a time, or where it waits for one."""
    if item.target_at:
        day = Aim(item.target_at, has_time=item.target_has_time)
        text = _("“%(title)s” is planned for %(day)s. Nothing goes live by itself.")
        return text % {"title": item.title, "day": day}
    text = _("“%(title)s” is an idea without a date. It stands under “No date yet” in the calendar.")
    return text % {"title": item.title}


def obstacle_to_cancelling(item: ContentItem, facts: Facts, *, now: datetime, zone: ZoneInfo) -> str:
    """Why this plan cannot be cancelled, and what to do instead; or nothing. No query where the page is loaded."""
    names = {"title": item.display_title}
    if item.state == State.CANCELLED:
        return _("“%(title)s” is cancelled already.") % names
    if facts.live or facts.start and facts.start <= now:
        if item.is_off_site:
            return _("“%(title)s” has gone out already. Give it an end on its plan instead.") % names
        return _("“%(title)s” has been published. It is taken off the site in its editor, not cancelled.") % names
    if facts.approval:
        day = date_format(localtime(facts.approval.go_live_at), "j F Y, H:i")
        text = _("“%(title)s” is approved to go live on %(day)s. Take its schedule off in the editor first.")
        return text % (names | {"day": day})
    if facts.status(now, zone) == Status.IN_REVIEW:
        return _("“%(title)s” is in review. Cancel its workflow in the editor first.") % names
    return ""


def locked(item: ContentItem) -> ContentItem:
    """The row as it is stored now, until the transaction ends nobody else's."""
    row = ContentItem.objects.select_for_update().filter(pk=item.pk).first()
    if row is None:
        raise Refused(_("“%(title)s” was deleted meanwhile.") % {"title": item.display_title})
    return row


def facts_of(item: ContentItem, now: datetime) -> Facts:
    """The facts of one item. Five queries at most."""
    return read_items(ContentItem.objects.filter(pk=item.pk), now=now)[0].facts


def _state_before(row: ContentItem, *, may_confirm: bool, now: datetime) -> str:
    """The state that was cancelled, from the history; an idea where nobody wrote it down."""
    lines = ModelLogEntry.objects.for_instance(row).filter(action="planner.cancel")
    last = lines.order_by("-timestamp", "-pk").first()
    before = (last.data or {}).get("before", "") if last else ""
    if before == State.CONFIRMED:
        # What would have gone out while it was cancelled did not.
        return before if may_confirm and row.starts_at and row.starts_at > now else State.DRAFT
    return before if before in {State.IDEA, State.DRAFT} else State.IDEA
