"""Next steps from the form to the gap list: who may name and see them, what becomes of them, and what they cost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import PageLogEntry, ReferenceIndex
from wagtail.test.utils.form_data import querydict_from_html

from personas.models import Journey, PhaseLink
from planner.models import ContentItem, NextStep
from planner.plan import PlanChange, change_plan
from tests import factories
from tests.factories import (
    NOW,
    days,
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
def journey() -> Journey:
    made = make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do"))
    see, do = made.phases.all()
    PhaseLink.objects.create(from_phase=see, to_phase=do)
    return made


def plan_url(item: ContentItem) -> str:
    return f"/admin/planner/items/{item.pk}/"


def shown(client: Client, item: ContentItem) -> Any:
    """What a browser would send for an item's plan, as it was shown."""
    form = BeautifulSoup(client.get(plan_url(item)).text, "html.parser").find("form", class_="jp-plan")
    data = querydict_from_html(str(form))
    data._mutable = True
    return data


def save(client: Client, item: ContentItem, *targets: ContentItem, data: Any = None) -> Any:
    data = data or shown(client, item)
    data.setlist("leads_to", [one.pk for one in targets])
    return client.post(plan_url(item), data)


def led_to(item: ContentItem) -> set[str]:
    return {one.display_title for one in item.leads_to.all()}


def offered(client: Client, item: ContentItem, address: str = "") -> dict[str, bool]:
    """The titles that the plan offers as next steps, and whether each is ticked."""
    soup = BeautifulSoup(client.get(address or plan_url(item)).text, "html.parser")
    labels = soup.select(".jp-steps label:has(> input[type=checkbox])")
    return {label.find("span").find(string=True).strip(): label.input.has_attr("checked") for label in labels}


def test_the_plan_names_what_an_item_leads_to(marieke: Client) -> None:
    source, target = make_item("Guide"), make_item("Order")
    assert save(marieke, source, target).status_code == 302
    assert led_to(source) == {"Order"}
    assert led_to(target) == set()
    assert offered(marieke, source) == {"Order": True}


def test_an_emptied_list_is_saved_as_empty(marieke: Client) -> None:
    source, target = make_item(), make_item()
    source.leads_to.add(target)
    save(marieke, source)
    assert led_to(source) == set()


def test_a_tab_that_was_opened_before_takes_nothing_off_that_came_later(marieke: Client) -> None:
    source, first, later = make_item(), make_item("First"), make_item("Later")
    data = shown(marieke, source)
    source.leads_to.add(later)
    save(marieke, source, first, data=data)
    assert led_to(source) == {"First", "Later"}


def test_a_tab_from_before_there_were_next_steps_wipes_none(marieke: Client) -> None:
    source = make_item()
    source.leads_to.add(make_item("Order"))
    data = shown(marieke, source)
    state = json.loads(data["shown"])
    del state["leads_to"]
    data["shown"] = json.dumps(state)
    data["brief"] = "Neat."
    save(marieke, source, data=data)
    source.refresh_from_db()
    assert (source.brief, led_to(source)) == ("Neat.", {"Order"})


@pytest.mark.parametrize("target", ["one", "other"])
def test_a_step_is_kept_once_and_never_leads_to_itself(target: str) -> None:
    items = {"one": make_item(), "other": make_item()}
    NextStep.objects.create(from_item=items["one"], to_item=items["other"])
    with pytest.raises(IntegrityError), transaction.atomic():
        NextStep.objects.create(from_item=items["one"], to_item=items[target])


def test_the_form_refuses_a_step_to_the_item_itself(marieke: Client) -> None:
    source = make_item()
    assert "is not one of the available choices" in save(marieke, source, source).text
    assert not NextStep.objects.exists()


