"""The board: in which column an item stands, and what a move to another column means. Pure: no query, no clock."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from planner.aims import Reason, Refusal
from planner.models import ContentItem
from planner.schedule import Status

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from planner.schedule import Facts

COLUMNS = (Status.IDEA, Status.PLANNED, Status.DRAFT, Status.IN_REVIEW, Status.SCHEDULED, Status.LIVE)
"""In the order in which content comes into being."""

NOT_OUT_YET = (Status.IDEA, Status.PLANNED, Status.DRAFT)
ON_ITS_WAY_OUT = (Status.SCHEDULED, Status.LIVE)


class Nature(Enum):
    """What an item is, and so whose actions move it."""

    PAGE = "page"  # Wagtail's, by its workflow and schedule
    SNIPPET = "snippet"  # Wagtail's too, in the snippet's own editor
    IDEA = "idea"  # the planner's: nobody has decided yet whether it becomes a page
    OFF_SITE = "off_site"  # the planner's: being made, or confirmed


class Transition(Enum):
    """What a move between two columns means."""

    # Written at once, or after the question of the Move form.
    SUBMIT = "submit"
    CANCEL_REVIEW = "cancel_review"
    TAKE_DATE_OFF = "take_date_off"
    TAKE_CONFIRMATION_BACK = "take_confirmation_back"
    BACK_TO_IDEA = "back_to_idea"
    UNSCHEDULE = "unschedule"
    # Leads to Wagtail's own question, which knows of subpages and translations.
    UNPUBLISH = "unpublish"
    # Leads to a form that has to be filled in.
    GIVE_DATE = "give_date"
    CHANGE_DATE = "change_date"
    CREATE_PAGE = "create_page"
    CONFIRM = "confirm"
    APPROVE = "approve"
    PUBLISH = "publish"
    UPDATE = "update"
    IN_ITS_EDITOR = "in_its_editor"


AT_ONCE = {Transition.TAKE_DATE_OFF, Transition.BACK_TO_IDEA}
"""What a drop does without a question: nobody else is told, and its message takes it back."""

WRITES = AT_ONCE | {
    Transition.SUBMIT,
    Transition.CANCEL_REVIEW,
    Transition.TAKE_CONFIRMATION_BACK,
    Transition.UNSCHEDULE,
}
"""What the planner does itself. All else is done on another screen."""

Table = dict[tuple[Status, Status], Transition]

DATES: Table = {
    (Status.DRAFT, Status.PLANNED): Transition.GIVE_DATE,
    (Status.PLANNED, Status.DRAFT): Transition.TAKE_DATE_OFF,
    (Status.SCHEDULED, Status.LIVE): Transition.CHANGE_DATE,
}

OF_PAGES: Table = DATES | {
    (Status.DRAFT, Status.IN_REVIEW): Transition.SUBMIT,
    (Status.PLANNED, Status.IN_REVIEW): Transition.SUBMIT,
    (Status.DRAFT, Status.SCHEDULED): Transition.PUBLISH,
    (Status.DRAFT, Status.LIVE): Transition.PUBLISH,
    (Status.PLANNED, Status.SCHEDULED): Transition.PUBLISH,
    (Status.PLANNED, Status.LIVE): Transition.PUBLISH,
    (Status.IN_REVIEW, Status.DRAFT): Transition.CANCEL_REVIEW,
    (Status.IN_REVIEW, Status.PLANNED): Transition.CANCEL_REVIEW,
    (Status.IN_REVIEW, Status.SCHEDULED): Transition.APPROVE,
    (Status.IN_REVIEW, Status.LIVE): Transition.APPROVE,
    (Status.SCHEDULED, Status.DRAFT): Transition.UNSCHEDULE,
    (Status.SCHEDULED, Status.PLANNED): Transition.UNSCHEDULE,
    (Status.LIVE, Status.DRAFT): Transition.UNPUBLISH,
    (Status.LIVE, Status.IN_REVIEW): Transition.UPDATE,
    (Status.LIVE, Status.SCHEDULED): Transition.UPDATE,
}

TABLES: dict[Nature, Table] = {
    Nature.PAGE: OF_PAGES,
    # Wagtail's views for snippets are the site's own to replace: only their editor is sure to be there.
    Nature.SNIPPET: dict.fromkeys(OF_PAGES, Transition.IN_ITS_EDITOR) | DATES,
    Nature.IDEA: {
        (Status.IDEA, Status.PLANNED): Transition.GIVE_DATE,
        (Status.PLANNED, Status.IDEA): Transition.TAKE_DATE_OFF,
        (Status.IDEA, Status.DRAFT): Transition.CREATE_PAGE,
        (Status.PLANNED, Status.DRAFT): Transition.CREATE_PAGE,
        (Status.IDEA, Status.SCHEDULED): Transition.CONFIRM,
        (Status.IDEA, Status.LIVE): Transition.CONFIRM,
        (Status.PLANNED, Status.SCHEDULED): Transition.CONFIRM,
        (Status.PLANNED, Status.LIVE): Transition.CONFIRM,
    },
    Nature.OFF_SITE: DATES
    | {
        (Status.DRAFT, Status.IDEA): Transition.BACK_TO_IDEA,
        (Status.DRAFT, Status.SCHEDULED): Transition.CONFIRM,
        (Status.DRAFT, Status.LIVE): Transition.CONFIRM,
        (Status.PLANNED, Status.SCHEDULED): Transition.CONFIRM,
        (Status.PLANNED, Status.LIVE): Transition.CONFIRM,
        (Status.SCHEDULED, Status.DRAFT): Transition.TAKE_CONFIRMATION_BACK,
        (Status.SCHEDULED, Status.PLANNED): Transition.TAKE_CONFIRMATION_BACK,
    },
}


def column_of(facts: Facts, zone: ZoneInfo) -> Status | None:
    """The column in which an item stands now; None for what has ended or is cancelled, which stands in none.

    What is overdue stands where it would if it were in time. What was taken off the site by hand is a draft again, and
    what ended and is planned anew, or in review, stands there.
    """
    if facts.is_late:
        return Status.LIVE if facts.live else Status.SCHEDULED
    status = facts.status(facts.now, zone)
    if status == Status.LIVE_UPDATE:
        return Status.LIVE
    if status in {Status.UNPUBLISHED, Status.EXPIRED}:
        return _after_its_end(facts, status)
    if status == Status.OVERDUE:
        return Status.IN_REVIEW if facts.in_review else Status.PLANNED
    return None if status == Status.CANCELLED else status


def _after_its_end(facts: Facts, status: Status) -> Status | None:
    if facts.in_review and not facts.live:
        return Status.IN_REVIEW
    if facts.is_planned_anew:
        return Status.PLANNED
    return Status.DRAFT if status == Status.UNPUBLISHED else None


def nature_of(facts: Facts, page_id: int | None) -> Nature:
    """What an item is, by its facts and whether it has a page."""
    if facts.on_page:
        return Nature.PAGE if page_id is not None else Nature.SNIPPET
    return Nature.IDEA if facts.state == ContentItem.State.IDEA else Nature.OFF_SITE


def transition_of(nature: Nature, facts: Facts, title: str, *, at: Status | None, to: Status) -> Transition:
    """What a move from the column `at` to another means; raises `Refusal` with the way out where it means nothing."""
    transition = TABLES[nature].get((at, to)) if at else None
    if transition == Transition.CANCEL_REVIEW and to == Status.PLANNED and not facts.aim:
        raise _refusal(_("“%(title)s” has no date to be planned for. Move it to Draft, then give it a date."), title)
    if transition is None:
        raise _refusal(_why_not(nature, facts, at, to), title)
    return transition


def lands_in(transition: Transition, facts: Facts, to: Status) -> Status:
    """The column in which an item really stands after a move: what has a date is planned, not just a draft."""
    if transition in {Transition.CANCEL_REVIEW, Transition.TAKE_CONFIRMATION_BACK, Transition.UNSCHEDULE}:
        # Without its approval a page keeps the moment that was approved, as the date of its draft.
        return Status.PLANNED if facts.approval or facts.starts_at or facts.aim else Status.DRAFT
    return to


def _why_not(nature: Nature, facts: Facts, at: Status | None, to: Status) -> str:
    """Why no move leads there, and what to do instead."""
    if at is None:
        if facts.cancelled:
            return _("“%(title)s” is cancelled. Restore it on its plan first.")
        return _("“%(title)s” has ended. Give it another end, or another date, on its plan or in its editor.")
    if nature in {Nature.PAGE, Nature.SNIPPET}:
        return _why_no_content_of_wagtails(nature, at, to)
    if at == Status.LIVE:
        return _("“%(title)s” has gone out, which nobody can take back. Give it an end on its plan.")
    if to == Status.IN_REVIEW:
        return _("“%(title)s” is no page: only pages and snippets go through a workflow. Create its page first.")
    if at == Status.SCHEDULED:
        return _("“%(title)s” is confirmed. Move it to Planned first, which takes the confirmation back.")
    return _("“%(title)s” is being made, and has a date. Move it to Draft first.")


def _why_no_content_of_wagtails(nature: Nature, at: Status, to: Status) -> str:
    if to == Status.IDEA:
        if nature == Nature.PAGE:
            return _("“%(title)s” is a page, and cannot be an idea again. Duplicate its plan instead.")
        return _("“%(title)s” is a snippet, and cannot be an idea again. Duplicate its plan instead.")
    if at == Status.LIVE:
        return _("“%(title)s” is live. Move it to Draft to take it off the site, then give it a date.")
    return _("“%(title)s” is approved already. Move it to Draft first, then to In review.")


def _refusal(sentence: str, title: str) -> Refusal:
    return Refusal(Reason.IMPOSSIBLE, sentence % {"title": title})
