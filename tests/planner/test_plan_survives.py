"""What becomes of a plan when its page is copied, translated, moved, reverted, or written through Wagtail's API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import APIToken, Locale, Page, PageLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage, SectionPage
from planner.forms import state_of_item
from planner.models import ContentItem
from tests import factories
from tests.factories import NOW, days, make_channel, make_journey, make_page, make_persona, schedule_page, tag

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.planner.api_urls"), pytest.mark.usefixtures("clock")]


@pytest.fixture
def api(user: Any) -> Client:
    """A program that writes through Wagtail's API with Marieke's token."""
    _token, key = APIToken.create_token(user=user, name="script")
    return Client(headers={"authorization": f"Bearer {key}"})


@pytest.fixture
def journey() -> Any:
    return make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do"))


def give_plan(page: Any, journey: Any) -> ContentItem:
    """A plan with something in every field that belongs to the item whatever happens to its page."""
    item = tag(
        page,
        personas=journey.personas.get(),
        phases=journey.phases.first(),
        channels=make_channel(),
        customer_question="How long?",
        review_due=date(2026, 9, 1),
        target_at=NOW + days(30),
        owner=factories.make_user("owner"),
    )
    item.themes.add("tulips")
    return item


def plan_of(page: Any) -> dict[str, Any]:
    return state_of_item(ContentItem.objects.get(page_id=page.pk))


def tags_of(page: Any) -> dict[str, Any]:
    plan = plan_of(page)
    return {name: plan[name] for name in ("personas", "phases", "channels", "themes")}


def planned_page(journey: Any, **fields: Any) -> Any:
    """A page with a plan, stored as its editor would have."""
    page = make_page("News", **fields)
    page.save_revision()
    give_plan(page, journey)
    return page


def editor(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def shown(client: Client, address: str) -> Any:
    """What the browser would post back."""
    data = querydict_from_html(client.get(address).text, form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    return data


def send(client: Client, page: Any, data: Any) -> Any:
    """Save the editor's form. As lists: of a QueryDict the client would send the last value of each name only."""
    response = client.post(editor(page), dict(data.lists()))
    assert response.status_code == 302, errors_in(response)
    return response


def errors_in(response: Any) -> list[str]:
    found = BeautifulSoup(response.content, "html.parser").select(".error-message, .jp-field__error, .messages")
    return [one.get_text(" ", strip=True) for one in found]


def write(api: Client, method: str, address: str, data: dict[str, Any]) -> Any:
    response = getattr(api, method)(f"/api/v3/pages/{address}", data, content_type="application/json")
    assert response.status_code in {200, 201}, response.content
    return response.json()


def test_a_title_written_through_the_api_leaves_the_plan_alone(api: Client, journey: Any) -> None:
    page = planned_page(journey)
    before = plan_of(page)
    write(api, "patch", f"{page.pk}/", {"meta": {"type": "cms.ArticlePage"}, "title": "Other"})
    assert ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Other"
    assert plan_of(page) == before
    assert not PageLogEntry.objects.filter(action="planner.plan").exists()


def test_publishing_through_the_api_leaves_the_plan_alone(api: Client, journey: Any) -> None:
    page = planned_page(journey, live=False)
    before = plan_of(page)
    meta = {"type": "cms.ArticlePage", "action": "publish"}
    write(api, "patch", f"{page.pk}/", {"meta": meta, "title": "Other"})
    page.refresh_from_db()
    assert page.live
    assert plan_of(page) == before


def test_the_apis_publish_and_unpublish_leave_the_plan_alone(api: Client, journey: Any) -> None:
    page = planned_page(journey, live=False)
    before = plan_of(page)
    write(api, "post", f"{page.pk}/actions/publish/", {})
    write(api, "post", f"{page.pk}/actions/unpublish/", {})
    assert plan_of(page) == before


def test_a_page_made_through_the_api_has_an_empty_plan(api: Client) -> None:
    meta = {"type": "cms.ArticlePage", "parent_id": factories.root_page().pk}
    key = write(api, "post", "", {"meta": meta, "title": "Brand new"})["id"]
    assert ContentItem.objects.filter(page_id=key).count() == 1
    assert not any(tags_of(Page.objects.get(pk=key)).values())


def test_plan_fields_sent_to_the_api_change_nothing(api: Client, journey: Any) -> None:
    page = planned_page(journey)
    before = plan_of(page)
    sent = {"meta": {"type": "cms.ArticlePage"}, "title": "Other", "plan-shown": "{}", "plan-personas": []}
    write(api, "patch", f"{page.pk}/", sent)
    assert plan_of(page) == before


