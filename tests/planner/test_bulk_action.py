"""“Tag” among the bulk actions of the explorer: who tags what, who is told what, and which pages "all" means."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from planner.models import ContentItem
from tests import factories
from tests.factories import make_channel, make_journey, make_page, make_persona, make_section, make_user, tag

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/bulk/wagtailcore/page/planner_tag/"


@pytest.fixture
def site() -> SimpleNamespace:
    a, b = make_section("Section A"), make_section("Section B")
    return SimpleNamespace(
        a=a,
        b=b,
        tulips=make_page("Tulips", parent=a),
        roses=make_page("Roses", parent=a),
        bulbs=make_page("Bulbs", parent=b),
        florist=make_persona("florist"),
        grower=make_persona("grower"),
    )


def address(*pages: Any, **others: Any) -> str:
    query = [f"id={page.pk}" for page in pages] + [f"{name}={value}" for name, value in others.items()]
    return f"{ADDRESS}?{'&'.join(query)}&next=/admin/pages/"


def answers(**given: Any) -> dict[str, Any]:
    return {name: getattr(value, "pk", value) for name, value in given.items()}


def login(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def names(pages: Any) -> set[str]:
    return {page.title for page in pages}


def personas_of(page: Any) -> set[str]:
    return set(ContentItem.objects.get(page=page).personas.values_list("slug", flat=True))


def test_the_explorer_offers_it(client: Client, site: SimpleNamespace) -> None:
    html = login(client, factories.erik(site.a)).get(f"/admin/pages/{site.a.pk}/").content.decode()
    assert ADDRESS in html


def test_it_adds_to_the_chosen_pages_and_says_how_many(client: Client, site: SimpleNamespace) -> None:
    tag(site.roses, personas=site.florist)
    chosen = address(site.tulips, site.roses)
    response = login(client, factories.erik(site.a)).post(chosen, answers(personas_way="add", personas=site.florist))
    assert response["Location"] == "/admin/pages/"
    assert personas_of(site.tulips) == {"florist"}
    assert [str(one).strip() for one in get_messages(response.wsgi_request)] == ["1 page has new tags."]


def test_it_replaces_and_removes(client: Client, site: SimpleNamespace) -> None:
    letter = make_channel("letter")
    tag(site.tulips, personas=site.florist, channels=letter)
    data = answers(personas_way="replace", personas=site.grower, channels_way="remove", channels=letter)
    login(client, factories.erik(site.a)).post(address(site.tulips), data)
    assert personas_of(site.tulips) == {"grower"}
    assert not ContentItem.objects.get(page=site.tulips).channels.exists()


def test_it_tags_with_a_phase(client: Client, site: SimpleNamespace) -> None:
    phase = make_journey(phases=("see",)).phases.get()
    login(client, factories.erik(site.a)).post(address(site.tulips), answers(phases_way="add", phases=phase))
    assert ContentItem.objects.get(page=site.tulips).phases.get() == phase


def test_it_says_when_nothing_changed(client: Client, site: SimpleNamespace) -> None:
    tag(site.tulips, personas=site.florist)
    client = login(client, factories.erik(site.a))
    response = client.post(address(site.tulips), answers(personas_way="add", personas=site.florist))
    assert "Nothing changed" in str(next(iter(get_messages(response.wsgi_request))))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, "Nothing would change."),
        ({"personas_way": "add", "phases_way": "add"}, "Nothing would change."),
        ({"personas_way": "replace"}, "Tick at least one."),
        ({"personas": "florist", "channels_way": "remove"}, "Tick at least one."),
        ({"personas": "florist", "themes_way": "replace"}, "Type at least one."),
        ({"personas": "florist", "themes": "x" * 101}, "is too long"),
    ],
)
def test_a_half_filled_form_says_what_is_missing(
    client: Client, site: SimpleNamespace, given: dict[str, str], refusal: str
) -> None:
    given = {name: site.florist if value == "florist" else value for name, value in given.items()}
    response = login(client, factories.erik(site.a)).post(address(site.tulips), answers(**given))
    assert escape(refusal) in response.content.decode()
    assert personas_of(site.tulips) == set()


def test_a_page_that_may_be_seen_but_not_tagged_is_named_and_left_out(client: Client, site: SimpleNamespace) -> None:
    user = make_user("publisher", section=site.b, can=("publish",))
    user.groups.add(factories.erik(site.a).groups.get())
    chosen = address(site.tulips, site.bulbs)
    page = login(client, user).get(chosen)
    assert names(page.context["forbidden"]) == {"Bulbs"}
    assert f'href="/admin/planner/items/page/{site.bulbs.pk}/">Bulbs</a>' in page.content.decode()
    assert "Bulbs" in page.content.decode()
    client.post(chosen, answers(personas_way="add", personas=site.florist))
    assert (personas_of(site.tulips), personas_of(site.bulbs)) == ({"florist"}, set())


def test_a_page_that_may_not_be_seen_is_neither_named_nor_tagged(client: Client, site: SimpleNamespace) -> None:
    chosen = address(site.tulips, site.bulbs)
    page = login(client, factories.erik(site.a)).get(chosen)
    assert "Bulbs" not in page.content.decode()
    client.post(chosen, answers(personas_way="add", personas=site.florist))
    assert personas_of(site.bulbs) == set()


def test_the_right_to_tag_is_enough_where_a_page_may_be_seen(client: Client, site: SimpleNamespace) -> None:
    user = make_user("tagger", section=site.b, can=("publish",))
    user.user_permissions.add(Permission.objects.get(codename="tag_content"))
    login(client, user).post(address(site.bulbs), answers(personas_way="add", personas=site.florist))
    assert personas_of(site.bulbs) == {"florist"}


def test_an_alias_is_named_and_left_out(client: Client, site: SimpleNamespace) -> None:
    alias = site.tulips.create_alias(parent=site.a, update_slug="mirror")
    page = login(client, factories.erik(site.a)).get(address(site.roses, alias))
    assert names(page.context["aliases"]) == {"Tulips"}
    assert "an alias follows the tags of its source" in page.content.decode()
    assert {one["item"].title for one in page.context["items"]} == {"Roses"}


def test_select_all_means_the_children(client: Client, site: SimpleNamespace) -> None:
    chosen = address(id="all", childOf=site.a.pk)
    login(client, factories.erik(site.a)).post(chosen, answers(personas_way="add", personas=site.florist))
    assert {personas_of(page) == {"florist"} for page in (site.tulips, site.roses)} == {True}


def test_select_all_keeps_to_the_filters_of_the_list(client: Client, site: SimpleNamespace) -> None:
    tag(site.roses, personas=site.florist)
    page = login(client, factories.erik(site.a)).get(address(id="all", childOf=site.a.pk, persona="florist"))
    assert {one["item"].title for one in page.context["items"]} == {"Roses"}


def test_select_all_keeps_to_the_search(client: Client, site: SimpleNamespace) -> None:
    page = login(client, factories.erik(site.a)).get(address(id="all", childOf=site.a.pk, q="tulip"))
    assert {one["item"].title for one in page.context["items"]} == {"Tulips"}


def test_more_pages_cost_no_more_queries(client: Client, site: SimpleNamespace) -> None:
    login(client, factories.erik(site.a))
    chosen = address(id="all", childOf=site.a.pk)
    client.get(chosen)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(chosen)
        return len(found)

    few = queries()
    for _number in range(10):
        make_page(parent=site.a)
    assert queries() == few


@pytest.mark.parametrize("query", ["childOf=" + "9" * 5000, "childOf=%00"])
def test_a_parent_that_cannot_be_is_not_found(client: Client, site: SimpleNamespace, query: str) -> None:
    client = login(client, factories.marieke())
    assert client.get(f"{ADDRESS}?id=all&{query}&next=/admin/").status_code == 404


def test_a_filter_with_nul_chooses_nothing(client: Client, site: SimpleNamespace) -> None:
    client = login(client, factories.marieke())
    response = client.get(f"{ADDRESS}?id=all&childOf={site.a.pk}&persona=%00&next=/admin/")
    assert (response.status_code, response.context["titles"]) == (200, [])
