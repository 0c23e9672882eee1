"""The coming weeks of a cell: in the report, in the matrix, and on the cell's own page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personas.models import Persona, Phase
from planner.coverage import Question, Tally
from planner.models import Applicability, ContentItem, CoverageTarget, JourneyJudgement
from planner.outlook import Week
from planner.report import make_report
from planner.templatetags.planner_outlook import in_words
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "only_our_items")]

COVERAGE = "/admin/planner/coverage/"
CELL = f"{COVERAGE}buy/florist/see/"


@pytest.fixture
def cell() -> dict[str, Any]:
    """The tags of the cell Florist x See."""
    florist = make_persona("florist", name="Florist")
    journey = make_journey("buy", name="I want to buy", personas=(florist,), phases=("see", "do"))
    return {"personas": florist, "phases": journey.phases.get(slug="see")}


def weeks(cell: dict[str, Any], at: datetime = NOW, user: Any = None) -> list[Week]:
    report = make_report(user, Question(at=at, now=NOW, zone=ZONE), ahead=True)
    return report.weeks(cell["personas"], cell["phases"])


def fresh_in(*counts: int) -> list[Week]:
    return [Week(date(2026, 3, 9), fresh=count) for count in counts]


def test_it_tells_twenty_six_weeks_from_the_moment_asked_about(cell: dict[str, Any]) -> None:
    found = weeks(cell)
    assert (len(found), found[0].day, found[-1].day) == (26, date(2026, 3, 9), date(2026, 8, 31))


def test_an_item_counts_up_to_the_week_in_which_it_ends(cell: dict[str, Any]) -> None:
    make_item(expires_at=NOW + days(15), **cell)
    assert [week.live for week in weeks(cell)][:4] == [1, 1, 0, 0]


def test_a_week_ends_at_the_same_hour_after_the_clocks_have_changed(cell: dict[str, Any]) -> None:
    # Four weeks on it is summer time: 09:00 in Amsterdam, an hour earlier in UTC.
    make_item("Ends at half past nine", expires_at=datetime(2026, 3, 30, 9, 30, tzinfo=ZONE), **cell)
    make_item("Ends at half past eight", expires_at=datetime(2026, 3, 30, 8, 30, tzinfo=ZONE), **cell)
    assert [week.live for week in weeks(cell)][2:5] == [2, 1, 0]


def test_content_grows_old_on_its_day(cell: dict[str, Any]) -> None:
    make_item(starts_at=NOW - days(365 - 10), **cell)
    assert [(week.live, week.fresh) for week in weeks(cell)][:3] == [(1, 1), (1, 0), (1, 0)]


def test_a_journey_whose_content_never_grows_old_sees_none_grow_old(cell: dict[str, Any]) -> None:
    JourneyJudgement.objects.create(journey=cell["phases"].journey, never_stale=True)
    make_item(starts_at=NOW - days(900), **cell)
    assert [week.fresh for week in weeks(cell)] == [1] * 26


def test_what_is_approved_is_coming_until_it_is_live(cell: dict[str, Any]) -> None:
    make_item(starts_at=datetime(2026, 5, 11, 9, tzinfo=ZONE), **cell)
    found = [(week.confirmed, week.live) for week in weeks(cell)]
    assert found[:12] == [(0, 0)] + [(1, 0)] * 8 + [(0, 1)] * 3


def test_it_counts_only_what_its_reader_may_see(cell: dict[str, Any]) -> None:
    mine, others = make_section("A"), make_section("B")
    tag(make_page(parent=mine), **cell)
    tag(make_page(parent=others), **cell)
    assert weeks(cell, user=factories.erik(mine))[0].live == 1


def test_without_being_asked_the_report_does_not_look_ahead(cell: dict[str, Any]) -> None:
    report = make_report(None, Question(at=NOW, now=NOW, zone=ZONE))
    assert report.weeks(cell["personas"], cell["phases"]) == []


@pytest.mark.parametrize("number", [3, 300])
def test_it_takes_two_queries_whatever_the_number_of_items(
    cell: dict[str, Any], number: int, django_assert_num_queries: Any
) -> None:
    items = ContentItem.objects.bulk_create(
        ContentItem(title=f"Item {index}", state="confirmed", starts_at=NOW + days(index)) for index in range(number)
    )
    for dimension, member in cell.items():
        through = ContentItem._meta.get_field(dimension).remote_field.through
        through.objects.bulk_create(
            through(contentitem_id=item.pk, **{f"{member._meta.model_name}_id": member.pk}) for item in items
        )
    asked = Question(at=NOW, now=NOW, zone=ZONE)
    make_report(None, asked)
    with CaptureQueriesContext(connection) as without:
        make_report(None, asked)
    with django_assert_num_queries(len(without) + 2):
        make_report(None, asked, ahead=True)


@pytest.mark.parametrize(
    ("now", "coming", "words"),
    [
        (0, (0, 0, 0), "Fresh items: none now, nor in the coming 3 weeks."),
        (0, (0, 2, 2), "Fresh items: none now, 2 by 9 March 2026."),
        (3, (3, 1, 2), "Fresh items: 3 now, 2 in 3 weeks, at least 1 in between."),
        (1, (1, 0, 0), "Fresh items: 1 now, none from the week to 9 March 2026 on."),
        (1, (1, 0, 1), "Fresh items: 1 now, none in the week to 9 March 2026."),
    ],
)
def test_a_sentence_says_what_the_picture_shows(now: int, coming: tuple[int, ...], words: str) -> None:
    assert in_words(fresh_in(*coming), Tally(fresh=now)) == words


def test_the_matrix_draws_each_cell_and_says_the_same_in_words(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(expires_at=NOW + days(10), **cell)
    html = marieke.get(COVERAGE).content.decode()
    assert html.count('<svg class="jp-outlook" role="img"') == 2
    assert "<title>Fresh items: 1 now, none from the week to 16 March 2026 on.</title>" in html
    assert "<title>Fresh items: none now, nor in the coming 26 weeks.</title>" in html


def test_a_week_without_fresh_content_has_a_base_of_its_own(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(**cell)
    html = marieke.get(COVERAGE).content.decode()
    assert html.count('class="jp-outlook__thin"') == 1  # one item, of which two are wanted
    assert html.count('class="jp-outlook__none"') == 1  # the other cell


def test_a_cell_in_which_nothing_is_wanted_has_no_outlook(marieke: Client, cell: dict[str, Any]) -> None:
    florist, see = Persona.objects.get(), Phase.objects.get(slug="see")
    CoverageTarget.objects.create(phase=see, persona=florist, applicability=Applicability.NOT_APPLICABLE)
    assert marieke.get(COVERAGE).content.decode().count('<svg class="jp-outlook"') == 1
    assert "Coming 26 weeks" not in marieke.get(CELL).content.decode()


def test_the_page_of_a_cell_has_every_week_as_a_row(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(expires_at=NOW + days(10), **cell)
    html = marieke.get(CELL).content.decode()
    assert html.count('<th role="rowheader" scope="row"><time') == 26
    assert '<time datetime="2026-03-09">9 Mar 2026</time>' in html
    assert '<desc id="jp-outlook-words">Fresh items: 1 now, none from the week to 16 March 2026 on.</desc>' in html
