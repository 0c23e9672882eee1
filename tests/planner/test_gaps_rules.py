"""Each rule by itself: when it holds, when not, how severe, and which day it names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from personas.models import Journey, Persona, Phase
from planner.coverage import Coverage, JourneyTally, Place, Question, Tally
from planner.entries import Tags
from planner.gaps import Findings, Gap, Scope, Severity, find_gaps, rank, strongest
from planner.schedule import Facts, ItemRecord
from tests.factories import NOW, ZONE, days

JOURNEY = Journey(pk=1, slug="klant", owner=get_user_model()(is_active=True))
PERSONA = Persona(pk=1, slug="anna", weight=Decimal(2))
PHASE = Phase(pk=1, slug="zien", journey=JOURNEY, weight=Decimal("1.5"))
SOON, LATER = date(2026, 3, 10), date(2026, 4, 1)


def coverage(tally: Tally | None = None, **changes: Any) -> Coverage:
    found = Coverage(Question(**{"at": NOW, "now": NOW, "zone": ZONE} | changes))
    if tally:
        found.cells[Place(1, 1)] = tally
    return found


def cell(**counts: Any) -> list[Gap]:
    return strongest(PERSONA, PHASE, coverage(Tally(**counts)))


def told(gaps: list[Gap]) -> list[tuple[str, str, date | None]]:
    return [(gap.code, gap.severity.value, gap.date) for gap in gaps]


def scope(*phases: Phase, personas: tuple[Persona, ...] = (PERSONA,), journey: Journey = JOURNEY) -> Scope:
    return Scope(journey, personas, phases or (PHASE,))


def found(counted: Coverage, *scopes: Scope, overdue: tuple = ()) -> dict[str, Gap]:
    return {gap.code: gap for gap in find_gaps(list(scopes) or [scope()], Findings(counted, overdue))}


# One cell


def test_a_cell_without_anything_is_empty_and_critical() -> None:
    (gap,) = strongest(PERSONA, PHASE, coverage())
    assert (gap.code, gap.severity, gap.date) == ("EMPTY", Severity.CRITICAL, None)
    assert "8 weeks" in gap.message
    assert gap.priority == 8 * 2 * 1.5


def test_an_empty_cell_with_a_plan_is_high_and_names_its_day() -> None:
    (gap,) = cell(tentative=2, first_aim=SOON)
    assert told([gap]) == [("EMPTY", "high", SOON)]
    assert "10 March 2026" in gap.message


def test_an_empty_cell_with_something_approved_is_medium_and_names_the_day_it_closes() -> None:
    (gap,) = cell(confirmed=2, tentative=1, starts={LATER: 1, SOON: 1}, first_aim=LATER)
    assert told([gap]) == [("EMPTY", "medium", SOON)]
    assert "10 March 2026" in gap.message


def test_a_cell_with_only_old_content_says_so() -> None:
    (gap,) = cell(live=3, at_horizon=3)
    assert told([gap]) == [("STALE_ONLY", "medium", None)]
    assert "365 days" in gap.message


def test_only_old_content_is_low_where_something_approved_is_coming() -> None:
    (gap,) = cell(live=3, at_horizon=4, confirmed=1, kept=1, starts={SOON: 1})
    assert told([gap]) == [("STALE_ONLY", "low", SOON)]
    assert "10 March 2026" in gap.message


def test_a_cell_whose_fresh_content_all_ends_is_a_cliff_dated_the_last_end() -> None:
    (gap,) = cell(live=4, fresh=2, at_horizon=2, ending=2, ends={SOON: 1, LATER: 1}, last_fresh_end=LATER)
    assert told([gap]) == [("CLIFF", "high", LATER)]
    assert "1 April 2026" in gap.message


def test_no_cliff_where_something_coming_is_still_live_at_the_horizon() -> None:
    gaps = cell(live=2, fresh=2, confirmed=1, kept=1, at_horizon=1, ending=2, ends={SOON: 2}, last_fresh_end=SOON)
    assert told(gaps) == [("DROP", "medium", SOON)]


@pytest.mark.parametrize(("ending", "holds"), [(2, False), (3, True)])
def test_a_drop_takes_a_third_of_what_is_live(ending: int, holds: bool) -> None:  # noqa: FBT001
    gaps = cell(live=9, fresh=9, at_horizon=9 - ending, kept=9 - ending, ending=ending, ends={SOON: ending})
    assert (told(gaps) == [("DROP", "medium", SOON)]) == holds
    assert bool(gaps) == holds


def test_a_drop_is_dated_the_day_on_which_most_end_and_the_earlier_of_two() -> None:
    many = cell(live=6, fresh=6, kept=3, ending=3, ends={SOON: 1, LATER: 2})
    tied = cell(live=6, fresh=6, kept=2, ending=4, ends={LATER: 2, SOON: 2})
    assert [gaps[0].date for gaps in (many, tied)] == [LATER, SOON]
    assert "3 of 6" in many[0].message and "1 April 2026" in many[0].message


def test_a_cell_below_its_target_is_thin() -> None:
    assert told(cell(live=1, fresh=1, kept=1, at_horizon=1)) == [("THIN", "medium", None)]
    assert cell(live=2, fresh=2, kept=2, at_horizon=2) == []


def test_a_thin_cell_is_low_where_coming_content_reaches_the_target_and_names_the_day() -> None:
    (gap,) = cell(live=1, fresh=1, confirmed=2, kept=3, starts={LATER: 1, SOON: 1})
    assert told([gap]) == [("THIN", "low", SOON)]
    assert "10 March 2026" in gap.message


def test_thin_stands_beside_a_drop_and_beside_nothing_else() -> None:
    beside = cell(live=2, fresh=1, kept=1, at_horizon=1, ending=1, ends={SOON: 1})
    alone = cell(live=2, fresh=1, at_horizon=1, ending=1, ends={SOON: 1}, last_fresh_end=SOON)
    assert [gap.code for gap in beside] == ["DROP", "THIN"]
    assert [gap.code for gap in alone] == ["CLIFF"]


def test_a_drop_is_silent_where_only_old_content_is_live() -> None:
    assert [gap.code for gap in cell(live=2, ending=2, ends={SOON: 2})] == ["STALE_ONLY"]


# Phases and journeys


def test_an_empty_phase_is_said_once_and_its_cells_keep_their_own() -> None:
    counted = coverage()
    codes = [gap.code for gap in find_gaps([scope()], Findings(counted))]
    assert codes == ["EMPTY_PHASE"]
    assert [gap.code for gap in strongest(PERSONA, PHASE, counted)] == ["EMPTY"]


def test_an_empty_phase_is_critical_and_weighs_like_its_heaviest_persona() -> None:
    gap = found(coverage(), scope(personas=(PERSONA, Persona(pk=2, slug="bo", weight=Decimal(5)))))["EMPTY_PHASE"]
    assert (gap.severity, gap.persona, gap.priority) == (Severity.CRITICAL, None, 8 * 5 * 1.5)


def test_an_empty_phase_is_high_where_something_approved_is_coming_and_names_the_day() -> None:
    counted = coverage()
    counted.phases[1] = Tally(confirmed=1, starts={SOON: 1})
    gap = found(counted)["EMPTY_PHASE"]
    assert told([gap]) == [("EMPTY_PHASE", "high", SOON)]
    assert "10 March 2026" in gap.message


def test_a_phase_where_nothing_is_coming_says_so_unless_it_is_empty() -> None:
    counted = coverage()
    counted.phases[1] = Tally(live=1)
    assert found(counted)["NO_UPCOMING"].severity == Severity.MEDIUM
    counted.phases[1] = Tally(live=1, confirmed=1)
    assert "NO_UPCOMING" not in found(counted)
    assert "NO_UPCOMING" not in found(coverage())


def test_more_coming_items_may_be_wanted() -> None:
    counted = coverage(upcoming=3)
    counted.phases[1] = Tally(live=1, confirmed=2)
    assert "3 are wanted" in found(counted)["NO_UPCOMING"].message


def test_unclassified_items_are_one_row_with_their_number() -> None:
    counted = coverage()
    counted.live_without_phase = 3
    counted.journeys[1] = JourneyTally(live_without_persona=2)
    gap = found(counted)["UNCLASSIFIED"]
    assert (gap.severity, gap.priority, gap.item) == (Severity.INFO, 0, "items")
    assert gap.message.startswith("5 ")
    assert "UNCLASSIFIED" not in found(coverage())


@pytest.mark.parametrize("owner", [None, get_user_model()(is_active=False)])
def test_a_journey_needs_an_owner_who_can_log_in(owner: Any) -> None:
    journey = Journey(pk=1, slug="klant", owner=owner)
    gap = found(coverage(), scope(journey=journey))["NO_OWNER"]
    assert (gap.severity, gap.priority, gap.key) == (Severity.HIGH, 4, "NO_OWNER:klant::::")


def test_items_without_owner_and_team_are_one_low_row() -> None:
    counted = coverage()
    counted.journeys[1] = JourneyTally(live_without_owner=7)
    gap = found(counted)["NO_OWNER"]
    assert (gap.severity, gap.key) == (Severity.LOW, "NO_OWNER:klant::::items")
    assert gap.message.startswith("7 ")


# Overdue items


def late_item(late: int, *, phases: tuple[Phase, ...] = (PHASE,), number: int = 1) -> tuple[ItemRecord, Tags]:
    facts = Facts(now=NOW, on_page=True, target_at=NOW - days(late))
    nothing = dict.fromkeys(("kind", "url", "owner", "ends_at", "review_due", "for_everyone"))
    record = ItemRecord(item_id=number, uid=f"uid-{number}", page_id=number, title="Tulpen", facts=facts, **nothing)
    return record, Tags((PERSONA,), phases, ())


@pytest.mark.parametrize(("late", "severity"), [(0, "medium"), (14, "medium"), (15, "high")])
def test_an_overdue_item_is_medium_and_after_two_weeks_high(late: int, severity: str) -> None:
    gap = found(coverage(), overdue=(late_item(late),))["OVERDUE"]
    assert (gap.severity.value, gap.date) == (severity, (NOW - days(late)).date())
    assert gap.priority == gap.severity.points * 2 * 1.5


def test_an_overdue_item_names_its_day() -> None:
    assert "28 February 2026" in found(coverage(), overdue=(late_item(2),))["OVERDUE"].message


def test_an_overdue_item_keeps_its_key_when_its_tags_change() -> None:
    here, elsewhere = PHASE, Phase(pk=2, slug="doen", journey=JOURNEY, sort_order=1)
    keys = {
        found(coverage(), scope(here, elsewhere), overdue=(late_item(2, phases=(phase,)),))["OVERDUE"].key
        for phase in (here, elsewhere)
    }
    assert keys == {"OVERDUE:klant::::uid-1"}


def test_an_overdue_item_without_a_phase_is_told_once_and_of_no_journey() -> None:
    other = Journey(pk=2, slug="lid", owner=JOURNEY.owner)
    scopes = [scope(), Scope(other, (PERSONA,), (Phase(pk=9, slug="zien", journey=other),))]
    gaps = find_gaps(scopes, Findings(coverage(), (late_item(2, phases=()),)))
    assert [gap.key for gap in gaps if gap.code == "OVERDUE"] == ["OVERDUE:::::uid-1"]


def test_an_overdue_item_of_another_journey_is_not_told_here() -> None:
    strange = Phase(pk=9, slug="zien", journey=Journey(pk=2, slug="lid"))
    assert "OVERDUE" not in found(coverage(), overdue=(late_item(2, phases=(strange,)),))


# The order


def many_gaps() -> list[Gap]:
    phases = [
        Phase(pk=n, slug=f"f{n}", journey=JOURNEY, sort_order=n % 2, weight=Decimal(1 + n % 2)) for n in range(1, 5)
    ]
    personas = tuple(Persona(pk=n, slug=f"p{n}", sort_order=n % 2, weight=Decimal(1)) for n in range(1, 4))
    counted = coverage()
    for phase in phases[1:]:
        counted.phases[phase.pk] = Tally(live=1)
        counted.cells[Place(1, phase.pk)] = Tally(live=1, fresh=1, kept=1)
    overdue = tuple(late_item(2, phases=(phases[0],), number=number) for number in range(1, 4))
    return find_gaps([scope(*phases, personas=personas)], Findings(counted, overdue))


def test_gaps_have_one_order_however_they_come() -> None:
    gaps = many_gaps()
    for seed in range(20):
        shuffled = list(gaps)
        Random(seed).shuffle(shuffled)
        assert rank(shuffled) == gaps


def test_gaps_are_sorted_by_priority_then_severity_then_their_places() -> None:
    orders = [(-gap.priority, -gap.severity.points) for gap in many_gaps()]
    assert orders == sorted(orders)
    assert len({gap.order for gap in many_gaps()}) == len(orders)


def test_every_gap_has_a_key_of_its_own() -> None:
    keys = [gap.key for gap in many_gaps()]
    assert len(set(keys)) == len(keys)
    assert all(key.count(":") == 5 for key in keys)


def test_severities_compare_by_their_points() -> None:
    low_to_high = [Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]
    assert sorted(Severity, key=lambda one: one.value) != sorted(Severity) == low_to_high
    assert Severity.CRITICAL > Severity.HIGH and Severity.HIGH >= Severity.HIGH and Severity.INFO < Severity.LOW
    assert [one.points for one in low_to_high] == [0, 1, 2, 4, 8]
