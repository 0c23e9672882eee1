"""The writes that touch Wagtail's schedule, and the moves of what has no schedule yet.

Each is one transaction with locks on the page and its row, asks for the right that it takes, and is logged. A refusal
is an exception: nothing has changed. No request; the moment of asking is an argument.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.transaction import TransactionManagementError
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from wagtail.actions.edit_page import EditPageAction
from wagtail.log_actions import LogContext

from planner import access
from planner.aims import Aim, Means, Reason, Refusal, means_of, present_aim, why_it_stays
from planner.entries import Kind
from planner.locked_rows import check_that_it_is_there, check_that_nobody_locked_it, lock_item
from planner.models import ContentItem
from planner.plan import PlanChange, change_plan
from planner.schedule import approvals, read_items

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from wagtail.models import AbstractPage, Revision

    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approval, Approvals, ItemRecord

logger = logging.getLogger("planner.moves")

VERSION_FIELDS = (
    "page__latest_revision",
    "page__live",
    "page__expire_at",
    "state",
    "target_at",
    "target_has_time",
    "starts_at",
    "expires_at",
    "review_due",
)
"""What a screen showed of an item when it offered a move, beside its approval. Tags may change under it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made."""

    item_id: int
    title: str
    kind: Kind
    means: Means
    before: Aim
    after: Aim
    token: str  # the item's version from now on: an undo has to bring it

    @property
    def sentence(self) -> str:
        said = {"title": self.title, "day": self.after, "before": self.before}
        if self.before == self.after:
            return _("“%(title)s” stands on %(day)s already.") % said
        if not self.after and self.means == Means.REVIEW:
            return _("No review of “%(title)s” is due any more.") % said
        if not self.after:
            return _("“%(title)s” has no date any more. It stands under “No date yet”.") % said
        texts = {
            Means.SCHEDULE: _("“%(title)s” is moved to %(day)s. It stays approved."),
            Means.START: _("“%(title)s” is moved to %(day)s. It stays confirmed."),
            Means.TARGET: _("“%(title)s” is planned for %(day)s. Nothing goes live by itself."),
            Means.REVIEW: _("The review of “%(title)s” is due on %(day)s."),
        }
        return texts[self.means] % said


def versions(items: ContentItemQuerySet, approved: Approvals | None = None) -> dict[int, str]:
    """A token per item that changes with whatever a move depends on.

    `approved`: what `approvals` gave, where the caller has it. One query, and one for the approvals.
    """
    approved = approvals() if approved is None else approved
    return {
        key: _token(approved.pages.get(page), *values)
        for key, page, *values in items.values_list("pk", "page", *VERSION_FIELDS)
    }


def version(item: ContentItem) -> str:
    """The token of one item. Two queries."""
    return versions(ContentItem.objects.filter(pk=item.pk))[item.pk]


def move(
    item: ContentItem,
    to: Aim,
    *,
    user: AbstractBaseUser,
    token: str,
    now: datetime,
    kind: Kind = Kind.PUBLICATION,
    back: bool = False,
) -> Moved:
    """Move an item to another moment and return what happened; raises `Refusal` with nothing changed.

    What is approved is rescheduled as Wagtail's editor would do it; a plan gets a target date, content off the site
    another start. `token`: the item's version when the move was offered. `back`: an undo, which may put a plan back on
    a day that has passed. Asking for where the item stands already changes nothing. Some 150 queries for a scheduled
    page, 30 for a plan.
    """
    with transaction.atomic(), LogContext(user=user):
        row, page = lock_item(item.pk)
        check_that_it_is_there(row, page, user)
        record = read_items(ContentItem.objects.filter(pk=row.pk), now=now)[0]
        means = means_of(record, kind)
        before = present_aim(record, means, get_default_timezone())
        _check_right(row, page, record, means, user)
        if before != to:
            _check_token(row, record, before, token)
            _check_state(row, record, means, user, now)
            _check_destination(row, record, means, to, now=now, back=back)
            _write(row, record, means, to, user)
        return Moved(row.pk, record.title, kind, means, before, to, version(row))


def may_move(user: AbstractBaseUser, item: ContentItem, means: Means) -> bool:
    """Whether the user has the right that a move takes. Locks and workflows are another matter."""
    if means == Means.SCHEDULE:
        return item.page is not None and _may_reschedule(user, item.page)
    if means == Means.START:
        return access.may_edit(user, item) and access.may_confirm(user, item)
    return access.may_tag(user, item)


def obstacle(
    item: ContentItem,
    record: ItemRecord,
    means: Means,
    to: Aim | None = None,
    *,
    user: AbstractBaseUser,
    now: datetime,
) -> str:
    """Why this user cannot move an item there, or where none is named anywhere, as a sentence; "" where they can."""
    try:
        check_that_it_is_there(item, item.page, user)
        check_move(item, record, means, to, user=user, now=now)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def check_move(
    item: ContentItem,
    record: ItemRecord,
    means: Means,
    to: Aim | None = None,
    *,
    user: AbstractBaseUser,
    now: datetime,
) -> None:
    """Raises `Refusal` where this user, who sees the item, cannot move it there, or where none is named anywhere."""
    _check_right(item, item.page, record, means, user)
    _check_state(item, record, means, user, now)
    if to is not None:
        _check_destination(item, record, means, to, now=now)


def _check_right(
    row: ContentItem, page: AbstractPage | None, record: ItemRecord, means: Means, user: AbstractBaseUser
) -> None:
    if means == Means.SCHEDULE and page is None:
        text = _("“%(title)s” is no page. Change its approved date in its own editor.")
        raise Refusal(Reason.IMPOSSIBLE, text % {"title": record.title})
    if may_move(user, row, means):
        return
    texts = {
        Means.SCHEDULE: _("“%(title)s” is approved. To move it takes the right to edit and to publish there."),
        Means.START: _("“%(title)s” is confirmed. To move it takes the right to edit and to publish in its section."),
        Means.TARGET: _("To move “%(title)s” takes the right to edit there, or to tag content."),
        Means.REVIEW: _("To move the review of “%(title)s” takes the right to edit there, or to tag content."),
    }
    raise Refusal(Reason.FORBIDDEN, texts[means] % {"title": record.title})


def _may_reschedule(user: AbstractBaseUser, page: AbstractPage) -> bool:
    rights = page.permissions_for_user(user)
    return rights.can_unschedule() and rights.can_edit()


def _check_token(row: ContentItem, record: ItemRecord, before: Aim, token: str) -> None:
    if token != version(row):
        text = _("“%(title)s” was changed since you opened this screen, and was not moved. It stands on %(day)s now.")
        if not before:
            text = _("“%(title)s” was changed since you opened this screen, and was not moved. It has no date now.")
        raise Refusal(Reason.CONFLICT, text % {"title": record.title, "day": before})


def _check_state(row: ContentItem, record: ItemRecord, means: Means, user: AbstractBaseUser, now: datetime) -> None:
    if sentence := why_it_stays(record, means, now):
        raise Refusal(Reason.IMPOSSIBLE, sentence)
    if means == Means.SCHEDULE:
        _check_page(row.page, record, user)


def _check_destination(
    row: ContentItem, record: ItemRecord, means: Means, to: Aim, *, now: datetime, back: bool = False
) -> None:
    said = {"title": record.title, "day": to}
    scheduled = means in {Means.SCHEDULE, Means.START}
    if scheduled and not to:
        text = _("“%(title)s” is approved, and needs a date. Take the approval back in its editor first.")
        raise Refusal(Reason.IMPOSSIBLE, text % said)
    if scheduled and not to.has_time:
        raise Refusal(Reason.IMPOSSIBLE, _("“%(title)s” needs a time on %(day)s: it is approved.") % said)
    if to.has_passed(now, get_default_timezone()) and (scheduled or not back):
        text = _("%(day)s has passed. “%(title)s” stays where it is; choose a later moment.")
        raise Refusal(Reason.IMPOSSIBLE, text % said)
    if means == Means.TARGET and not to and replace(record.facts, target_at=None).aim:
        text = _("“%(title)s” has a date in its own fields. Take it off there.")
        raise Refusal(Reason.IMPOSSIBLE, text % said)
    if means == Means.START:
        _check_expiry(record, row.expires_at, to)
    if means == Means.SCHEDULE:
        _check_expiry(record, record.facts.approval.expire_at, to)
        # The expiry of the live version comes first: Wagtail would cancel the approval then.
        _check_expiry(record, row.page.expire_at if row.page.live else None, to)


def _check_page(page: AbstractPage, record: ItemRecord, user: AbstractBaseUser) -> None:
    """What Wagtail's own actions do not check, or would say without naming anything."""
    title = {"title": record.title}
    specific = page.specific
    check_that_nobody_locked_it(specific, record.title, user)
    if specific.current_workflow_state:
        text = _("“%(title)s” is in a workflow, which a move would cancel. Decide there first.")
        raise Refusal(Reason.IMPOSSIBLE, text % title)
    revision = specific.scheduled_revision
    if revision is None or revision.pk != page.latest_revision_id:
        text = _(
            "“%(title)s” was edited after it was approved. Approve or discard the newer draft in its editor first."
        )
        raise Refusal(Reason.CONFLICT, text % title)


