"""The list of gaps: its order, its filters, its downloads, and what it tells to whom."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from openpyxl import load_workbook

from personas.models import Journey
from planner.coverage import Question
from planner.gap_decisions import accept
from planner.models import ContentItem
from planner.report import make_report
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

GAPS = "/admin/planner/gaps/"


@pytest.fixture
def journey() -> Journey:
    """The florist has one item in each phase, and an idea in the first; the gardener has nothing in the second."""
    florist, gardener = make_persona("florist", name="Florist", weight=2), make_persona("gardener", name="Gardener")
    journey = make_journey("buy", name="I want to buy", personas=(florist, gardener), phases=("see", "do"))
    see, do = journey.phases.all()
    make_item(personas=[florist, gardener], phases=see)
    make_item(personas=florist, phases=do)
    make_item("Folder", state="idea", target_at=NOW + days(5), personas=florist, phases=see)
    return journey


def listed(client: Client, query: str = "") -> list[str]:
    return [one.gap.key for one in client.get(GAPS + query).context["listed"]]


def accept_empty() -> None:
    gap = make_report(None, Question(at=NOW, now=NOW, zone=ZONE)).find("EMPTY:buy:gardener:do::")
    accept(gap, reason="=HYPERLINK(1)", until=date(2026, 4, 1), user=get_user_model().objects.get(), now=NOW, zone=ZONE)


def test_the_most_pressing_gap_comes_first(marieke: Client, journey: Journey) -> None:
    priorities = [one.priority for one in marieke.get(GAPS).context["listed"]]
    assert len(priorities) > 3
    assert priorities == sorted(priorities, reverse=True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?code=EMPTY", ["EMPTY:buy:gardener:do::"]),
        ("?persona=gardener&phase=buy/do", ["EMPTY:buy:gardener:do::"]),
        ("?severity=critical", ["EMPTY:buy:gardener:do::"]),
        ("?code=THIN&state=planned", ["THIN:buy:florist:see::"]),
        ("?code=THIN&phase=buy/do", ["THIN:buy:florist:do::"]),
        ("?journey=nope", []),
        ("?persona=gone", []),
        ("?severity=dreadful", []),
        ("?state=accepted", []),
        ("?code=%00", []),
    ],
)
def test_a_filter_leaves_what_is_asked_for(marieke: Client, journey: Journey, query: str, expected: list[str]) -> None:
    assert listed(marieke, query) == expected


def test_a_channel_counts_only_its_content(marieke: Client, journey: Journey) -> None:
    make_channel("mail")
    assert "EMPTY_PHASE:buy::see::" in listed(marieke, "?channel=mail")
    assert "EMPTY_PHASE:buy::see::" not in listed(marieke)


def test_an_accepted_gap_stands_among_them_with_its_state_and_reason(marieke: Client, journey: Journey) -> None:
    accept_empty()
    html = marieke.get(f"{GAPS}?state=accepted").content.decode()
    assert "1 gap" in html
    assert "=HYPERLINK(1)" in html
    assert "EMPTY:buy:gardener:do::" not in listed(marieke, "?state=open")


def test_the_download_holds_what_is_listed(marieke: Client, journey: Journey) -> None:
    answer = marieke.get(f"{GAPS}?code=EMPTY&export=csv")
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode())))
    assert [(row["Code"], row["Persona"], row["Phase"], row["State"]) for row in rows] == [
        ("EMPTY", "Gardener", "Do", "Open")
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="gaps.csv"'


def test_no_text_of_a_download_is_a_formula(marieke: Client, journey: Journey) -> None:
    accept_empty()
    Journey.objects.update(name="=1+1")
    (row,) = csv.DictReader(StringIO(marieke.get(f"{GAPS}?code=EMPTY&export=csv").getvalue().decode()))
    assert (row["Journey"], row["Reason"]) == ("'=1+1", "'=HYPERLINK(1)")
    sheet = load_workbook(BytesIO(marieke.get(f"{GAPS}?code=EMPTY&export=xlsx").getvalue())).active
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
    assert "=1+1" in [cell.value for cell in sheet[2]]


def test_an_empty_list_says_why(marieke: Client, journey: Journey) -> None:
    assert "No gap is like that." in marieke.get(f"{GAPS}?state=accepted").content.decode()


def test_a_reader_of_one_section_gets_the_gaps_of_that_section(client: Client, journey: Journey) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    late = make_page("Secret", parent=section_b, live=False)
    tag(late, phases=journey.phases.first(), target_at=NOW - days(3), target_has_time=True)
    client.force_login(factories.erik(section_a))
    assert "Secret" not in client.get(GAPS).content.decode()
    assert "Secret" not in client.get(f"{GAPS}?export=csv").getvalue().decode()
    client.force_login(factories.bea(section_b))
    assert "Secret" in client.get(GAPS).content.decode()


def test_only_the_owner_is_offered_to_accept(client: Client, journey: Journey) -> None:
    erik = factories.erik(make_section("A"))
    client.force_login(erik)
    assert "Accept until…" not in client.get(GAPS).content.decode()
    Journey.objects.update(owner=erik)
    assert "Accept until…" in client.get(GAPS).content.decode()


def test_somebody_without_page_rights_is_refused(client: Client, journey: Journey) -> None:
    client.force_login(factories.nina())
    assert client.get(GAPS).status_code == 302
    assert client.get(f"{GAPS}?export=csv").status_code == 302


def test_hostile_names_are_escaped(marieke: Client) -> None:
    make_journey("j", name="<script>1</script>", personas=(make_persona("p", name="<b>x"),), phases=("see",))
    html = marieke.get(GAPS).content.decode()
    assert "<script>1<" not in html
    assert "<b>x" not in html


def test_the_number_of_queries_does_not_grow(
    marieke: Client, journey: Journey, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        persona = make_persona(f"more-{number}")
        journey.personas.add(persona)
    ContentItem.objects.bulk_create(
        ContentItem(title=f"Item {index}", state="confirmed", starts_at=NOW - days(1)) for index in range(200)
    )
    marieke.get("/admin/reports/aging-pages/")
    with django_assert_max_num_queries(29):
        marieke.get(GAPS)
