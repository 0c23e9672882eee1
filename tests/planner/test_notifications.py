"""Owners are told by e-mail what others did to their content: once, of what holds, and of nothing they may not see."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks import task_backends
from wagtail.models import GroupPagePermission
from wagtail.users.models import UserProfile

from planner.aims import Aim
from planner.entries import Kind
from planner.ideas import duplicate, plan_idea
from planner.models import ContentItem, Notification, NotificationPreferences
from planner.notifications import sending
from planner.notifications.sending import send_to
from planner.plan import PlanChange, change_plan
from planner.reschedule import move, version
from tests import factories
from tests.factories import NOW, days, make_card, make_item, make_page, make_section, schedule_page, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SOON, LATER = NOW + days(5), NOW + days(20)


@pytest.fixture
def erik(section: Any) -> Any:
    return factories.erik(section)


@pytest.fixture
def mo(section: Any) -> Any:
    mo = factories.mo(section)
    mo.first_name, mo.last_name = "Mo", "de Vries"
    mo.save()
    return mo


@pytest.fixture
def item(section: Any, erik: Any) -> ContentItem:
    """Erik's plan for the 7th, 09:00."""
    page = make_page("Roses", parent=section, live=False)
    return tag(page, owner=erik, target_at=SOON, target_has_time=True)


def change(item: ContentItem, user: Any, **values: Any) -> None:
    change_plan(item, PlanChange(values=values), user=user)


def moved(item: ContentItem, to: Any, user: Any, *, kind: Kind = Kind.PUBLICATION) -> Any:
    return move(item, to, user=user, token=version(item), now=NOW, kind=kind)


def sent(clock: Any, after: timedelta = timedelta(minutes=5)) -> list[mail.EmailMessage]:
    """The e-mails that the scheduler's run sends so long after now."""
    mail.outbox.clear()
    clock.move_to(NOW + after, tick=False)
    call_command("send_notifications", stdout=StringIO())
    return list(mail.outbox)


# Who is told what


