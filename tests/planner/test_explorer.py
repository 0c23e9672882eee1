"""The planner in Wagtail's page explorer: columns, filters, search, the site's own columns, and the cost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import PageListingMixin
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry

from cms.models import ArticlePage
from planner.explorer import extend_listings
from planner.models import ContentItem
from tests import factories
from tests.factories import days, make_channel, make_journey, make_page, make_persona, make_section, tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(factories.NOW, tick=False)


@pytest.fixture
def site() -> SimpleNamespace:
    """Section A with a page for florists, one for growers and one without tags; section B with one for florists."""
    a, b = make_section("Section A"), make_section("Section B")
    florist, grower = make_persona("florist"), make_persona("grower")
    see, do = make_journey("buy", phases=("see", "do")).phases.order_by("sort_order")
    pages = {name: make_page(name, parent=a) for name in ("Tulips", "Roses", "Bare")}
    tag(pages["Tulips"], personas=florist, phases=[see, do], channels=make_channel("letter"))
    tag(pages["Roses"], personas=grower, phases=do)
    tag(make_page("Bulbs", parent=b), personas=florist)
    return SimpleNamespace(a=a, b=b, **pages)


@pytest.fixture
def erik(client: Client, site: SimpleNamespace) -> Client:
    client.force_login(factories.erik(site.a))
    return client


def listed(client: Client, section: Any, query: str = "") -> set[str]:
    response = client.get(f"/admin/pages/{section.pk}/?{query}")
    assert response.status_code == 200
    return {page.title for page in response.context["object_list"]}


def tags_of(client: Client, section: Any) -> dict[str, dict[str, list[str]]]:
    response = client.get(f"/admin/pages/{section.pk}/")
    return {page.title: page.planner_tags for page in response.context["object_list"]}


def test_it_shows_each_pages_persona_phase_and_channel(erik: Client, site: SimpleNamespace) -> None:
    tags = tags_of(erik, site.a)
    assert tags["Tulips"] == {"personas": ["Florist"], "phases": ["See", "Do"], "channels": ["Letter"]}
    assert tags["Bare"] == {"personas": [], "phases": [], "channels": []}


def test_the_cells_stand_in_the_table(erik: Client, site: SimpleNamespace) -> None:
    html = erik.get(f"/admin/pages/{site.a.pk}/").content.decode()
    assert "See, Do" in html


def test_content_for_everyone_says_so(erik: Client, site: SimpleNamespace) -> None:
    ContentItem.objects.filter(page=site.Bare).update(for_everyone=True)
    assert tags_of(erik, site.a)["Bare"]["personas"] == ["Everyone"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("persona=florist", {"Tulips"}),
        ("persona=florist&persona=grower", {"Tulips", "Roses"}),
        ("persona=florist&phase=buy/do", {"Tulips"}),
        ("persona=grower&channel=letter", set()),
        ("phase=buy/do", {"Tulips", "Roses"}),
        ("channel=letter", {"Tulips"}),
        ("persona=deleted", set()),
        ("persona=", {"Tulips", "Roses", "Bare"}),
        ("q=tulips&persona=florist", {"Tulips"}),
        ("q=tulips&persona=grower", set()),
        ("q=tulips&plan_status=live&phase=buy/see", {"Tulips"}),
    ],
)
def test_filters_are_or_within_and_across_dimensions_also_in_a_search(
    erik: Client, site: SimpleNamespace, query: str, found: set[str]
) -> None:
    assert listed(erik, site.a, query) == found


def test_it_filters_by_the_planners_status(erik: Client, site: SimpleNamespace) -> None:
    draft = make_page("Coming", parent=site.a, live=False)
    ContentItem.objects.filter(page=draft).update(target_at=factories.NOW + days(9))
    assert listed(erik, site.a, "plan_status=planned") == {"Coming"}


def test_a_filter_over_the_whole_site_keeps_to_what_the_user_may_see(erik: Client, site: SimpleNamespace) -> None:
    assert listed(erik, site.a, "persona=florist&search_all=1") == {"Tulips"}


def test_a_chosen_filter_is_named_above_the_list(erik: Client, site: SimpleNamespace) -> None:
    html = erik.get(f"/admin/pages/{site.a.pk}/?phase=buy/do").content.decode()
    assert "Phase:" in html


def test_the_setting_takes_columns_and_filters_away(erik: Client, site: SimpleNamespace) -> None:
    with override_settings(PLANNER_EXPLORER=False):
        response = erik.get(f"/admin/pages/{site.a.pk}/")
    assert not {"persona", "phase", "channel", "plan_status"} & set(response.context["filters"].filters)
    assert "See, Do" not in response.content.decode()


def test_the_sites_own_columns_survive(erik: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(PageViewSet):
        model = ArticlePage
        columns = [*PageListingMixin.base_columns, Column("slug", label="Own column", accessor="slug")]

    parent = make_page("Parent", parent=factories.root_page())
    monkeypatch.setitem(page_viewset_registry.values_by_class, ArticlePage, Own())
    monkeypatch.setitem(page_viewset_registry.values_by_parent_model, ArticlePage, Own())
    extend_listings()
    erik.force_login(factories.marieke())
    make_page("Child", parent=parent)
    html = erik.get(f"/admin/pages/{parent.pk}/").content.decode()
    assert "Own column" in html
    assert "Persona" in html


@pytest.mark.parametrize("who", ["marieke", "mo"])
def test_fifty_pages_cost_at_most_four_queries_more(client: Client, site: SimpleNamespace, who: str) -> None:
    client.force_login(factories.marieke() if who == "marieke" else factories.mo(site.a))
    florist = make_persona()
    for number in range(47):
        tag(make_page(f"Page {number}", parent=site.a), personas=florist)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(client.get(f"/admin/pages/{site.a.pk}/").context["object_list"]) == 50
        return len(found)

    queries()
    with override_settings(PLANNER_EXPLORER=False):
        without = queries()
    assert queries() <= without + 4
