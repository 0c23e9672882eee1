"""The Move form, the answer to whoever drags, and the way back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from wagtail.models import PageLogEntry, Revision
from wagtail.users.models import UserProfile

from planner.models import ContentItem, Occasion
from planner.reschedule import version
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_page, make_section, make_user, schedule_page, tag
from tests.planner.moves import open_editor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/?month=2026-03&persona=florist"
JSON = {"HTTP_ACCEPT": "application/json"}
PIECE = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


@pytest.fixture
def mo(client: Client, section: Any) -> Client:
    client.force_login(factories.mo(section))
    return client


@pytest.fixture
def scheduled(section: Any) -> ContentItem:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, NOW + days(5))
    return ContentItem.objects.get(page=page)


@pytest.fixture
def idea(section: Any) -> ContentItem:
    return make_item("Folder", section=section, state="idea")


def address(item: ContentItem) -> str:
    return f"/admin/planner/items/{item.pk}/move/"


def form_of(client: Client, item: ContentItem, query: str = "") -> str:
    response = client.get(address(item) + query)
    assert response.status_code == 200
    return response.content.decode()


def drop(client: Client, item: ContentItem, day: str, **data: str) -> Any:
    """What the script of the calendar sends, when it was loaded just now."""
    data = {"drop": "1", "date": day, "kind": "publication", "token": version(item), "next": CALENDAR} | data
    return client.post(address(item), data, **JSON)


def send(client: Client, item: ContentItem, day: str, at: str = "", **data: str) -> Any:
    """What the form sends."""
    data = {"date": day, "time": at, "kind": "publication", "token": version(item), "next": CALENDAR} | data
    return client.post(address(item), data)


def approved_at(item: ContentItem) -> datetime:
    return Revision.objects.exclude(approved_go_live_at=None).get(object_id=str(item.page_id)).approved_go_live_at


def test_the_form_says_where_it_stands_in_which_zone_and_what_will_happen(mo: Client, scheduled: ContentItem) -> None:
    html = form_of(mo, scheduled, "?date=2026-03-12&time=10:30")
    for text in (
        "Now: 7 March 2026, 09:00",
        "Times in Europe/Amsterdam",
        "Approved, and stays approved: goes live on 12 March 2026, 10:30.",
        "Move to 12 March 2026, 10:30",
        "Keep 7 March 2026, 09:00",
    ):
        assert text in html


def test_looking_at_the_form_changes_nothing(mo: Client, scheduled: ContentItem) -> None:
    before = version(scheduled)
    form_of(mo, scheduled, "?date=2026-03-12&take_off=1&drop=1")
    assert version(scheduled) == before


def test_the_form_counts_what_else_the_reader_sees_on_that_day(mo: Client, scheduled: ContentItem) -> None:
    make_item("Elsewhere", section=make_section("B"), starts_at=NOW + days(10))
    assert "Nothing else on that day." in form_of(mo, scheduled, "?date=2026-03-12")
    make_item("Here", section=scheduled.page.get_parent(), starts_at=NOW + days(10))
    assert "1 other entry on that day." in form_of(mo, scheduled, "?date=2026-03-12")


def test_the_form_says_beforehand_why_a_moment_will_be_refused(mo: Client, scheduled: ContentItem) -> None:
    assert "has passed" in form_of(mo, scheduled, "?date=2026-02-12")
    piece = mo.get(address(scheduled) + "?date=2026-03-29&time=02:30", **PIECE).content.decode()
    assert "there is no 02:30 in Europe/Amsterdam" in piece
    assert "<html" not in piece


@pytest.mark.parametrize(
    "query", ["?date=x", "?date=2026-02-30", "?date=9999-01-01", "?time=25:00", "?kind=none", "?date="]
)
def test_nonsense_in_the_address_is_left_alone(mo: Client, scheduled: ContentItem, query: str) -> None:
    assert 'value="2026-03-07"' in form_of(mo, scheduled, query)


def test_a_move_by_the_form_leads_back_to_the_calendar_with_a_message(mo: Client, scheduled: ContentItem) -> None:
    response = send(mo, scheduled, "2026-03-12", "10:30")
    assert response.status_code == 302
    assert response.url == f"{CALENDAR}#jp-entry-{scheduled.pk}"
    assert approved_at(scheduled) == datetime(2026, 3, 12, 10, 30, tzinfo=ZONE)
    html = mo.get(CALENDAR).content.decode()
    assert "“Roses” is moved to 12 March 2026, 10:30. It stays approved." in html
    assert "is moved to" not in mo.get(CALENDAR).content.decode()


def test_the_time_is_meant_on_the_readers_clock(client: Client, section: Any, scheduled: ContentItem) -> None:
    user = factories.mo(section)
    UserProfile.objects.create(user=user, current_time_zone="Asia/Tokyo")
    client.force_login(user)
    assert "Now: 7 March 2026, 17:00" in form_of(client, scheduled)
    send(client, scheduled, "2026-03-12", "10:30")
    assert approved_at(scheduled) == datetime(2026, 3, 12, 2, 30, tzinfo=ZONE)


def test_a_drop_keeps_the_time_of_day(mo: Client, scheduled: ContentItem) -> None:
    response = drop(mo, scheduled, "2026-03-30")
    assert (response.status_code, response.json()["anchor"]) == (200, f"jp-entry-{scheduled.pk}")
    assert approved_at(scheduled) == datetime(2026, 3, 30, 9, tzinfo=ZONE)


def test_a_drop_of_an_undated_idea_gives_it_the_whole_day(mo: Client, idea: ContentItem) -> None:
    assert drop(mo, idea, "2026-03-12").json()["message"].startswith("“Folder” is planned for 12 March 2026.")
    idea.refresh_from_db()
    assert (idea.target_at, idea.target_has_time) == (datetime(2026, 3, 12, tzinfo=ZONE), False)


def test_a_drop_onto_a_page_that_somebody_edits_asks_first(mo: Client, section: Any, scheduled: ContentItem) -> None:
    open_editor(scheduled, make_user("anna", first_name="Anna", last_name="Bos"))
    before = version(scheduled)
    asked = drop(mo, scheduled, "2026-03-12").json()["ask"]
    assert version(scheduled) == before
    html = mo.get(asked).content.decode()
    assert "Anna Bos has this page open in the editor right now." in html
    assert "Move to 12 March 2026, 09:00" in html
    assert f'name="next" value="{CALENDAR.replace("&", "&amp;")}"' in html


def make_blackout(day: date) -> Occasion:
    return Occasion.objects.create(name="Stocktaking", rule="dates", first_day=day, blackout=True)


def test_the_form_tells_of_a_blackout_on_that_day(mo: Client, idea: ContentItem) -> None:
    make_blackout(date(2026, 3, 12))
    assert "In a blackout: Stocktaking" in form_of(mo, idea, "?date=2026-03-12")
    assert "In a blackout" not in form_of(mo, idea, "?date=2026-03-13")


def test_the_form_tells_of_content_for_the_same_persona_and_channel(
    mo: Client, section: Any, idea: ContentItem
) -> None:
    tags = {"personas": factories.make_persona(), "channels": factories.make_channel()}
    make_item("Poster", section=section, starts_at=datetime(2026, 3, 12, 9, tzinfo=ZONE), **tags)
    tag(idea, **tags)
    assert "Same persona and channel on this day" in form_of(mo, idea, "?date=2026-03-12")


def test_a_drop_into_a_blackout_asks_first(mo: Client, idea: ContentItem) -> None:
    make_blackout(date(2026, 3, 12))
    asked = drop(mo, idea, "2026-03-12").json()["ask"]
    idea.refresh_from_db()
    assert idea.target_at is None
    assert "In a blackout: Stocktaking" in mo.get(asked).content.decode()


def test_a_refusal_is_said_once(mo: Client, scheduled: ContentItem) -> None:
    data = {"date": "2001-01-01", "time": "09:00", "token": version(scheduled)}
    assert mo.post(address(scheduled), data).content.decode().count("has passed") == 1


def test_who_is_editing_is_named_only_to_whoever_may_edit(client: Client, section: Any) -> None:
    item = tag(make_page("Roses", parent=section, live=False), target_at=NOW + days(3))
    open_editor(item, make_user("anna", first_name="Anna", last_name="Bos"))
    tagger = make_user("tagger", section=section, can=("lock",))
    tagger.user_permissions.add(*permissions("tag_content"))
    client.force_login(tagger)
    html = form_of(client, item)
    assert "Somebody has this page open" in html
    assert "Anna" not in html


def permissions(codename: str) -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename=codename)


def test_whoever_edits_is_not_told_of_themselves(client: Client, section: Any, scheduled: ContentItem) -> None:
    user = factories.mo(section)
    open_editor(scheduled, user)
    client.force_login(user)
    assert "right now" not in form_of(client, scheduled)


def test_a_refused_drop_says_why_and_changes_nothing(mo: Client, scheduled: ContentItem) -> None:
    before = version(scheduled)
    response = drop(mo, scheduled, "2026-02-12")
    assert response.status_code == 422
    assert "has passed" in response.json()["message"]
    assert version(scheduled) == before


def test_a_drop_from_an_old_screen_gets_the_fresh_state(mo: Client, scheduled: ContentItem) -> None:
    old = version(scheduled)
    drop(mo, scheduled, "2026-03-12")
    response = drop(mo, scheduled, "2026-03-13", token=old)
    assert response.status_code == 409
    assert response.json()["stands"] == "12 March 2026, 09:00"
    assert response.json()["token"] == version(scheduled)


def test_the_form_from_an_old_screen_shows_the_fresh_state_and_then_works(mo: Client, scheduled: ContentItem) -> None:
    old = version(scheduled)
    send(mo, scheduled, "2026-03-12", "09:00")
    response = send(mo, scheduled, "2026-03-13", "09:00", token=old)
    assert response.status_code == 409
    html = response.content.decode()
    assert "was changed since you opened this screen" in html
    assert "Now: 12 March 2026, 09:00" in html
    assert f'name="token" value="{version(scheduled)}"' in html
    assert 'value="2026-03-13"' in html


def test_a_second_click_moves_nothing_twice(mo: Client, scheduled: ContentItem) -> None:
    old = version(scheduled)
    send(mo, scheduled, "2026-03-12", "09:00", token=old)
    revisions, lines = Revision.objects.count(), PageLogEntry.objects.count()
    assert send(mo, scheduled, "2026-03-12", "09:00", token=old).status_code == 302
    assert (Revision.objects.count(), PageLogEntry.objects.count()) == (revisions, lines)


@pytest.mark.parametrize(
    ("day", "at"), [("", "09:00"), ("x", "09:00"), ("2026-03-12", ""), ("2026-03-12", "x"), ("1900-01-01", "09:00")]
)
def test_a_form_that_is_not_filled_in_is_shown_again(mo: Client, scheduled: ContentItem, day: str, at: str) -> None:
    before = version(scheduled)
    assert send(mo, scheduled, day, at).status_code == 422
    assert version(scheduled) == before


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_drop_on_no_day_is_refused(mo: Client, scheduled: ContentItem, day: str) -> None:
    assert drop(mo, scheduled, day).status_code == 422


def test_it_goes_back_by_the_button_of_the_message(mo: Client, scheduled: ContentItem) -> None:
    before = approved_at(scheduled)
    drop(mo, scheduled, "2026-03-12")
    notice = mo.get(CALENDAR).context["notice"]
    response = mo.post(notice["url"], {"undo": notice["undo"], "kind": notice["kind"], "next": CALENDAR})
    assert response.status_code == 302
    assert approved_at(scheduled) == before


def test_an_undo_is_refused_when_somebody_else_moved_it_since(mo: Client, scheduled: ContentItem) -> None:
    drop(mo, scheduled, "2026-03-12")
    notice = mo.get(CALENDAR).context["notice"]
    drop(mo, scheduled, "2026-03-13")
    response = mo.post(notice["url"], {"undo": notice["undo"], "kind": notice["kind"]})
    assert response.status_code == 409
    assert approved_at(scheduled) == datetime(2026, 3, 13, 9, tzinfo=ZONE)


def test_an_undo_of_a_day_without_a_time_gives_back_that_day(mo: Client, idea: ContentItem) -> None:
    drop(mo, idea, "2026-03-12")
    notice = mo.get(CALENDAR).context["notice"]
    mo.post(notice["url"], {"undo": notice["undo"], "kind": notice["kind"]})
    idea.refresh_from_db()
    assert idea.target_at is None


@pytest.mark.parametrize("forged", ["", "x", "x:y:z"])
def test_a_forged_undo_is_refused(mo: Client, scheduled: ContentItem, forged: str) -> None:
    before = version(scheduled)
    assert mo.post(address(scheduled), {"undo": forged, "kind": "publication"}).status_code == 422
    assert version(scheduled) == before


def test_an_undo_of_another_item_is_refused(mo: Client, scheduled: ContentItem, idea: ContentItem) -> None:
    drop(mo, idea, "2026-03-12")
    notice = mo.get(CALENDAR).context["notice"]
    assert mo.post(address(scheduled), {"undo": notice["undo"], "kind": "publication"}).status_code == 422


def test_the_date_of_a_plan_can_be_taken_off(mo: Client, section: Any) -> None:
    item = tag(make_page("Roses", parent=section, live=False), target_at=NOW + days(3))
    assert "Take the date off" in form_of(mo, item)
    mo.post(address(item), {"take_off": "1", "kind": "publication", "token": version(item)})
    item.refresh_from_db()
    assert item.target_at is None


def test_what_is_approved_keeps_a_date(mo: Client, scheduled: ContentItem) -> None:
    assert "Take the date off" not in form_of(mo, scheduled)


@pytest.mark.parametrize("who", ["erik", "reader"])
def test_whoever_may_not_publish_is_told_so_instead_of_getting_a_form(
    client: Client, section: Any, scheduled: ContentItem, who: str
) -> None:
    user = factories.erik(section) if who == "erik" else make_user("reader", section=section, can=("lock",))
    client.force_login(user)
    html = form_of(client, scheduled)
    assert "takes the right to edit and to publish there" in html
    assert "<form method=" not in html
    assert drop(client, scheduled, "2026-03-12").status_code == 403
    assert send(client, scheduled, "2026-03-12", "09:00").status_code == 403


@pytest.mark.parametrize("make", ["bea", "missing"])
def test_the_same_answer_for_what_is_missing_and_what_is_not_seen(
    client: Client, scheduled: ContentItem, make: str
) -> None:
    client.force_login(factories.bea(make_section("B")))
    key = scheduled.pk if make == "bea" else 10**30
    path = f"/admin/planner/items/{key}/move/"
    assert client.get(path).status_code == 404
    answer = client.post(path, {"drop": "1", "date": "2026-03-12", "token": version(scheduled)}, **JSON)
    assert answer.status_code == 404
    assert answer.json() == {"message": "This item is not there any more. Reload the screen to see what is."}


def test_a_page_deleted_meanwhile_leads_back_with_a_sentence(mo: Client, scheduled: ContentItem) -> None:
    path, token = address(scheduled), version(scheduled)
    scheduled.page.delete()
    data = {"date": "2026-03-12", "time": "09:00", "token": token, "next": CALENDAR}
    response = mo.post(path, data, follow=True)
    assert response.redirect_chain == [(CALENDAR, 302)]
    assert "is not there any more" in response.content.decode()


def test_an_alias_is_told_to_follow_its_original(mo: Client, section: Any) -> None:
    alias = make_page("Roses", parent=section).create_alias(update_slug="alias")
    item = ContentItem.objects.get(page=alias)
    assert "is an alias" in form_of(mo, item)
    assert drop(mo, item, "2026-03-12").status_code == 422


def test_nobody_moves_without_the_pages_token_of_a_form(section: Any, scheduled: ContentItem) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.mo(section))
    assert send(strict, scheduled, "2026-03-12", "09:00").status_code == 403


def test_it_never_leads_to_another_site(mo: Client, scheduled: ContentItem) -> None:
    response = send(mo, scheduled, "2026-03-12", "09:00", next="https://example.com/")
    assert response.url.startswith("/admin/planner/calendar/?month=2026-03")


def test_fields_that_are_none_of_the_forms_change_nothing(mo: Client, scheduled: ContentItem) -> None:
    send(mo, scheduled, "2026-03-12", "09:00", live="on", expire_at="2026-04-01", path="0001", owner="1")
    page = scheduled.page.specific_class.objects.get(pk=scheduled.page_id)
    assert (page.live, page.expire_at, page.path, page.owner) == (False, None, scheduled.page.path, None)


def test_a_hostile_title_is_escaped(mo: Client, section: Any) -> None:
    item = make_item("<script>alert(1)</script>", section=section, state="idea")
    drop(mo, item, "2026-03-12")
    for html in (mo.get(CALENDAR).content.decode(), form_of(mo, item)):
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_the_calendar_offers_a_move_of_what_the_reader_may_move(client: Client, section: Any) -> None:
    page = make_page("Approved", parent=section, live=False)
    schedule_page(page, NOW + days(5))
    tag(make_page("Planned", parent=section, live=False), target_at=NOW + days(6))
    make_page("Out", parent=section, first_published_at=NOW - days(1))
    names = {"erik": ["Planned"], "mo": ["Approved", "Planned"], "reader": []}
    users = {"erik": factories.erik(section), "mo": factories.mo(section)}
    users["reader"] = make_user("reader", section=section, can=("lock",))
    for name, user in users.items():
        client.force_login(user)
        html = client.get("/admin/planner/calendar/").content.decode()
        assert [title for title in ("Approved", "Out", "Planned") if f"Move “{title}”" in html] == names[name]
        assert html.count("data-token") == len(names[name])


def test_a_review_of_a_scheduled_page_moves_without_the_right_to_publish(client: Client, section: Any) -> None:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, NOW + days(5))
    tag(page, review_due=(NOW + days(8)).date())
    client.force_login(factories.erik(section))
    html = client.get("/admin/planner/calendar/").content.decode()
    assert html.count("data-token") == 1
    assert 'data-kind="review"' in html


def test_the_plan_offers_a_move_and_the_move_leads_back_to_it(mo: Client, scheduled: ContentItem) -> None:
    plan = f"/admin/planner/items/{scheduled.pk}/"
    assert f"{address(scheduled)}?next={quote(plan, safe='/')}" in mo.get(plan).content.decode()
    send(mo, scheduled, "2026-03-12", "09:00", next=plan)
    assert "is moved to 12 March 2026" in mo.get(plan).content.decode()


def test_a_live_page_offers_no_move(mo: Client, section: Any) -> None:
    item = ContentItem.objects.get(page=make_page("Out", parent=section))
    assert "/move/" not in mo.get(f"/admin/planner/items/{item.pk}/").content.decode()
    assert "What has gone out cannot be moved" in form_of(mo, item)
