"""A save that changes nothing but the plan: written at once, and no new version of the content comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import ModelLogEntry, PageLogEntry, Revision
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage
from planner.models import ContentItem
from planner.rows import row_of
from tests import factories
from tests.factories import make_card, make_journey, make_page, make_persona

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

AUTOSAVE = {"accept": "application/json"}


@pytest.fixture
def persona() -> Any:
    florist = make_persona("florist", name="Florist")
    make_journey("buy", personas=(florist,), phases=("see", "do"))
    return florist


@pytest.fixture
def page() -> Any:
    page = make_page("News")
    page.save_revision().publish()
    return ArticlePage.objects.get(pk=page.pk)


def editor(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def shown(client: Client, address: str, *, personas: list[int] | None = None) -> Any:
    """What the browser would post back, with these personas ticked."""
    form = BeautifulSoup(client.get(address).text, "html.parser").select_one("form[data-edit-form]")
    form["id"] = "editor"
    data = querydict_from_html(str(form), form_id="editor")
    data._mutable = True
    data["body-count"] = "0"
    if personas is not None:
        data.setlist("plan-personas", personas)
    return data


def state_of(page: Any) -> tuple[bool, bool, int, int]:
    page.refresh_from_db()
    return page.live, page.has_unpublished_changes, page.latest_revision_id, page.live_revision_id


def tagged(page: Any) -> bool:
    return ContentItem.objects.get(page=page.pk).personas.exists()


def test_a_live_page_that_is_tagged_stays_live_without_changes(marieke: Client, persona: Any, page: Any) -> None:
    before = state_of(page)
    response = marieke.post(editor(page), shown(marieke, editor(page), personas=[persona.pk]))
    assert (response.status_code, response.url) == (302, editor(page))
    assert tagged(page)
    assert state_of(page) == before
    assert list(PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True))[0] == "planner.plan"
    assert not PageLogEntry.objects.filter(page=page.pk, action="wagtail.edit").exists()


def test_an_autosave_of_tags_names_no_revision_to_overwrite(marieke: Client, persona: Any, page: Any) -> None:
    before, content = state_of(page), page.live_revision.content
    data = shown(marieke, editor(page), personas=[persona.pk])
    answer = marieke.post(editor(page), data, headers=AUTOSAVE).json()
    assert answer["success"]
    assert "plan-shown" in answer["field_updates"]
    assert "revision_id" not in answer
    assert tagged(page)
    data["title"] = "Other"
    assert marieke.post(editor(page), data, headers=AUTOSAVE).json()["success"]
    page.refresh_from_db()
    assert page.has_unpublished_changes
    assert Revision.objects.get(pk=before[3]).content == content


def test_an_autosave_of_words_and_tags_makes_a_draft_as_ever(marieke: Client, persona: Any, page: Any) -> None:
    data = shown(marieke, editor(page), personas=[persona.pk])
    data["title"] = "Other"
    answer = marieke.post(editor(page), data, headers=AUTOSAVE).json()
    page.refresh_from_db()
    assert page.latest_revision_id == answer["revision_id"]
    assert page.has_unpublished_changes
    assert tagged(page)


def test_a_draft_keeps_its_unpublished_changes(marieke: Client, persona: Any, page: Any) -> None:
    page.title = "Newer"
    page.save_revision()
    before = state_of(page)
    marieke.post(editor(page), shown(marieke, editor(page), personas=[persona.pk]))
    assert tagged(page)
    assert state_of(page) == before
    assert page.get_latest_revision_as_object().title == "Newer"


def test_tags_of_one_tab_do_not_make_another_tab_out_of_date(marieke: Client, persona: Any, page: Any) -> None:
    first = shown(marieke, editor(page), personas=[persona.pk])
    second = shown(marieke, editor(page))
    second["plan-customer_question"] = "How long?"
    assert marieke.post(editor(page), first, headers=AUTOSAVE).json()["success"]
    assert marieke.post(editor(page), second, headers=AUTOSAVE).json()["success"]
    assert tagged(page)
    assert ContentItem.objects.get(page=page.pk).customer_question == "How long?"


def test_publishing_with_only_a_change_of_tags_still_publishes(marieke: Client, persona: Any, page: Any) -> None:
    before = page.live_revision_id
    data = shown(marieke, editor(page), personas=[persona.pk])
    data["action-publish"] = "1"
    assert marieke.post(editor(page), data).status_code == 302
    assert tagged(page)
    page.refresh_from_db()
    assert page.live_revision_id > before
    assert not page.has_unpublished_changes


def test_a_page_that_never_had_a_revision_is_tagged_too(marieke: Client, persona: Any) -> None:
    page = make_page("News")
    data = shown(marieke, editor(page), personas=[persona.pk])
    assert marieke.post(editor(page), data, headers=AUTOSAVE).json()["success"]
    assert tagged(page)
    assert not page.revisions.exists()


def test_reverting_with_a_change_of_tags_brings_the_old_version_back(marieke: Client, persona: Any, page: Any) -> None:
    old = page.live_revision
    page.title = "Newer"
    page.save_revision().publish()
    address = f"/admin/pages/{page.pk}/revisions/{old.pk}/revert/"
    assert marieke.post(address, shown(marieke, address, personas=[persona.pk])).status_code == 302
    assert tagged(page)
    assert ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "News"


def test_approving_with_only_a_change_of_tags_keeps_them(marieke: Client, persona: Any, page: Any) -> None:
    page.title = "Newer"
    page.save_revision()
    page.get_workflow().start(page, factories.make_user("writer"))
    data = shown(marieke, editor(page), personas=[persona.pk])
    data["action-workflow-action"], data["workflow-action-name"] = "1", "approve"
    assert marieke.post(editor(page), data).status_code == 302
    assert tagged(page)
    page.refresh_from_db()
    assert page.title == "Newer"


def test_a_live_snippet_that_is_tagged_stays_live_without_changes(marieke: Client, persona: Any) -> None:
    card = make_card("Care", live=True)
    card.save_revision().publish()
    card.refresh_from_db()
    before = card.latest_revision_id
    address = f"/admin/snippets/cms/carecard/edit/{card.pk}/"
    data = shown(marieke, address, personas=[persona.pk])
    answer = marieke.post(address, data, headers=AUTOSAVE).json()
    assert answer["success"]
    assert "revision_id" not in answer
    card.refresh_from_db()
    assert (card.latest_revision_id, card.has_unpublished_changes) == (before, False)
    assert row_of(card).personas.exists()
    assert ModelLogEntry.objects.filter(action="planner.plan").count() == 1
    assert not ModelLogEntry.objects.filter(action="wagtail.edit").exists()


def test_who_lost_the_right_to_tag_writes_nothing(client: Client, persona: Any) -> None:
    section = factories.make_section("A")
    page = make_page("News", parent=section)
    erik = factories.erik(section)
    client.force_login(erik)
    data = shown(client, editor(page), personas=[persona.pk])
    erik.groups.clear()
    assert client.post(editor(page), data).status_code in {302, 403}
    assert not tagged(page)


def test_words_stored_by_a_script_are_no_change(marieke: Client, persona: Any) -> None:
    page = make_page("News")
    page.body = [{"type": "paragraph", "value": "<p>Water them.</p>"}]
    page.save_revision().publish()
    before = state_of(page)
    data = shown(marieke, editor(page), personas=[persona.pk])
    text = '{"blocks": [{"key": "a1b2c", "text": "%s", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], '
    text += '"entityRanges": []}], "entityMap": {}}'
    data["body-count"], data["body-0-deleted"], data["body-0-order"] = "1", "", "0"
    data["body-0-type"], data["body-0-id"] = "paragraph", "3f1c8f86-7f5b-4a4e-8d0b-1d0d5a8c7d11"
    data["body-0-value"] = text % "Water them."
    assert marieke.post(editor(page), data, headers=AUTOSAVE).json()["success"]
    assert tagged(page)
    assert state_of(page) == before
    data["body-0-value"] = text % "Water them well."
    data.setlist("plan-personas", [])
    assert "revision_id" in marieke.post(editor(page), data, headers=AUTOSAVE).json()
