"""What a snippet type needs before it is published: the same as a page type, by the roads that snippets have."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.actions import action_registry
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import CareCard
from tests.factories import make_card, make_persona, tag
from tests.notes.models import PlainNote, UncountedNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def persona() -> Any:
    return make_persona("florist", name="Florist")


@pytest.fixture
def refused(settings: Any) -> None:
    settings.PLANNER_REQUIRED = {"cms.CareCard": {"personas": "refuse"}}


@pytest.fixture
def warned(settings: Any) -> None:
    settings.PLANNER_REQUIRED = {"*": {"personas": "warn"}}


@pytest.fixture
def draft() -> Any:
    card = make_card("Fern", live=False)
    card.save_revision()
    return card


def save(client: Client, address: str, action: str, **values: str) -> Any:
    """What the browser posts where the given fields are filled in and this button is pressed."""
    data = querydict_from_html(client.get(address).content.decode(), form_id="w-editor-form")
    data._mutable = True
    for name, value in values.items():
        data[name] = value
    if action:
        data[action] = "1"
    return client.post(address, data)


def editor(card: Any) -> str:
    return f"/admin/snippets/cms/carecard/edit/{card.pk}/"


def said(client: Client) -> str:
    """The messages that wait for the next page."""
    return " ".join(BeautifulSoup(client.get("/admin/").content, "html.parser").get_text(" ").split())


def is_live(card: Any) -> bool:
    return CareCard.objects.get(pk=card.pk).live


def in_workflow() -> Workflow:
    workflow = Workflow.objects.create(name="Review")
    task = GroupApprovalTask.objects.create(name="Look")
    task.groups.add(Group.objects.create(name="Reviewers"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    content_type = ContentType.objects.get_for_model(CareCard)
    WorkflowContentType.objects.create(workflow=workflow, content_type=content_type)
    return workflow


@pytest.fixture
def in_review(draft: Any, user: Any) -> Any:
    in_workflow().start(draft, user)
    return draft


def approve_outside_editor(client: Client, card: Any) -> Any:
    state = CareCard.objects.get(pk=card.pk).current_workflow_task_state
    return client.post(f"/admin/snippets/cms/carecard/workflow/action/{card.pk}/approve/{state.pk}/", {"comment": ""})


# Refused


def test_publishing_in_the_editor_is_refused(marieke: Client, refused: None, draft: Any) -> None:
    response = save(marieke, editor(draft), "action-publish")
    assert "Not published: choose at least one, or save it as a draft." in response.content.decode()
    assert not is_live(draft)


def test_the_last_approval_outside_the_editor_is_refused_and_leads_there(
    marieke: Client, refused: None, in_review: Any
) -> None:
    response = approve_outside_editor(marieke, in_review)
    assert response.url == f"/admin/snippets/cms/carecard/edit/{in_review.pk}/#tab-plan"
    assert "“Fern” is not approved: it has no persona, and approving publishes it. Tag it first." in said(marieke)
    assert not is_live(in_review)


def test_an_approval_outside_the_editor_goes_through_with_tags(
    marieke: Client, refused: None, in_review: Any, persona: Any
) -> None:
    tag(in_review, personas=persona)
    approve_outside_editor(marieke, in_review)
    assert is_live(in_review)


def test_the_last_approval_in_the_editor_is_refused(marieke: Client, refused: None, in_review: Any) -> None:
    values = {"workflow-action-name": "approve"}
    response = save(marieke, editor(in_review), "action-workflow-action", **values)
    assert "Not published: choose at least one, or save it as a draft." in response.content.decode()
    assert not is_live(in_review)


def test_what_is_taken_off_between_the_check_and_publishing_is_refused(
    marieke: Client, refused: None, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.editor.may_be_published", lambda form: True)
    assert save(marieke, editor(draft), "action-publish").url == f"{editor(draft)}#tab-plan"
    assert "“Fern” is saved as a draft, and not published: it has no persona." in said(marieke)
    assert not is_live(draft)


def test_the_apis_publish_action_is_refused(refused: None, user: Any, draft: Any) -> None:
    action = action_registry.get_action_class(CareCard, "publish")
    with pytest.raises(ValidationError, match="Not published: it has no persona. Save it as a draft"):
        action(draft.latest_revision, user=user).execute()
    assert not is_live(draft)


def test_the_apis_create_is_refused_where_it_publishes(refused: None, user: Any) -> None:
    action = action_registry.get_action_class(CareCard, "create")
    with pytest.raises(ValidationError, match="Not published"):
        action(CareCard(title="New", text="Water."), user=user, publish=True).execute()
    assert not CareCard.objects.exists()


# Warned


def test_publishing_succeeds_with_a_warning_that_links_to_the_plan_tab(
    marieke: Client, warned: None, draft: Any
) -> None:
    save(marieke, editor(draft), "action-publish")
    page_of_messages = BeautifulSoup(marieke.get("/admin/").content, "html.parser")
    assert is_live(draft)
    assert "“Fern” has no persona, so it does not fully count in the coverage." in page_of_messages.text
    assert page_of_messages.find("a", href=f"{editor(draft)}#tab-plan")


def test_a_draft_is_saved_without_a_warning(marieke: Client, warned: None, draft: Any) -> None:
    save(marieke, editor(draft), "", title="Moss")
    assert "has no persona" not in said(marieke)


def test_submitting_says_what_the_reviewer_will_run_into(marieke: Client, refused: None, draft: Any) -> None:
    in_workflow()
    save(marieke, editor(draft), "action-submit")
    assert "“Fern” has no persona. Tag it before it is approved: publishing needs it." in said(marieke)


def test_a_snippet_without_drafts_is_published_by_each_save(marieke: Client, warned: None) -> None:
    note = PlainNote.objects.create(title="Ferns")
    save(marieke, f"/admin/snippets/notes/plainnote/edit/{note.pk}/", "", title="Moss")
    assert "“Moss” has no persona, so it does not fully count in the coverage." in said(marieke)


def test_nothing_is_said_of_a_snippet_that_does_not_count(marieke: Client, warned: None) -> None:
    note = UncountedNote.objects.create(title="Ferns")
    save(marieke, f"/admin/snippets/notes/uncountednote/edit/{note.pk}/", "", title="Moss")
    assert "has no persona" not in said(marieke)
