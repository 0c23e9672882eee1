"""A part that was promised to readers and is not there when its day has passed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.models import Journey
from planner.coverage import Question
from planner.gaps import Gap
from planner.models import ContentItem, JourneyJudgement, PromisedPart, Series
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
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def journey() -> Journey:
    journey = make_journey("buy", personas=(make_persona("florist"),), phases=("see", "do"))
    JourneyJudgement.objects.create(journey=journey, rules={"SERIES": True})
    return journey


@pytest.fixture
def series(journey: Journey) -> Series:
    """Of three parts, each promised for a Monday from 16 February on, the first is there."""
    series = Series.objects.create(
        name="Pruning", slug="pruning", cadence="weekly", first_part_on=date(2026, 2, 16), parts=3
    )
    make_item(series=series, series_part=1, phases=journey.phases.get(slug="see"))
    return series


def gaps(user: Any = None, at: Any = NOW, **options: Any) -> list[Gap]:
    report = make_report(user, Question(at=at, now=NOW, zone=ZONE), **options)
    return [gap for gap in report.gaps if gap.code == "SERIES"]


def test_a_promised_part_whose_day_has_passed_is_missed(series: Series) -> None:
    (gap,) = gaps()
    assert (gap.key, gap.severity.value, gap.date) == (f"SERIES:buy::::{series.uid}", "medium", date(2026, 2, 23))
    assert gap.message == "Part 2 of “Pruning”, promised for 23 February 2026, is neither live nor approved."


def test_on_its_day_a_part_is_not_late_yet(series: Series) -> None:
    assert len(gaps(at=NOW - days(6))) == 1
    assert gaps(at=NOW - days(7)) == []


def test_several_late_parts_are_one_row(series: Series) -> None:
    (gap,) = gaps(at=NOW + days(1))
    assert gap.message.startswith("Parts 2, 3 of “Pruning”, the first promised for 23 February 2026,")


def test_a_live_part_closes_it_and_so_does_an_approved_one(series: Series) -> None:
    tag(page := make_page(live=False), series=series, series_part=2)
    assert len(gaps()) == 1
    schedule_page(page, NOW + days(3))
    assert gaps() == []


def test_what_is_approved_for_after_the_horizon_does_not_close_it(series: Series) -> None:
    make_item(series=series, series_part=2, starts_at=NOW + days(57))
    assert len(gaps()) == 1


def test_a_part_that_ended_is_missing_again(series: Series) -> None:
    ContentItem.objects.update(expires_at=NOW - days(1))
    assert gaps()[0].message.startswith("Parts 1, 2 of")


def test_the_own_day_of_a_part_takes_the_place_of_the_cadences(series: Series) -> None:
    PromisedPart.objects.create(series=series, number=2, promised_on=date(2026, 3, 9))
    assert gaps() == []


def test_a_series_that_is_off_promises_nothing(series: Series) -> None:
    Series.objects.update(active=False)
    assert gaps() == []


def test_a_series_belongs_to_the_journeys_of_its_content_and_without_phase_to_none(
    series: Series, journey: Journey
) -> None:
    other = make_journey("stay", phases=("care",))
    JourneyJudgement.objects.create(journey=other, rules={"SERIES": True})
    assert [gap.journey for gap in gaps()] == [journey]
    ContentItem.objects.get(series=series).phases.clear()
    assert [gap.key for gap in gaps()] == [f"SERIES:::::{series.uid}"]


def test_a_promise_is_kept_through_any_channel(series: Series) -> None:
    mail = make_channel("mail")
    make_item(series=series, series_part=2)
    assert gaps(channels=[mail.slug]) == []


def test_only_content_that_the_reader_may_see_counts(series: Series) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    ContentItem.objects.filter(series=series).update(section=section_b)
    assert gaps(factories.bea(section_b))[0].message.startswith("Part 2 of")
    assert gaps(factories.erik(section_a))[0].message.startswith("Parts 1, 2 of")


def test_the_number_of_queries_does_not_grow_with_series_and_is_nought_while_it_is_off(series: Series) -> None:
    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            gaps()
        return [one["sql"] for one in captured]

    queries()
    few = queries()
    for number in range(20):
        more = Series.objects.create(
            name=f"S{number}", slug=f"s{number}", cadence="weekly", first_part_on=date(2026, 1, 5), parts=3
        )
        make_item(series=more, series_part=1)
    assert len(queries()) == len(few)
    JourneyJudgement.objects.update(rules={})
    assert not any("planner_series" in sql for sql in queries())
