"""What a type needs before it is published, and every road by which Wagtail's admin and API publish."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.actions import action_registry
from wagtail.models import Page, Task, Workflow, WorkflowTask
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage, EventPage
from planner.checks import requirements_can_be_read
from planner.models import ContentItem, LeftOutType
from planner.requirements import Lacking, in_words, lacking, lacking_in_pages, required_of
from tests import factories
from tests.factories import NOW, days, make_channel, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

REFUSE_ALL = {"*": {"personas": "refuse", "phases": "refuse", "channels": "refuse"}}
TWO_REFUSED = {"cms.ArticlePage": {"personas": "refuse", "phases": "refuse"}}


@pytest.fixture(autouse=True)
def journey() -> Any:
    persona = make_persona("florist", name="Florist")
    return make_journey("buy", name="I want to buy", personas=(persona,), phases=("see", "do"))


@pytest.fixture
def refused(settings: Any) -> None:
    settings.PLANNER_REQUIRED = TWO_REFUSED


@pytest.fixture
def warned(settings: Any) -> None:
    settings.PLANNER_REQUIRED = {"cms.ArticlePage": {"personas": "warn", "phases": "warn"}}


def editor(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def save(client: Client, address: str, action: str = "action-publish", **values: Any) -> Any:
    """What the browser posts where the given fields are filled in and this button is pressed."""
    data = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    if action:
        data[action] = "1"
    return client.post(address, data)


def text_of(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def said(client: Client) -> str:
    """The messages that wait for the next page."""
    return text_of(client.get("/admin/"))


def plan_of(journey: Any) -> dict[str, Any]:
    return {"plan-personas": journey.personas.get().pk, "plan-phases": journey.phases.first().pk}


def refused_at(response: Any) -> list[str]:
    """The fields of the plan at which the editor, shown again, has an error."""
    errors = BeautifulSoup(response.content, "html.parser").select("#tab-plan [id]:has(> .error-message)")
    return [error["id"].removeprefix("id_plan-").removesuffix("_error") for error in errors]


def is_live(page: Any) -> bool:
    return Page.objects.get(pk=page.pk).live


# What is required


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({}, {}),
        ({"*": {"personas": "warn"}}, {"personas": "warn"}),
        ({"cms.EventPage": {"personas": "refuse"}}, {}),
        ({"*": {"personas": "warn", "phases": "warn"}, "cms.ArticlePage": {"personas": "refuse"}},
         {"personas": "refuse", "phases": "warn"}),
        ({"*": {"personas": "refuse"}, "cms.ArticlePage": {"personas": "silent"}}, {}),
    ],
)  # fmt: skip
def test_a_types_own_entry_goes_before_that_of_every_type(settings: Any, setting: Any, expected: Any) -> None:
    settings.PLANNER_REQUIRED = setting
    assert required_of(ArticlePage) == expected


def test_nothing_is_lacking_without_the_setting(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert lacking(ArticlePage, ()) == Lacking()


def test_a_dimension_of_which_nothing_can_be_chosen_is_not_required(settings: Any) -> None:
    settings.PLANNER_REQUIRED = REFUSE_ALL
    assert lacking(ArticlePage, ()).refused == ("personas", "phases")
    make_channel("site")
    assert lacking(ArticlePage, ()).refused == ("personas", "phases", "channels")


def test_nothing_is_required_of_a_type_that_does_not_count(refused: None) -> None:
    from django.contrib.contenttypes.models import ContentType

    LeftOutType.objects.create(content_type=ContentType.objects.get_for_model(ArticlePage))
    assert lacking(ArticlePage, ()) == Lacking()


def test_content_for_everyone_has_its_personas(refused: None, journey: Any) -> None:
    page = make_page()
    tag(page, for_everyone=True, phases=journey.phases.first())
    assert lacking_in_pages([page]) == []


def test_many_pages_are_judged_in_a_few_queries(refused: None, django_assert_max_num_queries: Any) -> None:
    pages = [make_page() for _number in range(10)] + [make_page(model=EventPage)]
    with django_assert_max_num_queries(4):
        assert len(lacking_in_pages(pages)) == 10


def test_it_says_what_is_lacking_in_words() -> None:
    assert in_words(["phases", "personas"]) == "no persona and no phase"
    assert in_words(["channels", "phases", "personas"]) == "no persona, no phase and no channel"


# The check


def test_a_setting_that_can_be_read_passes(settings: Any) -> None:
    settings.PLANNER_REQUIRED = REFUSE_ALL | TWO_REFUSED
    assert requirements_can_be_read() == []


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        (["cms.ArticlePage"], "is no dictionary of dictionaries"),
        ({"cms.ArticlePage": "refuse"}, "is no dictionary of dictionaries"),
        ({"cms.NoPage": {}}, "has an entry for “cms.NoPage”, but there is no such model"),
        ({7: {}}, "has an entry for “7”"),
        ({"*": {"persona": "warn"}}, "asks for “persona” of “*”; it can ask for personas, phases, channels"),
        ({"*": {"personas": "stop"}}, "has the level “stop” for personas of “*”; the levels are silent, warn, refuse"),
        ({"*": {"personas": ["warn"]}}, "has the level"),
    ],
)
def test_a_fault_in_the_setting_is_named(settings: Any, setting: Any, fault: str) -> None:
    settings.PLANNER_REQUIRED = setting
    (error,) = requirements_can_be_read()
    assert (error.id, fault in error.msg) == ("planner.E002", True)


# The editor


def test_publishing_is_refused_with_errors_at_the_fields(marieke: Client, refused: None) -> None:
    page = make_page(live=False)
    response = save(marieke, editor(page))
    assert (response.status_code, is_live(page)) == (200, False)
    # By the class that Wagtail's tabs count.
    assert refused_at(response) == ["personas", "phases"]
    assert text_of(response).count("Not published: choose at least one, or save it as a draft.") == 2


def test_wagtail_leads_to_the_first_error_of_the_plan(marieke: Client, refused: None) -> None:
    response = save(marieke, editor(make_page(live=False)))
    (message,) = BeautifulSoup(response.content, "html.parser").select(".messages li")
    assert "Go to the first error" in message.text
    assert response.context["form"].non_field_errors() == []


def test_a_form_that_does_not_bring_the_plan_is_told_where_it_is(marieke: Client, refused: None) -> None:
    page = make_page(live=False)
    data = opened(marieke, page)
    del data["plan-shown"]
    text = text_of(marieke.post(editor(page), data))
    assert "Not published: it has no persona and no phase. Choose on the Plan tab, or save it as a draft." in text


def test_only_what_is_missing_is_asked_for(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    response = save(marieke, editor(page), **{"plan-personas": journey.personas.get().pk})
    assert refused_at(response) == ["phases"]


def test_what_is_ticked_in_the_same_save_is_enough(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    assert save(marieke, editor(page), **plan_of(journey)).status_code == 302
    assert is_live(page)


def test_what_is_unticked_in_the_same_save_is_missing(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    assert refused_at(save(marieke, editor(page), **{"plan-phases": []})) == ["phases"]


def test_for_everyone_is_enough_for_the_persona(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    save(marieke, editor(page), **{"plan-for_everyone": "on", "plan-phases": journey.phases.first().pk})
    assert is_live(page)


def test_a_draft_can_always_be_saved(marieke: Client, refused: None) -> None:
    page = make_page(live=False)
    assert save(marieke, editor(page), action="", title="New title").status_code == 302
    assert Page.objects.get(pk=page.pk).draft_title == "New title"


def test_scheduling_is_refused_too(marieke: Client, refused: None) -> None:
    page = make_page(live=False)
    response = save(marieke, editor(page), go_live_at="2026-05-01 09:00")
    assert refused_at(response) == ["personas", "phases"]
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_new_page_is_refused_and_not_made(marieke: Client, refused: None) -> None:
    address = f"/admin/pages/add/cms/articlepage/{make_section('A').pk}/"
    response = save(marieke, address, title="New", slug="new")
    assert refused_at(response) == ["personas", "phases"]
    assert not ArticlePage.objects.filter(slug="new").exists()


def test_a_new_page_with_its_tags_is_published(marieke: Client, refused: None, journey: Any) -> None:
    address = f"/admin/pages/add/cms/articlepage/{make_section('A').pk}/"
    save(marieke, address, title="New", slug="new", **plan_of(journey))
    assert ArticlePage.objects.get(slug="new").live


def test_a_type_without_requirement_is_published(marieke: Client, refused: None) -> None:
    page = make_page(live=False, model=EventPage)
    save(marieke, editor(page))
    assert is_live(page)


def test_who_may_not_publish_saves_a_draft_with_that_button(client: Client, refused: None) -> None:
    section = make_section("A")
    page = make_page(parent=section, live=False)
    client.force_login(factories.erik(section))
    assert save(client, editor(page), title="New title").status_code == 302
    assert (is_live(page), Page.objects.get(pk=page.pk).draft_title) == (False, "New title")


def test_a_form_without_plan_is_judged_by_what_is_stored_and_says_whom_to_ask(
    marieke: Client, refused: None, user: Any
) -> None:
    page = make_page(live=False)
    marieke.get(editor(page))
    tag(page, owner=factories.make_user("frida", first_name="Frida", last_name="Jansen"))
    form_class = ArticlePage.get_edit_handler().get_form_class()
    data = {"title": "News", "slug": page.slug, "body-count": "0", "action-publish": "1", "comments-TOTAL_FORMS": "0"}
    data |= {"comments-INITIAL_FORMS": "0"}
    form = form_class(data, instance=page, parent_page=page.get_parent(), for_user=user)
    form.plan = None
    assert not form.is_valid()
    assert form.non_field_errors() == [
        "Not published: it has no persona and no phase."
        " You may publish it, but not tag it: ask its owner, Frida Jansen."
    ]


def test_an_autosave_is_never_refused(marieke: Client, refused: None) -> None:
    page = make_page()
    data = querydict_from_html(marieke.get(editor(page)).content.decode(), form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    assert marieke.post(editor(page), data, headers={"accept": "application/json"}).json()["success"] is True


# Warnings


def test_publishing_succeeds_with_a_warning_that_links_to_the_plan_tab(marieke: Client, warned: None) -> None:
    page = make_page("Ferns", live=False)
    save(marieke, editor(page))
    page_of_messages = BeautifulSoup(marieke.get("/admin/").content, "html.parser")
    assert is_live(page)
    assert "“Ferns” has no persona and no phase, so it does not fully count in the coverage." in page_of_messages.text
    assert page_of_messages.find("a", href=f"/admin/pages/{page.pk}/edit/#tab-plan")


def test_nothing_is_said_of_a_page_that_has_all(marieke: Client, warned: None, journey: Any) -> None:
    page = make_page(live=False)
    save(marieke, editor(page), **plan_of(journey))
    assert "does not fully count" not in said(marieke)


def test_submitting_says_what_the_reviewer_will_run_into(client: Client, refused: None) -> None:
    section = make_section("A")
    page = make_page("Ferns", parent=section, live=False)
    in_workflow(section)
    client.force_login(factories.erik(section))
    save(client, editor(page), action="action-submit")
    assert "“Ferns” has no persona and no phase. Tag it before it is approved: publishing needs it." in said(client)
    assert Page.objects.get(pk=page.pk).workflow_in_progress


# Workflows


def in_workflow(section: Any, tasks: int = 1) -> Workflow:
    from django.contrib.auth.models import Group
    from wagtail.models import GroupApprovalTask, WorkflowPage

    workflow = Workflow.objects.create(name="Review")
    WorkflowPage.objects.create(workflow=workflow, page=section)
    for number in range(tasks):
        task = GroupApprovalTask.objects.create(name=f"Look {number}")
        task.groups.set(Group.objects.all())
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=number)
    return workflow


@pytest.fixture
def in_review(user: Any) -> Any:
    section = make_section("A")
    page = make_page("Ferns", parent=section, live=False)
    page.save_revision()
    in_workflow(section).start(page, user)
    return page


def approve_in_editor(client: Client, page: Any, **plan: Any) -> Any:
    return save(client, editor(page), action="action-workflow-action", **{"workflow-action-name": "approve"} | plan)


def approval_address(page: Any) -> str:
    state = Page.objects.get(pk=page.pk).specific.current_workflow_task_state
    return f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/"


def test_the_last_approval_in_the_editor_is_refused(marieke: Client, refused: None, in_review: Any) -> None:
    response = approve_in_editor(marieke, in_review)
    assert refused_at(response) == ["personas", "phases"]
    assert not is_live(in_review)


def test_the_last_approval_with_tags_publishes(marieke: Client, refused: None, in_review: Any, journey: Any) -> None:
    approve_in_editor(marieke, in_review, **plan_of(journey))
    assert is_live(in_review)


def test_an_approval_that_another_follows_is_not_refused(marieke: Client, refused: None, user: Any) -> None:
    section = make_section("A")
    page = make_page(parent=section, live=False)
    page.save_revision()
    in_workflow(section, tasks=2).start(page, user)
    assert approve_in_editor(marieke, page).status_code == 302
    assert page.current_workflow_state.current_task_state.task == Task.objects.get(name="Look 1")


def test_rejecting_is_never_refused(marieke: Client, refused: None, in_review: Any) -> None:
    response = save(marieke, editor(in_review), "action-workflow-action", **{"workflow-action-name": "reject"})
    assert response.status_code == 302


def test_the_last_approval_outside_the_editor_is_refused_and_leads_there(
    marieke: Client, refused: None, in_review: Any
) -> None:
    response = marieke.post(approval_address(in_review), {"comment": ""})
    assert response.url == f"/admin/pages/{in_review.pk}/edit/#tab-plan"
    assert "“Ferns” is not approved: it has no persona and no phase" in said(marieke)
    assert not is_live(in_review) and in_review.workflow_in_progress


def test_the_same_from_the_dialog_leads_there_too(marieke: Client, refused: None, in_review: Any) -> None:
    ajax = {"x-requested-with": "XMLHttpRequest"}
    answer = marieke.post(approval_address(in_review), {"comment": ""}, headers=ajax).json()
    assert answer == {"step": "success", "redirect": f"/admin/pages/{in_review.pk}/edit/#tab-plan"}


def test_an_approval_outside_the_editor_goes_through_with_tags(
    marieke: Client, refused: None, in_review: Any, journey: Any
) -> None:
    tag(in_review, personas=journey.personas.get(), phases=journey.phases.first())
    marieke.post(approval_address(in_review), {"comment": ""})
    assert is_live(in_review)


# Two tabs, and what a browser makes up


def opened(client: Client, page: Any, action: str = "action-publish") -> Any:
    data = querydict_from_html(client.get(editor(page)).content.decode(), form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    data[action] = "1"
    return data


@pytest.fixture
def tagged_draft(journey: Any) -> Any:
    page = make_page("Ferns", live=False)
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    return page


def test_what_was_taken_off_after_the_editor_was_opened_is_missing(
    marieke: Client, refused: None, tagged_draft: Any
) -> None:
    data = opened(marieke, tagged_draft)
    tagged_draft.planner_item.personas.clear()
    response = marieke.post(editor(tagged_draft), data)
    assert refused_at(response) == ["personas"]
    assert "Taken off meanwhile: Florist. Publish again to put them back, or choose others." in text_of(response)
    assert not is_live(tagged_draft)


def test_publishing_again_puts_it_back(marieke: Client, refused: None, tagged_draft: Any, journey: Any) -> None:
    data = opened(marieke, tagged_draft)
    tagged_draft.planner_item.personas.clear()
    again = querydict_from_html(marieke.post(editor(tagged_draft), data).content.decode(), form_id="page-edit-form")
    again._mutable = True
    again["body-count"], again["action-publish"] = "0", "1"
    marieke.post(editor(tagged_draft), again)
    assert is_live(tagged_draft)
    assert list(tagged_draft.planner_item.personas.all()) == list(journey.personas.all())


def test_for_everyone_that_was_taken_off_meanwhile_is_missing(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    item = tag(page, for_everyone=True, phases=journey.phases.first())
    data = opened(marieke, page)
    data["plan-for_everyone"] = "on"
    tag(item, for_everyone=False, phases=journey.phases.first())
    assert "Taken off meanwhile: For everyone." in text_of(marieke.post(editor(page), data))
    assert not is_live(page)


def test_a_form_that_lies_about_what_it_showed_is_refused(marieke: Client, refused: None, journey: Any) -> None:
    page, persona = make_page(live=False), journey.personas.get()
    data = opened(marieke, page)
    data["plan-shown"] = json.dumps(json.loads(data["plan-shown"]) | {"personas": [persona.pk]})
    data.setlist("plan-personas", [str(persona.pk)])
    data.setlist("plan-phases", [str(journey.phases.first().pk)])
    marieke.post(editor(page), data)
    assert not is_live(page)


def test_tags_that_a_colleague_chose_meanwhile_are_enough(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    data = opened(marieke, page)
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    marieke.post(editor(page), data)
    assert is_live(page)
    assert page.planner_item.personas.exists()


def test_what_is_taken_off_between_the_check_and_publishing_is_refused(
    marieke: Client, refused: None, tagged_draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.editor.may_be_published", lambda form: True)
    data = opened(marieke, tagged_draft)
    data["title"] = "New title"
    tagged_draft.planner_item.personas.clear()
    response = marieke.post(editor(tagged_draft), data)
    assert response.url == f"/admin/pages/{tagged_draft.pk}/edit/#tab-plan"
    assert "“New title” is saved as a draft, and not published: it has no persona. Tag it first." in said(marieke)
    assert not is_live(tagged_draft)


# Workflows that end without anybody looking


def test_submitting_where_no_task_is_active_publishes_and_is_refused(client: Client, refused: None) -> None:
    section = make_section("A")
    page = make_page(parent=section, live=False)
    in_workflow(section)
    Task.objects.update(active=False)
    client.force_login(factories.mo(section))
    assert refused_at(save(client, editor(page), action="action-submit")) == ["personas", "phases"]
    assert not is_live(page)


def test_a_new_page_is_not_submitted_where_no_task_is_active(marieke: Client, refused: None) -> None:
    section = make_section("A")
    in_workflow(section)
    Task.objects.update(active=False)
    address = f"/admin/pages/add/cms/articlepage/{section.pk}/"
    response = save(marieke, address, action="action-submit", title="New", slug="new")
    assert refused_at(response) == ["personas", "phases"]
    assert not ArticlePage.objects.filter(slug="new").exists()


def disable(client: Client) -> Any:
    return client.post(f"/admin/workflows/tasks/disable/{Task.objects.get(name='Look 0').pk}/")


def test_a_task_is_not_disabled_where_that_publishes_what_lacks_something(
    marieke: Client, refused: None, in_review: Any
) -> None:
    response = disable(marieke)
    assert response.url == f"/admin/workflows/tasks/edit/{Task.objects.get(name='Look 0').pk}/"
    assert (
        "The task is not disabled: that would publish 1 item that lacks what its type needs."
        " “Ferns” has no persona and no phase. Tag them, or cancel their workflow first." in said(marieke)
    )
    assert Task.objects.get(name="Look 0").active and not is_live(in_review)


def test_a_task_is_disabled_where_all_that_waits_has_its_tags(
    marieke: Client, refused: None, in_review: Any, journey: Any
) -> None:
    tag(in_review, personas=journey.personas.get(), phases=journey.phases.first())
    disable(marieke)
    assert not Task.objects.get(name="Look 0").active and is_live(in_review)


def test_who_may_not_see_what_waits_for_a_task_does_not_learn_its_name(
    client: Client, refused: None, in_review: Any
) -> None:
    nina = factories.nina()
    nina.user_permissions.add(Permission.objects.get(codename="delete_task"))
    client.force_login(nina)
    disable(client)
    text = said(client)
    assert "that would publish 1 item" in text and "Ferns" not in text
    assert not is_live(in_review)


# Many pages at once


def publish_all(client: Client, *pages: Any, **data: Any) -> Any:
    ids = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"/admin/bulk/wagtailcore/page/publish/?{ids}&next=/admin/", data)


def test_publishing_many_publishes_none_where_one_lacks_something(marieke: Client, refused: None) -> None:
    bad, good = make_page("Ferns", live=False), make_page("Open day", live=False, model=EventPage)
    response = publish_all(marieke, bad, good)
    assert (response.url, is_live(bad), is_live(good)) == ("/admin/", False, False)
    text = said(marieke)
    assert "Nothing is published, because 1 of the pages lacks what its type needs: “Ferns” has no persona" in text
    assert "Tag them first, or publish the others without them." in text


def test_drafts_below_are_looked_at_where_they_go_along(marieke: Client, refused: None) -> None:
    section = make_section("A")
    draft = make_page("Ferns", parent=section, live=False)
    publish_all(marieke, section, include_descendants="on")
    assert "“Ferns” has no persona" in said(marieke) and not is_live(draft)
    publish_all(marieke, section)
    assert "“Ferns”" not in said(marieke)


def test_drafts_below_that_the_user_may_not_publish_are_not_named(client: Client, refused: None) -> None:
    section = make_section("A", live=False)
    make_page("Secret", parent=make_section("B"), live=False)
    mo = factories.mo(section)
    client.force_login(mo)
    publish_all(client, section, include_descendants="on")
    assert is_live(section) and "Secret" not in said(client)


def test_many_pages_with_their_tags_are_published(marieke: Client, refused: None, journey: Any) -> None:
    page = make_page(live=False)
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    publish_all(marieke, page)
    assert is_live(page)


def test_publishing_many_warns_of_those_that_lack_something(marieke: Client, warned: None) -> None:
    page = make_page("Ferns", live=False)
    publish_all(marieke, page)
    assert is_live(page)
    assert "1 of the published pages lacks a persona, phase or channel: Ferns." in said(marieke)


def test_other_bulk_actions_are_left_alone(marieke: Client, refused: None) -> None:
    page = make_page()
    marieke.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={page.pk}&next=/admin/")
    assert not is_live(page)


# API v3, and scripts


def test_the_apis_publish_action_is_refused(refused: None, user: Any) -> None:
    page = make_page(live=False)
    action = action_registry.get_action_class(ArticlePage, "publish")
    with pytest.raises(ValidationError, match="Not published: it has no persona and no phase. Save it as a draft"):
        action(page.save_revision(), user=user).execute()
    assert not is_live(page)


@pytest.mark.parametrize("publish", [False, True])
def test_the_apis_edit_is_refused_where_it_publishes(refused: None, user: Any, *, publish: bool) -> None:
    page = make_page(live=False)
    action = action_registry.get_action_class(ArticlePage, "edit")(page, user=user, publish=publish)
    if publish:
        with pytest.raises(ValidationError, match="Not published"):
            action.execute()
    else:
        action.execute()
    assert page.revisions.count() == (0 if publish else 1)


def test_the_apis_create_is_refused_where_it_publishes(refused: None, user: Any) -> None:
    page = ArticlePage(title="New", slug="new")
    action = action_registry.get_action_class(ArticlePage, "create")
    with pytest.raises(ValidationError, match="Not published"):
        action(page, make_section("A"), user=user, publish=True).execute()
    assert not ArticlePage.objects.filter(slug="new").exists()


def test_the_apis_actions_are_extended_once() -> None:
    from planner.publishing import extend_actions

    before = action_registry.get_action_class(Page, "publish")
    extend_actions(action_registry)
    assert action_registry.get_action_class(Page, "publish") is before


def test_a_script_is_not_refused(refused: None) -> None:
    page = make_page(live=False)
    page.save_revision().publish()
    assert is_live(page) and ContentItem.objects.filter(page=page.pk).exists()


def test_what_was_scheduled_before_still_goes_live(refused: None, time_machine: Any) -> None:
    from django.core.management import call_command

    page = make_page(live=False)
    factories.schedule_page(page, NOW + days(1))
    time_machine.move_to(NOW + days(2), tick=False)
    call_command("publish_scheduled")
    assert is_live(page)
