"""The report "Untagged content": who sees what, in which order, and what its downloads hold."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from wagtail.models import Locale

from personas.models import Channel
from planner.models import ContentItem
from planner.schedule import approvals, read_items
from planner.untagged import Rank, rank_of, untagged_items
from planner.views.untagged import status_with_age
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
    schedule_page,
    tag,
)
from tests.planner import plans
from tests.planner.test_report import QUESTION

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "only_our_items")]

REPORT = "/admin/planner/untagged/"


@pytest.fixture
def tags() -> dict[str, Any]:
    """One of each dimension: an item with all of them is not in the report."""
    florist = make_persona("florist", name="Florist")
    journey = make_journey("buy", personas=(florist,), phases=("see", "do"))
    return {"personas": florist, "phases": journey.phases.first(), "channels": make_channel("website")}


def listed(client: Client, query: str = "", address: str = REPORT) -> list[str]:
    response = client.get(f"{address}{query}")
    assert response.status_code == 200
    return [row.title for row in response.context["object_list"]]


def without(tags: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: tag for name, tag in tags.items() if name not in names}


def test_it_lists_what_lacks_a_persona_a_phase_or_a_channel(marieke: Client, tags: dict[str, Any]) -> None:
    make_item("Complete", **tags)
    for missing in tags:
        make_item(f"No {missing}", **without(tags, missing))
    assert set(listed(marieke)) == {"No personas", "No phases", "No channels"}


def test_it_says_in_words_what_is_missing(marieke: Client, tags: dict[str, Any]) -> None:
    make_item("Bulbs", **without(tags, "personas", "channels"))
    assert "Persona, Channel" in marieke.get(REPORT).content.decode()


def test_content_for_everyone_lacks_no_persona(marieke: Client, tags: dict[str, Any]) -> None:
    make_item("For all", for_everyone=True, **without(tags, "personas"))
    assert listed(marieke) == []


def test_a_site_without_channels_misses_none(marieke: Client, tags: dict[str, Any]) -> None:
    make_item("Bulbs", **without(tags, "channels"))
    Channel.objects.all().delete()
    assert listed(marieke) == []


def test_a_phase_of_a_retired_journey_counts_as_none(marieke: Client, tags: dict[str, Any]) -> None:
    old = make_journey("old", phases=("once",), active=False)
    make_item("Bulbs", **tags | {"phases": old.phases.get()})
    assert listed(marieke) == ["Bulbs"]


def test_live_and_fresh_comes_first_and_what_is_over_last(marieke: Client) -> None:
    make_item("Cancelled", state=ContentItem.State.CANCELLED)
    make_item("Idea", state=ContentItem.State.IDEA)
    make_item("Scheduled", starts_at=NOW + days(400))
    make_item("Old", starts_at=NOW - days(800))
    make_item("Fresh")
    make_item("Ended", expires_at=NOW - days(1))
    schedule_page(make_page("Approved", live=False), NOW + days(3))
    make_page("Fresher", first_published_at=NOW - days(2))
    order = ["Fresher", "Fresh", "Old", "Approved", "Scheduled", "Idea"]
    assert listed(marieke)[:6] == order
    assert set(listed(marieke)[6:]) == {"Cancelled", "Ended"}


def test_old_content_says_so(marieke: Client) -> None:
    make_item("Old", starts_at=NOW - days(800))
    make_item("Fresh")
    shown = [status_with_age(row) for row in marieke.get(REPORT).context["object_list"]]
    assert ["Old" in words for words in shown] == [False, True]


@pytest.mark.parametrize("seed", range(4))
def test_sql_ranks_items_as_their_facts_do(seed: int) -> None:
    journey = make_journey("buy", personas=tuple(make_persona() for _ in range(plans.PERSONAS)), phases=tuple("abcd"))
    for _ in range(plans.CHANNELS):
        make_channel()
    Locale.objects.get_or_create(language_code="nl")
    sections = {name: make_section(name) for name in plans.SECTIONS}
    plans.write(plans.make_plan(seed, 150), journey, sections)
    approved = approvals()
    phases = list(journey.phases.values_list("pk", flat=True))
    found = untagged_items(ContentItem.objects.counted(), QUESTION, phases=phases, approved=approved)
    ranks = dict(found.values_list("pk", "rank"))
    records = read_items(found, now=NOW, approved=approved)
    assert {record.item_id: rank_of(record.facts, QUESTION) for record in records} == ranks
    assert set(ranks.values()) == set(Rank)


def test_the_share_is_of_what_the_reader_may_see(client: Client, tags: dict[str, Any]) -> None:
    mine, other = make_section("Mine"), make_section("Other")
    ContentItem.objects.all().delete()
    tag(make_page("Tagged", parent=mine), **tags)
    make_page("Untagged", parent=mine)
    make_page("Foreign", parent=other)
    client.force_login(factories.erik(mine))
    assert listed(client) == ["Untagged"]
    html = client.get(REPORT).content.decode()
    assert "<strong>1 of 2</strong> live items" in html
    assert "Only content that you may see is counted." in html


def test_it_says_how_many_the_list_holds_and_how_many_of_them_are_not_live(marieke: Client) -> None:
    for number in range(3):
        make_item(f"Idea {number}", state=ContentItem.State.IDEA)
    make_item("Live")
    html = " ".join(marieke.get(REPORT).content.decode().split())
    assert "The list holds 4 items in all. 3 of them are not live: plans, drafts, and what is over already." in html
    html = " ".join(marieke.get(f"{REPORT}results/?status=fresh").content.decode().split())
    assert "The list holds 1 item in all. </p>" in html


def test_somebody_without_content_is_turned_away(client: Client) -> None:
    client.force_login(factories.nina())
    assert client.get(REPORT).status_code == 302


def test_the_title_leads_to_the_plan(marieke: Client) -> None:
    item = make_item("Bulbs")
    assert f'href="/admin/planner/items/{item.pk}/"' in marieke.get(REPORT).content.decode()


def test_the_menu_of_reports_leads_to_it(marieke: Client) -> None:
    assert REPORT in marieke.get("/admin/").content.decode()


@pytest.mark.parametrize("address", [REPORT, f"{REPORT}results/"])
def test_a_search_looks_at_titles(marieke: Client, address: str) -> None:
    make_item("Tulip bulbs")
    make_page("Tulip fields")
    make_item("Roses")
    assert set(listed(marieke, "?q=tulip", address)) == {"Tulip bulbs", "Tulip fields"}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?missing=phase", {"No phase"}),
        ("?missing=phase&missing=persona", {"No phase", "No persona"}),
        ("?status=plan", {"No persona"}),
        ("?status=fresh&status=live", {"No phase", "No channel"}),
        ("?type=off-site", {"No phase", "No persona"}),
        ("?type=off-site&q=phase", {"No phase"}),
        ("?missing=nonsense", {"No phase", "No persona", "No channel"}),
    ],
)
def test_filters_narrow_it_down(marieke: Client, tags: dict[str, Any], query: str, titles: set[str]) -> None:
    make_item("No phase", **without(tags, "phases"))
    make_item("No persona", state=ContentItem.State.IDEA, **without(tags, "personas"))
    tag(make_page("No channel"), **without(tags, "channels"))
    assert set(listed(marieke, query)) == titles


def test_a_page_type_can_be_chosen(marieke: Client) -> None:
    page = make_page("Bulbs")
    make_item("Newsletter")
    assert listed(marieke, f"?type={page.content_type_id}") == ["Bulbs"]


def test_a_journey_counts_its_own_phases_only(marieke: Client, tags: dict[str, Any]) -> None:
    make_journey("stay", phases=("thank",))
    make_item("Bulbs", **tags)
    assert (listed(marieke), listed(marieke, "?journey=stay")) == ([], ["Bulbs"])


def test_it_shows_fifty_at_a_time(marieke: Client) -> None:
    for number in range(51):
        make_item(f"Item {number}")
    assert (len(listed(marieke)), len(listed(marieke, "?p=2"))) == (50, 1)


def cells_of_csv(client: Client) -> list[list[str]]:
    response = client.get(f"{REPORT}?export=csv")
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def cells_of_xlsx(client: Client) -> list[Any]:
    response = client.get(f"{REPORT}?export=xlsx")
    return list(load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.iter_rows())


def test_the_csv_says_what_the_list_says(marieke: Client, tags: dict[str, Any]) -> None:
    make_item("Bulbs", **without(tags, "personas"))
    assert cells_of_csv(marieke) == [
        ["Title", "Missing", "Status", "Type", "Date"],
        ["Bulbs", "Persona", "Live", "Off-site", "2026-02-20"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\x01=", "\x1b@"])
def test_no_title_becomes_a_formula_in_csv(marieke: Client, start: str) -> None:
    make_item(f"{start}1+1")
    shown = start.lstrip("\x01\x1b")
    assert cells_of_csv(marieke)[1][0] == f"'{shown}1+1"


def test_xlsx_holds_formulas_as_text_and_no_control_characters(marieke: Client) -> None:
    make_item("=1+1\x0b\x01")
    cell = cells_of_xlsx(marieke)[1][0]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("read", [cells_of_csv, cells_of_xlsx])
def test_no_heading_becomes_a_formula(marieke: Client, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.views.untagged.UntaggedView.export_headings", {"title": "=Title\x07"})
    heading = read(marieke)[0][0]
    assert getattr(heading, "value", heading) == "'=Title"


def test_a_download_holds_all_pages(marieke: Client) -> None:
    for number in range(60):
        make_item(f"Item {number}")
    assert len(cells_of_csv(marieke)) == 61


@pytest.mark.parametrize("query", ["", "?export=csv"])
def test_its_queries_do_not_grow(marieke: Client, query: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            response = marieke.get(f"{REPORT}{query}")
            if query:
                b"".join(response.streaming_content)
        return len(queries)

    def more(number: int) -> None:
        ContentItem.objects.bulk_create(
            ContentItem(title=f"Item {count}", state="confirmed", starts_at=NOW - days(1)) for count in range(number)
        )

    more(10)
    cost()
    few = cost()
    more(490)
    assert cost() == few <= 30


def test_the_coverage_screen_leads_to_it(marieke: Client, tags: dict[str, Any]) -> None:
    make_item("Bulbs")
    html = marieke.get("/admin/planner/coverage/").content.decode()
    assert f'href="{REPORT}?journey=buy"' in html


def test_a_journey_with_nul_is_none(marieke: Client) -> None:
    assert marieke.get(f"{REPORT}?journey=%00").status_code == 200
