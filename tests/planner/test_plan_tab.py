"""The Plan tab in the page editor: what it writes, and what it never loses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page, PageLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage
from personas.messages import Cell, CellChange, write_texts
from planner.models import ContentItem
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
    page.save_revision()
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
    assert "Saving this closes no further gap" in marieke.get(f"/admin/planner/items/hints/?{query}").text


def test_of_a_live_page_saving_closes_the_gap(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    html = hints(marieke, journey, item=item_of(page).pk)
    assert "Saving this closes 1 gap" in html
    assert "Publishing" not in html
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    html = hints(marieke, journey, item=item_of(page).pk)
    assert "Saving this closes no further gap" in html
    assert "This content is live here and counted." in html


def test_the_tab_tells_that_tags_wait_for_no_publishing(marieke: Client, journey: Any) -> None:
    assert "it needs no publishing" in marieke.get(editor(make_page("News"))).text


def test_who_sees_a_section_is_told_that_only_that_is_counted(client: Client, journey: Any) -> None:
    write_question(journey)
    client.force_login(factories.erik(make_section("A")))
    html = hints(client, journey)
    assert "Only content that you may see is counted." in html
    assert "Content that you may not see may answer them." in html
    client.force_login(factories.marieke())
    html = hints(client, journey)
    assert "that you may see is counted" not in html
    assert "Content that you may not see" not in html


def hints(client: Client, journey: Any, **more: Any) -> str:
    query = {"personas": journey.personas.get().pk, "phases": journey.phases.first().pk, **more}
    return client.get("/admin/planner/items/hints/", query).text


def write_question(journey: Any, message: str = "We grow it.", question: str = "How long?") -> None:
    cell = Cell(journey.personas.get().pk, journey.phases.first().pk)
    write_texts(journey, {cell: CellChange(message, [question])}, user=None)


def test_the_hints_tell_what_to_say_and_what_is_asked(marieke: Client, journey: Any) -> None:
    write_question(journey)
    html = hints(marieke, journey)
    assert "We grow it." in html
    assert '<option value="How long?">' in html


def test_a_question_that_is_being_answered_is_told_apart(marieke: Client, journey: Any) -> None:
    write_question(journey)
    html = hints(marieke, journey, customer_question="how long?")
    assert "Answered here: “How long?”" in html
    assert "<option" not in html


def test_a_cell_without_a_message_offers_to_write_one_to_who_may(client: Client, journey: Any) -> None:
    section = make_section("A")
    client.force_login(factories.erik(section))
    assert "Write it down" not in hints(client, journey)
    client.force_login(factories.marieke())
    assert f"/admin/planner/journeys/messages/{journey.pk}/#cell-" in hints(client, journey)


def test_the_hints_tell_what_is_live_there_but_for_the_page_itself(marieke: Client, journey: Any) -> None:
    own, other = make_page("Own page"), make_page("Other page")
    item = tag(own, personas=journey.personas.get(), phases=journey.phases.first())
    tag(other, personas=journey.personas.get(), phases=journey.phases.first())
    html = hints(marieke, journey, item=item.pk)
    assert "Other page" in html
    assert "Own page" not in html


def test_nobody_learns_from_the_hints_of_content_elsewhere(client: Client, journey: Any) -> None:
    write_question(journey)
    here, there = make_section("A"), make_section("B")
    fields = {"personas": journey.personas.get(), "phases": journey.phases.first(), "customer_question": "How long?"}
    secret = tag(make_page("Secret page", parent=there), **fields)
    client.force_login(factories.erik(here))
    html = hints(client, journey, item=secret.pk)
    assert "Secret page" not in html
    assert "answered" not in html
    assert "<b>0</b> live" in html


def test_a_persona_outside_the_journey_is_judged_nowhere(marieke: Client, journey: Any) -> None:
    assert "Nothing is judged here" in hints(marieke, journey, personas=make_persona("stranger").pk)


def test_the_hints_take_a_fixed_number_of_queries(
    marieke: Client, journey: Any, django_assert_max_num_queries: Any
) -> None:
    write_question(journey)
    for number in range(8):
        page = make_page(live=number % 2 == 0)
        tag(page, personas=journey.personas.get(), phases=list(journey.phases.all()), customer_question="How long?")
    hints(marieke, journey)
    with django_assert_max_num_queries(40):
        hints(marieke, journey, phases=[phase.pk for phase in journey.phases.all()])


def test_the_plan_page_has_the_hints_too(marieke: Client, journey: Any) -> None:
    write_question(journey)
    item = make_item("Leaflet", personas=journey.personas.get(), phases=journey.phases.first())
    assert "We grow it." in marieke.get(f"/admin/planner/items/{item.pk}/").text


def test_a_form_that_is_shown_again_gives_the_hints_for_what_was_filled_in(marieke: Client, journey: Any) -> None:
    write_question(journey)
    page = make_page("News", live=False)
    data = shown(marieke, editor(page))
    data.setlist("plan-personas", [journey.personas.get().pk])
    data.setlist("plan-phases", [journey.phases.first().pk])
    data["plan-target_date"] = "2026-02-30"
    assert "We grow it." in marieke.post(editor(page), data).text


def channel_parts(client: Client, page: Any) -> list[tuple[str, int]]:
    html = BeautifulSoup(client.get(editor(page)).content, "html.parser")
    parts = {box.find_parent(class_="jp-ticks__part") for box in html.select('[name="plan-channels"]')}
    found = [part for part in html.select(".jp-ticks__part") if part in parts]
    return [(part.get("aria-label", ""), len(part.select("input"))) for part in found]


def test_up_to_twelve_channels_are_plain_boxes(marieke: Client) -> None:
    for _number in range(12):
        make_channel()
    page = make_page("News")
    assert channel_parts(marieke, page) == [("", 12)]
    assert b"planner-narrow" not in marieke.get(editor(page)).content.replace(b"narrow-boxes", b"")


def test_more_channels_are_grouped_and_start_with_the_chosen_ones(marieke: Client) -> None:
    channels = [make_channel(media_type="earned" if number > 9 else "owned") for number in range(13)]
    page = make_page("News")
    tag(page, channels=[channels[3], channels[12]])
    assert channel_parts(marieke, page) == [("Chosen", 2), ("Owned", 9), ("Earned", 2)]
    folded = BeautifulSoup(marieke.get(editor(page)).content, "html.parser").select(".jp-fold [name=plan-channels]")
    assert len(folded) == 11
    assert b'data-controller="planner-narrow"' in marieke.get(editor(page)).content


@pytest.mark.parametrize(
    "query", ["personas=x&phases=1", "personas=" + "9" * 50, "item=999&phases=-1", "target_date=2026-02-30"]
)
def test_nonsense_in_the_hints_address_is_harmless(marieke: Client, journey: Any, query: str) -> None:
    assert marieke.get(f"/admin/planner/items/hints/?{query}").status_code == 200


def test_a_scheduled_page_keeps_its_plan_in_the_locked_editor(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    tag(page, personas=journey.personas.get())
    schedule_page(page, NOW + days(3))
    html = BeautifulSoup(marieke.get(editor(page)).content, "html.parser").select_one(".jp-plan--tab")
    assert "while it is scheduled" in html.text
    assert "Florist" in html.text
    assert not html.select("input, select, textarea")
    assert html.select_one(".jp-warning a")["href"].startswith(f"/admin/planner/items/{item_of(page).pk}/?next=")
    assert item_of(page).personas.exists()


def test_a_page_that_somebody_else_locked_shows_its_plan_to_read(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    page.locked, page.locked_by, page.locked_at = True, factories.make_user("locker"), NOW
    page.save()
    html = marieke.get(editor(page)).text
    assert "while it is locked" in html
    assert "plan-shown" not in html
    page.locked_by = get_user_model().objects.get(username="marieke")
    page.save()
    assert "plan-shown" in marieke.get(editor(page)).text


def test_a_refused_field_says_so_once_above_its_boxes(marieke: Client, journey: Any) -> None:
    page = make_page("News", live=False)
    data = shown(marieke, editor(page))
    data["plan-personas"] = "999"
    html = BeautifulSoup(marieke.post(editor(page), data).content, "html.parser")
    (error,) = html.select("#id_plan-personas_error")
    assert error.select_one(".error-message")  # what Wagtail counts on the tab
    assert error.find_next("input")["name"] == "plan-personas"


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

    settings.PLANNER_EXCLUDED_TYPES = ["cms.EventPage"]
    assert ArticlePage in module.planned_types()
    assert "EventPage" not in {model.__name__ for model in module.planned_types()}
