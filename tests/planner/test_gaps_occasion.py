"""An occasion whose lead time has begun and that has no content is a gap of the journeys that it belongs to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.models import Journey
from planner.coverage import Question
from planner.gaps import Gap
from planner.models import ContentItem, JourneyJudgement, Occasion
from planner.report import make_report
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
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
def journey() -> Journey:
    return make_journey("buy", personas=(make_persona("florist", weight=2), make_persona("gardener")), phases=("see",))


@pytest.fixture
def fair() -> Occasion:
    """Twenty days away, and to be planned four weeks before."""
    return Occasion.objects.create(name="Spring fair", rule="dates", first_day=date(2026, 3, 22), lead_days=28)


def gaps(user: Any = None, at: Any = NOW) -> list[Gap]:
    report = make_report(user, Question(at=at, now=NOW, zone=ZONE))
    return [gap for gap in report.gaps if gap.code == "OCCASION"]


def test_an_occasion_without_content_is_a_gap_dated_its_day(journey: Journey, fair: Occasion) -> None:
    (gap,) = gaps()
    assert (gap.severity.value, gap.date, gap.priority) == ("medium", date(2026, 3, 22), 4)
    assert gap.message == "“Spring fair” is on 22 March 2026, and no content for it is live or approved."
    assert gap.key == f"OCCASION:buy::::{fair.uid}-2026-03-22"


def test_before_its_lead_time_and_after_it_an_occasion_asks_for_nothing(journey: Journey, fair: Occasion) -> None:
    assert len(gaps(at=NOW - days(8))) == 1
    assert gaps(at=NOW - days(9)) == []
    assert len(gaps(at=NOW + days(20))) == 1
    assert gaps(at=NOW + days(21)) == []


@pytest.mark.parametrize("starts", [-10, 5])
def test_live_or_confirmed_content_closes_it(journey: Journey, fair: Occasion, starts: int) -> None:
    make_item(occasion=fair, starts_at=NOW + days(starts))
    assert gaps() == []


def test_a_page_with_an_approval_closes_it(journey: Journey, fair: Occasion) -> None:
    tag(page := make_page(live=False), occasion=fair)
    assert len(gaps()) == 1
    schedule_page(page, NOW + days(3))
    assert gaps() == []


def test_a_plan_that_nobody_approved_makes_it_low(journey: Journey, fair: Occasion) -> None:
    make_item(state=ContentItem.State.IDEA, target_at=NOW + days(5), occasion=fair)
    (gap,) = gaps()
    assert (gap.severity.value, gap.planned) == ("low", 1)


def test_content_of_another_occasion_does_not_help(journey: Journey, fair: Occasion) -> None:
    make_item(occasion=Occasion.objects.create(name="Other", rule="dates", first_day=date(2027, 1, 1)))
    assert len(gaps()) == 1


def test_an_occasion_belongs_to_the_journeys_of_its_phases_then_of_its_personas(
    journey: Journey, fair: Occasion
) -> None:
    other = make_journey("stay", personas=(make_persona("owner"),), phases=("care",))
    assert [gap.journey.slug for gap in gaps()] == ["buy", "stay"]
    fair.personas.set(other.personas.all())
    assert [gap.journey.slug for gap in gaps()] == ["stay"]
    fair.phases.set(journey.phases.all())
    assert [gap.journey.slug for gap in gaps()] == ["buy"]


@pytest.mark.parametrize("change", [{"active": False}, {"blackout": True}])
def test_what_is_switched_off_or_a_blackout_asks_for_nothing(
    journey: Journey, fair: Occasion, change: dict[str, bool]
) -> None:
    Occasion.objects.update(**change)
    assert gaps() == []


def test_a_journey_may_switch_the_rule_off(journey: Journey, fair: Occasion) -> None:
    JourneyJudgement.objects.create(journey=journey, rules={"OCCASION": False})
    assert gaps() == []


def test_only_content_that_the_reader_may_see_counts(journey: Journey, fair: Occasion) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    make_item(occasion=fair, section=section_b)
    assert len(gaps(factories.erik(section_a))) == 1
    assert gaps(factories.bea(section_b)) == []


def test_a_hundred_items_cost_as_many_queries_as_one(
    journey: Journey, fair: Occasion, django_assert_num_queries: Any
) -> None:
    make_item(state=ContentItem.State.IDEA, occasion=fair)
    with CaptureQueriesContext(connection) as few:
        gaps()
    assert len(few) <= 20
    ContentItem.objects.bulk_create(ContentItem(title=f"Idea {n}", state="idea", occasion=fair) for n in range(100))
    with django_assert_num_queries(len(few)):
        gaps()
