"""The Move form of the board, the answers to whoever drags, and the way back."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from wagtail.models import WorkflowState

from planner.models import ContentItem
from planner.reschedule import version
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_item,
    make_page,
    make_persona,
    make_section,
    make_user,
    tag,
)
from tests.planner.boards import BOARD, columns, text_of
from tests.planner.moves import open_editor, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

JSON = {"HTTP_ACCEPT": "application/json"}
SOON = NOW + days(5)


@pytest.fixture
def section() -> Any:
    return make_section("A", first_published_at=NOW - days(400))


@pytest.fixture
def erik(client: Client, section: Any) -> Client:
    client.force_login(factories.erik(section))
    return client


def address(item: ContentItem) -> str:
    return f"/admin/planner/items/{item.pk}/column/"


def token_of(client: Client, item: ContentItem) -> str:
    """What the form shows."""
    return client.get(address(item)).context["token"]


def drop(client: Client, item: ContentItem, column: str, **data: str) -> Any:
    """What the script of the board sends, when it was loaded just now."""
    token = data.pop("token", "") or token_of(client, item)
    filled = {"drop": "1", "column": column, "kind": "publication", "token": token, "next": BOARD}
    return client.post(address(item), filled | data, **JSON)


def send(client: Client, item: ContentItem, column: str, **data: str) -> Any:
    token = data.pop("token", "") or token_of(client, item)
    return client.post(address(item), {"column": column, "token": token, "next": f"{BOARD}?persona=florist"} | data)


@pytest.fixture
def draft(section: Any) -> ContentItem:
    page = make_page("Roses", parent=section, live=False)
    page.save_revision()
    return tag(page)


@pytest.fixture
def dated(section: Any) -> ContentItem:
    return make_item("Folder", section=section, state="idea", target_at=SOON)


def test_the_form_says_what_each_move_does_and_why_others_are_not_possible(erik: Client, draft: ContentItem) -> None:
    text = text_of(erik, address(draft))
    for words in (
        "Stands under “Draft”",
        "Submits it to the workflow “Moderators approval”.",
        "Asks for a target date.",
        "To publish “Roses” takes the right to publish there. Move it to In review instead.",
        "Leave it under “Draft”",
    ):
        assert words in text


def test_what_has_ended_says_so_once(marieke: Client, section: Any) -> None:
    make_page("Gone", parent=section, live=False, first_published_at=NOW - days(20), expire_at=NOW - days(2))
    text = text_of(marieke, address(ContentItem.objects.get(page__title="Gone")))
    assert text.count("“Gone” has ended.") == 1


def test_looking_at_the_form_changes_nothing(erik: Client, draft: ContentItem) -> None:
    before = stored()
    erik.get(f"{address(draft)}?column=in_review&drop=1&token={version(draft)}")
    assert stored() == before


def test_a_move_by_the_form_leads_back_to_the_card_with_a_message(erik: Client, draft: ContentItem) -> None:
    response = send(erik, draft, "in_review")
    assert response.url == f"{BOARD}?persona=florist#jp-entry-{draft.pk}"
    assert "“Roses” is submitted. It stands under “In review”." in text_of(erik)


def test_a_submission_is_taken_back_by_the_button_of_its_message(erik: Client, draft: ContentItem) -> None:
    send(erik, draft, "in_review")
    notice = erik.get(BOARD).context["notice"]
    response = erik.post(notice["url"], {"undo": notice["undo"], "kind": "", "next": BOARD})
    assert response.url == f"{BOARD}#jp-entry-{draft.pk}"
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED


def test_a_date_that_was_dragged_off_comes_back_by_the_button(erik: Client, dated: ContentItem) -> None:
    answer = drop(erik, dated, "idea")
    assert (answer.status_code, answer.json()["anchor"]) == (200, f"jp-entry-{dated.pk}")
    assert answer.json()["message"] == "“Folder” has no date any more. It stands under “Idea”."
    notice = erik.get(BOARD).context["notice"]
    erik.post(notice["url"], {"undo": notice["undo"], "kind": notice["kind"], "next": BOARD})
    dated.refresh_from_db()
    assert dated.target_at.astimezone(ZONE).date() == SOON.date()


def test_a_state_that_was_dragged_away_comes_back_by_the_button(erik: Client, section: Any) -> None:
    item = make_item("Folder", section=section, state="draft")
    drop(erik, item, "idea")
    notice = erik.get(BOARD).context["notice"]
    erik.post(notice["url"], {"undo": notice["undo"], "kind": "", "next": BOARD})
    item.refresh_from_db()
    assert item.state == "draft"


@pytest.mark.parametrize("forged", ["", "x", "x:y:z"])
def test_a_forged_undo_is_refused(erik: Client, draft: ContentItem, forged: str) -> None:
    before = stored()
    assert erik.post(address(draft), {"undo": forged}).status_code == 422
    assert stored() == before


def test_an_undo_of_another_item_is_refused(erik: Client, draft: ContentItem, section: Any) -> None:
    other = make_item("Folder", section=section, state="draft")
    drop(erik, other, "idea")
    notice = erik.get(BOARD).context["notice"]
    assert erik.post(address(draft), {"undo": notice["undo"]}).status_code == 422


def test_a_card_that_was_moved_is_in_sight_even_in_a_long_column(
    erik: Client, dated: ContentItem, section: Any
) -> None:
    ContentItem.objects.bulk_create(
        ContentItem(title=f"Idea {number}", state="idea", section=section) for number in range(20)
    )
    drop(erik, dated, "idea")
    assert columns(erik)["idea"][-1] == "Folder"


@pytest.mark.parametrize(
    ("column", "where"),
    [
        ("in_review", "/admin/planner/items/{item}/column/?column=in_review&next=%2Fadmin%2Fplanner%2Fboard%2F"),
        ("planned", "/admin/planner/items/{item}/move/?next="),
        ("live", "/admin/planner/items/{item}/column/?column=live&next="),
    ],
)
def test_a_drop_that_has_to_be_read_first_asks(marieke: Client, draft: ContentItem, column: str, where: str) -> None:
    before = stored()
    asked = drop(marieke, draft, column).json()["ask"]
    assert asked.startswith(where.format(item=draft.pk))
    assert (stored(), marieke.get(asked).status_code) == (before, 200)


def test_a_drop_onto_a_page_that_somebody_edits_asks_first(erik: Client, section: Any) -> None:
    item = tag(make_page("Roses", parent=section, live=False), target_at=SOON)
    open_editor(item, make_user("anna", first_name="Anna", last_name="Bos"))
    before = stored()
    asked = drop(erik, item, "draft").json()["ask"]
    assert "Anna Bos has this page open in the editor right now." in text_of(erik, asked)
    assert stored() == before


@pytest.mark.parametrize("by", [drop, send])
def test_unpublishing_leads_to_wagtails_own_question_and_back(marieke: Client, section: Any, by: Any) -> None:
    page = make_page("Roses", parent=section)
    page.save_revision().publish()
    item = ContentItem.objects.get(page=page)
    response = by(marieke, item, "draft")
    place = response.json()["ask"] if by is drop else response.url
    assert place.startswith(f"/admin/pages/{page.pk}/unpublish/?next=")
    page.refresh_from_db()
    assert page.live
    asked = marieke.get(place)
    assert "Are you sure you want to unpublish this page?" in asked.content.decode()
    done = marieke.post(place.partition("?")[0], {"next": asked.context["next_url"]})
    assert done.url.startswith(BOARD)
    assert done.url.endswith(f"#jp-entry-{item.pk}")
    assert columns(marieke) == {"draft": ["Roses"]}


@pytest.mark.parametrize(
    ("make", "column", "place"),
    [
        ("draft", "live", "/admin/pages/{page}/edit/?next="),
        ("idea", "draft", "/admin/planner/items/{item}/create-page/?next="),
        ("idea", "planned", "/admin/planner/items/{item}/move/?next="),
        ("idea", "live", "/admin/planner/items/{item}/?next="),
        ("card", "in_review", "/admin/snippets/cms/carecard/edit/{object}/?next="),
    ],
)
def test_what_needs_a_form_leads_to_it(marieke: Client, draft: ContentItem, make: str, column: str, place: str) -> None:
    made = {
        "draft": lambda: draft,
        "idea": lambda: make_item("Folder", state="idea"),
        "card": lambda: ContentItem.objects.get(object_id=str(make_card("Card", live=False).pk)),
    }
    item = made[make]()
    response = send(marieke, item, column)
    expected = place.format(item=item.pk, page=item.page_id, object=item.object_id)
    assert (response.status_code, response.url.startswith(expected)) == (302, True)
    assert marieke.get(response.url).status_code == 200


def test_the_editor_says_what_to_do_there(marieke: Client, draft: ContentItem) -> None:
    response = send(marieke, draft, "live")
    assert "“Roses” is published or scheduled here." in text_of(marieke, response.url)


def test_a_refused_drop_says_why_and_changes_nothing(erik: Client, draft: ContentItem) -> None:
    before = stored()
    response = drop(erik, draft, "idea")
    assert response.status_code == 422
    assert response.json()["message"].startswith("“Roses” is a page, and cannot be an idea again.")
    assert stored() == before


def test_a_refused_form_is_shown_again_with_the_reason(erik: Client, draft: ContentItem) -> None:
    response = send(erik, draft, "live")
    assert response.status_code == 403
    assert 'role="alert"' in response.content.decode()


def test_a_move_from_an_old_screen_gets_the_fresh_state(erik: Client, draft: ContentItem) -> None:
    old = token_of(erik, draft)
    send(erik, draft, "in_review")
    response = drop(erik, draft, "planned", token=old)
    assert (response.status_code, response.json()["stands"]) == (409, "in_review")
    assert response.json()["token"] == token_of(erik, draft)
    shown = send(erik, draft, "planned", token=old)
    assert shown.status_code == 409
    assert "Stands under “In review”" in html.unescape(shown.content.decode())


@pytest.mark.parametrize("column", ["", "nonsense", "overdue", "a\0b"])
def test_a_column_that_does_not_exist_is_refused(erik: Client, draft: ContentItem, column: str) -> None:
    assert drop(erik, draft, column).json()["message"] == "Choose a column of the board."


@pytest.mark.parametrize("make", ["bea", "missing"])
def test_the_same_answer_for_what_is_missing_and_what_is_not_seen(
    client: Client, draft: ContentItem, make: str
) -> None:
    client.force_login(factories.bea(make_section("B")))
    path = f"/admin/planner/items/{draft.pk if make == 'bea' else 10**30}/column/"
    assert client.get(path).status_code == 404
    answer = client.post(path, {"drop": "1", "column": "live", "token": version(draft)}, **JSON)
    assert answer.status_code == 404
    assert answer.json() == {"message": "This item is not there any more. Reload the screen to see what is."}


def test_a_page_deleted_meanwhile_leads_back_with_a_sentence(erik: Client, draft: ContentItem) -> None:
    token, path = token_of(erik, draft), address(draft)
    draft.page.delete()
    response = erik.post(path, {"column": "in_review", "token": token, "next": BOARD}, follow=True)
    assert response.redirect_chain == [(BOARD, 302)]
    assert "is not there any more" in response.content.decode()


def test_nobody_moves_without_the_pages_token_of_a_form(draft: ContentItem, section: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.erik(section))
    assert strict.post(address(draft), {"column": "in_review"}).status_code == 403


def test_it_never_leads_to_another_site(erik: Client, dated: ContentItem) -> None:
    response = send(erik, dated, "idea", next="https://example.com/")
    assert response.url == f"{BOARD}#jp-entry-{dated.pk}"


def test_a_submission_warns_of_what_publishing_will_need(erik: Client, draft: ContentItem, settings: Any) -> None:
    make_persona("florist")
    settings.PLANNER_REQUIRED = {"cms.ArticlePage": {"personas": "refuse"}}
    send(erik, draft, "in_review")
    assert "Tag it before it is approved" in text_of(erik)
