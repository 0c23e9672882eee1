"""The writes behind a move between the board's columns.

Each is one of Wagtail's own actions or a change of the plan, in one transaction with locks on the page and its row, and
is logged. `board_checks` says who may. A refusal is an exception: nothing has changed. What needs a form, or Wagtail's
own question, is only checked here: the caller leads there. No request; the moment of asking is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogContext

from planner import access
from planner.aims import Aim, Reason, Refusal
from planner.board import WRITES, Transition, column_of
from planner.board_checks import Attempt, check, may_confirm
from planner.locked_rows import check_that_it_is_there, lock_item
from planner.models import ContentItem
from planner.plan import PlanChange, change_plan
from planner.reschedule import Moved, cancel_schedule, move, version
from planner.schedule import read_items

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from planner.schedule import ItemRecord, Status

State = ContentItem.State


@dataclass(frozen=True, slots=True)
class Passed:
    """What a move between columns came to."""

    item_id: int
    transition: Transition | None  # None where it stood there already
    is_done: bool  # else a form, or Wagtail's question, is next
    sentence: str  # what happened, for a live region
    token: str  # the item's version from now on: an undo has to bring it
    came_from: Status | None = None  # the column
    state_before: str = ""  # of content off the site
    dated: Moved | None = None  # what a move to another date did, which knows its own way back


def board_token(version_of_item: str, column: Status | None) -> str:
    """What a screen showed of an item when it offered a move: its version, and the column in which it stood.

    The column as well, because a review begins and ends without a change of the page.
    """
    return f"{version_of_item}.{column.value if column else ''}"


def move_to_column(
    item: ContentItem,
    to: Status,
    *,
    user: AbstractBaseUser,
    token: str,
    now: datetime,
    carry_out: Collection[Transition] = WRITES,
) -> Passed:
    """Do what a move to a column means, or check that it may be begun; raises `Refusal` with nothing changed.

    `token`: `board_token` of the item when the move was offered. `carry_out`: what may be done without asking first.
    Asking for where the item stands already changes nothing. Some 60 queries.
    """
    with transaction.atomic(), LogContext(user=user):
        row, page = lock_item(item.pk)
        check_that_it_is_there(row, page, user)
        attempt = _attempt(row, user, now)
        at = _column(attempt)
        if at == to:
            sentence = _("“%(title)s” stands under “%(column)s” already.")
            return _passed(attempt, None, sentence)
        _check_token(attempt, at, token)
        transition = check(attempt, at, to)
        if transition not in carry_out:
            return Passed(row.pk, transition, is_done=False, sentence="", token=token)
        state_before, dated = row.state, None
        if transition == Transition.TAKE_DATE_OFF:
            dated = move(row, Aim(), user=user, token=version(row), now=now)
        else:
            ACTIONS[transition](attempt)
        done = _passed(_attempt(row, user, now), transition, WORDS[transition])
        return replace(done, came_from=at, state_before=state_before, dated=dated)


def put_back(item: ContentItem, state: str, *, user: AbstractBaseUser, token: str, now: datetime) -> Passed:
    """Give content off the site the state back that a move took; raises `Refusal` with nothing changed."""
    with transaction.atomic(), LogContext(user=user):
        row, page = lock_item(item.pk)
        check_that_it_is_there(row, page, user)
        attempt = _attempt(row, user, now)
        _check_token(attempt, _column(attempt), token)
        allowed = may_confirm if state == State.CONFIRMED else access.may_tag
        if not row.is_off_site or not allowed(user, row):
            text = _("To put “%(title)s” back takes the right that moving it took.")
            raise attempt.refuse(text, Reason.FORBIDDEN)
        change_plan(row, PlanChange(values={"state": state}), user=user)
        return _passed(_attempt(row, user, now), None, _("“%(title)s” stands under “%(column)s” again."))


def outlook(
    item: ContentItem, record: ItemRecord, to: Status, *, user: AbstractBaseUser, now: datetime
) -> tuple[Transition | None, str]:
    """What a move to another column would mean, or None and why this user cannot make it, as a sentence."""
    try:
        check_that_it_is_there(item, item.page, user)
        page = item.page.specific if item.page else None
        attempt = Attempt(item, page, record, user, now)
        return check(attempt, _column(attempt), to), ""
    except Refusal as refusal:
        return None, refusal.sentence


def _attempt(row: ContentItem, user: AbstractBaseUser, now: datetime) -> Attempt:
    record = read_items(ContentItem.objects.filter(pk=row.pk), now=now)[0]
    return Attempt(row, row.page.specific if row.page else None, record, user, now)


def _check_token(attempt: Attempt, at: Status | None, token: str) -> None:
    if token != board_token(version(attempt.row), at):
        text = _("“%(title)s” was changed since you opened this screen, and was not moved. Look at it, then move it.")
        raise attempt.refuse(text, Reason.CONFLICT)


def _column(attempt: Attempt) -> Status | None:
    return column_of(attempt.record.facts, get_default_timezone())


def _passed(attempt: Attempt, transition: Transition | None, sentence: str) -> Passed:
    """What was done, told with the column in which the item stands now."""
    at = _column(attempt)
    said = attempt.said | {"column": at.label if at else ""}
    return Passed(
        attempt.row.pk,
        transition,
        is_done=True,
        sentence=sentence % said,
        token=board_token(version(attempt.row), at),
    )


def _submit(attempt: Attempt) -> None:
    """As Wagtail's editor submits: what came back with a request for changes goes on where it was."""
    page, state = attempt.page, attempt.page.current_workflow_state
    if state is not None:
        state.resume(attempt.user)
    else:
        page.get_workflow().start(page, attempt.user)


def _cancel_review(attempt: Attempt) -> None:
    try:
        attempt.page.current_workflow_state.cancel(user=attempt.user)
    except PermissionDenied as error:
        raise attempt.refuse(_("The review of “%(title)s” has ended already."), Reason.CONFLICT) from error


def _unschedule(attempt: Attempt) -> None:
    cancel_schedule(attempt.row.page, attempt.user)


def _take_confirmation_back(attempt: Attempt) -> None:
    change_plan(attempt.row, PlanChange(values={"state": State.DRAFT}), user=attempt.user)


def _back_to_idea(attempt: Attempt) -> None:
    change_plan(attempt.row, PlanChange(values={"state": State.IDEA}), user=attempt.user)


ACTIONS: dict[Transition, Callable[[Attempt], None]] = {
    Transition.SUBMIT: _submit,
    Transition.CANCEL_REVIEW: _cancel_review,
    Transition.TAKE_CONFIRMATION_BACK: _take_confirmation_back,
    Transition.BACK_TO_IDEA: _back_to_idea,
    Transition.UNSCHEDULE: _unschedule,
}

WORDS = {
    Transition.SUBMIT: gettext_lazy("“%(title)s” is submitted. It stands under “%(column)s”."),
    Transition.CANCEL_REVIEW: gettext_lazy("The review of “%(title)s” is cancelled. It stands under “%(column)s”."),
    Transition.TAKE_DATE_OFF: gettext_lazy("“%(title)s” has no date any more. It stands under “%(column)s”."),
    Transition.TAKE_CONFIRMATION_BACK: gettext_lazy(
        "“%(title)s” is not confirmed any more. It stands under “%(column)s”."
    ),
    Transition.BACK_TO_IDEA: gettext_lazy("“%(title)s” is an idea again. It stands under “%(column)s”."),
    Transition.UNSCHEDULE: gettext_lazy(
        "“%(title)s” does not go live by itself any more. It stands under “%(column)s”."
    ),
}