def test_history_tells_of_the_change_but_names_nothing_that_others_may_not_see(marieke: Client) -> None:
    page, target = make_page("Guide"), make_item("Secret launch")
    save(marieke, tag(page), target)
    entry = PageLogEntry.objects.get(page=page.pk, action="planner.plan")
    assert entry.message == "What it leads to was changed."
    assert "Secret" not in json.dumps(entry.data)


@pytest.fixture
def erik() -> Any:
    """Somebody who sees section A only, and what he works on there."""
    return factories.erik(make_section("Section A"))


def of(erik: Any, title: str) -> ContentItem:
    page = erik.groups.get().page_permissions.first().page
    return tag(make_page(title, parent=page, live=True))


def test_nothing_is_offered_accepted_or_shown_that_one_may_not_see(client: Client, erik: Any, journey: Journey) -> None:
    client.force_login(erik)
    see, do = journey.phases.all()
    source, hidden = of(erik, "Guide"), tag(make_page("Secret launch", parent=make_section("Section B")))
    tag(source, personas=journey.personas.get(), phases=see)
    tag(hidden, personas=journey.personas.get(), phases=do)
    source.leads_to.add(hidden)
    for address in (plan_url(source), f"{plan_url(source)}quick/", "/admin/planner/items/steps/?q=secret"):
        assert "Secret" not in client.get(address).text
    data = shown(client, source)
    data["find"], data["find_step"] = "1", "secret"
    assert "Secret launch" not in client.post(plan_url(source), data).text


def test_a_step_to_what_one_may_not_see_is_refused_like_one_to_what_does_not_exist(client: Client, erik: Any) -> None:
    client.force_login(erik)
    source, hidden = of(erik, "Guide"), make_item("Secret", section=make_section("B"))
    for key in (hidden.pk, 987654):
        answer = BeautifulSoup(save(client, source, ContentItem(pk=key)).text, "html.parser")
        (error,) = answer.select(".jp-steps .error-message")
        assert error.text == f"Select a valid choice. {key} is not one of the available choices."
    assert led_to(source) == set()


def test_a_step_that_one_may_not_see_survives_ones_save(client: Client, erik: Any) -> None:
    client.force_login(erik)
    source, own, hidden = of(erik, "Guide"), of(erik, "Order"), make_item("Hidden", section=make_section("B"))
    source.leads_to.add(hidden)
    data = shown(client, source)
    state = json.loads(data["shown"])
    data["shown"] = json.dumps(state | {"leads_to": [hidden.pk]})  # forged
    save(client, source, own, data=data)
    assert led_to(source) == {"Hidden", "Order"}


def test_what_the_content_links_to_is_suggested(marieke: Client) -> None:
    linked = make_page("Order form")
    page = make_page("Guide")
    item = tag(page)
    page.body = json.dumps([{"type": "paragraph", "value": f'<p><a linktype="page" id="{linked.pk}">Order</a></p>'}])
    page.save()
    ReferenceIndex.create_or_update_for_object(page)
    assert offered(marieke, item) == {"Order form": False}


def test_what_follows_for_the_same_people_is_suggested(marieke: Client, journey: Journey) -> None:
    see, do = journey.phases.all()
    florist = journey.personas.get()
    source = make_item("Guide", personas=florist, phases=see)
    make_item("Order", personas=florist, phases=do)
    make_item("For others", personas=make_persona(), phases=do)
    make_item("Not yet", personas=florist, phases=do, state="idea")
    make_item("Same phase", personas=florist, phases=see)
    make_item("For all", phases=do, for_everyone=True)
    assert offered(marieke, source) == {"Order": False, "For all": False}


def test_a_search_by_title_works_without_a_script_and_keeps_what_was_filled_in(marieke: Client) -> None:
    source, ticked = make_item("Guide"), make_item("Ticked")
    make_item("Order form")
    data = shown(marieke, source)
    data.setlist("leads_to", [ticked.pk])
    data["brief"], data["find"], data["find_step"] = "Not saved yet", "1", "form ORDER"
    html = marieke.post(plan_url(source), data).text
    assert "Not saved yet" in html
    soup = BeautifulSoup(html, "html.parser")
    boxes = {box.parent.find("span").find(string=True).strip(): box for box in soup.select(".jp-steps [name=leads_to]")}
    assert {title: box.has_attr("checked") for title, box in boxes.items()} == {"Ticked": True, "Order form": False}
    assert not NextStep.objects.exists()


