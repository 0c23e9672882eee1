"""Who may move an item between the board's columns, and what stands in the way: a check for each meaning of a move.

Each raises `Refusal` with a sentence that names the way out. Nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from planner import access
from planner.aims import Aim, Means, Reason, Refusal, means_of, why_it_stays
from planner.board import Transition, nature_of, transition_of
from planner.entries import Kind
from planner.idea_pages import obstacle_to_becoming_a_page, parents_for
from planner.locked_rows import check_that_nobody_locked_it
from planner.reschedule import check_move

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from wagtail.models import AbstractPage

    from planner.models import ContentItem
    from planner.schedule import ItemRecord, Status


@dataclass(frozen=True, slots=True)
class Attempt:
    """A move that somebody asks for: everything that decides about it. The page is of its specific type."""

    row: ContentItem
    page: AbstractPage | None
    record: ItemRecord
    user: AbstractBaseUser
    now: datetime

    @property
    def said(self) -> dict[str, str]:
        return {"title": self.record.title}

    def refuse(self, sentence: str, reason: Reason = Reason.IMPOSSIBLE) -> Refusal:
        return Refusal(reason, sentence % self.said)


def check(attempt: Attempt, at: Status | None, to: Status) -> Transition:
    """What the move means, once it is certain that this user may do it now."""
    record = attempt.record
    nature = nature_of(record.facts, record.page_id)
    transition = transition_of(nature, record.facts, record.title, at=at, to=to)
    CHECKS[transition](attempt)
    return transition


def _check_submission(attempt: Attempt) -> None:
    page, state = attempt.page, attempt.page.current_workflow_state
    _check_editing(attempt)
    check_that_nobody_locked_it(page, attempt.record.title, attempt.user)
    if not page.has_workflow:
        raise attempt.refuse(_("“%(title)s” has no workflow to be submitted to. Publish it in its editor."))
    if not page.permissions_for_user(attempt.user).can_submit_for_moderation():
        raise attempt.refuse(_("Wagtail does not let you submit “%(title)s” as it is. Open its editor."))
    if state is None and page.latest_revision_id is None:
        raise attempt.refuse(_("“%(title)s” was never saved in its editor. Open it there, and submit it."))
    try:
        _check_content(page.get_latest_revision_as_object())
    except ValidationError as error:
        names = getattr(error, "error_dict", {})
        text = _("“%(title)s” is not complete, so it cannot be reviewed yet: %(fields)s. Open its editor.")
        fields = ", ".join(_label(page, name) for name in names) or " ".join(error.messages)
        raise Refusal(Reason.IMPOSSIBLE, text % (attempt.said | {"fields": fields})) from error


def _check_content(draft: AbstractPage) -> None:
    """What Wagtail's editor asks of a draft that is submitted, as far as it can be asked without its form."""
    draft.full_clean()
    for field in draft._meta.get_fields():
        if isinstance(field, StreamField):
            field.stream_block.clean(getattr(draft, field.name))


def _label(page: AbstractPage, name: str) -> str:
    names = {field.name for field in page._meta.get_fields()}
    return str(page._meta.get_field(name).verbose_name) if name in names else name


def _check_cancellation(attempt: Attempt) -> None:
    state = attempt.page.current_workflow_state
    check_that_nobody_locked_it(attempt.page, attempt.record.title, attempt.user)
    if state is None or not state.user_can_cancel(attempt.user):
        text = _(
            "To cancel the review of “%(title)s” takes whoever submitted it, its owner, or somebody who may approve it."
        )
        raise attempt.refuse(text, Reason.FORBIDDEN)


def _check_unscheduling(attempt: Attempt) -> None:
    _check_time(attempt, Means.SCHEDULE)
    check_that_nobody_locked_it(attempt.page, attempt.record.title, attempt.user)
    if not attempt.page.permissions_for_user(attempt.user).can_unschedule():
        text = _("“%(title)s” is approved. To take its schedule off takes the right to publish there.")
        raise attempt.refuse(text, Reason.FORBIDDEN)
    if attempt.page.scheduled_revision is None:
        raise attempt.refuse(_("“%(title)s” has no schedule any more. Reload the board."), Reason.CONFLICT)


def _check_unpublishing(attempt: Attempt) -> None:
    page = attempt.page
    if not page.live:
        _check_time(attempt, Means.SCHEDULE)
    rights = page.permissions_for_user(attempt.user)
    if not rights.can_publish():
        text = _("“%(title)s” is live. To take it off the site takes the right to publish there.")
        raise attempt.refuse(text, Reason.FORBIDDEN)
    check_that_nobody_locked_it(page, attempt.record.title, attempt.user)
    if attempt.record.facts.approval:
        text = _("“%(title)s” has an approved update. Cancel its schedule in the editor, then unpublish it.")
        raise attempt.refuse(text)
    if not rights.can_unpublish():
        text = _("“%(title)s” waits for a review of its update, and is locked till then. Cancel the review first.")
        raise attempt.refuse(text)


