"""The outlook over generated plans: each of its weeks is what coverage says of that moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from personas.models import Journey
from planner.coverage import Place, Question, Tally, count
from planner.models import ContentItem
from planner.outlook import WEEKS, Ahead, bits_of, look_ahead
from planner.schedule import approvals, beyond_sql, read_facts
from planner.standing import standing
from tests.factories import NOW, ZONE, make_channel, make_journey, make_persona, make_section
from tests.planner.plans import CHANNELS, MOMENTS, PERSONAS, SECTIONS, make_plan, write
from tests.planner.real_content import for_now

pytestmark = pytest.mark.django_db

plans = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
few_plans = settings(plans, max_examples=10)  # each is counted once for every week
seeds = st.integers(0, 10**9)
sizes = st.integers(1, 40)
moments = st.sampled_from(MOMENTS)
ages = st.sampled_from((365, 365, 30, None))


@pytest.fixture
def journey() -> Journey:
    for number in range(CHANNELS):
        make_channel(f"channel-{number}")
    people = tuple(make_persona(f"p{number}") for number in range(PERSONAS))
    return make_journey("journey", personas=people, phases=("see", "think", "do", "care"))


@pytest.fixture
def sections() -> dict[str, Any]:
    Locale.objects.get_or_create(language_code="nl")
    return {name: make_section(f"Section {name}") for name in SECTIONS}


def ahead(items: Any, question: Question) -> Any:
    undecided = items.filter(beyond_sql(approvals()))
    return look_ahead(items, question, facts=read_facts(undecided, now=question.now, approved=approvals()))


def assert_each_week_is_the_coverage_then(items: Any, question: Question, journey: Journey) -> None:
    outlook = ahead(items, question)
    by_week = [count(items, replace(question, at=end)).cells for end in outlook.ahead.moments]
    assert len(by_week) == WEEKS
    for persona in journey.personas.all():
        for phase in journey.phases.all():
            place = Place(persona.pk, phase.pk)
            tallies = [cells.get(place, Tally()) for cells in by_week]
            expected = [(one.live, one.fresh, one.confirmed) for one in tallies]
            assert [(week.live, week.fresh, week.confirmed) for week in outlook.of(place)] == expected


@few_plans
@given(seed=seeds, size=sizes, at=moments, stale=ages)
def test_each_week_is_what_coverage_says_of_its_end(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, stale: int | None
) -> None:
    with for_now():
        write(make_plan(seed, size), journey, sections)
        question = Question(at=at, now=NOW, zone=ZONE, stale_days=stale)
        assert_each_week_is_the_coverage_then(ContentItem.objects.counted(), question, journey)


@plans
@given(seed=seeds, size=sizes, at=moments, stale=ages)
def test_the_facts_of_each_item_say_week_by_week_how_it_stands(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, stale: int | None
) -> None:
    question = Question(at=at, now=NOW, zone=ZONE, stale_days=stale)
    weeks = Ahead(question)
    with for_now():
        write(make_plan(seed, size), journey, sections)
        found = read_facts(ContentItem.objects.all(), now=NOW, approved=approvals())
    for facts in found.values():
        bits = bits_of(facts, weeks)
        for week, end in enumerate(weeks.moments):
            one = standing(facts, replace(question, at=end))
            assert tuple(bool(mask >> week & 1) for mask in bits) == (one.live, one.fresh, one.confirmed), (facts, end)


@plans
@given(seed=seeds, size=sizes, at=moments)
def test_one_locale_counts_like_several(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any
) -> None:
    plan = [item for item in make_plan(seed, size) if item.identity == item.number]
    with for_now():
        write(plan, journey, sections)
        items, question = ContentItem.objects.counted(), Question(at=at, now=NOW, zone=ZONE)
        several = ahead(items, question)
        Locale.objects.filter(language_code="nl").delete()
        assert ahead(items, question) == several