def test_a_search_leaves_out_what_stands_there_already(marieke: Client) -> None:
    known, new = make_item("Order one"), make_item("Order two")
    html = marieke.get(f"/admin/planner/items/steps/?q=order&but={known.pk}").text
    assert "Order one" not in html
    assert f'name="leads_to" value="{new.pk}"' in html
    in_editor = marieke.get("/admin/planner/items/steps/?q=order&in_editor=1").text
    assert 'name="plan-leads_to"' in in_editor


def test_a_search_that_finds_nothing_says_so(marieke: Client) -> None:
    assert "Nothing else that you may see" in marieke.get("/admin/planner/items/steps/?q=xyzzy").text


def test_the_plan_tab_saves_next_steps(marieke: Client) -> None:
    page, target = make_page("Guide"), make_item("Order")
    address = f"/admin/pages/{page.pk}/edit/"
    data = querydict_from_html(marieke.get(address).text, form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    data.setlist("plan-leads_to", [target.pk])
    marieke.post(address, data)
    assert led_to(tag(page)) == {"Order"}
    assert offered(marieke, tag(page), address) == {"Order": True}


def test_the_tab_of_a_scheduled_page_tells_its_next_step_and_offers_none(marieke: Client, user: Any) -> None:
    page = make_page("Guide", live=False)
    tag(page).leads_to.add(make_item("Order form"))
    schedule_page(page, NOW + days(3), user=user)
    soup = BeautifulSoup(marieke.get(f"/admin/pages/{page.pk}/edit/").text, "html.parser")
    assert soup.find("a", string="Order form")
    assert not soup.select(".jp-steps")


def test_the_quick_view_tells_the_next_step(marieke: Client) -> None:
    source = make_item("Guide")
    source.leads_to.add(make_item("Order form"))
    html = marieke.get(f"{plan_url(source)}quick/").text
    assert "Leads to" in html
    assert "Order form" in html


def test_a_copy_starts_with_the_next_steps_of_its_source(marieke: Client) -> None:
    page = make_page("Guide")
    tag(page).leads_to.add(make_item("Order"))
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert led_to(tag(copy)) == set()  # Wagtail tells nobody of a copy that a script makes
    alias = page.create_alias(update_slug="alias")
    assert led_to(tag(alias)) == {"Order"}
    fields = {"new_title": "Again", "new_slug": "again", "new_parent_page": factories.root_page().pk}
    marieke.post(f"/admin/pages/{page.pk}/copy/", fields)
    assert led_to(ContentItem.objects.get(page__slug="again")) == {"Order"}


def test_what_is_deleted_leaves_a_step_into_nothing_until_somebody_takes_it_off(marieke: Client) -> None:
    source, page = make_item("Guide"), make_page("Order")
    source.leads_to.add(tag(page))
    page.delete()
    assert led_to(source) == set()
    assert "content that was deleted" in marieke.get(plan_url(source)).text
    data = shown(marieke, source)
    save(marieke, source, data=data)
    assert source.steps_out.count() == 1
    data["drop_deleted_steps"] = "on"
    save(marieke, source, data=data)
    assert source.steps_out.count() == 0


def test_a_step_that_is_there_already_is_no_change(user: Any) -> None:
    source, target = make_item(), make_item()
    assert change_plan(source, PlanChange(steps_added=[target]), user=user) == ["leads_to"]
    assert change_plan(source, PlanChange(steps_added=[target]), user=user) == []
    assert change_plan(source, PlanChange(steps_removed=[target]), user=user) == ["leads_to"]