def test_whoever_is_made_the_owner_is_told_with_a_link(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    item = tag(make_page("Roses", parent=section, live=False), target_at=SOON, target_has_time=True)
    change(item, mo, owner=erik)
    (message,) = sent(clock)
    assert message.to == ["erik@example.com"]
    assert message.subject == "You are the owner of “Roses”"
    assert "- “Roses”: 7 March 2026, 09:00\n  By Mo de Vries\n" in message.body
    assert f"https://cms.example.com/admin/planner/items/{item.pk}/\n" in message.body
    assert "https://cms.example.com/admin/account/#tab-notifications" in message.body


def test_an_owner_is_told_of_a_move_by_somebody_else(item: ContentItem, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    (message,) = sent(clock)
    assert message.subject == "“Roses” was moved"
    assert "- “Roses”: 22 March 2026, 09:00 (was: 7 March 2026, 09:00)\n  By Mo de Vries\n" in message.body


def test_an_owner_is_told_of_a_date_changed_on_the_plan(item: ContentItem, mo: Any, clock: Any) -> None:
    change(item, mo, target_at=None, target_has_time=False)
    (message,) = sent(clock)
    assert "“Roses”: no date (was: 7 March 2026, 09:00)" in message.body


def test_an_owner_is_told_that_an_idea_got_its_first_date(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    item = make_item("Letter", state="idea", section=section, owner=erik)
    moved(item, Aim(SOON, has_time=True), mo)
    assert "“Letter”: 7 March 2026, 09:00 (was: no date)" in sent(clock)[0].body


def test_an_owner_is_told_that_an_approved_page_was_moved(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, SOON)
    moved(tag(page, owner=erik), Aim(LATER, has_time=True), mo)
    (message,) = sent(clock)
    assert "“Roses”: 22 March 2026, 09:00 (was: 7 March 2026, 09:00)\n  By Mo de Vries" in message.body


def test_an_owner_is_told_that_an_approval_was_taken_back_in_the_editor(
    section: Any, erik: Any, mo: Any, clock: Any, client: Client
) -> None:
    page = make_page("Roses", parent=section, live=False)
    revision = schedule_page(page, SOON)
    tag(page, owner=erik)
    client.force_login(mo)
    client.post(f"/admin/pages/{page.pk}/revisions/{revision.pk}/unschedule/")
    assert "“Roses”: no date (was: 7 March 2026, 09:00)\n  By Mo de Vries" in sent(clock)[0].body


def test_the_owner_of_a_snippet_is_told_that_its_approval_was_taken_back(mo: Any, clock: Any) -> None:
    marieke = factories.marieke()
    card = make_card("Watering", live=False)
    revision = schedule_page(card, SOON)
    tag(card, owner=marieke)
    revision.approved_go_live_at = None
    revision.save(user=mo, update_fields=["approved_go_live_at"])
    assert "“Watering”: no date (was: 7 March 2026, 09:00)" in sent(clock)[0].body


def test_an_approval_that_went_live_meanwhile_is_not_told(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    page = make_page("Roses", parent=section, live=False)
    revision = schedule_page(page, SOON)
    tag(page, owner=erik)
    revision.approved_go_live_at = None
    revision.save(user=mo, update_fields=["approved_go_live_at"])
    type(page).objects.filter(pk=page.pk).update(live=True)
    assert sent(clock) == []


def test_an_owner_is_told_that_a_review_was_moved(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    item = tag(make_page("Roses", parent=section), owner=erik, review_due=SOON.date())
    change(item, mo, review_due=LATER.date())
    (message,) = sent(clock)
    assert message.subject == "The review of “Roses” was moved"
    assert "- Review of “Roses”: 22 March 2026 (was: 7 March 2026)" in message.body


def test_an_owner_is_told_that_confirmed_content_was_moved(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    item = make_item("Fair", section=section, owner=erik, starts_at=SOON)
    moved(item, Aim(LATER, has_time=True), mo)
    assert "“Fair”: 22 March 2026, 09:00 (was: 7 March 2026, 09:00)" in sent(clock)[0].body


def test_nobody_is_told_of_what_they_did_themselves(item: ContentItem, erik: Any, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), erik)
    plan_idea("Letter", PlanChange(values={"owner": mo}), section=item.page.get_parent(), user=mo)
    assert sent(clock) == []


def test_whoever_moves_it_again_is_not_told_of_the_move_before(
    item: ContentItem, erik: Any, mo: Any, clock: Any
) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    moved(item, Aim(LATER + days(1), has_time=True), erik)
    assert sent(clock) == []


def test_a_change_of_tags_is_told_to_nobody(item: ContentItem, mo: Any, clock: Any) -> None:
    change_plan(item, PlanChange(add={"personas": [factories.make_persona()]}, values={"brief": "Red"}), user=mo)
    assert sent(clock) == []


def test_what_nobody_owns_is_told_to_nobody(section: Any, mo: Any, clock: Any) -> None:
    moved(make_item("Letter", state="idea", section=section), Aim(SOON, has_time=True), mo)
    assert not Notification.objects.exists()


def test_the_owner_of_an_idea_that_somebody_plans_is_told_once(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    values = {"owner": erik, "target_at": SOON, "target_has_time": True}
    plan_idea("Letter", PlanChange(values=values), section=section, user=mo)
    (message,) = sent(clock)
    assert message.body.count("“Letter”") == 1


def test_the_owner_of_a_duplicate_is_told(item: ContentItem, section: Any, mo: Any, clock: Any) -> None:
    duplicate(item, section=section, user=mo)
    assert sent(clock)[0].subject == "You are the owner of “Copy of Roses”"


def test_a_change_by_no_person_is_told_without_a_name(item: ContentItem, clock: Any) -> None:
    change(item, None, target_at=LATER)
    assert "By " not in sent(clock)[0].body


# Once, and of what holds


def test_nothing_is_sent_before_things_stood_still_for_a_while(item: ContentItem, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    assert sent(clock, timedelta(minutes=4)) == []
    assert len(sent(clock)) == 1
    assert sent(clock) == []


def test_a_move_that_is_undone_is_not_told(item: ContentItem, mo: Any, clock: Any) -> None:
    done = moved(item, Aim(LATER, has_time=True), mo)
    move(item, done.before, user=mo, token=done.token, now=NOW, back=True)
    assert sent(clock) == []
    assert not Notification.objects.exists()


def test_a_move_of_an_approved_page_that_is_undone_is_not_told(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, SOON)
    item = tag(page, owner=erik)
    done = moved(item, Aim(LATER, has_time=True), mo)
    move(item, done.before, user=mo, token=done.token, now=NOW, back=True)
    assert sent(clock) == []


def test_several_moves_are_told_as_one(item: ContentItem, mo: Any, clock: Any) -> None:
    for number in range(3):
        moved(item, Aim(LATER + days(number), has_time=True), mo)
    (message,) = sent(clock)
    assert "“Roses”: 24 March 2026, 09:00 (was: 7 March 2026, 09:00)" in message.body


def test_many_changes_are_one_email_per_receiver(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    bea = factories.make_user("bea", section=section, can=("change",))
    for number in range(60):
        change(make_item(f"Letter {number}", state="idea", section=section), mo, owner=erik if number else bea)
    messages = {message.to[0]: message for message in sent(clock)}
    assert set(messages) == {"erik@example.com", "bea@example.com"}
    assert messages["erik@example.com"].subject == "59 notices about your content"
    assert messages["erik@example.com"].body.count("“Letter ") == 50
    assert "And 9 more." in messages["erik@example.com"].body


def test_many_items_cost_no_more_queries(
    section: Any, erik: Any, mo: Any, clock: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        change(make_item(f"Letter {number}", state="idea", section=section), mo, owner=erik)
    with django_assert_max_num_queries(22):
        assert send_to(erik.pk, now=NOW + timedelta(minutes=5))


def test_a_change_costs_one_query_more_where_somebody_is_to_be_told(item: ContentItem, erik: Any, mo: Any) -> None:
    def queries(user: Any, at: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            change(item, user, target_at=at)
        return len(captured)

    own = ContentItem.objects.filter(pk=item.pk)
    own.update(owner=None)
    alone = queries(mo, LATER)
    own.update(owner=erik)
    assert queries(mo, LATER + days(1)) == alone + 1


def test_a_former_owner_is_not_told(item: ContentItem, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    change(item, mo, owner=mo)
    assert sent(clock) == []


def test_what_is_changed_while_its_email_is_sent_is_told_by_the_next(
    item: ContentItem, erik: Any, mo: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(item, Aim(LATER, has_time=True), mo)

    def slow(*args: Any, **kwargs: Any) -> None:
        moved(item, Aim(LATER + days(1), has_time=True), mo)

    with monkeypatch.context() as patched:
        patched.setattr(sending, "send_mail", slow)
        sent(clock)
    assert "23 March 2026" in sent(clock, timedelta(minutes=10))[0].body


# Who is told nothing


def test_what_the_owner_may_not_see_any_more_is_not_told(item: ContentItem, erik: Any, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    GroupPagePermission.objects.filter(group__in=erik.groups.all()).delete()
    assert sent(clock) == []
    assert not Notification.objects.exists()


def test_of_many_items_only_those_are_told_that_the_owner_may_see(
    item: ContentItem, erik: Any, mo: Any, clock: Any
) -> None:
    hidden = make_item("Secret", state="idea", section=make_section("B"))
    change(hidden, factories.marieke(), owner=erik)
    moved(item, Aim(LATER, has_time=True), mo)
    (message,) = sent(clock)
    assert "Secret" not in message.body + message.subject
    assert message.subject == "“Roses” was moved"


@pytest.mark.parametrize("without", [{"is_active": False}, {"email": ""}])
def test_whoever_is_inactive_or_has_no_address_is_told_nothing(
    item: ContentItem, erik: Any, mo: Any, clock: Any, without: dict[str, Any]
) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    type(erik).objects.filter(pk=erik.pk).update(**without)
    assert sent(clock) == []


def test_whoever_may_not_enter_the_admin_is_told_nothing(section: Any, mo: Any, clock: Any) -> None:
    outsider = factories.make_user("otto", section=section, can=("change",), admin=False)
    change(make_item("Letter", state="idea", section=section), mo, owner=outsider)
    assert sent(clock) == []


@pytest.mark.parametrize(("switch", "told"), [("date_moved", 0), ("owner_assigned", 1), ("overdue", 1)])
def test_each_kind_has_its_own_switch(
    item: ContentItem, erik: Any, mo: Any, clock: Any, switch: str, told: int
) -> None:
    NotificationPreferences.objects.create(user=erik, **{switch: False})
    moved(item, Aim(LATER, has_time=True), mo)
    assert len(sent(clock)) == told


def test_a_site_can_do_without(item: ContentItem, mo: Any, clock: Any, settings: Any) -> None:
    settings.PLANNER_NOTIFICATIONS_ENABLED = False
    moved(item, Aim(LATER, has_time=True), mo)
    assert sent(clock) == []
    assert not Notification.objects.exists()


# How it is written


def test_it_is_written_in_the_receivers_language_and_time_zone(
    item: ContentItem, erik: Any, mo: Any, clock: Any
) -> None:
    UserProfile.objects.create(user=erik, preferred_language="nl", current_time_zone="America/New_York")
    moved(item, Aim(LATER, has_time=True), mo)
    (message,) = sent(clock)
    assert "22 maart 2026, 04:00" in message.body
    assert "America/New_York" in message.body
    assert "Hallo erik," in message.body


def test_a_day_without_a_time_is_the_same_day_everywhere(item: ContentItem, erik: Any, mo: Any, clock: Any) -> None:
    UserProfile.objects.create(user=erik, current_time_zone="America/New_York")
    change(item, mo, target_at=NOW.replace(day=20, hour=23, minute=0), target_has_time=False)
    assert "“Roses”: 21 March 2026 (was" in sent(clock)[0].body


def test_a_title_is_neither_markup_nor_a_header(section: Any, erik: Any, mo: Any, clock: Any) -> None:
    title = "Salt & <b>pepper</b>\nBcc: all@example.com"
    change(make_item(title, state="idea", section=section), mo, owner=erik)
    (message,) = sent(clock)
    assert message.subject == "You are the owner of “Salt & <b>pepper</b> Bcc: all@example.com”"
    assert message.bcc == []


# A mail server that fails


def test_a_mail_server_that_fails_costs_no_notice_and_tells_the_log_nothing_personal(
    item: ContentItem, mo: Any, clock: Any, settings: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(item, Aim(LATER, has_time=True), mo)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError("erik@example.com refused Roses")

    with monkeypatch.context() as patched, caplog.at_level(logging.DEBUG, logger="planner"):
        patched.setattr(sending, "send_mail", broken)
        assert sent(clock) == []
    said = [record.getMessage() for record in caplog.records if record.name.startswith("planner")]
    assert said == ["A notification could not be sent, and waits: ConnectionRefusedError"]
    assert not any(record.exc_info for record in caplog.records if record.name.startswith("planner"))
    assert len(sent(clock)) == 1


def test_what_could_not_be_sent_for_days_is_forgotten(item: ContentItem, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    assert sent(clock, timedelta(days=3, minutes=1)) == []
    assert not Notification.objects.exists()


def test_a_claim_of_a_process_that_died_ends(item: ContentItem, mo: Any, clock: Any) -> None:
    moved(item, Aim(LATER, has_time=True), mo)
    Notification.objects.update(claim="8d0f1f5e-6a3c-4b53-9a9a-0b9b3c1f2d11", claimed_at=NOW)
    assert sent(clock) == []
    assert len(sent(clock, timedelta(minutes=15))) == 1


def test_a_queue_that_fails_does_not_fail_the_save(
    item: ContentItem, mo: Any, settings: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PLANNER_NOTIFICATIONS_DELAY = 0

    def no_queue(receiver: int) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(type(sending.send_waiting), "enqueue", lambda task, *args: no_queue(*args))
    with django_capture_on_commit_callbacks(execute=True):
        moved(item, Aim(LATER, has_time=True), mo)
    assert ContentItem.objects.get(pk=item.pk).target_at == LATER
    assert Notification.objects.count() == 1


# When it is sent


def test_without_a_delay_it_is_sent_once_the_change_is_committed(
    item: ContentItem, mo: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PLANNER_NOTIFICATIONS_DELAY = 0
    with django_capture_on_commit_callbacks() as callbacks:
        moved(item, Aim(LATER, has_time=True), mo)
    assert mail.outbox == []
    for callback in callbacks:
        callback()
    assert [message.to for message in mail.outbox] == [["erik@example.com"]]


def test_a_backend_that_can_wait_is_asked_to(
    item: ContentItem, mo: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        moved(item, Aim(LATER, has_time=True), mo)
    (queued,) = task_backends["default"].results
    assert queued.task.run_after == NOW + timedelta(minutes=5)


def test_a_backend_that_cannot_wait_does_not_send_inside_the_request(
    item: ContentItem, mo: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        moved(item, Aim(LATER, has_time=True), mo)
    assert mail.outbox == []
    assert Notification.objects.count() == 1


def test_a_change_that_is_rolled_back_is_told_to_nobody(item: ContentItem, mo: Any, clock: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        moved(item, Aim(LATER, has_time=True), mo)
        raise ZeroDivisionError
    assert sent(clock) == []
