"""The Plan tab in the snippet editor, with and without drafts: what it writes, and what it never loses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from wagtail.models import Locale, ModelLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import CareCard
from planner.editor import PlannedForm
from planner.models import ContentItem, LeftOutType
from planner.rows import row_of
from planner.rows.snippets import content_type_of
from tests import factories
from tests.factories import NOW, days, make_card, make_journey, make_persona, schedule_page, tag
from tests.notes.models import DraftNote, PlainNote, RevisedNote, UncountedNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def journey() -> Any:
    persona = make_persona("florist", name="Florist")
    return make_journey("buy", name="I want to buy", personas=(persona,), phases=("see", "do"))


def make_draft_note() -> DraftNote:
    return DraftNote.objects.create(title="News", live=False, has_unpublished_changes=True)


MAKERS = {
    "drafts, workflow and locks": lambda: make_card("News", live=False),
    "drafts, and keys that are no numbers": make_draft_note,
    "revisions without drafts, own editor": lambda: RevisedNote.objects.create(title="News"),
    "neither": lambda: PlainNote.objects.create(title="News"),
}
EXTRA = {"text": "Water.", "title": "News"}

every_kind = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
with_drafts = pytest.mark.parametrize("make", list(MAKERS.values())[:2], ids=list(MAKERS)[:2])
with_revisions = pytest.mark.parametrize("make", list(MAKERS.values())[:3], ids=list(MAKERS)[:3])


def place(snippet: Any) -> str:
    return f"/admin/snippets/{snippet._meta.app_label}/{snippet._meta.model_name}/"


def editor(snippet: Any) -> str:
    return f"{place(snippet)}edit/{snippet.pk}/"


def shown(client: Client, address: str) -> Any:
    """What the browser would post back."""
    html = client.get(address, follow=True).content.decode()
    form = BeautifulSoup(html, "html.parser").select_one("form[data-edit-form]")
    form["id"] = form.get("id") or "editor"
    data = querydict_from_html(str(form), form_id=form["id"])
    data._mutable = True
    return data


def save(client: Client, snippet: Any, *, action: str = "", address: str = "", **plan: Any) -> Any:
    data = shown(client, address or editor(snippet))
    for name, value in plan.items():
        data.setlist(f"plan-{name}", value if isinstance(value, list) else [value])
    if action:
        data[f"action-{action}"] = "1"
    response = client.post(address or editor(snippet), data)
    errors = BeautifulSoup(response.content, "html.parser").select(".error-message, .jp-field__error")
    assert response.status_code == 302, errors
    return response


@every_kind
def test_the_tab_stands_last_and_the_sites_own_tabs_stay(marieke: Client, journey: Any, make: Any) -> None:
    html = BeautifulSoup(marieke.get(editor(make())).content, "html.parser")
    tabs = [tab.find(string=True).strip() for tab in html.select('[role="tab"]')]
    assert tabs in (["Content", "Plan"], ["Words", "Tags", "Plan"])
    assert html.select('[name="plan-personas"]')


@every_kind
def test_saving_writes_the_row_and_nothing_into_a_revision(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    save(marieke, snippet, personas=[journey.personas.get().pk], customer_question="How long do they last?")
    item = row_of(snippet)
    assert (item.personas.get().slug, item.customer_question) == ("florist", "How long do they last?")
    snippet.refresh_from_db()
    revision = getattr(snippet, "latest_revision", None)
    assert revision is None or "florist" not in json.dumps(revision.content) and "plan" not in revision.content


@every_kind
def test_creating_one_writes_its_plan_at_once(marieke: Client, journey: Any, make: Any) -> None:
    model = type(make())
    address = f"{place(model)}add/"
    data = shown(marieke, address)
    data["title"], data["text"] = "Brand new", "Water."
    data.setlist("plan-phases", [journey.phases.first().pk])
    assert marieke.post(address, data, follow=True).status_code == 200
    assert row_of(model.objects.get(title="Brand new")).phases.get() == journey.phases.first()


@every_kind
def test_an_emptied_list_is_saved_as_empty(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    tag(snippet, personas=journey.personas.get())
    save(marieke, snippet, personas=[])
    assert not row_of(snippet).personas.exists()


@every_kind
def test_a_save_without_the_tab_wipes_nothing(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    tag(snippet, personas=journey.personas.get())
    data = shown(marieke, editor(snippet))
    for name in [name for name in data if name.startswith("plan-")]:
        del data[name]
    assert marieke.post(editor(snippet), data).status_code == 302
    assert row_of(snippet).personas.exists()


@every_kind
def test_two_open_editors_lose_nothing_to_each_other(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    see, do = journey.phases.all()
    first, second = shown(marieke, editor(snippet)), shown(marieke, editor(snippet))
    first.setlist("plan-phases", [see.pk])
    second.setlist("plan-phases", [do.pk])
    marieke.post(editor(snippet), first)
    marieke.post(editor(snippet), second)
    assert set(row_of(snippet).phases.all()) == {see, do}


@every_kind
def test_what_somebody_set_meanwhile_is_not_wiped(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    data = shown(marieke, editor(snippet))
    tag(snippet, personas=journey.personas.get())
    assert marieke.post(editor(snippet), data).status_code == 302
    assert row_of(snippet).personas.exists()


@every_kind
def test_bad_input_in_the_tab_saves_neither(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    data = shown(marieke, editor(snippet))
    data["title"], data["plan-target_date"] = "Other title", "2026-02-30"
    assert "Enter a valid date." in marieke.post(editor(snippet), data).content.decode()
    snippet.refresh_from_db()
    assert snippet.title == "News"


@with_revisions
def test_an_autosave_writes_and_the_next_one_can_take_it_back(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    data = shown(marieke, editor(snippet))
    data.setlist("plan-personas", [journey.personas.get().pk])
    answer = marieke.post(editor(snippet), data, headers={"accept": "application/json"}).json()
    assert row_of(snippet).personas.exists()
    data["plan-shown"] = answer["field_updates"]["plan-shown"]
    del data["plan-personas"]
    assert marieke.post(editor(snippet), data, headers={"accept": "application/json"}).status_code == 200
    assert not row_of(snippet).personas.exists()


@with_revisions
def test_the_first_autosave_of_a_new_one_writes_its_plan(marieke: Client, journey: Any, make: Any) -> None:
    model = type(make())
    address = f"{place(model)}add/"
    data = shown(marieke, address)
    data["title"], data["text"] = "Brand new", "Water."
    data.setlist("plan-personas", [journey.personas.get().pk])
    answer = marieke.post(address, data, headers={"accept": "application/json"}).json()
    item = row_of(model.objects.get(title="Brand new"))
    assert item.personas.exists()
    assert json.loads(answer["field_updates"]["plan-shown"])["personas"] == [journey.personas.get().pk]


@with_drafts
def test_tags_survive_publishing_and_unpublishing(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    save(marieke, snippet, personas=[journey.personas.get().pk])
    save(marieke, snippet, action="publish")
    snippet.refresh_from_db()
    assert snippet.live
    assert marieke.post(f"{place(snippet)}unpublish/{snippet.pk}/").status_code == 302
    snippet.refresh_from_db()
    assert not snippet.live
    assert row_of(snippet).personas.exists()


@with_drafts
def test_a_draft_of_a_live_one_keeps_its_tags_through_publish(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    snippet.save_revision().publish()
    snippet.title = "Newer"
    snippet.save_revision()
    save(marieke, snippet, personas=[journey.personas.get().pk])
    snippet.refresh_from_db()
    assert snippet.has_unpublished_changes
    snippet.latest_revision.publish()
    assert row_of(snippet).personas.exists()


@with_drafts
def test_tags_survive_a_schedule_and_the_scheduler(marieke: Client, journey: Any, make: Any, time_machine: Any) -> None:
    snippet = make()
    save(marieke, snippet, personas=[journey.personas.get().pk])
    snippet.refresh_from_db()
    schedule_page(snippet, NOW + days(3))
    assert marieke.get(editor(snippet)).status_code == 200
    time_machine.move_to(NOW + days(4), tick=False)
    call_command("publish_scheduled", verbosity=0)
    snippet.refresh_from_db()
    assert snippet.live
    assert row_of(snippet).personas.exists()


@with_revisions
def test_reverting_to_an_old_revision_keeps_the_tags(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    old = snippet.save_revision()
    save(marieke, snippet, personas=[journey.personas.get().pk])
    save(marieke, snippet, address=f"{place(snippet)}history/{snippet.pk}/revisions/{old.pk}/revert/")
    assert row_of(snippet).personas.exists()


@every_kind
def test_a_copy_starts_with_the_tags_but_not_with_the_dates(marieke: Client, journey: Any, make: Any) -> None:
    snippet = make()
    tag(snippet, personas=journey.personas.get(), target_at=NOW + days(9), customer_question="When?")
    data = shown(marieke, f"{place(snippet)}copy/{snippet.pk}/")
    data["title"] = "Copy"
    assert marieke.post(f"{place(snippet)}add/", data, follow=True).status_code == 200
    copy = row_of(type(snippet).objects.get(title="Copy"))
    assert copy.personas.exists()
    assert (copy.target_at, copy.customer_question) == (None, "")
    assert row_of(snippet).target_at == NOW + days(9)


def test_a_change_stands_in_the_snippets_own_history(marieke: Client, journey: Any) -> None:
    card = make_card("News")
    save(marieke, card, personas=[journey.personas.get().pk])
    (entry,) = ModelLogEntry.objects.filter(action="planner.plan")
    assert (entry.content_type, entry.object_id) == (content_type_of(CareCard), str(card.pk))
    assert "Personas: Florist added." in marieke.get(f"{place(card)}history/{card.pk}/").content.decode()


def test_who_may_only_add_snippets_tags_the_new_one(client: Client, journey: Any) -> None:
    user = factories.nina()
    user.user_permissions.add(Permission.objects.get(codename="add_carecard"))
    client.force_login(user)
    data = shown(client, f"{place(CareCard)}add/")
    data["title"], data["text"] = "Mine", "Water."
    data.setlist("plan-personas", [journey.personas.get().pk])
    client.post(f"{place(CareCard)}add/", data)
    assert row_of(CareCard.objects.get(title="Mine")).personas.exists()


def test_a_type_that_was_left_out_has_no_tab(marieke: Client, journey: Any) -> None:
    card = make_card("News")
    LeftOutType.objects.create(content_type=content_type_of(CareCard))
    assert b"plan-personas" not in marieke.get(editor(card)).content
    assert b"plan-personas" not in marieke.get(f"{place(card)}add/").content


def test_a_type_that_never_counted_has_no_tab(marieke: Client, journey: Any) -> None:
    note = UncountedNote.objects.create(title="News")
    assert b"plan-personas" not in marieke.get(editor(note)).content
    assert not ContentItem.objects.filter(content_type=content_type_of(UncountedNote)).exists()


def test_wagtail_finds_the_same_editor_by_the_model_as_by_its_views() -> None:
    assert issubclass(RevisedNote.get_edit_handler().get_form_class(), PlannedForm)
    assert issubclass(RevisedNote.snippet_viewset.get_form_class(), PlannedForm)


def test_translating_a_snippet_in_the_admin_copies_its_tags(marieke: Client, journey: Any) -> None:
    card = make_card("News")
    tag(card, personas=journey.personas.get())
    dutch = Locale.objects.create(language_code="nl")
    address = f"/admin/translation/submit/snippet/cms/carecard/{card.pk}/"
    assert marieke.post(address, {"locales": [dutch.pk], "include_subtree": False}).status_code == 302
    assert row_of(card.get_translation(dutch)).personas.exists()
