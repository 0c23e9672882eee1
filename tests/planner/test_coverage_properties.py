"""Coverage over generated plans: the SQL agrees with the facts, and both with the definitions."""

from __future__ import annotations

from dataclasses import astuple
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from personas.models import Channel, Journey
from planner.access import visible_items
from planner.coverage import Coverage, Place, Question, Tally, count
from planner.models import ContentItem
from planner.schedule import approvals, beyond_sql, read_facts
from planner.standing import DAYS, FLAGS, standing, standings
from tests.factories import NOW, ZONE, make_channel, make_journey, make_persona, make_section, make_user
from tests.planner.definitions import Definitions, by_day, distinct
from tests.planner.plans import CHANNELS, MOMENTS, PERSONAS, SECTIONS, Stored, make_plan, write
from tests.planner.real_content import for_now

pytestmark = pytest.mark.django_db

plans = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
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


def items_of(plan: list[Stored]) -> Any:
    return ContentItem.objects.counted().filter(pk__in=[stored.item_id for stored in plan])


@plans
@given(seed=seeds, size=sizes, at=moments, stale=ages)
def test_the_sql_says_of_each_item_what_its_facts_say(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, stale: int | None
) -> None:
    plan, question = make_plan(seed, size), Question(at=at, now=NOW, zone=ZONE, stale_days=stale)
    with for_now():
        write(plan, journey, sections)
        approved = approvals()
        undecided = items_of(plan).exclude(beyond_sql(approved))
        in_sql = {row[0]: (*map(bool, row[2:8]), *row[8:11]) for row in standings(undecided, question)}
        in_python = {
            item: _as_sql(standing(facts, question))
            for item, facts in read_facts(undecided, now=NOW, approved=approved).items()
        }
    assert in_sql == in_python


def _as_sql(one: Any) -> tuple:
    return (
        *(getattr(one, name) for name in FLAGS),
        *(day and day.isoformat() for day in (getattr(one, name) for name in DAYS)),
    )


@plans
@given(seed=seeds, size=sizes, at=moments, stale=ages)
def test_the_facts_of_each_item_stand_as_the_definitions_say(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, stale: int | None
) -> None:
    plan, question = make_plan(seed, size), Question(at=at, now=NOW, zone=ZONE, stale_days=stale)
    defined = Definitions(at=at, now=NOW, zone=ZONE, stale_days=stale)
    with for_now():
        write(plan, journey, sections)
        facts = read_facts(ContentItem.objects.all(), now=NOW, approved=approvals())
    for stored in plan:
        one = standing(facts[stored.item_id], question)
        assert one.live == defined.live(stored), stored
        assert one.fresh == defined.fresh(stored), stored
        assert one.expired == defined.expired(stored), stored
        assert one.start_day == _day(defined, defined.coming(stored)), stored
        assert one.aim_day == _day(defined, defined.tentative(stored)), stored
        assert one.end_day == _day(defined, defined.end(stored)), stored
        assert one.at_horizon == defined.live_at(stored, defined.horizon), stored


def _day(defined: Definitions, moment: Any) -> Any:
    return moment and defined.day(moment)


def _tally(defined: Definitions, items: list[Stored]) -> Tally:
    """What the definitions count among items, without the days."""

    def stands(item: Stored) -> bool:
        return defined.live_at(item, defined.horizon)

    return Tally(
        live=distinct(items, defined.live),
        fresh=distinct(items, defined.fresh),
        confirmed=distinct(items, defined.coming),
        tentative=distinct(items, defined.tentative),
        at_horizon=distinct(items, lambda item: stands(item) and (defined.live(item) or defined.coming(item))),
        kept=distinct(items, lambda item: stands(item) and (defined.fresh(item) or defined.coming(item))),
        ending=distinct(items, lambda item: defined.live(item) and defined.end(item)),
        generic=distinct(items, lambda item: defined.live(item) and item.for_everyone),
    )


def _days(defined: Definitions, items: list[Stored], tally: Tally) -> Tally:
    """The same tally with the days of a cell."""
    tally.starts = by_day(items, defined.coming, ZONE)
    tally.ends = by_day([item for item in items if defined.live(item)], defined.end, ZONE)
    lasting = [item for item in items if defined.fresh(item) or defined.coming(item)]
    tally.last_fresh_end = max(by_day(lasting, defined.end, ZONE), default=None)
    tally.first_aim = min(by_day(items, defined.tentative, ZONE), default=None)
    return tally