def test_reverting_through_the_api_leaves_the_plan_alone(api: Client, journey: Any) -> None:
    page = make_page("News")
    old = page.save_revision()
    page.save_revision()
    give_plan(page, journey)
    before = plan_of(page)
    write(api, "post", f"{page.pk}/actions/revert/", {"revision_id": old.pk})
    assert plan_of(page) == before


def test_a_copy_made_through_the_api_starts_with_the_tags_of_its_source(api: Client, journey: Any) -> None:
    page = planned_page(journey)
    key = write(api, "post", f"{page.pk}/actions/copy/", {})["id"]
    assert tags_of(Page.objects.get(pk=key)) == tags_of(page)


def test_a_tree_copied_through_the_api_starts_with_the_tags_of_its_sources(api: Client, journey: Any) -> None:
    above = make_page("Above", model=SectionPage)
    section = make_page("Section", model=SectionPage, parent=above)
    page = planned_page(journey, parent=section)
    key = write(api, "post", f"{section.pk}/actions/copy/", {"recursive": True})["id"]
    (child,) = Page.objects.get(pk=key).get_children()
    assert tags_of(child) == tags_of(page)
    assert not any(tags_of(Page.objects.get(pk=key)).values())


def test_a_translation_made_through_the_api_starts_with_the_tags_of_its_source(api: Client, journey: Any) -> None:
    Locale.objects.create(language_code="nl")
    page = planned_page(journey)
    address = f"{page.pk}/actions/copy_for_translation/"
    key = write(api, "post", address, {"locale": "nl", "copy_parents": True})["id"]
    assert tags_of(Page.objects.get(pk=key)) == tags_of(page)


def test_an_alias_made_and_converted_through_the_api_has_its_sources_tags(api: Client, journey: Any) -> None:
    page = planned_page(journey)
    key = write(api, "post", f"{page.pk}/actions/create_alias/", {})["id"]
    write(api, "post", f"{key}/actions/convert_alias/", {})
    assert tags_of(Page.objects.get(pk=key)) == tags_of(page)


def test_a_page_moved_through_the_api_keeps_its_plan(api: Client, journey: Any) -> None:
    page, section = planned_page(journey), make_page("Section", model=SectionPage)
    before = plan_of(page)
    write(api, "post", f"{page.pk}/actions/move/", {"destination_id": section.pk, "position": "last-child"})
    assert Page.objects.get(pk=page.pk).get_parent().pk == section.pk
    assert plan_of(page) == before


def test_moving_in_the_admin_keeps_the_plans_of_the_whole_tree(marieke: Client, journey: Any) -> None:
    section, goal = make_page("Section", model=SectionPage), make_page("Goal", model=SectionPage)
    page = planned_page(journey, parent=section)
    before = plan_of(page)
    address = f"/admin/pages/{section.pk}/move/{goal.pk}/confirm/"
    assert marieke.post(address).status_code == 302
    assert Page.objects.get(pk=section.pk).get_parent().pk == goal.pk
    assert plan_of(page) == before


def test_translating_in_the_admin_gives_the_whole_tree_its_tags(marieke: Client, journey: Any) -> None:
    dutch = Locale.objects.create(language_code="nl")
    factories.root_page().copy_for_translation(dutch)
    section = make_page("Section", model=SectionPage)
    page = planned_page(journey, parent=section)
    address = f"/admin/translation/submit/page/{section.pk}/"
    response = marieke.post(address, {"locales": [dutch.pk], "include_subtree": "on"})
    assert response.status_code == 302, errors_in(response)
    translated = Page.objects.get(pk=page.pk).get_translation(dutch)
    assert tags_of(translated) == tags_of(page)


def test_a_translation_goes_its_own_way_from_then_on(marieke: Client, journey: Any) -> None:
    page = planned_page(journey)
    dutch = Locale.objects.create(language_code="nl")
    translated = page.copy_for_translation(dutch, copy_parents=True)
    data = shown(marieke, editor(translated))
    data.setlist("plan-personas", [])
    send(marieke, translated, data)
    assert not tags_of(translated)["personas"]
    assert tags_of(page)["personas"]


def test_translating_again_changes_no_tags_of_an_older_translation(marieke: Client, journey: Any) -> None:
    dutch = Locale.objects.create(language_code="nl")
    factories.root_page().copy_for_translation(dutch)
    section = make_page("Section", model=SectionPage)
    section.copy_for_translation(dutch)
    translated = section.get_translation(dutch)
    tag(translated, personas=make_persona("gardener"))
    before = tags_of(translated)
    page = planned_page(journey, parent=section)
    page.copy_for_translation(dutch)
    assert tags_of(translated) == before


