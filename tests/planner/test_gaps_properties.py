"""What has to hold of gaps for every plan: what an added, ended, moved or edited item may change, and what not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Revision

from personas.models import Journey
from planner.coverage import Coverage, Place, Question, Tally, count
from planner.gaps import CATALOGUE
from planner.gaps.cells import Cell, empty, stale_only, thin
from planner.models import ContentItem, CoverageTarget, JourneyJudgement
from planner.report import as_json, make_report
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
from tests.planner.plans import CHANNELS, PERSONAS, SECTIONS, make_plan, write
from tests.planner.real_content import for_now

pytestmark = pytest.mark.django_db

plans = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
seeds = st.integers(0, 10**9)
sizes = st.integers(0, 30)
QUESTION = Question(at=NOW, now=NOW, zone=ZONE)


@pytest.fixture
def journey() -> Journey:
    for number in range(CHANNELS):
        make_channel(f"channel-{number}")
    people = tuple(make_persona(f"p{number}") for number in range(PERSONAS))
    return make_journey("journey", personas=people, phases=("see", "think", "do", "care"))


@pytest.fixture
def sections() -> dict[str, Any]:
    return {name: make_section(f"Section {name}") for name in SECTIONS}


def written(seed: int, size: int, journey: Journey, sections: dict[str, Any]) -> None:
    write([item for item in make_plan(seed, size) if item.identity == item.number], journey, sections)


def coverage(**changes: Any) -> Coverage:
    return count(ContentItem.objects.counted(), Question(**{"at": NOW, "now": NOW, "zone": ZONE} | changes))


def severities(journey: Journey, counted: Coverage) -> dict[Place, int]:
    """The points of EMPTY, STALE_ONLY and THIN of each cell, whatever else holds there."""
    found = {}
    for persona in journey.personas.all():
        for phase in journey.phases.all():
            place = Place(persona.pk, phase.pk)
            cell = Cell(persona, phase, counted.cells.get(place, Tally()), QUESTION, QUESTION.target)
            gaps = [gap for rule in (empty, stale_only, thin) if (gap := rule(cell))]
            found[place] = max((gap.severity.points for gap in gaps), default=0)
    return found


@plans
@given(seed=seeds, size=sizes, p=st.integers(0, PERSONAS - 1), f=st.integers(0, 3))
def test_a_fresh_item_never_makes_a_cell_look_emptier(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, p: int, f: int
) -> None:
    with for_now():
        written(seed, size, journey, sections)
        before = severities(journey, coverage())
        make_item(personas=journey.personas.all()[p], phases=journey.phases.all()[f])
        after = severities(journey, coverage())
    assert all(after[place] <= before[place] for place in before)


@plans
@given(seed=seeds, size=sizes, f=st.integers(0, 3))
def test_an_item_that_ended_or_went_leaves_cells_as_if_it_had_never_been(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, f: int
) -> None:
    with for_now():
        written(seed, size, journey, sections)
        before = coverage()
        item = make_item(personas=list(journey.personas.all()), phases=journey.phases.all()[f])
        assert coverage() != before
        ContentItem.objects.filter(pk=item.pk).update(expires_at=NOW)
        ended = coverage()
        item.delete()
        gone = coverage()
    assert (ended.cells, ended.phases, ended.total, ended.expired) == (
        before.cells,
        before.phases,
        before.total,
        before.expired + 1,
    )
    assert gone == before


@plans
@given(seed=seeds, size=sizes, p=st.integers(0, PERSONAS - 1), f=st.integers(0, 3))
def test_a_cell_that_no_longer_applies_loses_its_gaps_and_opens_none_but_misplaced(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, p: int, f: int
) -> None:
    persona, phase = journey.personas.all()[p], journey.phases.all()[f]
    with for_now():
        written(seed, size, journey, sections)
        # Balance is a matter of the whole journey: its shares change with every target.
        rules = {code: code != "IMBALANCE" for code in CATALOGUE}
        JourneyJudgement.objects.update_or_create(journey=journey, defaults={"rules": rules})
        before = {gap.key: gap for gap in make_report(None, QUESTION).gaps}
        CoverageTarget.objects.create(persona=persona, phase=phase, applicability="n/a")
        after = {gap.key: gap for gap in make_report(None, QUESTION).gaps}
        CoverageTarget.objects.all().delete()
    here = {gap.code for gap in after.values() if (gap.persona, gap.phase) == (persona, phase) and not gap.item_id}
    assert here <= {"MISPLACED"}
    assert {after[key].code for key in after.keys() - before.keys()} <= {"MISPLACED"}


def counts(counted: Coverage) -> tuple[dict[Any, Any], ...]:
    """Everything that is counted, without the days."""

    def numbers(tallies: dict[Any, Tally]) -> dict[Any, Any]:
        names = ("live", "fresh", "confirmed", "tentative", "at_horizon", "kept", "ending", "generic")
        return {key: tuple(getattr(tally, name) for name in names) for key, tally in tallies.items()}

    return numbers(counted.cells), numbers(counted.phases), numbers({"total": counted.total})


@plans
@given(seed=seeds, size=sizes, minutes=st.integers(1, 56 * 24 * 60 - 60))
def test_a_go_live_that_moves_inside_the_horizon_changes_no_count(
    journey: Journey, sections: dict[str, Any], seed: int, size: int, minutes: int
) -> None:
    with for_now():
        written(seed, size, journey, sections)
        item = make_item(personas=journey.personas.all()[0], phases=journey.phases.all()[0], starts_at=NOW + days(1))
        before = counts(coverage())
        ContentItem.objects.filter(pk=item.pk).update(starts_at=NOW + timedelta(minutes=minutes))
        assert counts(coverage()) == before


@pytest.mark.parametrize("edge", ["now", "horizon"])
def test_a_go_live_that_moves_over_the_edge_changes_what_is_confirmed_by_one(
    journey: Journey, edge: str, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page("Coming", live=False)
    tag(page, personas=journey.personas.all()[0], phases=journey.phases.all()[0])
    revision = schedule_page(page, NOW + days(1))
    moment = {"now": NOW, "horizon": QUESTION.horizon + timedelta(seconds=1)}[edge]
    assert coverage().total.confirmed == 1
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=moment)
    assert coverage().total.confirmed == 0


def report() -> dict[str, Any]:
    return as_json(make_report(None, QUESTION))


def test_a_draft_edit_of_a_live_page_changes_nothing_until_it_is_published(journey: Journey, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page("Live")
    tag(page, personas=journey.personas.all()[0], phases=journey.phases.all()[0], owner=None, team="web")
    before = report()
    page.title, page.expire_at, page.go_live_at = "Changed", NOW + days(3), NOW + days(2)
    draft = page.save_revision()
    assert report() == before
    draft.publish()
    assert report() != before


def test_a_changed_tag_counts_at_once(journey: Journey) -> None:
    page, (see, think, *_rest) = make_page("Live"), journey.phases.all()
    tag(page, personas=journey.personas.all()[0], phases=see)
    place = Place(journey.personas.all()[0].pk, think.pk)
    assert coverage().cells.get(place) is None
    tag(page, personas=journey.personas.all()[0], phases=think)
    assert coverage().cells[place].live == 1
