"""The planner in Wagtail's page explorer: its column, filters, search, the site's own columns, and the cost."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import PageListingMixin
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry
from wagtail.models import Locale

from cms.models import ArticlePage
from personas.models import Persona
from planner.explorer import extend_listings
from planner.models import DIMENSIONS, ContentItem
from planner.page_status import shown_status, with_status
from planner.schedule import Status, read_items
from planner.schedule.page_facts import read_page_facts
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)
from tests.planner import plans

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


def plans_of(client: Client, section: Any) -> dict[str, Any]:
    response = client.get(f"/admin/pages/{section.pk}/")
    return {page.title: page.planner_plan for page in response.context["object_list"]}


def names(plan: Any) -> dict[str, list[str]]:
    return {dimension: [member.name for member in getattr(plan, dimension)] for dimension in DIMENSIONS}


def test_it_shows_each_pages_persona_phase_and_channel(erik: Client, site: SimpleNamespace) -> None:
    plans = plans_of(erik, site.a)
    assert names(plans["Tulips"]) == {"personas": ["Florist"], "phases": ["See", "Do"], "channels": ["Letter"]}
    assert not plans["Bare"].tagged


def test_it_shows_a_pages_status_where_wagtails_own_does_not_say_it(erik: Client, site: SimpleNamespace) -> None:
    ContentItem.objects.filter(page=make_page("Late", parent=site.a, live=False)).update(target_at=NOW - days(1))
    schedule_page(make_page("Coming", parent=site.a, live=False), NOW + days(2))
    make_page("Stuck", parent=site.a, expire_at=NOW - days(1))
    make_page("Ended", parent=site.a, live=False, expired=True, expire_at=NOW - days(1))
    make_page("Unfinished", parent=site.a, live=False)
    shown = {title: plan.status for title, plan in plans_of(erik, site.a).items()}
    assert (shown["Tulips"], shown["Ended"], shown["Unfinished"]) == (None, None, None)
    assert (shown["Late"], shown["Coming"], shown["Stuck"]) == (Status.OVERDUE, Status.SCHEDULED, Status.OVERDUE)


def test_a_status_that_looks_ahead_says_to_which_day_in_the_sites_zone(erik: Client, site: SimpleNamespace) -> None:
    zone = factories.ZONE
    schedule_page(make_page("Coming", parent=site.a, live=False), datetime(2027, 3, 1, 23, 30, tzinfo=UTC))
    meant = make_page("Meant", parent=site.a, live=False)
    ContentItem.objects.filter(page=meant).update(target_at=datetime(2027, 4, 1, tzinfo=zone), target_has_time=False)
    found = plans_of(erik, site.a)
    assert (found["Coming"].status, found["Coming"].day) == (Status.SCHEDULED, date(2027, 3, 2))
    assert (found["Meant"].status, found["Meant"].day) == (Status.PLANNED, date(2027, 4, 1))
    assert "1 Apr 2027" in erik.get(f"/admin/pages/{site.a.pk}/").content.decode()


def test_each_dimension_has_one_line_and_says_how_many_more_there_are(erik: Client, site: SimpleNamespace) -> None:
    html = erik.get(f"/admin/pages/{site.a.pk}/").content.decode()
    assert html.count('title="Do"') == 1
    assert '<span aria-hidden="true"> +1</span><span class="w-sr-only">, Do</span>' in html


def test_the_cells_stand_in_the_table(erik: Client, site: SimpleNamespace) -> None:
    ContentItem.objects.filter(page=make_page("Late", parent=site.a, live=False)).update(target_at=NOW - days(1))
    html = erik.get(f"/admin/pages/{site.a.pk}/").content.decode()
    assert "jp-status--overdue" in html
    assert "jp-status--live" not in html
    assert "Florist" in html
    assert "Letter" in html
    assert "No tags" in html


def test_content_for_everyone_says_so(erik: Client, site: SimpleNamespace) -> None:
    ContentItem.objects.filter(page=site.Bare).update(for_everyone=True)
    assert plans_of(erik, site.a)["Bare"].everyone
    assert "Everyone" in erik.get(f"/admin/pages/{site.a.pk}/").content.decode()


def test_a_page_of_a_type_that_does_not_count_has_no_plan(erik: Client, site: SimpleNamespace) -> None:
    with override_settings(PLANNER_EXCLUDED_TYPES=["cms.ArticlePage"]):
        assert plans_of(erik, site.a)["Tulips"] is None


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
        ("persona=-", {"Bare"}),
        ("persona=-&persona=grower", {"Bare", "Roses"}),
        ("channel=-", {"Roses", "Bare"}),
        ("channel=-&phase=buy/do", {"Roses"}),
        ("phase=-", {"Bare"}),
        ("q=bare&phase=-", {"Bare"}),
        ("q=tulips&phase=-", set()),
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


def test_content_for_everyone_does_not_lack_a_persona(erik: Client, site: SimpleNamespace) -> None:
    ContentItem.objects.filter(page=site.Bare).update(for_everyone=True)
    assert listed(erik, site.a, "persona=-") == set()


def test_a_chosen_filter_is_named_above_the_list(erik: Client, site: SimpleNamespace) -> None:
    html = erik.get(f"/admin/pages/{site.a.pk}/?phase=buy/do&persona=-").content.decode()
    assert "Phase:" in html
    assert re.search(r"<b[^>]*>No persona</b>", html)


def test_its_filters_stand_before_those_that_wagtail_has_for_every_page(erik: Client, site: SimpleNamespace) -> None:
    filters = list(erik.get(f"/admin/pages/{site.a.pk}/").context["filters"].form.fields)
    assert filters[:5] == ["content_type", "persona", "phase", "channel", "plan_status"]
    assert filters[-1] == "has_child_pages"


def test_the_setting_takes_columns_and_filters_away(erik: Client, site: SimpleNamespace) -> None:
    with override_settings(PLANNER_EXPLORER=False):
        response = erik.get(f"/admin/pages/{site.a.pk}/")
    assert not {"persona", "phase", "channel", "plan_status"} & set(response.context["filters"].filters)
    assert "jp-plan-cell" not in response.content.decode()


def test_the_setting_may_name_what_is_shown(erik: Client, site: SimpleNamespace) -> None:
    schedule_page(make_page("Coming", parent=site.a, live=False), NOW + days(2))
    with override_settings(PLANNER_EXPLORER=["persona", "status"]):
        response = erik.get(f"/admin/pages/{site.a.pk}/")
    filters = set(response.context["filters"].filters)
    assert filters >= {"persona", "plan_status"}
    assert not filters & {"phase", "channel"}
    plans = {page.title: page.planner_plan for page in response.context["object_list"]}
    assert names(plans["Tulips"]) == {"personas": ["Florist"], "phases": [], "channels": []}
    assert plans["Coming"].status == Status.SCHEDULED


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
    assert "jp-plan-cell" in html


@pytest.mark.parametrize("who", ["marieke", "mo"])
def test_fifty_pages_cost_at_most_four_queries_more(client: Client, site: SimpleNamespace, who: str) -> None:
    client.force_login(factories.marieke() if who == "marieke" else factories.mo(site.a))
    florist = Persona.objects.get(slug="florist")
    for number in range(60):
        page = make_page(f"Page {number}", parent=site.a)
        tag(page, personas=florist)
        if number % 20 == 0:
            page.unpublish()
            schedule_page(page, NOW + days(2))

    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(client.get(f"/admin/pages/{site.a.pk}/?{query}").context["object_list"]) == 50
        return len(found)

    queries("")
    with override_settings(PLANNER_EXPLORER=False):
        without, searching = queries(""), queries("q=page")
    assert queries("") <= without + 4
    assert queries("q=page") <= searching + 4
    assert queries("q=page&persona=florist") <= searching + 4
    assert queries("q=page&plan_status=live") <= searching + 4 + 3  # what the filter itself asks


@pytest.mark.parametrize("seed", range(4))
def test_the_filter_finds_the_status_that_the_facts_give(seed: int) -> None:
    journey = make_journey("plan", personas=tuple(make_persona() for _ in range(plans.PERSONAS)), phases=tuple("abcd"))
    for _ in range(plans.CHANNELS):
        make_channel()
    Locale.objects.get_or_create(language_code="nl")
    plans.write(plans.make_plan(seed, 150), journey, {name: make_section(name) for name in plans.SECTIONS})
    pages = ContentItem.objects.counted().on_pages()
    found = dict(with_status(pages, now=NOW, zone=factories.ZONE).values_list("page", "shown_status"))
    told = {record.page_id: shown_status(record.facts, factories.ZONE) for record in read_items(pages, now=NOW)}
    assert found == {page: status.value for page, status in told.items()}
    assert len(set(found.values())) >= 6


@pytest.mark.parametrize("seed", range(4))
def test_the_facts_of_a_screenful_are_those_of_the_whole(seed: int) -> None:
    journey = make_journey("plan", personas=tuple(make_persona() for _ in range(plans.PERSONAS)), phases=tuple("abcd"))
    for _ in range(plans.CHANNELS):
        make_channel()
    Locale.objects.get_or_create(language_code="nl")
    plans.write(plans.make_plan(seed, 150), journey, {name: make_section(name) for name in plans.SECTIONS})
    pages = ContentItem.objects.counted()
    facts = {record.page_id: record.facts for record in read_items(pages.on_pages(), now=NOW)}
    assert read_page_facts(pages, now=NOW) == facts


@pytest.mark.parametrize("query", ["persona=%00", "phase=a/%00", "channel=%00", "plan_status=%00"])
def test_a_filter_with_nul_matches_nothing(erik: Client, site: SimpleNamespace, query: str) -> None:
    assert erik.get(f"/admin/pages/{site.a.pk}/?{query}").status_code == 200