def _check_expiry(record: ItemRecord, expiry: datetime | None, to: Aim) -> None:
    if expiry and expiry <= to.moment:
        text = _("“%(title)s” ends on %(end)s, before it would go live on %(day)s. Move its end first.")
        said = {"title": record.title, "end": Aim(expiry, has_time=True), "day": to}
        raise Refusal(Reason.IMPOSSIBLE, text % said)


def _write(row: ContentItem, record: ItemRecord, means: Means, to: Aim, user: AbstractBaseUser) -> None:
    if means == Means.SCHEDULE:
        _reschedule(row.page, record, to, user)
        return
    values: dict[str, Any] = {"target_at": to.moment, "target_has_time": to.has_time}
    if means == Means.REVIEW:
        values = {"review_due": to.day(get_default_timezone(), get_default_timezone())}
    if means == Means.START:
        values = {"starts_at": to.moment}
        if row.ends_at and row.starts_at:
            values["ends_at"] = to.moment + max(row.ends_at - row.starts_at, timedelta())
    change_plan(row, PlanChange(values=values), user=user)


def cancel_schedule(page: AbstractPage, user: AbstractBaseUser) -> Revision:
    """Take the approval of a scheduled page back, as Wagtail's own view does, and return what was approved. Logged."""
    revision = page.specific.scheduled_revision
    revision.approved_go_live_at = None
    revision.save(user=user, update_fields=["approved_go_live_at"])
    return revision


