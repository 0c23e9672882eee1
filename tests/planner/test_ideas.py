"""Planning something new, and what is done to a plan later: copied, cancelled, restored."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.models import ModelLogEntry, PageLogEntry, Site, Workflow, WorkflowTask
from wagtail.models.workflows import GroupApprovalTask

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
    root_page,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW = "/admin/planner/items/new/"


@pytest.fixture
def journey() -> Any:
    return make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do"))


@pytest.fixture
def section() -> Any:
    return make_section("Section A")


@pytest.fixture
def erik(client: Client, section: Any) -> Client:
    client.force_login(factories.erik(section))
    return client


def idea(title: str = "Pruning", **fields: Any) -> ContentItem:
    return make_item(title, state=ContentItem.State.IDEA, **fields)


def messages_of(response: Any) -> list[str]:
    return [str(message).strip() for message in response.context["messages"]]


# Something new


def test_it_makes_an_idea(marieke: Client, journey: Any) -> None:
    persona, phase, channel = journey.personas.get(), journey.phases.first(), make_channel("web")
    answer = marieke.post(
        NEW,
        {
            "title": "Pruning in March",
            "section": root_page().pk,
            "personas": [persona.pk],
            "phases": [phase.pk],
            "channels": [channel.pk],
            "target_date": "2026-03-20",
            "brief": "Three photos.\r\nNo Latin.",
            "themes": "roses",
        },
    )
    item = ContentItem.objects.off_site().get()
    assert answer.url == f"/admin/planner/items/{item.pk}/"
    assert (item.title, item.state, item.section) == ("Pruning in March", "idea", root_page())
    assert (item.personas.get(), item.phases.get(), item.channels.get()) == (persona, phase, channel)
    assert item.brief == "Three photos.\nNo Latin."
    assert item.target_at.astimezone(factories.ZONE).date() == date(2026, 3, 20)
    assert set(item.themes.names()) == {"roses"}


def test_the_history_of_an_idea_begins_with_it(marieke: Client) -> None:
    marieke.post(NEW, {"title": "Pruning", "section": root_page().pk, "brief": "Short."})
    lines = ModelLogEntry.objects.for_instance(ContentItem.objects.off_site().get())
    assert {line.message for line in lines} == {"Planned as an idea", "Brief set to “Short.”."}
    assert {line.user.username for line in lines} == {"marieke"}


def test_the_address_fills_in_the_form(marieke: Client, journey: Any) -> None:
    channel = make_channel("web")
    page = marieke.get(NEW, {"day": "2026-03-20", "personas": "florist", "phases": "buy/do", "channels": "web"})
    initial = page.context["form"].initial
    assert initial["target_date"] == date(2026, 3, 20)
    assert initial["personas"] == [journey.personas.get()]
    assert [str(phase.slug) for phase in initial["phases"]] == ["do"]
    assert initial["channels"] == [channel]
    assert not messages_of(page)


def test_a_phase_may_be_named_without_its_journey(marieke: Client, journey: Any) -> None:
    page = marieke.get(NEW, {"phases": "do"})
    assert [phase.slug for phase in page.context["form"].initial["phases"]] == ["do"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("personas", "nobody"),
        ("phases", "buy/never"),
        ("phases", "other/see"),
        ("channels", "<b>"),
        ("series", "never\0"),
        ("day", "2026-02-31"),
        ("day", "tomorrow"),
        ("day", "1066-10-14"),
        ("personas", "\0"),
    ],
)
def test_what_the_address_names_and_does_not_exist_is_left_out_with_a_word(
    marieke: Client, journey: Any, name: str, value: str
) -> None:
    page = marieke.get(NEW, {name: value})
    assert page.status_code == 200
    assert len(messages_of(page)) == 1
    assert not page.context["form"].initial.get("target_date")
    assert not page.context["form"].initial["personas"]


def test_an_inactive_persona_is_not_filled_in(marieke: Client, journey: Any) -> None:
    make_persona("gone", active=False)
    assert len(messages_of(marieke.get(NEW, {"personas": "gone"}))) == 1


def test_it_goes_back_to_where_one_came_from(marieke: Client) -> None:
    back = "/admin/planner/calendar/?month=2026-03"
    answer = marieke.post(NEW, {"title": "Pruning", "section": root_page().pk, "next": back}, follow=True)
    item = ContentItem.objects.off_site().get()
    assert answer.redirect_chain == [(f"{back}#jp-entry-{item.pk}", 302)]
    assert f'id="jp-entry-{item.pk}"' in answer.text
    assert "“Pruning” is an idea without a date." in answer.context["notice"]["text"]


def test_what_is_planned_on_a_day_is_said_with_that_day(marieke: Client) -> None:
    data = {"title": "Pruning", "section": root_page().pk, "target_date": "2026-03-20", "next": "/admin/planner/gaps/"}
    answer = marieke.post(NEW, data, follow=True)
    assert answer.redirect_chain == [("/admin/planner/gaps/", 302)]
    assert "“Pruning” is planned for 20 March 2026." in messages_of(answer)[0]


def test_it_goes_nowhere_off_this_site(marieke: Client) -> None:
    answer = marieke.post(NEW, {"title": "Pruning", "section": root_page().pk, "next": "https://evil.example/"})
    assert answer.url.startswith("/admin/planner/items/")


def test_it_goes_on_to_the_page_where_that_was_asked(marieke: Client) -> None:
    answer = marieke.post(NEW, {"title": "Pruning", "section": root_page().pk, "then": "page"})
    assert answer.url == f"/admin/planner/items/{ContentItem.objects.off_site().get().pk}/create-page/"


def test_the_form_begins_at_the_title_and_says_that_it_is_needed(marieke: Client) -> None:
    page = marieke.get(NEW).text
    box = page[page.index('<input type="text" name="title"') :].partition(">")[0]
    assert " required" in box
    assert " autofocus" in box
    assert 'Title<span class="w-required-mark">*</span></label>' in page


def test_an_idea_without_a_title_is_refused_and_nothing_is_lost(marieke: Client) -> None:
    answer = marieke.post(NEW, {"title": " ", "section": root_page().pk, "brief": "Keep me"})
    assert "title" in answer.context["form"].errors
    assert "Keep me" in answer.content.decode()
    assert not ContentItem.objects.off_site().exists()


def test_an_editor_may_choose_their_own_section_only(erik: Client, section: Any) -> None:
    other = make_section("Section B")
    offered = list(erik.get(NEW).context["form"].fields["section"].queryset)
    assert offered == [section]
    answer = erik.post(NEW, {"title": "Pruning", "section": other.pk})
    assert "section" in answer.context["form"].errors
    assert not ContentItem.objects.off_site().exists()


def test_a_section_may_lie_one_step_deeper(erik: Client, section: Any) -> None:
    deeper = make_section("Deeper", parent=section)
    make_section("Too deep", parent=deeper)
    make_page("An article", parent=section)
    section.refresh_from_db()
    assert list(erik.get(NEW).context["form"].fields["section"].queryset) == [section, deeper]


@pytest.mark.parametrize("who", ["nina", "lock"])
def test_whoever_may_edit_nowhere_may_not_plan(client: Client, section: Any, who: str) -> None:
    user = factories.nina() if who == "nina" else factories.make_user("lars", section=section, can=("lock",))
    client.force_login(user)
    # Wagtail sends away whoever may not enter a view.
    assert client.get(NEW).status_code in {302, 403}
    client.post(NEW, {"title": "Pruning", "section": section.pk})
    assert not ContentItem.objects.off_site().exists()
    calendar = client.get("/admin/planner/calendar/")
    assert "/items/new/" not in calendar.content.decode()


def test_the_right_to_tag_is_enough_where_one_sees_something(client: Client, section: Any) -> None:
    user = factories.make_user("tess", section=section, can=("lock",))
    user.groups.get().permissions.add(Permission.objects.get(codename="tag_content"))
    client.force_login(user)
    client.post(NEW, {"title": "Pruning", "section": section.pk})
    assert ContentItem.objects.off_site().get().section_id == section.pk


def test_each_day_to_come_has_a_way_to_plan_on_it(marieke: Client) -> None:
    text = marieke.get("/admin/planner/calendar/?month=2026-03").content.decode()
    assert "Plan content on 2 March" in text
    assert "Plan content on 1 March" not in text
    assert (
        "/admin/planner/items/new/?day=2026-03-31&amp;next=%2Fadmin%2Fplanner%2Fcalendar%2F%3Fmonth%3D2026-03" in text
    )


def test_a_gap_leads_to_a_plan_that_closes_it(marieke: Client, journey: Any) -> None:
    text = marieke.get("/admin/planner/coverage/buy/florist/do/").content.decode()
    assert "/admin/planner/items/new/?personas=florist&amp;phases=buy%2Fdo" in text
    assert "Plan content here" in marieke.get("/admin/planner/coverage/").content.decode()


def test_planning_for_a_cliff_aims_at_the_last_day_that_is_in_time(marieke: Client, journey: Any) -> None:
    page = make_page("Ends soon", expire_at=NOW + days(10))
    tag(page, personas=journey.personas.get(), phases=journey.phases.get(slug="do"))
    text = marieke.get("/admin/planner/coverage/buy/florist/do/").content.decode()
    assert "phases=buy%2Fdo&amp;day=2026-03-11" in text


# Copies


def test_a_copy_has_the_tags_and_no_dates(marieke: Client, journey: Any) -> None:
    source = idea(
        personas=journey.personas.get(),
        phases=journey.phases.first(),
        target_at=NOW + days(3),
        brief="Short.",
        customer_question="When?",
        effort=3,
    )
    answer = marieke.post(f"/admin/planner/items/{source.pk}/duplicate/")
    copy = ContentItem.objects.off_site().exclude(pk=source.pk).get()
    assert answer.url == f"/admin/planner/items/{copy.pk}/"
    assert (copy.title, copy.state, copy.target_at) == ("Copy of Pruning", "idea", None)
    assert (copy.brief, copy.customer_question, copy.effort) == ("Short.", "When?", 3)
    assert copy.section == source.section
    assert (copy.personas.get(), copy.phases.get()) == (source.personas.get(), source.phases.get())
    assert copy.uid != source.uid
    assert ModelLogEntry.objects.for_instance(copy).get().message == "Copied from “Pruning”"


def test_the_message_says_where_a_copy_waits_for_a_date(marieke: Client) -> None:
    answer = marieke.post(f"/admin/planner/items/{idea(target_at=NOW).pk}/duplicate/", follow=True)
    assert messages_of(answer) == [
        "“Copy of Pruning” is an idea without a date. It stands under “No date yet” in the calendar."
    ]


def test_a_page_is_planned_again_as_an_idea_beside_it(marieke: Client, section: Any) -> None:
    page = make_page("News", parent=section)
    marieke.post(f"/admin/planner/items/{page.planner_item.pk}/duplicate/")
    copy = ContentItem.objects.off_site().get()
    assert (copy.title, copy.section_id, copy.state) == ("Copy of News", section.pk, "idea")


def test_a_long_title_is_cut_to_fit(marieke: Client) -> None:
    source = idea("x" * 255)
    marieke.post(f"/admin/planner/items/{source.pk}/duplicate/")
    assert len(ContentItem.objects.off_site().exclude(pk=source.pk).get().title) == 255


def test_a_question_comes_first(marieke: Client) -> None:
    item = idea()
    for action, words in (("duplicate", "Plan “Pruning” again?"), ("cancel", "Cancel the plan of “Pruning”?")):
        assert words in marieke.get(f"/admin/planner/items/{item.pk}/{action}/").content.decode()
    item.refresh_from_db()
    assert item.state == "idea"
    assert ContentItem.objects.off_site().count() == 1


# Cancelling and restoring


def test_a_cancelled_plan_stays_and_can_be_restored(marieke: Client) -> None:
    item = make_item("Newsletter", state=ContentItem.State.DRAFT, target_at=NOW + days(2))
    answer = marieke.post(f"/admin/planner/items/{item.pk}/cancel/", follow=True)
    assert "The plan of “Newsletter” is cancelled. It stays in the calendar on 4 March 2026" in messages_of(answer)[0]
    assert f'href="/admin/planner/items/{item.pk}/restore/"' in messages_of(answer)[0]
    item.refresh_from_db()
    assert (item.state, item.target_at) == ("cancelled", NOW + days(2))
    marieke.post(f"/admin/planner/items/{item.pk}/restore/")
    item.refresh_from_db()
    assert item.state == "draft"
    lines = ModelLogEntry.objects.for_instance(item)
    assert [line.message for line in lines] == ["Plan restored", "Plan cancelled"]


def test_of_confirmed_content_the_day_is_named_on_which_it_stays(marieke: Client) -> None:
    item = make_item("Fair", starts_at=NOW + days(5))
    told = messages_of(marieke.post(f"/admin/planner/items/{item.pk}/cancel/", follow=True))[0]
    assert "It stays in the calendar on 7 March 2026, 09:00." in told
    assert "Fair" in marieke.get("/admin/planner/calendar/?month=2026-03").text


def test_a_plan_without_a_date_is_not_promised_a_place_in_the_calendar(marieke: Client) -> None:
    item, address = idea(), "/admin/planner/calendar/"
    cancelling = f"/admin/planner/items/{item.pk}/cancel/"
    assert "the calendar shows it no more" in marieke.get(cancelling).text
    told = messages_of(marieke.post(cancelling, {"next": address}, follow=True))[0]
    assert "Without a date the calendar shows it no more." in told
    assert f'href="/admin/planner/items/{item.pk}/restore/?next=%2Fadmin%2Fplanner%2Fcalendar%2F"' in told


def test_a_page_that_was_never_published_can_be_cancelled(marieke: Client) -> None:
    page = make_page("Draft", live=False)
    marieke.post(f"/admin/planner/items/{page.planner_item.pk}/cancel/")
    row = ContentItem.objects.get(page=page)
    assert row.state == "cancelled"
    assert PageLogEntry.objects.get(page=page.pk, action="planner.cancel").user.username == "marieke"
    marieke.post(f"/admin/planner/items/{row.pk}/restore/")
    row.refresh_from_db()
    assert row.state == ""


def in_review() -> Any:
    page = make_page("Reviewed", live=False)
    page.save_revision()
    workflow, task = Workflow.objects.create(name="w"), GroupApprovalTask.objects.create(name="t")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    workflow.start(page, None)
    return page.planner_item


def scheduled() -> Any:
    page = make_page("Scheduled", live=False)
    schedule_page(page, NOW + days(3))
    return page.planner_item


REFUSED = {
    "live page": (lambda: make_page("News").planner_item, "has been published"),
    "unpublished page": (
        lambda: make_page("Old", live=False, first_published_at=NOW - days(9)).planner_item,
        "has been published",
    ),
    "scheduled page": (scheduled, "is approved to go live on 5 March 2026, 09:00"),
    "page in review": (in_review, "is in review"),
    "off-site content that went out": (lambda: make_item("Sent"), "has gone out already"),
    "cancelled item": (lambda: make_item("Off", state=ContentItem.State.CANCELLED), "is cancelled already"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_carried_out_or_decided_is_not_cancelled(marieke: Client, case: str) -> None:
    make, words = REFUSED[case]
    item = make()
    before = item.state
    address = f"/admin/planner/items/{item.pk}/cancel/"
    assert words in marieke.get(address).content.decode()
    assert words in messages_of(marieke.post(address, follow=True))[0]
    item.refresh_from_db()
    assert item.state == before
    assert not ModelLogEntry.objects.filter(action="planner.cancel").exists()
    assert not PageLogEntry.objects.filter(action="planner.cancel").exists()


def test_what_is_not_cancelled_is_not_restored(marieke: Client) -> None:
    item = make_item("Sent")
    answer = marieke.post(f"/admin/planner/items/{item.pk}/restore/", follow=True)
    assert messages_of(answer) == ["“Sent” is not cancelled."]
    item.refresh_from_db()
    assert item.state == "confirmed"


def test_confirmed_content_is_cancelled_by_whoever_may_confirm_it(client: Client, section: Any) -> None:
    item = make_item("Fair", section=section, starts_at=NOW + days(5))
    address = f"/admin/planner/items/{item.pk}/cancel/"
    client.force_login(factories.erik(section))
    client.post(address)
    item.refresh_from_db()
    assert item.state == "confirmed"
    client.force_login(factories.mo(section))
    client.post(address)
    item.refresh_from_db()
    assert item.state == "cancelled"


def test_it_is_confirmed_again_by_whoever_may_and_a_draft_for_others(client: Client, section: Any) -> None:
    mo, erik = factories.mo(section), factories.erik(section)
    for user, state in ((mo, "confirmed"), (erik, "draft")):
        item = make_item("Fair", section=section, starts_at=NOW + days(5))
        client.force_login(mo)
        client.post(f"/admin/planner/items/{item.pk}/cancel/")
        client.force_login(user)
        client.post(f"/admin/planner/items/{item.pk}/restore/")
        item.refresh_from_db()
        assert item.state == state


def test_what_should_have_gone_out_meanwhile_is_a_draft_again(marieke: Client, time_machine: Any) -> None:
    item = make_item("Fair", starts_at=NOW + days(5))
    marieke.post(f"/admin/planner/items/{item.pk}/cancel/")
    time_machine.move_to(NOW + days(6), tick=False)
    marieke.post(f"/admin/planner/items/{item.pk}/restore/")
    item.refresh_from_db()
    assert item.state == "draft"


@pytest.mark.parametrize("action", ["cancel", "restore", "duplicate", "create-page", "quick"])
def test_nobody_learns_of_an_item_of_another_section(client: Client, section: Any, action: str) -> None:
    item = idea("Secret", section=make_section("Section B"))
    client.force_login(factories.erik(section))
    answer = client.post(f"/admin/planner/items/{item.pk}/{action}/")
    assert answer.status_code == (405 if action == "quick" else 404)
    assert client.get(f"/admin/planner/items/{item.pk}/{action}/").status_code == 404
    assert "Secret" not in answer.content.decode()
    assert ContentItem.objects.off_site().get().state == "idea"


@pytest.mark.parametrize("action", ["cancel", "restore", "create-page"])
def test_whoever_may_only_look_changes_nothing(client: Client, section: Any, action: str) -> None:
    item = idea(section=section)
    client.force_login(factories.make_user("lars", section=section, can=("lock",)))
    client.post(f"/admin/planner/items/{item.pk}/{action}/", {"type": "cms.articlepage", "parent": section.pk})
    item.refresh_from_db()
    assert (item.state, item.page_id) == ("idea", None)
    page = client.get(f"/admin/planner/items/{item.pk}/")
    assert f"/{action}/" not in page.content.decode()


def test_the_default_site_need_not_exist(marieke: Client) -> None:
    Site.objects.all().delete()
    assert marieke.get(NEW).status_code == 200
