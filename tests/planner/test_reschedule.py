"""Moves of scheduled pages, plans and content off the site: what they write, and that a refusal writes nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import OperationalError
from wagtail.actions.edit_page import EditPageAction
from wagtail.models import (
    ModelLogEntry,
    PageLogEntry,
    Revision,
    WorkflowState,
)

from cms.models import ArticlePage
from planner.aims import Aim, Reason, Refusal, at_time, on_day
from planner.entries import Kind
from planner.models import ContentItem
from planner.reschedule import Moved, move, version
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_page, make_section, make_user, schedule_page, tag
from tests.planner.moves import lock, start_workflow, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SOON = NOW + days(5)
LATER = Aim(NOW + days(20), has_time=True)


@pytest.fixture
def mo(section: Any) -> Any:
    return factories.mo(section)


def scheduled(section: Any, at: datetime = SOON, **fields: Any) -> ContentItem:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, at, **fields)
    return ContentItem.objects.get(page=page)


def planned(section: Any, at: datetime | None = SOON, **fields: Any) -> ContentItem:
    return tag(make_page("Roses", parent=section, live=False), target_at=at, target_has_time=True, **fields)


def moved(item: ContentItem, to: Aim = LATER, *, user: Any, token: str = "", **options: Any) -> Moved:
    return move(item, to, user=user, token=token or version(item), now=NOW, **options)


def approved_at(item: ContentItem) -> datetime | None:
    rows = Revision.objects.filter(object_id=str(item.page_id), approved_go_live_at__isnull=False)
    return rows.values_list("approved_go_live_at", flat=True).first()


def refusal(item: ContentItem, to: Aim = LATER, **options: Any) -> Refusal:
    """The refusal of a move, after making sure that it changed nothing."""
    before = stored()
    with pytest.raises(Refusal) as refused:
        moved(item, to, **options)
    assert stored() == before
    return refused.value


def log_of(item: ContentItem) -> list[tuple[str, Any]]:
    return list(PageLogEntry.objects.filter(page=item.page_id).order_by("pk").values_list("action", "user"))


def test_a_scheduled_page_goes_live_at_the_new_moment_and_not_before(section: Any, mo: Any, clock: Any) -> None:
    item = scheduled(section)
    done = moved(item, user=mo)
    assert approved_at(item) == LATER.moment
    assert (done.before.moment, done.after) == (NOW + days(5), LATER)
    clock.move_to(NOW + days(6), tick=False)
    call_command("publish_scheduled")
    assert not ArticlePage.objects.get().live
    clock.move_to(NOW + days(21), tick=False)
    call_command("publish_scheduled")
    assert ArticlePage.objects.get().live
    assert approved_at(item) is None


def test_a_scheduled_page_is_moved_by_wagtails_own_actions_as_one_of_one_person(section: Any, mo: Any) -> None:
    item = scheduled(section)
    before = PageLogEntry.objects.filter(page=item.page_id).count()
    moved(item, user=mo)
    lines = PageLogEntry.objects.filter(page=item.page_id).order_by("pk")[before:]
    assert [(line.action, line.user) for line in lines] == [
        ("wagtail.schedule.cancel", mo),
        ("wagtail.edit", mo),
        ("wagtail.publish.schedule", mo),
    ]
    assert len({line.uuid for line in lines}) == 1


def test_an_approved_update_of_a_live_page_moves_and_the_page_stays_live(section: Any, mo: Any) -> None:
    page = make_page("Roses", parent=section)
    page.save_revision().publish()
    page.refresh_from_db()
    page.title = "Roses, again"
    schedule_page(page, NOW + days(5))
    item = ContentItem.objects.get(page=page)
    moved(item, user=mo)
    page.refresh_from_db()
    assert (approved_at(item), page.live, page.title) == (LATER.moment, True, "Roses")


def test_what_is_in_the_draft_is_kept_by_a_move(section: Any, mo: Any) -> None:
    item = scheduled(section, expire_at=NOW + days(90))
    moved(item, user=mo)
    page = item.page.get_latest_revision_as_object()
    assert (page.title, page.go_live_at, page.expire_at) == ("Roses", LATER.moment, NOW + days(90))


def test_a_draft_gets_a_target_date_and_no_revision(section: Any) -> None:
    item = planned(section, None)
    erik = factories.erik(section)
    revisions = Revision.objects.count()
    done = moved(item, Aim(datetime(2026, 3, 20, tzinfo=ZONE)), user=erik)
    item.refresh_from_db()
    assert (item.target_at, item.target_has_time) == (datetime(2026, 3, 20, tzinfo=ZONE), False)
    assert Revision.objects.count() == revisions
    assert log_of(item)[-1] == ("planner.plan", erik.pk)
    assert done.sentence == "“Roses” is planned for 20 March 2026. Nothing goes live by itself."


def test_a_target_date_can_be_taken_off(section: Any) -> None:
    item = planned(section)
    done = moved(item, Aim(), user=factories.erik(section))
    item.refresh_from_db()
    assert item.target_at is None
    assert "has no date any more" in done.sentence


def test_whoever_may_only_tag_moves_a_plan_but_no_schedule(section: Any) -> None:
    tagger = make_user("tagger", section=section, can=("lock",))
    tagger.user_permissions.add(Permission.objects.get(codename="tag_content"))
    moved(planned(section), user=tagger)
    assert refusal(scheduled(section), user=tagger).reason == Reason.FORBIDDEN


def test_confirmed_content_off_the_site_starts_later_and_its_event_ends_later(section: Any, mo: Any) -> None:
    start = NOW + days(5)
    item = make_item("Stand", section=section, starts_at=start, ends_at=start + timedelta(hours=8))
    moved(item, user=mo)
    item.refresh_from_db()
    assert (item.starts_at, item.ends_at) == (LATER.moment, LATER.moment + timedelta(hours=8))
    assert ModelLogEntry.objects.get(action="planner.plan").user == mo


def test_an_idea_off_the_site_gets_a_target_date(section: Any) -> None:
    item = make_item("Folder", section=section, state="idea")
    moved(item, user=factories.erik(section))
    item.refresh_from_db()
    assert (item.target_at, item.starts_at) == (LATER.moment, None)


def test_a_review_moves_by_itself(section: Any) -> None:
    item = tag(make_page("Roses", parent=section), review_due=date(2026, 3, 10))
    done = moved(item, Aim(datetime(2026, 4, 1, tzinfo=ZONE)), user=factories.erik(section), kind=Kind.REVIEW)
    item.refresh_from_db()
    assert (item.review_due, item.target_at) == (date(2026, 4, 1), None)
    assert done.sentence == "The review of “Roses” is due on 1 April 2026."


def test_a_first_review_can_be_taken_back(section: Any) -> None:
    item, erik = tag(make_page("Roses", parent=section)), factories.erik(section)
    done = moved(item, Aim(datetime(2026, 4, 1, tzinfo=ZONE)), user=erik, kind=Kind.REVIEW)
    back = moved(item, done.before, user=erik, token=done.token, kind=Kind.REVIEW, back=True)
    item.refresh_from_db()
    assert (item.review_due, back.sentence) == (None, "No review of “Roses” is due any more.")


def test_asking_for_where_it_stands_already_changes_nothing(section: Any, mo: Any) -> None:
    item = scheduled(section)
    token = version(item)
    first = moved(item, user=mo, token=token)
    before = stored()
    again = moved(item, user=mo, token=token)
    assert stored() == before
    assert again.token == first.token
    assert "already" in again.sentence


def test_a_move_is_taken_back_by_its_own_token(section: Any, mo: Any) -> None:
    item = scheduled(section)
    done = moved(item, user=mo)
    moved(item, done.before, user=mo, token=done.token, back=True)
    assert approved_at(item) == NOW + days(5)


def test_a_plan_that_was_overdue_goes_back_to_its_day(section: Any) -> None:
    item, erik = planned(section, NOW - days(3)), factories.erik(section)
    done = moved(item, user=erik)
    moved(item, done.before, user=erik, token=done.token, back=True)
    item.refresh_from_db()
    assert item.target_at == NOW - days(3)


def test_a_schedule_never_goes_back_to_a_moment_that_has_passed(section: Any, mo: Any) -> None:
    assert "has passed" in refusal(scheduled(section), Aim(NOW - days(1), has_time=True), user=mo, back=True).sentence


@pytest.mark.parametrize("make", [scheduled, planned])
@pytest.mark.parametrize("to", [NOW - timedelta(seconds=1), NOW, NOW - days(1)])
def test_it_refuses_a_moment_that_has_passed(make: Any, to: datetime, section: Any, mo: Any) -> None:
    refused = refusal(make(section), Aim(to, has_time=True), user=mo)
    assert refused.reason == Reason.IMPOSSIBLE
    assert "has passed. “Roses” stays where it is" in refused.sentence


def test_today_without_a_time_has_not_passed_and_yesterday_has(section: Any) -> None:
    item, erik = planned(section), factories.erik(section)
    assert "1 March 2026 has passed" in refusal(item, Aim(datetime(2026, 3, 1, tzinfo=ZONE)), user=erik).sentence
    assert moved(item, Aim(datetime(2026, 3, 2, tzinfo=ZONE)), user=erik)


def test_it_refuses_to_go_live_after_the_expiry(section: Any, mo: Any) -> None:
    refused = refusal(scheduled(section, expire_at=NOW + days(10)), user=mo)
    assert "ends on 12 March 2026, 09:00, before it would go live on 22 March 2026, 09:00" in refused.sentence


def test_it_refuses_an_update_after_the_live_page_expires(section: Any, mo: Any) -> None:
    page = make_page("Roses", parent=section, expire_at=NOW + days(10))
    page.save_revision().publish()
    page.refresh_from_db()
    schedule_page(page, NOW + days(5))
    ArticlePage.objects.filter(pk=page.pk).update(expire_at=NOW + days(10))
    assert "ends on 12 March" in refusal(ContentItem.objects.get(page=page), user=mo).sentence


def test_it_refuses_off_site_content_that_would_start_after_its_end(section: Any, mo: Any) -> None:
    item = make_item("Stand", section=section, starts_at=NOW + days(5), expires_at=NOW + days(10))
    assert "ends on" in refusal(item, user=mo).sentence


def test_it_refuses_a_schedule_that_somebody_locked_and_names_them(section: Any, mo: Any) -> None:
    item = scheduled(section)
    lock(item, make_user("anna", first_name="Anna", last_name="Bos"))
    assert refusal(item, user=mo).sentence == "“Roses” is locked by Anna Bos. Ask them to unlock it."


def test_whoever_locked_a_schedule_moves_it(section: Any, mo: Any) -> None:
    item = scheduled(section)
    lock(item, mo)
    assert moved(item, user=mo)
    assert ArticlePage.objects.get(pk=item.page_id).locked


def test_a_lock_does_not_hold_a_plan(section: Any) -> None:
    item = planned(section)
    lock(item, factories.marieke())
    assert moved(item, user=factories.erik(section))


def test_it_refuses_a_schedule_with_a_workflow_that_a_move_would_cancel(section: Any, mo: Any) -> None:
    item = scheduled(section)
    start_workflow(item.page.specific, mo)
    assert "is in a workflow, which a move would cancel" in refusal(item, user=factories.marieke()).sentence


def test_a_draft_in_review_gets_a_target_date(section: Any) -> None:
    item, erik = planned(section), factories.erik(section)
    item.page.specific.save_revision()
    start_workflow(item.page.specific, erik)
    assert moved(item, user=erik)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


@pytest.mark.parametrize("actions", [("add", "change"), ("publish",), ("add",), ("lock",)])
def test_it_refuses_a_schedule_without_the_right_to_edit_and_publish(section: Any, actions: tuple[str, ...]) -> None:
    refused = refusal(scheduled(section), user=make_user("somebody", section=section, can=actions))
    assert refused.reason == Reason.FORBIDDEN
    assert refused.sentence == "“Roses” is approved. To move it takes the right to edit and to publish there."


@pytest.mark.parametrize("make", [scheduled, planned])
@pytest.mark.parametrize("who", ["bea", "nina", "dirk"])
def test_nobody_learns_of_an_item_that_they_do_not_see(make: Any, who: str, section: Any) -> None:
    item = make(section)
    cast = {
        "bea": lambda: factories.bea(make_section("B")),
        "nina": factories.nina,
        "dirk": lambda: factories.dirk(section),
    }
    user = cast[who]()
    refused = refusal(item, user=user)
    assert refused.reason == Reason.GONE
    assert "Roses" not in refused.sentence
    assert refused.sentence == refusal(item, user=user, kind=Kind.REVIEW).sentence


def test_what_was_deleted_is_refused_as_what_is_not_seen(section: Any, mo: Any) -> None:
    item = scheduled(section)
    token = version(item)
    item.page.delete()
    refused = refusal(item, user=mo, token=token)
    assert (refused.reason, "Roses" in refused.sentence) == (Reason.GONE, False)


def test_it_refuses_an_alias(section: Any, mo: Any) -> None:
    alias = make_page("Roses", parent=section).create_alias(update_slug="alias")
    item = ContentItem.objects.get(page=alias)
    assert "is an alias" in refusal(item, user=mo, token="any").sentence
    bea = factories.bea(make_section("B"))
    assert refusal(item, user=bea, token="any").reason == Reason.GONE


def test_it_refuses_a_live_page_without_an_update(section: Any, mo: Any) -> None:
    item = ContentItem.objects.get(page=make_page("Roses", parent=section))
    assert "“Roses” is live. What has gone out cannot be moved" in refusal(item, user=mo).sentence


def test_it_refuses_off_site_content_that_has_started(section: Any, mo: Any) -> None:
    item = make_item("Stand", section=section, starts_at=NOW - days(1))
    assert "started on 1 March 2026, 09:00" in refusal(item, user=mo).sentence


def test_it_refuses_what_is_cancelled(section: Any, mo: Any) -> None:
    assert "is cancelled" in refusal(planned(section, state="cancelled"), user=mo).sentence


def test_it_refuses_confirmed_content_off_the_site_to_whoever_may_not_confirm(section: Any) -> None:
    item = make_item("Stand", section=section, starts_at=NOW + days(5))
    assert refusal(item, user=factories.erik(section)).reason == Reason.FORBIDDEN


def test_it_refuses_to_take_the_date_off_what_is_approved(section: Any, mo: Any) -> None:
    assert "needs a date" in refusal(scheduled(section), Aim(), user=mo).sentence
    assert "needs a time" in refusal(scheduled(section), Aim(datetime(2026, 3, 20, tzinfo=ZONE)), user=mo).sentence


def test_it_refuses_to_take_off_a_date_that_stands_in_the_draft(section: Any, mo: Any) -> None:
    page = make_page("Roses", parent=section, live=False, go_live_at=NOW + days(5))
    assert "has a date in its own fields" in refusal(ContentItem.objects.get(page=page), Aim(), user=mo).sentence


@pytest.mark.parametrize("minutes", [-14, 0, 1])
def test_it_refuses_what_wagtail_is_about_to_publish(minutes: int, section: Any, mo: Any, clock: Any) -> None:
    item = scheduled(section, NOW + timedelta(hours=1))
    now = NOW + timedelta(hours=1) - timedelta(minutes=minutes)
    clock.move_to(now, tick=False)
    before = stored()
    with pytest.raises(Refusal, match="is going live now"):
        move(item, LATER, user=mo, token=version(item), now=now)
    assert stored() == before


def test_what_wagtail_missed_for_long_can_be_moved(section: Any, mo: Any, clock: Any) -> None:
    item = scheduled(section, NOW + timedelta(hours=1))
    clock.move_to(NOW + timedelta(hours=2), tick=False)
    move(item, LATER, user=mo, token=version(item), now=NOW + timedelta(hours=2))
    assert approved_at(item) == LATER.moment


def test_it_refuses_when_a_newer_draft_lies_over_the_approval(section: Any, mo: Any) -> None:
    item = scheduled(section)
    item.page.specific.save_revision()
    assert refusal(item, user=mo).reason == Reason.CONFLICT


def test_it_refuses_what_wagtail_cannot_save(section: Any, mo: Any) -> None:
    item = scheduled(section)
    revision = Revision.objects.get(object_id=str(item.page_id))
    revision.content["intro"] = "x" * 600
    revision.content["title"] = ""
    revision.save()
    assert "Wagtail refuses to schedule" in refusal(item, user=mo).sentence


CHANGES = {
    "edited": lambda item: item.page.specific.save_revision(),
    "rescheduled": lambda item: Revision.objects.update(approved_go_live_at=NOW + days(7)),
    "unscheduled": lambda item: Revision.objects.update(approved_go_live_at=None),
    "expiry": lambda item: ArticlePage.objects.update(expire_at=NOW + days(200)),
    "target": lambda item: ContentItem.objects.update(target_at=NOW + days(9)),
    "whole day": lambda item: ContentItem.objects.update(target_has_time=False),
    "cancelled": lambda item: ContentItem.objects.update(state="cancelled"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_refuses_what_changed_since_the_screen_was_loaded(change: str, section: Any, mo: Any) -> None:
    item = scheduled(section)
    ContentItem.objects.update(target_has_time=True)
    token = version(item)
    CHANGES[change](item)
    assert refusal(item, user=mo, token=token).reason == Reason.CONFLICT


def test_tags_may_change_meanwhile(section: Any, mo: Any) -> None:
    item = scheduled(section)
    token = version(item)
    tag(item, personas=factories.make_persona(), owner=mo)
    assert moved(item, user=mo, token=token)


def test_a_conflict_says_where_it_stands_now(section: Any, mo: Any) -> None:
    item = planned(section)
    token = version(item)
    ContentItem.objects.update(target_at=NOW + days(9))
    assert "It stands on 11 March 2026, 09:00 now." in refusal(item, user=mo, token=token).sentence


FORWARD, BACKWARD = date(2026, 3, 29), date(2026, 10, 25)
HALF_PAST_TWO = datetime(2026, 3, 20, 2, 30, tzinfo=ZONE)


def test_another_day_keeps_the_time_on_the_readers_clock_across_a_clock_change() -> None:
    nine = Aim(datetime(2026, 3, 20, 9, tzinfo=ZONE), has_time=True)
    found = on_day(nine, date(2026, 4, 2), zone=ZONE, site_zone=ZONE)
    assert found == Aim(datetime(2026, 4, 2, 9, tzinfo=ZONE), has_time=True)
    tokyo = ZoneInfo("Asia/Tokyo")
    assert on_day(nine, date(2026, 4, 2), zone=tokyo, site_zone=ZONE).moment == datetime(2026, 4, 2, 17, tzinfo=tokyo)


@pytest.mark.parametrize(("day", "words"), [(FORWARD, "there is no 02:30"), (BACKWARD, "it is 02:30 twice")])
def test_a_time_that_the_clock_skips_or_repeats_is_refused(day: date, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        on_day(Aim(HALF_PAST_TWO, has_time=True), day, zone=ZONE, site_zone=ZONE)


@pytest.mark.parametrize("day", [FORWARD, BACKWARD])
def test_other_times_of_that_night_are_what_they_say(day: date) -> None:
    for clock in (time(1, 59, 59), time(3), time(23, 30)):
        found = at_time(day, clock, zone=ZONE)
        assert found.moment.astimezone(ZONE).replace(tzinfo=None) == datetime.combine(day, clock)


def test_half_an_hour_of_lord_howe_is_refused_too() -> None:
    with pytest.raises(Refusal, match="twice in Australia/Lord_Howe"):
        at_time(date(2026, 4, 5), time(1, 45), zone=ZoneInfo("Australia/Lord_Howe"))


def test_a_whole_day_stays_a_day_of_the_site() -> None:
    day = Aim(datetime(2026, 3, 20, tzinfo=ZONE))
    found = on_day(day, date(2026, 3, 29), zone=ZoneInfo("America/New_York"), site_zone=ZONE)
    assert found == Aim(datetime(2026, 3, 29, tzinfo=ZONE))


def test_a_deadlock_with_a_save_elsewhere_is_a_refusal(section: Any, mo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    item = scheduled(section)

    def deadlock(action: Any) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(EditPageAction, "execute", deadlock)
    refused = refusal(item, user=mo)
    assert refused.reason == Reason.CONFLICT
    assert refused.sentence == "“Roses” was not moved: something else was saved at the same moment. Try again."
