"""Coverage along channels over generated plans: every count equals a count by the definitions, with each filter."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale, Site

from personas.models import Channel, Journey
from planner.coverage import Question, Tally, count_each
from planner.coverage_sql import SECTIONS
from planner.filters import Filters
from planner.models import Campaign, ContentItem
from planner.pivots import Axes, Pivot, sections_along
from tests.factories import NOW, ZONE, days, make_channel, make_item, make_journey, make_persona, make_section
from tests.planner.definitions import Definitions
from tests.planner.plans import CHANNELS, MOMENTS, PERSONAS, Stored, make_plan, write
from tests.planner.plans import SECTIONS as SITES
from tests.planner.real_content import for_now
from tests.planner.test_coverage_properties import _tally

pytestmark = pytest.mark.django_db

plans = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
seeds, sizes, moments = st.integers(0, 10**9), st.integers(1, 40), st.sampled_from(MOMENTS)
KINDS = ("current", "desired", "current")
JOURNEYS_PHASES = 3
"""The fourth phase of the plans is inactive: what has no other one is not in the journey."""


@pytest.fixture
def journey() -> Journey:
    for number in range(CHANNELS):
        make_channel(f"channel-{number}")
    people = tuple(make_persona(f"p{number}", kind=KINDS[number]) for number in range(PERSONAS))
    journey = make_journey("journey", personas=people, phases=("see", "think", "do", "care"))
    journey.phases.filter(slug="care").update(active=False)
    return journey


@pytest.fixture
def sections() -> dict[str, Any]:
    Locale.objects.get_or_create(language_code="nl")
    return {name: make_section(f"Section {name}") for name in SITES}


def pivot_of(plan: list[Stored], axes: Axes, question: Question, filters: Filters | None = None) -> Pivot:
    items = ContentItem.objects.counted().filter(pk__in=[stored.item_id for stored in plan])
    if filters:
        items = filters.apply(items)
    phases = Journey.objects.get().phases.active().values_list("pk", flat=True)
    asked = (*SECTIONS, *sections_along(axes, phases))
    return Pivot(axes, count_each(items, [question], sections=asked)[question])


def is_for(item: Stored, persona: int) -> bool:
    return item.for_everyone or persona in item.personas


def assert_told(pivot: Pivot, plan: list[Stored], defined: Definitions, journey: Journey) -> None:
    inside = [one for one in plan if not one.alias and one.phases & set(range(JOURNEYS_PHASES))]
    columns = (
        [(phase, [one for one in inside if f in one.phases]) for f, phase in enumerate(journey.phases.active())]
        if pivot.axes == Axes.PHASE_CHANNEL
        else [(who, [one for one in inside if is_for(one, p)]) for p, who in enumerate(journey.personas.all())]
    )
    rows = [
        *((channel, [one for one in inside if c in one.channels]) for c, channel in enumerate(Channel.objects.all())),
        (None, [one for one in inside if not one.channels]),
    ]
    for channel, of_it in rows:
        assert astuple(pivot.of_channel(channel)) == astuple(_tally(defined, of_it))
        for member, here in columns:
            both = [one for one in here if one in of_it]
            assert astuple(pivot.cell(member, channel)) == astuple(_tally(defined, both))
    for member, here in columns:
        counted = pivot.of_member(member)
        counted.starts = {}
        assert astuple(counted) == astuple(_tally(defined, here))
    assert astuple(pivot.whole) == astuple(_tally(defined, inside))


@plans
@given(seed=seeds, size=sizes, at=moments, axes=st.sampled_from([Axes.PERSONA_CHANNEL, Axes.PHASE_CHANNEL]))
def test_every_count_along_channels_equals_a_count_by_the_definitions(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, axes: Axes
) -> None:
    plan = make_plan(seed, size)
    with for_now():
        write(plan, journey, sections)
        pivot = pivot_of(plan, axes, Question(at=at, now=NOW, zone=ZONE))
        assert_told(pivot, plan, Definitions(at=at, now=NOW, zone=ZONE), journey)


@plans
@given(seed=seeds, size=sizes, at=moments, horizon=st.integers(0, 120))
def test_phases_first_or_channels_first_hold_the_same_distinct_items(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, horizon: int
) -> None:
    plan, question = make_plan(seed, size), Question(at=at, now=NOW, zone=ZONE, horizon_days=horizon)
    with for_now():
        write(plan, journey, sections)
        wholes = [pivot_of(plan, axes, question).whole for axes in Axes]
    assert wholes[0] == wholes[1] == wholes[2]


def _thinned(plan: list[Stored], name: str, value: str) -> list[Stored]:
    """What a filter leaves of a plan, told from what was stored."""
    leaves = {
        "channel": lambda one: {"channel-0": 0, "channel-1": 1}[value] in one.channels,
        "team": lambda one: one.team == value,
        "audience": lambda one: one.for_everyone or any(KINDS[p] == value for p in one.personas),
        "campaign": lambda one: one.number % 2 == 0,
        "theme": lambda one: one.number % 3 == 0,
        "locale": lambda one: (one.identity != one.number if one.page else False) == (value == "nl"),
        "site": lambda one: not one.snippet and one.section == value,
    }
    return [one for one in plan if leaves[name](one)]


def _mark(plan: list[Stored]) -> None:
    """The campaign on every second item, the theme on every third."""
    campaign = Campaign.objects.create(
        name="Spring", slug="spring", kind=Campaign.Kind.choices[0][0], first_day=NOW.date(), last_day=NOW.date()
    )
    rows = ContentItem.objects.in_bulk([one.item_id for one in plan])
    ContentItem.objects.filter(pk__in=[one.item_id for one in plan if one.number % 2 == 0]).update(campaign=campaign)
    for one in plan:
        if one.number % 3 == 0:
            rows[one.item_id].themes.add("Roses")


@settings(plans, max_examples=3)
@given(seed=seeds, at=moments)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("audience", "desired"),
        ("channel", "channel-1"),
        ("campaign", "spring"),
        ("theme", "roses"),
        ("locale", "nl"),
        ("locale", "en"),
        ("team", "web"),
    ],
)
def test_each_filter_counts_what_it_leaves(
    journey: Journey, sections: dict[str, Any], seed: int, at: Any, name: str, value: str
) -> None:
    plan = make_plan(seed, 30)
    filters = Filters(QueryDict(f"{name}={value}"), names=Filters.OF_COVERAGE)
    with for_now():
        write(plan, journey, sections)
        _mark(plan)
        left = _thinned(plan, name, value)
        for axes in (Axes.PERSONA_CHANNEL, Axes.PHASE_CHANNEL):
            pivot = pivot_of(plan, axes, Question(at=at, now=NOW, zone=ZONE), filters)
            assert_told(pivot, left, Definitions(at=at, now=NOW, zone=ZONE), journey)


@pytest.mark.parametrize("name", Filters.OF_COVERAGE)
def test_a_filter_on_what_does_not_exist_any_more_matches_nothing(journey: Journey, name: str) -> None:
    make_item(phases=journey.phases.first(), for_everyone=True)
    filters = Filters(QueryDict(f"{name}=deleted"), names=Filters.OF_COVERAGE)
    assert not filters.apply(ContentItem.objects.counted()).exists()


def test_a_site_counts_what_lies_below_its_root(journey: Journey, sections: dict[str, Any]) -> None:
    site = Site.objects.create(hostname="b.example", root_page=sections["b"], site_name="B")
    Site.clear_site_root_paths_cache()
    phase = journey.phases.first()
    for name, number in (("a", 1), ("b", 2)):
        for _item in range(number):
            make_item(section=sections[name], phases=phase, starts_at=NOW - days(1))
    question = Question(at=NOW, now=NOW, zone=ZONE)
    filters = Filters(QueryDict(f"site={site.pk}"), names=Filters.OF_COVERAGE)
    items = filters.apply(ContentItem.objects.counted().off_site())
    phases = [one.pk for one in journey.phases.all()]
    counted = count_each(items, [question], sections=(*SECTIONS, *sections_along(Axes.PHASE_CHANNEL, phases)))
    assert Pivot(Axes.PHASE_CHANNEL, counted[question]).whole == Tally(live=2, fresh=2, at_horizon=2, kept=2)
