"""An entry at a glance, as the calendar opens it and as the plan page shows it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner.ideas import plan_idea
from planner.models import ContentItem
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
def section() -> Any:
    return make_section("Section A")


def glance(client: Client, item: ContentItem, **query: str) -> str:
    answer = client.get(f"/admin/planner/items/{item.pk}/quick/", query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_tells_for_whom_when_and_by_whom(marieke: Client, section: Any) -> None:
    journey = make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see",))
    page = make_page("Winter guide", parent=section, live=False)
    schedule_page(page, NOW + days(3), NOW + days(30), user=factories.mo(section))
    item = tag(page, personas=journey.personas.get(), phases=journey.phases.get())
    change_plan(item, PlanChange(values={"brief": "Neat.", "customer_question": "How?"}), user=None)
    text = glance(marieke, item)
    for words in (
        "Scheduled",
        "Winter guide",
        "Article in Welcome to your new Wagtail site! › Section A",
        "Thursday 5 March 2026, 09:00",
        "approved 2 Mar 2026 by mo",
        "Wednesday 1 April 2026, 10:00",
        "Florist",
        "See",
        "Nobody",
        "“How?”",
        "Neat.",
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/{page.pk}/view_draft/",
        f"/admin/pages/{page.pk}/history/",
    ):
        assert words in text
    assert "<html" not in text


def test_a_live_page_leads_to_where_visitors_read_it(marieke: Client) -> None:
    page = make_page("News")
    text = glance(marieke, page.planner_item)
    assert f'href="{page.full_url}"' in text
    assert "view_draft" not in text


def test_a_day_without_a_time_is_the_sites_day(marieke: Client) -> None:
    day = NOW.astimezone(factories.ZONE).replace(hour=0) + days(2)
    item = make_item("Post", state="idea", target_at=day, target_has_time=False)
    assert "Wednesday 4 March 2026<" in glance(marieke, item)


def test_the_history_names_people_and_days_as_people_do(marieke: Client) -> None:
    item, sanne = make_item("Post", state="idea"), factories.make_user("editor", first_name="Sanne", last_name="Smit")
    day = NOW.astimezone(factories.ZONE).replace(hour=0) + days(2)
    change_plan(item, PlanChange(values={"owner": sanne, "target_at": day, "target_has_time": False}), user=None)
    text = glance(marieke, item)
    assert "Owner set to Sanne Smit. Target date set to 4 March 2026." in text
    change_plan(item, PlanChange(values={"target_at": day, "target_has_time": True}), user=None)
    change_plan(item, PlanChange(values={"target_at": day + days(0.5)}), user=None)
    assert "Target date set to 4 March 2026, 12:00." in glance(marieke, item)


def test_what_may_still_become_a_page_is_called_an_idea(marieke: Client, section: Any) -> None:
    assert "Idea in Welcome to your new Wagtail site! › Section A" in glance(
        marieke, make_item("Post", state="draft", section=section)
    )
    assert "Off the site in Welcome" in glance(marieke, make_item("Letter", section=section))


def test_who_confirmed_off_site_content_is_named(marieke: Client, section: Any) -> None:
    item = make_item("Fair", section=section, state="idea", starts_at=NOW + days(3))
    change_plan(item, PlanChange(values={"state": "confirmed"}), user=factories.mo(section))
    text = glance(marieke, item)
    assert "approved 2 Mar 2026 by mo" in text
    assert "Off the site in" in text


def test_what_may_be_done_leads_back_to_the_calendar(marieke: Client) -> None:
    item = make_item("Post", state="idea")
    text = glance(marieke, item, next="/admin/planner/calendar/?month=2026-03")
    back = "?next=/admin/planner/calendar/%3Fmonth%3D2026-03"
    for action in ("create-page", "duplicate", "cancel"):
        assert f"/admin/planner/items/{item.pk}/{action}/{back}" in text
    assert "evil" not in glance(marieke, item, next="https://evil.example/")


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("idea", {"create-page", "duplicate", "cancel"}),
        ("cancelled", {"duplicate", "restore"}),
        ("confirmed", {"duplicate"}),
    ],
)
def test_only_what_can_be_done_is_offered(marieke: Client, state: str, offered: set[str]) -> None:
    text = glance(marieke, make_item("Post", state=state))
    found = {action for action in ("create-page", "duplicate", "cancel", "restore") if f"/{action}/" in text}
    assert found == offered


def test_a_reader_sees_no_history_and_no_way_to_change(client: Client, section: Any) -> None:
    page = make_page("News", parent=section)
    change_plan(page.planner_item, PlanChange(values={"brief": "Inside"}), user=factories.mo(section))
    client.force_login(factories.make_user("lars", section=section, can=("lock",)))
    text = glance(client, page.planner_item)
    assert "Open the plan" in text
    for words in ("History", "Change the plan", "Edit page", "/duplicate/", "/cancel/"):
        assert words not in text


def test_pages_above_that_one_may_not_see_are_not_named(client: Client) -> None:
    above = make_section("Secret plans")
    section = make_section("Section A", parent=above)
    page = make_page("News", parent=section)
    client.force_login(factories.erik(section))
    text = glance(client, page.planner_item)
    assert "Article in Section A" in text
    assert "Secret plans" not in text


def test_text_is_text(marieke: Client) -> None:
    item = plan_idea(
        "<b>Bold</b>", PlanChange(values={"brief": "<script>alert(1)</script>\nTwo"}), section=None, user=None
    )
    text = glance(marieke, item)
    assert "&lt;b&gt;Bold&lt;/b&gt;" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Two" in text


@pytest.mark.parametrize("lines", [1, 30])
def test_its_queries_do_not_grow_with_the_history(
    marieke: Client, section: Any, lines: int, django_assert_max_num_queries: Any
) -> None:
    page = make_page("News", parent=section, live=False)
    user = factories.mo(section)
    schedule_page(page, NOW + days(3), user=user)
    for number in range(lines):
        change_plan(page.planner_item, PlanChange(values={"brief": str(number)}), user=user)
    marieke.get("/admin/planner/calendar/")
    with django_assert_max_num_queries(32):
        glance(marieke, page.planner_item)


def test_the_plan_page_shows_history_and_actions_too(marieke: Client) -> None:
    item = plan_idea("Pruning", PlanChange(), section=factories.root_page(), user=None)
    text = marieke.get(f"/admin/planner/items/{item.pk}/").content.decode()
    assert "Planned as an idea" in text
    assert f"/admin/planner/items/{item.pk}/create-page/" in text
