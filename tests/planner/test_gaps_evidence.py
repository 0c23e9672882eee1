"""EVIDENCE: a persona that nobody counted, or nobody asked, or not for a long time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.evidence import Doubt, Trust
from personas.models import Journey, Persona, Phase
from planner.coverage import Coverage, Question
from planner.gaps import CATALOGUE, Findings, Gap, Scope, Severity, Targets, find_gaps
from planner.models import JourneyJudgement
from planner.report import make_report
from tests.factories import NOW, ZONE, days, make_evidence, make_journey, make_persona

JOURNEY = Journey(pk=1, slug="klant", name="Klant")
ANNA, BO = (Persona(pk=pk, slug=slug, name=slug.capitalize(), weight=pk) for pk, slug in ((1, "anna"), (2, "bo")))
SEE = Phase(pk=1, slug="see", name="See", journey=JOURNEY)
QUESTION = Question(at=NOW, now=NOW, zone=ZONE)


def gaps(trust: dict[int, Trust], *, on: bool = True) -> list[Gap]:
    rules = {code: on and code == "EVIDENCE" for code in CATALOGUE}
    scope = Scope(JOURNEY, (ANNA, BO), (SEE,), Targets((), JourneyJudgement(rules=rules)))
    found = find_gaps([scope], Findings(Coverage(QUESTION), trust=trust))
    return [gap for gap in found if gap.code == "EVIDENCE"]


def test_each_persona_that_is_an_assumption_is_one_low_gap() -> None:
    found = gaps({1: Trust(doubt=Doubt.NOTHING), 2: Trust(doubt=None, newest=NOW.date())})
    assert [(gap.key, gap.severity, gap.priority) for gap in found] == [("EVIDENCE:klant:anna:::", Severity.LOW, 1.0)]


def test_a_heavier_persona_weighs_more() -> None:
    assert [gap.priority for gap in gaps({2: Trust(doubt=Doubt.NOTHING)})] == [2.0]


def test_it_says_why() -> None:
    (gap,) = gaps({1: Trust(newest=NOW.date(), doubt=Doubt.OLD)})
    assert gap.message == "“Anna” is an assumption. The newest evidence is of 2 March 2026, more than 365 days old."


def test_it_is_off_unless_a_journey_wants_it() -> None:
    assert not CATALOGUE["EVIDENCE"].on
    assert gaps({1: Trust()}, on=False) == []


@pytest.fixture
def judging(db: None) -> Any:
    florist = make_persona("florist")
    journey = make_journey("buy", personas=(florist,), phases=("see",))
    JourneyJudgement.objects.create(journey=journey, rules={"EVIDENCE": True})
    make_evidence(florist, kind="quantitative", date=NOW.date() - days(364))
    make_evidence(florist, kind="qualitative", date=NOW.date() - days(700))
    return journey


@pytest.mark.parametrize(("later", "expected"), [(0, False), (1, False), (2, True)])
def test_evidence_grows_old_by_itself(judging: Any, later: int, expected: bool) -> None:  # noqa: FBT001
    question = Question(at=NOW + days(later), now=NOW, zone=ZONE)
    assert ("EVIDENCE" in {gap.code for gap in make_report(None, question).gaps}) == expected


def test_the_site_says_when_evidence_is_old(judging: Any) -> None:
    question = Question(at=NOW, now=NOW, zone=ZONE, evidence_days=30)
    assert "EVIDENCE" in {gap.code for gap in make_report(None, question).gaps}


def test_it_costs_one_query_and_only_where_it_is_on(judging: Any) -> None:
    with CaptureQueriesContext(connection) as on:
        make_report(None, QUESTION)
    JourneyJudgement.objects.update(rules={})
    with CaptureQueriesContext(connection) as off:
        make_report(None, QUESTION)
    assert len(on) == len(off) + 1