def _check_another_date(attempt: Attempt) -> None:
    _check_date(attempt, None)


def _check_no_date(attempt: Attempt) -> None:
    _check_date(attempt, Aim())


def _check_date(attempt: Attempt, to: Aim | None) -> None:
    record = attempt.record
    means = means_of(record, Kind.PUBLICATION)
    check_move(attempt.row, record, means, to, user=attempt.user, now=attempt.now)


def _check_becoming_a_page(attempt: Attempt) -> None:
    _check_editing(attempt)
    if sentence := obstacle_to_becoming_a_page(attempt.row):
        raise Refusal(Reason.IMPOSSIBLE, sentence)
    if not parents_for(attempt.user).exists():
        text = _("There is no page under which you may make a page of “%(title)s”. Ask somebody who may.")
        raise attempt.refuse(text, Reason.FORBIDDEN)


def _check_confirming(attempt: Attempt) -> None:
    if not (access.may_tag(attempt.user, attempt.row) and access.may_confirm(attempt.user, attempt.row)):
        text = _("To confirm “%(title)s” takes the right to publish in its section.")
        raise attempt.refuse(text, Reason.FORBIDDEN)


def _check_taking_back(attempt: Attempt) -> None:
    _check_time(attempt, Means.START)
    if not may_confirm(attempt.user, attempt.row):
        text = _("“%(title)s” is confirmed. To take that back takes the right to edit and to publish in its section.")
        raise attempt.refuse(text, Reason.FORBIDDEN)


def _check_tagging(attempt: Attempt) -> None:
    if not access.may_tag(attempt.user, attempt.row):
        text = _("To make “%(title)s” an idea again takes the right to edit there, or to tag content.")
        raise attempt.refuse(text, Reason.FORBIDDEN)


def _check_approving(attempt: Attempt) -> None:
    user, page = attempt.user, attempt.page
    task = page.current_workflow_task
    _check_editing(attempt)
    if task and "approve" in {action[0] for action in task.get_actions(page, user)}:
        return
    rights = page.permissions_for_user(user)
    if not rights.can_publish():
        text = _("To approve “%(title)s” takes a reviewer of its workflow, or the right to publish there.")
        raise attempt.refuse(text, Reason.FORBIDDEN)
    check_that_nobody_locked_it(page, attempt.record.title, user)
    if rights.page_locked():
        text = _("“%(title)s” is in review: till then only its reviewers can edit it. Ask one of them to approve it.")
        raise attempt.refuse(text, Reason.FORBIDDEN)


def _check_publishing(attempt: Attempt) -> None:
    _check_editing(attempt)
    if not attempt.page.permissions_for_user(attempt.user).can_publish():
        text = _("To publish “%(title)s” takes the right to publish there. Move it to In review instead.")
        raise attempt.refuse(text, Reason.FORBIDDEN)
    check_that_nobody_locked_it(attempt.page, attempt.record.title, attempt.user)


def _check_editing(attempt: Attempt) -> None:
    if not access.may_edit(attempt.user, attempt.row):
        raise attempt.refuse(_("To do that with “%(title)s” takes the right to edit there."), Reason.FORBIDDEN)


def _check_time(attempt: Attempt, means: Means) -> None:
    if sentence := why_it_stays(attempt.record, means, attempt.now):
        raise Refusal(Reason.IMPOSSIBLE, sentence)


def may_confirm(user: AbstractBaseUser, row: ContentItem) -> bool:
    return access.may_edit(user, row) and access.may_confirm(user, row)


CHECKS: dict[Transition, Callable[[Attempt], None]] = {
    Transition.SUBMIT: _check_submission,
    Transition.CANCEL_REVIEW: _check_cancellation,
    Transition.TAKE_DATE_OFF: _check_no_date,
    Transition.TAKE_CONFIRMATION_BACK: _check_taking_back,
    Transition.BACK_TO_IDEA: _check_tagging,
    Transition.UNSCHEDULE: _check_unscheduling,
    Transition.UNPUBLISH: _check_unpublishing,
    Transition.GIVE_DATE: _check_another_date,
    Transition.CHANGE_DATE: _check_another_date,
    Transition.CREATE_PAGE: _check_becoming_a_page,
    Transition.CONFIRM: _check_confirming,
    Transition.APPROVE: _check_approving,
    Transition.PUBLISH: _check_publishing,
    Transition.UPDATE: _check_editing,
    Transition.IN_ITS_EDITOR: _check_editing,
}
