"""The team that makes an item: written in its plan, offered as others wrote it, kept by copies, found by a filter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageLogEntry

from planner.ideas import duplicate
from planner.teams import teams_known_to
from tests import factories
from tests.factories import make_channel, make_item, make_page, make_section, tag
from tests.planner.test_plan import address, save, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def page() -> Any:
    return make_page("News")


def test_the_plan_writes_the_team_and_the_history_says_so(marieke: Client, page: Any) -> None:
    save(marieke, address(page), team="Sales")
    assert page.planner_item.team == "Sales"
    assert "Sales" in PageLogEntry.objects.get(page=page.pk, action="planner.plan").message
    save(marieke, address(page), team="")
    page.planner_item.refresh_from_db()
    assert page.planner_item.team == ""


def test_a_form_without_the_field_leaves_the_team_alone(marieke: Client, page: Any) -> None:
    item = tag(page, team="Sales")
    data = submitted(marieke, address(page))
    del data["team"]
    marieke.post(address(page), data)
    item.refresh_from_db()
    assert item.team == "Sales"


def test_a_new_idea_may_have_a_team(marieke: Client) -> None:
    url = "/admin/planner/items/new/"
    assert save(marieke, url, title="Folder", team="Agency").status_code == 302
    assert teams_known_to(factories.make_user("max", is_superuser=True)) == ["Agency"]


def test_the_teams_of_channels_and_of_content_one_may_see_are_offered(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    page = make_page(parent=section_a)
    tag(page, team="web")
    make_item(section=section_b, team="Secret")
    make_channel("phone", team="Sales")
    make_channel("mail", team="web")
    client.force_login(factories.erik(section_a))
    html = client.get(address(page)).content.decode()
    assert '<option value="Sales"></option><option value="web"></option></datalist>' in html
    assert "Secret" not in html


def test_a_copy_has_the_team_of_its_source(page: Any) -> None:
    copy = duplicate(tag(page, team="Sales"), section=None, user=None)
    assert copy.team == "Sales"


def test_content_is_found_by_its_team(marieke: Client) -> None:
    make_item("Ours", team="Sales")
    make_item("Theirs", team="web")
    html = marieke.get("/admin/planner/calendar/?team=Sales&month=2026-02").content.decode()
    assert "Ours" in html
    assert "Theirs" not in html
