"""Each rule over how content lies, by itself: when it holds, when not, how severe, and where."""

from __future__ import annotations

from typing import Any

import pytest

from personas.models import Journey, Persona, Phase
from planner.coverage import Coverage, Place, Question, Tally
from planner.gaps import CATALOGUE, Findings, Gap, Link, Scope, Targets, find_gaps
from planner.models import CoverageTarget, JourneyJudgement
from tests.factories import NOW, ZONE

JOURNEY = Journey(pk=1, slug="klant", name="Klant")
ANNA, BO = (Persona(pk=pk, slug=slug, name=slug.capitalize()) for pk, slug in ((1, "anna"), (2, "bo")))
SEE = Phase(pk=1, slug="see", name="See", journey=JOURNEY, spine=["awareness"])
DO = Phase(pk=2, slug="do", name="Do", journey=JOURNEY, sort_order=1, spine=["purchase"])
CARE = Phase(pk=3, slug="care", name="Care", journey=JOURNEY, sort_order=2, group=Phase.Group.POST)
LINKS = (Link(SEE, DO), Link(DO, CARE))


def coverage(live: dict[tuple[Persona, Phase], int]) -> Coverage:
    """So many fresh items per cell, each of them in that cell alone."""
    found = Coverage(Question(at=NOW, now=NOW, zone=ZONE))
    for (persona, phase), number in live.items():
        found.cells[Place(persona.pk, phase.pk)] = Tally(live=number, fresh=number, kept=number)
        so_far = found.phases[phase.pk].fresh
        found.phases[phase.pk] = Tally(live=so_far + number, fresh=so_far + number)
    return found


def target(phase: Phase, persona: Persona | None = None, **values: Any) -> CoverageTarget:
    return CoverageTarget(phase=phase, persona=persona, **values)


def gaps(
    code: str, live: dict[tuple[Persona, Phase], int], *rows: CoverageTarget, limit: float | None = None
) -> list[Gap]:
    """What one rule finds for two personas in three phases, when it alone judges."""
    rules = {other: other == code for other in CATALOGUE}
    judgement = JourneyJudgement(rules=rules, thresholds={} if limit is None else {code: limit})
    scope = Scope(JOURNEY, (ANNA, BO), (SEE, DO, CARE), Targets(rows, judgement), LINKS)
    return find_gaps([scope], Findings(coverage(live)))


@pytest.mark.parametrize("code", [code for code, rule in CATALOGUE.items() if not rule.on])
def test_a_rule_that_is_off_finds_nothing(code: str) -> None:
    live = {(ANNA, DO): 9, (BO, SEE): 1}
    scope = Scope(JOURNEY, (ANNA, BO), (SEE, DO, CARE), Targets([target(DO, ANNA, maximum=3)]), LINKS)
    assert code not in {gap.code for gap in find_gaps([scope], Findings(coverage(live)))}


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=CATALOGUE)
def test_every_rule_says_what_it_is_why_it_is_a_gap_and_what_closes_it(rule: Any) -> None:
    assert all(str(text).strip() for text in (rule.name, rule.why, rule.remedy))
    assert rule.find.__doc__.startswith(f"{rule.code}: ")


def test_a_step_without_content_before_one_with_content_is_upstream() -> None:
    (gap,) = gaps("UPSTREAM", {(ANNA, DO): 1})
    assert (gap.persona, gap.phase, gap.severity.value) == (ANNA, SEE, "high")
    assert gap.message == "“Do” has live content, but “See” before it has none."


def test_nothing_is_upstream_of_an_entry_or_of_what_is_empty() -> None:
    assert gaps("UPSTREAM", {(ANNA, SEE): 1}) == []
    assert gaps("UPSTREAM", {(ANNA, SEE): 1, (ANNA, DO): 1, (ANNA, CARE): 1}) == []


def test_content_for_another_persona_leads_nobody_on() -> None:
    assert [gap.persona for gap in gaps("UPSTREAM", {(ANNA, DO): 1, (BO, SEE): 1})] == [ANNA]


def test_a_step_before_in_which_nothing_is_wanted_is_not_upstream() -> None:
    assert gaps("UPSTREAM", {(ANNA, DO): 1}, target(SEE, ANNA, applicability="n/a")) == []


def test_each_persona_without_content_after_the_purchase_is_named_in_one_row() -> None:
    (gap,) = gaps("AFTER_SALES", {(ANNA, CARE): 1})
    assert (gap.severity.value, gap.phase, gap.key) == ("high", None, "AFTER_SALES:klant::::")
    assert gap.message == "After the purchase Bo × Care has no live content."
    assert gaps("AFTER_SALES", {(ANNA, CARE): 1, (BO, CARE): 1}) == []


@pytest.mark.parametrize("applicability", ["optional", "n/a"])
def test_after_the_purchase_only_what_is_asked_can_be_missing(applicability: str) -> None:
    assert gaps("AFTER_SALES", {}, target(CARE, applicability=applicability)) == []


def test_most_of_the_content_at_the_start_is_out_of_balance_and_said() -> None:
    (gap,) = gaps("IMBALANCE", {(ANNA, SEE): 8, (ANNA, DO): 1, (ANNA, CARE): 1})
    assert (gap.severity.value, gap.phase) == ("low", None)
    assert "“See” has 80% of the fresh content; by the targets it should have 33%." in gap.message
    assert "the beginning of the journey" in gap.message


def test_elsewhere_the_beginning_is_not_blamed() -> None:
    (gap,) = gaps("IMBALANCE", {(ANNA, SEE): 1, (ANNA, DO): 8, (ANNA, CARE): 1})
    assert "“Do” has 80%" in gap.message
    assert "the beginning" not in gap.message


def test_content_as_the_targets_ask_is_in_balance() -> None:
    even = {(ANNA, SEE): 2, (ANNA, DO): 2, (ANNA, CARE): 2}
    assert gaps("IMBALANCE", even) == []
    (gap,) = gaps("IMBALANCE", even, target(SEE, target=12))
    assert "should have 75%" in gap.message


def test_how_far_out_of_balance_is_the_journeys_to_say() -> None:
    live = {(ANNA, SEE): 3, (ANNA, DO): 2, (ANNA, CARE): 1}
    assert len(gaps("IMBALANCE", live)) == 1
    assert gaps("IMBALANCE", live, limit=0.2) == []


def test_more_than_six_tenths_in_one_phase_is_out_of_balance_whatever_is_asked() -> None:
    live = {(ANNA, SEE): 7, (ANNA, DO): 2, (ANNA, CARE): 1}
    assert len(gaps("IMBALANCE", live, limit=0.9)) == 1


def test_a_journey_without_fresh_content_is_not_out_of_balance() -> None:
    assert gaps("IMBALANCE", {}) == []


def test_an_excess_counts_live_items_against_the_maximum_of_the_cell() -> None:
    rows = (target(SEE, maximum=5), target(SEE, ANNA, maximum=2))
    assert [gap.message for gap in gaps("EXCESS", {(ANNA, SEE): 3, (BO, SEE): 5}, *rows)] == [
        "3 live items, maximum 2."
    ]


def test_what_is_misplaced_is_told_by_cell() -> None:
    found = gaps("MISPLACED", {(ANNA, SEE): 2, (BO, SEE): 1, (BO, DO): 1}, target(SEE, applicability="n/a"))
    assert [(gap.persona, gap.message) for gap in found] == [
        (ANNA, "2 live items where no content is wanted."),
        (BO, "1 live item where no content is wanted."),
    ]
