"""Moves between the board's columns: what each writes, where each leads, and that a refusal writes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import (
    GroupApprovalTask,
    ModelLogEntry,
    PageLogEntry,
    Revision,
    TaskState,
    WorkflowPage,
    WorkflowState,
)

from cms.models import ArticlePage
from planner.aims import Reason, Refusal
from planner.board import WRITES, Transition, column_of
from planner.board_checks import CHECKS
from planner.board_moves import ACTIONS, WORDS, Passed, board_token, move_to_column, put_back
from planner.models import ContentItem
from planner.reschedule import version
from planner.schedule import Status, read_items
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_item,
    make_page,
    make_section,
    make_user,
    schedule_page,
    tag,
)
from tests.planner.moves import lock, start_workflow, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SOON = NOW + days(5)


@pytest.fixture
def mo(section: Any) -> Any:
    return factories.mo(section)


@pytest.fixture
def erik(section: Any) -> Any:
    return factories.erik(section)


def draft(section: Any, **plan: Any) -> ContentItem:
    page = make_page("Roses", parent=section, live=False)
    page.save_revision()
    return tag(page, **plan)


def planned(section: Any, **plan: Any) -> ContentItem:
    return draft(section, target_at=SOON, **plan)


def in_review(section: Any, by: Any = None, **plan: Any) -> ContentItem:
    item = draft(section, **plan)
    start_workflow(item.page.specific, by or factories.make_user("writer", section=section, can=("add", "change")))
    return item


def scheduled(section: Any, at: Any = SOON) -> ContentItem:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, at)
    return ContentItem.objects.get(page=page)


def live(section: Any, **fields: Any) -> ContentItem:
    page = make_page("Roses", parent=section, **fields)
    page.save_revision().publish()
    return ContentItem.objects.get(page=page)


def off_site(section: Any, state: str, **fields: Any) -> ContentItem:
    return make_item("Folder", section=section, state=state, **fields)


def column(item: ContentItem) -> Status | None:
    return column_of(read_items(ContentItem.objects.filter(pk=item.pk), now=NOW)[0].facts, ZONE)


def token_of(item: ContentItem) -> str:
    return board_token(version(item), column(item))


def moved(item: ContentItem, to: Status, *, user: Any, token: str = "", **options: Any) -> Passed:
    return move_to_column(item, to, user=user, token=token or token_of(item), now=NOW, **options)


def refusal(item: ContentItem, to: Status, **options: Any) -> Refusal:
    """The refusal of a move, after making sure that it changed nothing."""
    before = stored()
    with pytest.raises(Refusal) as refused:
        moved(item, to, **options)
    assert stored() == before
    return refused.value


def leads_to(item: ContentItem, to: Status, *, user: Any) -> Transition:
    """What a move would be done by on another screen, after making sure that it changed nothing itself."""
    before = stored()
    done = moved(item, to, user=user)
    assert (done.is_done, stored()) == (False, before)
    return done.transition


def log_of(item: ContentItem) -> list[str]:
    return list(PageLogEntry.objects.filter(page=item.page_id).order_by("pk").values_list("action", flat=True))


# Submitting and taking back


@pytest.mark.parametrize("make", [draft, planned])
def test_a_draft_is_submitted_to_its_workflow_by_whoever_moved_it(make: Any, section: Any, erik: Any) -> None:
    item = make(section)
    done = moved(item, Status.IN_REVIEW, user=erik)
    state = WorkflowState.objects.get()
    assert (state.status, state.requested_by) == (WorkflowState.STATUS_IN_PROGRESS, erik)
    assert TaskState.objects.get().revision == item.page.get_latest_revision()
    assert log_of(item)[-1] == "wagtail.workflow.start"
    assert (column(item), done.sentence) == (
        Status.IN_REVIEW,
        "“Roses” is submitted. It stands under “In review”.",
    )


def test_what_came_back_with_changes_goes_on_in_the_same_workflow(section: Any, erik: Any) -> None:
    item = in_review(section, erik)
    state = WorkflowState.objects.get()
    state.current_task_state.specific.reject(user=erik)
    assert column(item) == Status.DRAFT
    moved(item, Status.IN_REVIEW, user=erik)
    assert WorkflowState.objects.get().pk == state.pk
    assert column(item) == Status.IN_REVIEW


@pytest.mark.parametrize(("plan", "landed"), [({}, Status.DRAFT), ({"target_at": SOON}, Status.PLANNED)])
def test_a_review_is_cancelled_by_whoever_asked_for_it(plan: Any, landed: Status, section: Any, erik: Any) -> None:
    item = in_review(section, erik, **plan)
    revisions = Revision.objects.count()
    done = moved(item, Status.DRAFT, user=erik)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED
    assert (column(item), Revision.objects.count()) == (landed, revisions)
    assert done.sentence == f"The review of “Roses” is cancelled. It stands under “{landed.label}”."
    assert log_of(item)[-1] == "wagtail.workflow.cancel"


def test_a_schedule_is_taken_off_and_the_page_does_not_go_live(section: Any, mo: Any, clock: Any) -> None:
    item = scheduled(section)
    done = moved(item, Status.DRAFT, user=mo)
    assert done.sentence == "“Roses” does not go live by itself any more. It stands under “Planned”."
    line = PageLogEntry.objects.filter(page=item.page_id).order_by("pk").last()
    assert (line.action, line.user) == ("wagtail.schedule.cancel", mo)
    clock.move_to(NOW + days(9), tick=False)
    call_command("publish_scheduled")
    assert not ArticlePage.objects.get(pk=item.page_id).live


def test_a_missed_schedule_is_taken_off(section: Any, mo: Any, clock: Any) -> None:
    clock.move_to(NOW - days(9), tick=False)
    item = scheduled(section, NOW - days(3))
    clock.move_to(NOW, tick=False)
    assert column(item) == Status.SCHEDULED
    moved(item, Status.PLANNED, user=mo)
    assert (column(item), Revision.objects.exclude(approved_go_live_at=None).count()) == (Status.PLANNED, 0)


def test_a_target_date_is_taken_off_without_a_revision(section: Any, erik: Any) -> None:
    item = planned(section)
    revisions = Revision.objects.count()
    done = moved(item, Status.DRAFT, user=erik)
    item.refresh_from_db()
    assert (item.target_at, Revision.objects.count()) == (None, revisions)
    assert log_of(item)[-1] == "planner.plan"
    assert str(done.dated.before) == "7 March 2026"


def test_an_idea_loses_its_date(section: Any, erik: Any) -> None:
    item = off_site(section, "idea", target_at=SOON)
    moved(item, Status.IDEA, user=erik)
    item.refresh_from_db()
    assert (item.target_at, column(item)) == (None, Status.IDEA)


def test_what_is_made_off_the_site_becomes_an_idea_again_and_is_put_back(section: Any, erik: Any) -> None:
    item = off_site(section, "draft")
    done = moved(item, Status.IDEA, user=erik)
    item.refresh_from_db()
    assert (item.state, ModelLogEntry.objects.get().action) == ("idea", "planner.plan")
    back = put_back(item, done.state_before, user=erik, token=done.token, now=NOW)
    item.refresh_from_db()
    assert (item.state, back.sentence) == ("draft", "“Folder” stands under “Draft” again.")


@pytest.mark.parametrize("to", [Status.DRAFT, Status.PLANNED])
def test_a_confirmation_is_taken_back_and_given_again(to: Status, section: Any, mo: Any) -> None:
    item = off_site(section, "confirmed", starts_at=SOON)
    done = moved(item, to, user=mo)
    item.refresh_from_db()
    assert (item.state, item.starts_at, column(item)) == ("draft", SOON, Status.PLANNED)
    put_back(item, done.state_before, user=mo, token=done.token, now=NOW)
    item.refresh_from_db()
    assert (item.state, column(item)) == ("confirmed", Status.SCHEDULED)


def test_putting_back_takes_the_right_to_confirm(section: Any, mo: Any, erik: Any) -> None:
    item = off_site(section, "confirmed", starts_at=SOON)
    done = moved(item, Status.PLANNED, user=mo)
    before = stored()
    with pytest.raises(Refusal) as refused:
        put_back(item, "confirmed", user=erik, token=done.token, now=NOW)
    assert (refused.value.reason, stored()) == (Reason.FORBIDDEN, before)


# What another screen does


@pytest.mark.parametrize(
    ("make", "to", "transition"),
    [
        (lambda where: live(where), Status.DRAFT, Transition.UNPUBLISH),
        (lambda where: live(where), Status.IN_REVIEW, Transition.UPDATE),
        (lambda where: live(where), Status.SCHEDULED, Transition.UPDATE),
        (lambda where: draft(where), Status.PLANNED, Transition.GIVE_DATE),
        (lambda where: draft(where), Status.SCHEDULED, Transition.PUBLISH),
        (lambda where: draft(where), Status.LIVE, Transition.PUBLISH),
        (lambda where: planned(where), Status.SCHEDULED, Transition.PUBLISH),
        (lambda where: planned(where), Status.LIVE, Transition.PUBLISH),
        (lambda where: scheduled(where), Status.LIVE, Transition.CHANGE_DATE),
        (lambda where: off_site(where, "idea"), Status.PLANNED, Transition.GIVE_DATE),
        (lambda where: off_site(where, "idea"), Status.DRAFT, Transition.CREATE_PAGE),
        (lambda where: off_site(where, "idea", target_at=SOON), Status.DRAFT, Transition.CREATE_PAGE),
        (lambda where: off_site(where, "idea"), Status.SCHEDULED, Transition.CONFIRM),
        (lambda where: off_site(where, "draft"), Status.LIVE, Transition.CONFIRM),
        (lambda where: off_site(where, "draft"), Status.PLANNED, Transition.GIVE_DATE),
        (lambda where: off_site(where, "confirmed", starts_at=SOON), Status.LIVE, Transition.CHANGE_DATE),
    ],
)
def test_what_needs_a_form_changes_nothing_by_itself(
    make: Any, to: Status, transition: Transition, section: Any, mo: Any
) -> None:
    assert leads_to(make(section), to, user=mo) == transition


@pytest.mark.parametrize("to", [Status.SCHEDULED, Status.LIVE])
def test_a_reviewer_approves_in_the_editor(to: Status, section: Any) -> None:
    assert leads_to(in_review(section), to, user=factories.marieke()) == Transition.APPROVE


def test_it_sends_no_publisher_to_an_editor_that_the_review_locks(section: Any, mo: Any) -> None:
    refused = refusal(in_review(section), Status.SCHEDULED, user=mo)
    assert (refused.reason, "only its reviewers can edit it" in refused.sentence) == (Reason.FORBIDDEN, True)


@pytest.mark.parametrize("to", [Status.IN_REVIEW, Status.SCHEDULED, Status.LIVE])
def test_a_snippet_is_moved_on_in_its_own_editor(to: Status) -> None:
    card = make_card("Roses", live=False)
    item = ContentItem.objects.get(object_id=str(card.pk))
    assert leads_to(item, to, user=factories.marieke()) == Transition.IN_ITS_EDITOR


def test_a_snippet_loses_its_target_date(section: Any) -> None:
    item = tag(make_card("Roses", live=False), target_at=SOON)
    moved(item, Status.DRAFT, user=factories.marieke())
    assert column(item) == Status.DRAFT


def test_without_a_section_the_default_sites_root_decides_who_confirms() -> None:
    item, publisher = off_site(None, "idea"), factories.mo(factories.root_page())
    assert leads_to(item, Status.SCHEDULED, user=publisher) == Transition.CONFIRM


def test_nothing_is_done_that_should_be_asked_first(section: Any, erik: Any) -> None:
    item = draft(section)
    before = stored()
    done = moved(item, Status.IN_REVIEW, user=erik, carry_out=set())
    assert (done.is_done, done.transition, stored()) == (False, Transition.SUBMIT, before)


def test_a_second_click_does_nothing_twice(section: Any, erik: Any) -> None:
    item = draft(section)
    token = token_of(item)
    moved(item, Status.IN_REVIEW, user=erik, token=token)
    before = stored()
    assert "already" in moved(item, Status.IN_REVIEW, user=erik, token=token).sentence
    assert stored() == before


# Refusals


@pytest.mark.parametrize(
    ("make", "to", "words"),
    [
        (lambda where: draft(where), Status.IDEA, "is a page, and cannot be an idea again"),
        (lambda where: scheduled(where), Status.IDEA, "is a page, and cannot be an idea again"),
        (lambda where: scheduled(where), Status.IN_REVIEW, "is approved already"),
        (lambda where: live(where), Status.PLANNED, "Move it to Draft to take it off the site"),
        (lambda where: in_review(where), Status.PLANNED, "has no date to be planned for"),
        (lambda where: off_site(where, "idea"), Status.IN_REVIEW, "Create its page first"),
        (lambda where: off_site(where, "draft", target_at=SOON), Status.IDEA, "Move it to Draft first"),
        (lambda where: off_site(where, "confirmed", starts_at=SOON), Status.IDEA, "Move it to Planned first"),
        (lambda where: off_site(where, "confirmed"), Status.DRAFT, "has gone out"),
        (lambda where: off_site(where, "cancelled", starts_at=None), Status.IDEA, "Restore it on its plan"),
        (lambda where: off_site(where, "confirmed", expires_at=NOW - days(1)), Status.LIVE, "has ended"),
        (lambda where: tag(make_card("Card", live=False)), Status.IDEA, "is a snippet, and cannot be an idea"),
    ],
)
def test_it_refuses_what_means_nothing_and_names_the_way_out(make: Any, to: Status, words: str, section: Any) -> None:
    refused = refusal(make(section), to, user=factories.marieke())
    assert (refused.reason, words in refused.sentence) == (Reason.IMPOSSIBLE, True)


@pytest.mark.parametrize(
    ("make", "to", "can", "words"),
    [
        (lambda where: draft(where), Status.IN_REVIEW, ("publish",), "takes the right to edit there"),
        (lambda where: draft(where), Status.LIVE, ("add", "change"), "Move it to In review instead"),
        (lambda where: draft(where), Status.LIVE, ("publish",), "takes the right to edit there"),
        (lambda where: draft(where), Status.PLANNED, ("lock",), "takes the right to edit there, or to tag"),
        (lambda where: planned(where), Status.DRAFT, ("publish",), "takes the right to edit there, or to tag"),
        (lambda where: in_review(where), Status.DRAFT, ("change",), "takes whoever submitted it"),
        (lambda where: in_review(where), Status.LIVE, ("change",), "takes a reviewer of its workflow"),
        (lambda where: scheduled(where), Status.DRAFT, ("change",), "takes the right to publish there"),
        (lambda where: scheduled(where), Status.LIVE, ("change",), "takes the right to edit and to publish there"),
        (lambda where: live(where), Status.DRAFT, ("change",), "takes the right to publish there"),
        (lambda where: live(where), Status.SCHEDULED, ("publish",), "takes the right to edit there"),
        (lambda where: off_site(where, "idea"), Status.DRAFT, ("lock",), "takes the right to edit there"),
        (lambda where: off_site(where, "idea"), Status.DRAFT, ("change",), "There is no page under which you may"),
        (lambda where: off_site(where, "idea"), Status.LIVE, ("change",), "To confirm “Folder” takes the right"),
        (lambda where: off_site(where, "draft"), Status.IDEA, ("lock",), "takes the right to edit there, or to tag"),
        (
            lambda where: off_site(where, "confirmed", starts_at=SOON),
            Status.PLANNED,
            ("change",),
            "To take that back takes the right",
        ),
    ],
)
def test_it_refuses_whoever_lacks_the_right_and_says_which(
    make: Any, to: Status, can: tuple[str, ...], words: str, section: Any
) -> None:
    refused = refusal(make(section), to, user=make_user("somebody", section=section, can=can))
    assert refused.reason == Reason.FORBIDDEN
    assert words in refused.sentence


@pytest.mark.parametrize(
    ("make", "to"),
    [(draft, Status.IN_REVIEW), (draft, Status.LIVE), (in_review, Status.DRAFT), (scheduled, Status.PLANNED)],
)
def test_it_refuses_a_page_that_somebody_locked_and_names_them(make: Any, to: Status, section: Any) -> None:
    item = make(section)
    lock(item, make_user("anna", first_name="Anna", last_name="Bos"))
    refused = refusal(item, to, user=factories.marieke())
    assert refused.sentence == "“Roses” is locked by Anna Bos. Ask them to unlock it."


def test_it_refuses_to_unpublish_a_page_that_somebody_locked(section: Any, mo: Any) -> None:
    item = live(section)
    lock(item, factories.marieke())
    assert "is locked by marieke" in refusal(item, Status.DRAFT, user=mo).sentence


def test_it_refuses_to_unpublish_what_has_an_approved_update(section: Any, mo: Any) -> None:
    item = live(section)
    schedule_page(ArticlePage.objects.get(pk=item.page_id), SOON)
    assert "Cancel its schedule in the editor" in refusal(item, Status.DRAFT, user=mo).sentence


def test_it_refuses_what_is_going_live_this_minute(section: Any, mo: Any, clock: Any) -> None:
    item = scheduled(section, NOW + timedelta(seconds=30))
    assert "is going live now" in refusal(item, Status.DRAFT, user=mo).sentence


def test_it_refuses_a_page_without_a_workflow(section: Any, erik: Any) -> None:
    item = draft(section)
    WorkflowPage.objects.all().delete()
    assert "has no workflow to be submitted to" in refusal(item, Status.IN_REVIEW, user=erik).sentence


def test_it_refuses_a_page_that_was_never_saved_in_the_editor(section: Any, erik: Any) -> None:
    item = tag(make_page("Roses", parent=section, live=False))
    assert "was never saved in its editor" in refusal(item, Status.IN_REVIEW, user=erik).sentence


def test_it_refuses_a_draft_that_the_editor_would_not_let_submit(section: Any, erik: Any) -> None:
    item = draft(section)
    revision = item.page.get_latest_revision()
    revision.content["slug"] = ""
    revision.content["title"] = ""
    revision.save()
    refused = refusal(item, Status.IN_REVIEW, user=erik)
    assert "is not complete, so it cannot be reviewed yet: title" in refused.sentence


def test_it_refuses_to_take_off_a_date_that_stands_in_the_page_itself(section: Any, erik: Any) -> None:
    page = make_page("Roses", parent=section, live=False, go_live_at=SOON)
    item = ContentItem.objects.get(page=page)
    assert "has a date in its own fields" in refusal(item, Status.DRAFT, user=erik).sentence


def test_it_refuses_an_alias(section: Any, mo: Any) -> None:
    alias = make_page("Roses", parent=section).create_alias(update_slug="alias")
    assert "is an alias" in refusal(ContentItem.objects.get(page=alias), Status.DRAFT, user=mo).sentence


@pytest.mark.parametrize("make", [draft, in_review, scheduled, live])
@pytest.mark.parametrize("who", ["bea", "nina", "dirk"])
def test_nobody_learns_of_an_item_that_they_do_not_see(make: Any, who: str, section: Any) -> None:
    item = make(section)
    cast = {
        "bea": lambda: factories.bea(make_section("B")),
        "nina": factories.nina,
        "dirk": lambda: factories.dirk(section),
    }
    refused = refusal(item, Status.DRAFT if make is not draft else Status.LIVE, user=cast[who]())
    assert (refused.reason, "Roses" in refused.sentence) == (Reason.GONE, False)


def test_what_was_deleted_is_refused_as_what_is_not_seen(section: Any, mo: Any) -> None:
    item = draft(section)
    token = token_of(item)
    item.page.delete()
    refused = refusal(item, Status.IN_REVIEW, user=mo, token=token)
    assert (refused.reason, "Roses" in refused.sentence) == (Reason.GONE, False)


def test_it_refuses_what_was_edited_since_the_screen_was_loaded(section: Any, erik: Any) -> None:
    item = draft(section)
    token = token_of(item)
    item.page.specific.save_revision()
    refused = refusal(item, Status.IN_REVIEW, user=erik, token=token)
    assert (refused.reason, "was changed since you opened this screen" in refused.sentence) == (Reason.CONFLICT, True)


def test_it_refuses_what_stood_in_another_column_when_the_screen_was_loaded(section: Any, mo: Any) -> None:
    item = draft(section)
    token = token_of(item)
    start_workflow(item.page.specific, mo)
    assert refusal(item, Status.LIVE, user=mo, token=token).reason == Reason.CONFLICT


def test_a_reviewer_may_cancel_a_review_as_in_wagtail(section: Any) -> None:
    item = in_review(section)
    group = Group.objects.create(name="Reviewers")
    GroupApprovalTask.objects.get(name="Approve").groups.add(group)
    reviewer = make_user("reviewer", section=section, can=("lock",))
    reviewer.groups.add(group)
    moved(item, Status.DRAFT, user=reviewer)
    assert column(item) == Status.DRAFT


def test_whoever_may_only_tag_moves_dates_and_nothing_of_wagtails(section: Any) -> None:
    tagger = make_user("tagger", section=section, can=("lock",))
    tagger.user_permissions.add(Permission.objects.get(codename="tag_content"))
    item = planned(section)
    assert refusal(item, Status.IN_REVIEW, user=tagger).reason == Reason.FORBIDDEN
    assert moved(item, Status.DRAFT, user=tagger).is_done


def test_every_meaning_of_a_move_is_checked_and_every_write_is_told() -> None:
    assert set(CHECKS) == set(Transition)
    assert set(WORDS) == WRITES
    assert set(ACTIONS) == WRITES - {Transition.TAKE_DATE_OFF}