def test_an_alias_of_the_whole_tree_has_the_tags_of_its_sources(marieke: Client, journey: Any) -> None:
    above = make_page("Above", model=SectionPage)
    section = make_page("Section", model=SectionPage, parent=above)
    page = planned_page(journey, parent=section)
    address = f"/admin/pages/{section.pk}/copy/"
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": above.pk,
        "copy_subpages": "on",
        "alias": "on",
    }
    assert marieke.post(address, data).status_code == 302
    (child,) = Page.objects.get(slug="copy").get_children()
    assert child.alias_of_id == page.pk
    assert tags_of(child) == tags_of(page)


def test_a_converted_alias_goes_its_own_way_from_then_on(marieke: Client, journey: Any) -> None:
    page = planned_page(journey)
    alias = page.create_alias(update_slug="alias")
    assert marieke.post(f"/admin/pages/{alias.pk}/convert_alias/").status_code == 302
    data = shown(marieke, editor(alias))
    data.setlist("plan-channels", [])
    send(marieke, alias, data)
    assert not tags_of(alias)["channels"]
    assert tags_of(page)["channels"]


def test_scheduling_and_publishing_on_schedule_keep_the_plan(journey: Any) -> None:
    page = planned_page(journey, live=False)
    before = plan_of(page)
    revision = schedule_page(page, NOW + days(3))
    revision.publish()
    assert plan_of(page) == before


def test_unpublishing_in_the_admin_keeps_the_plan(marieke: Client, journey: Any) -> None:
    page = planned_page(journey)
    before = plan_of(page)
    assert marieke.post(f"/admin/pages/{page.pk}/unpublish/").status_code == 302
    assert plan_of(page) == before


def test_a_comment_on_the_page_and_the_plan_are_saved_together(marieke: Client, journey: Any) -> None:
    page = planned_page(journey, live=False)
    data = shown(marieke, editor(page))
    comment = {"text": "Shorter?", "contentpath": "title", "position": "", "resolved": "", "DELETE": "", "id": ""}
    data["comments-TOTAL_FORMS"], data["comments-INITIAL_FORMS"] = "1", "0"
    for name, value in comment.items():
        data[f"comments-0-{name}"] = value
    data["comments-0-replies-TOTAL_FORMS"] = data["comments-0-replies-INITIAL_FORMS"] = "0"
    data.setlist("plan-phases", [phase.pk for phase in journey.phases.all()])
    send(marieke, page, data)
    assert ArticlePage.objects.get(pk=page.pk).wagtail_admin_comments.get().text == "Shorter?"
    assert len(plan_of(page)["phases"]) == 2


def test_what_one_tab_takes_off_another_tab_does_not_bring_back(marieke: Client, journey: Any) -> None:
    page, (see, do) = planned_page(journey, live=False), journey.phases.all()
    first, second = shown(marieke, editor(page)), shown(marieke, editor(page))
    first.setlist("plan-phases", [])
    second.setlist("plan-phases", [see.pk, do.pk])
    send(marieke, page, first)
    send(marieke, page, second)
    assert plan_of(page)["phases"] == [do.pk]


def test_a_value_that_one_tab_did_not_touch_is_not_set_back(marieke: Client, journey: Any) -> None:
    page = planned_page(journey, live=False)
    first, second = shown(marieke, editor(page)), shown(marieke, editor(page))
    first["plan-customer_question"] = "How much?"
    second["plan-review_due"] = "2026-10-10"
    send(marieke, page, first)
    send(marieke, page, second)
    values = plan_of(page)["values"]
    assert (values["customer_question"], values["review_due"]) == ("How much?", "2026-10-10")


def test_submitting_for_review_writes_the_plan(marieke: Client, journey: Any) -> None:
    page = planned_page(journey, live=False)
    data = shown(marieke, editor(page))
    data.setlist("plan-channels", [])
    data["action-submit"] = "1"
    send(marieke, page, data)
    assert not plan_of(page)["channels"]
    assert plan_of(page)["personas"]


def test_a_page_type_with_an_editor_of_its_own_saves_page_and_plan(
    marieke: Client, journey: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wagtail.admin.panels import FieldPanel, ObjectList

    from planner.editor import with_plan_tab

    own = ObjectList([FieldPanel("title"), FieldPanel("slug")], heading="Mine")
    monkeypatch.setattr(ArticlePage, "edit_handler", with_plan_tab(own))
    ArticlePage.get_edit_handler.cache_clear()
    try:
        page = planned_page(journey, live=False)
        data = shown(marieke, editor(page))
        data["title"] = "Other"
        data.setlist("plan-channels", [])
        send(marieke, page, data)
    finally:
        monkeypatch.undo()
        ArticlePage.get_edit_handler.cache_clear()
    assert ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Other"
    assert not plan_of(page)["channels"]