def assert_counted(coverage: Coverage, plan: list[Stored], defined: Definitions, journey: Journey) -> None:
    """Each cell, phase, channel and total equals a count of the plan by the definitions."""
    items = [item for item in plan if not item.alias]
    phases = list(journey.phases.all())
    for p, persona in enumerate(journey.personas.all()):
        for f, phase in enumerate(phases):
            here = [item for item in items if f in item.phases and (item.for_everyone or p in item.personas)]
            counted = coverage.cells.get(Place(persona.pk, phase.pk), Tally())
            assert astuple(counted) == astuple(_days(defined, here, _tally(defined, here)))
    for f, phase in enumerate(phases):
        here = [item for item in items if f in item.phases]
        expected = _tally(defined, here)
        expected.starts = by_day(here, defined.coming, ZONE)
        assert astuple(coverage.phases.get(phase.pk, Tally())) == astuple(expected)
    for c, channel in enumerate(Channel.objects.all()):
        here = [item for item in items if c in item.channels]
        assert astuple(coverage.channels.get(channel.pk, Tally())) == astuple(_tally(defined, here))
    assert astuple(coverage.total) == astuple(_tally(defined, items))
    live = [item for item in items if defined.live(item)]
    assert coverage.expired == distinct(items, defined.expired)
    assert coverage.live_without_phase == distinct(live, lambda item: not item.phases)
    assert coverage.live_without_persona == distinct(live, lambda item: not item.personas and not item.for_everyone)
    assert coverage.live_without_channel == distinct(live, lambda item: not item.channels)
    bare = [item for item in live if not item.phases or (not item.personas and not item.for_everyone)]
    assert coverage.live_unclassified == distinct(bare, bool)
    tally, placed = coverage.journeys[journey.pk], [item for item in live if item.phases]
    assert tally.live_without_owner == distinct(placed, lambda item: not item.team)
    assert tally.live_without_persona == distinct(placed, lambda item: not item.personas and not item.for_everyone)


@plans
@given(seed=seeds, size=sizes, at=moments, stale=ages)
def test_every_count_equals_a_count_by_the_definitions(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any, stale: int | None
) -> None:
    plan = make_plan(seed, size)
    with for_now():
        write(plan, journey, sections)
        coverage = count(items_of(plan), Question(at=at, now=NOW, zone=ZONE, stale_days=stale))
        assert_counted(coverage, plan, Definitions(at=at, now=NOW, zone=ZONE, stale_days=stale), journey)


@plans
@given(seed=seeds, size=sizes, at=moments)
def test_a_channel_and_a_reader_narrow_the_count_to_what_they_leave(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any
) -> None:
    plan = make_plan(seed, size)
    channel = Channel.objects.get(slug="channel-0")
    with for_now():
        write(plan, journey, sections)
        reader = make_user("erik", section=sections["a"], can=("change",))
        items = visible_items(reader).tagged(channels=[channel.slug])
        coverage = count(items, Question(at=at, now=NOW, zone=ZONE))
        left = [item for item in plan if item.section == "a" and 0 in item.channels and not item.snippet]
        assert_counted(coverage, left, Definitions(at=at, now=NOW, zone=ZONE), journey)


@plans
@given(seed=seeds, size=sizes, at=moments)
def test_one_locale_counts_like_several(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any
) -> None:
    plan = [item for item in make_plan(seed, size) if item.identity == item.number]
    with for_now():
        write(plan, journey, sections)
        several = count(items_of(plan), Question(at=at, now=NOW, zone=ZONE))
        Locale.objects.filter(language_code="nl").delete()
        assert count(items_of(plan), Question(at=at, now=NOW, zone=ZONE)) == several


@plans
@given(seed=seeds, size=sizes, at=moments)
def test_the_order_in_which_items_came_into_being_changes_nothing(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, at: Any
) -> None:
    plan, question = make_plan(seed, size), Question(at=at, now=NOW, zone=ZONE)
    with for_now():
        write(plan, journey, sections)
        before = count(items_of(plan), question)
    Random(seed).shuffle(plan)
    with for_now():
        write(plan, journey, sections)
        assert count(items_of(plan), question) == before