def _reschedule(page: AbstractPage, record: ItemRecord, to: Aim, user: AbstractBaseUser) -> None:
    """Take the approval back and give it anew: Wagtail locks a scheduled page for everybody, superusers included."""
    _wait_for_other_moves()
    changed = cancel_schedule(page, user).as_object()
    changed.go_live_at = to.moment
    try:
        EditPageAction(changed, user=user, publish=True).execute()
    except (PermissionDenied, ValidationError) as error:
        text = _("Wagtail refuses to schedule “%(title)s” as it is: %(reason)s Open its editor.")
        said = {"title": record.title, "reason": " ".join(getattr(error, "messages", [str(error)]))}
        raise Refusal(Reason.IMPOSSIBLE, text % said) from error
    except (OperationalError, TransactionManagementError) as error:
        # A deadlock with a save elsewhere; where the search index met it, Wagtail's task has swallowed the first error.
        logger.warning("A move met a deadlock and was rolled back.", exc_info=True)
        text = _("“%(title)s” was not moved: something else was saved at the same moment. Try again.")
        raise Refusal(Reason.CONFLICT, text % {"title": record.title}) from error


def _wait_for_other_moves() -> None:
    """Have approved pages move one at a time, until this transaction ends.

    Wagtail writes its search index with the page. On PostgreSQL that updates the entries of other pages as well, in any
    order, and two that do so at once can deadlock. SQLite has one writer at a time anyway. One query.
    """
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
    # No key: whatever else refers to this type goes on.
    ContentType.objects.select_for_update(no_key=True).get(pk=page_type.pk)


def _token(approval: Approval | None, *values: Any) -> str:
    stamps = [approval.go_live_at if approval else None, *values]
    plain = "|".join(str(value.timestamp()) if isinstance(value, datetime) else str(value) for value in stamps)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
