"""The Plan tab in the page editor: what it writes, and what it never loses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page, PageLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage
from planner.models import ContentItem
from tests import factories
from tests.factories import NOW, days, make_journey, make_page, make_persona, make_section, schedule_page, tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def marieke(client: Client) -> Client:
    client.force_login(factories.marieke())
    return client


@pytest.fixture
def journey() -> Any:
    persona = make_persona("florist", name="Florist")
    return make_journey("buy", name="I want to buy", personas=(persona,), phases=("see", "do"))


def editor(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def shown(client: Client, address: str) -> Any:
    """What the browser would post back, as a dictionary of lists."""
    html = client.get(address).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    return data


def save(client: Client, page: Any, *, publish: bool = False, **plan: Any) -> Any:
    data = shown(client, editor(page))
    for name, value in plan.items():
        data.setlist(f"plan-{name}", value if isinstance(value, list) else [value])
    if publish:
        data["action-publish"] = "1"
    response = client.post(editor(page), data)
    assert response.status_code == 302, BeautifulSoup(response.content, "html.parser").select(
        ".error-message, .jp-field__error"
    )
    return response


def item_of(page: Any) -> ContentItem:
    return ContentItem.objects.get(page=page.pk)


def test_the_tab_stands_last_in_the_editor(marieke: Client, journey: Any) -> None:
    html = BeautifulSoup(marieke.get(editor(make_page("News"))).content, "html.parser")
    assert html.select('[role="tab"]')[-1].find(string=True).strip() == "Plan"
    assert html.select('[name="plan-personas"]')


def test_saving_a_draft_writes_the_row_and_nothing_into_the_revision(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    save(marieke, page, personas=[journey.personas.get().pk], customer_question="How long do they last?")
    item = item_of(page)
    assert (item.personas.get().slug, item.customer_question) == ("florist", "How long do they last?")
    assert "plan" not in json.dumps(ArticlePage.objects.get(pk=page.pk).get_latest_revision().content)


def test_creating_a_page_writes_its_plan_at_once(marieke: Client, journey: Any) -> None:
    address = f"/admin/pages/add/cms/articlepage/{factories.root_page().pk}/"
    data = shown(marieke, address)
    data["title"], data["slug"] = "Brand new", "brand-new"
    data.setlist("plan-phases", [journey.phases.first().pk])
    assert marieke.post(address, data).status_code == 302
    assert item_of(Page.objects.get(slug="brand-new")).phases.get() == journey.phases.first()


def test_tags_survive_publishing(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    save(marieke, page, personas=[journey.personas.get().pk])
    save(marieke, page, publish=True)
    assert item_of(page).personas.exists()


def test_a_live_page_with_a_draft_keeps_its_tags_through_publish(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    page.save_revision().publish()
    save(marieke, page, personas=[journey.personas.get().pk])
    ArticlePage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert item_of(page).personas.exists()


def test_an_autosave_writes_and_the_next_one_can_take_it_back(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    data = shown(marieke, editor(page))
    data.setlist("plan-personas", [journey.personas.get().pk])
    answer = marieke.post(editor(page), data, headers={"accept": "application/json"}).json()
    assert item_of(page).personas.exists()
    data["plan-shown"] = answer["field_updates"]["plan-shown"]
    for name in ("loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id"):
        if name in answer or name.replace("loaded_", "") in answer:
            data[name] = answer.get(name, answer.get(name.replace("loaded_", "")))
    data["overwrite_revision_id"] = answer["revision_id"]
    del data["plan-personas"]
    assert marieke.post(editor(page), data, headers={"accept": "application/json"}).status_code == 200
    assert not item_of(page).personas.exists()


def test_an_emptied_list_is_saved_as_empty(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    tag(page, personas=journey.personas.get())
    save(marieke, page, personas=[])
    assert not item_of(page).personas.exists()


def test_a_save_without_the_tab_wipes_nothing(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    tag(page, personas=journey.personas.get())
    data = shown(marieke, editor(page))
    for name in [name for name in data if name.startswith("plan-")]:
        del data[name]
    assert marieke.post(editor(page), data).status_code == 302
    assert item_of(page).personas.exists()


def test_reverting_to_an_old_revision_keeps_the_tags(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    old = page.save_revision()
    save(marieke, page, personas=[journey.personas.get().pk])
    data = shown(marieke, f"/admin/pages/{page.pk}/revisions/{old.pk}/revert/")
    assert marieke.post(editor(page), data).status_code == 302
    assert item_of(page).personas.exists()


def test_a_change_is_written_once_in_the_history(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    save(marieke, page, personas=[journey.personas.get().pk])
    save(marieke, page)
    assert PageLogEntry.objects.filter(page=page.pk, action="planner.plan").count() == 1


def test_two_editors_in_two_tabs_lose_nothing(marieke: Client, journey: Any) -> None:
    page, (see, do) = make_page("News", live=False), journey.phases.all()
    first, second = shown(marieke, editor(page)), shown(marieke, editor(page))
    first.setlist("plan-phases", [see.pk])
    second.setlist("plan-phases", [do.pk])
    marieke.post(editor(page), first)
    marieke.post(editor(page), second)
    assert set(item_of(page).phases.all()) == {see, do}


def test_bad_input_in_the_tab_saves_neither_page_nor_plan(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    data = shown(marieke, editor(page))
    data["title"], data["plan-target_date"] = "Other title", "2026-02-30"
    response = marieke.post(editor(page), data)
    assert "Enter a valid date." in response.content.decode()
    page.refresh_from_db()
    assert page.title == "News"


def test_a_copy_made_in_the_admin_starts_with_the_tags(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    tag(page, personas=journey.personas.get())
    address = f"/admin/pages/{page.pk}/copy/"
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": page.get_parent().pk, "copy_subpages": ""}
    assert marieke.post(address, data).status_code == 302
    assert item_of(Page.objects.get(slug="copy")).personas.exists()


def test_an_alias_that_becomes_a_page_has_its_sources_tags(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    tag(page, personas=journey.personas.get())
    alias = page.create_alias(update_slug="alias")
    assert marieke.post(f"/admin/pages/{alias.pk}/convert_alias/").status_code == 302
    assert item_of(alias).personas.exists()


def test_who_may_only_publish_gets_no_tab(client: Client, journey: Any) -> None:
    section = make_section("A")
    page = make_page("News", parent=section)
    client.force_login(factories.make_user("paul", section=section, can=("publish", "add")))
    assert b"plan-personas" not in client.get(editor(page)).content


def test_the_tab_tells_which_gap_publishing_closes(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    html = marieke.get(editor(page)).content.decode()
    assert "Publishing this closes 1 gap" in html


def test_the_hints_follow_what_is_ticked(marieke: Client, journey: Any) -> None:
    query = f"personas={journey.personas.get().pk}&phases={journey.phases.first().pk}&phases={journey.phases.last().pk}"
    assert "Publishing this closes 2 gaps" in marieke.get(f"/admin/planner/items/hints/?{query}").content.decode()


def test_an_item_that_is_live_in_its_cell_closes_nothing_more(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    item = tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    query = f"personas={journey.personas.get().pk}&phases={journey.phases.first().pk}&item={item.pk}"
    assert "Publishing this closes no gap" in marieke.get(f"/admin/planner/items/hints/?{query}").content.decode()


@pytest.mark.parametrize(
    "query", ["personas=x&phases=1", "personas=" + "9" * 50, "item=999&phases=-1", "target_date=2026-02-30"]
)
def test_nonsense_in_the_hints_address_is_harmless(marieke: Client, journey: Any, query: str) -> None:
    assert marieke.get(f"/admin/planner/items/hints/?{query}").status_code == 200


def test_a_scheduled_page_keeps_its_plan_in_the_locked_editor(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    tag(page, personas=journey.personas.get())
    schedule_page(page, NOW + days(3))
    assert marieke.get(editor(page)).status_code == 200
    assert item_of(page).personas.exists()


def test_a_page_type_with_its_own_editor_keeps_it_and_gets_the_tab() -> None:
    from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface

    from planner.editor import PlannedForm, with_plan_tab

    own = ObjectList([FieldPanel("title")], heading="Mine")
    tabbed = with_plan_tab(own)
    assert [str(tab.heading) for tab in tabbed.children] == ["Mine", "Plan"]
    assert [str(tab.heading) for tab in with_plan_tab(TabbedInterface([own])).children] == ["Mine", "Plan"]
    assert issubclass(tabbed.base_form_class, PlannedForm)


def test_a_type_that_is_left_out_keeps_its_editor(settings: Any) -> None:
    from planner import editor as module

    settings.PLANNER_EXCLUDED_PAGE_TYPES = ["cms.EventPage"]
    assert ArticlePage in module.planned_types()
    assert "EventPage" not in {model.__name__ for model in module.planned_types()}
