"""The worked example of docs/architecture.md: eight items, two personas, the 4V journey, on 2 March 2026."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from personas.models import Journey, Persona
from planner.coverage import Question
from planner.models import CoverageTarget
from planner.report import Report, make_report
from tests.factories import NOW, ZONE, days, make_journey, make_page, make_persona, schedule_page, tag

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
def report(time_machine: object) -> Report:
    time_machine.move_to(NOW, tick=False)
    p1, p2 = make_persona("p1", weight=3), make_persona("p2", weight=1)
    journey = make_journey("4v", personas=(p1, p2), phases=("verleiden", "veroveren", "vasthouden", "verhogen"))
    verleiden, veroveren, vasthouden, verhogen = journey.phases.all()
    tag(make_page("A"), personas=[p1, p2], phases=verleiden)
    tag(make_page("B", first_published_at=LONG_AGO), personas=p1, phases=veroveren)
    tag(make_page("C", live=False), personas=p1, phases=vasthouden, target_at=datetime(2026, 3, 20, tzinfo=ZONE))
    coming = make_page("D", live=False)
    tag(coming, personas=p1, phases=veroveren)
    schedule_page(coming, datetime(2026, 3, 16, 9, tzinfo=ZONE))
    tag(make_page("E", expire_at=datetime(2026, 3, 31, 9, tzinfo=ZONE)), personas=p2, phases=veroveren)
    ended = {"live": False, "expired": True, "first_published_at": LONG_AGO}
    tag(make_page("F", expire_at=datetime(2026, 1, 31, tzinfo=ZONE), **ended), personas=p1, phases=verhogen)
    tag(make_page("G"), personas=p2, phases=vasthouden)
    tag(make_page("H"), personas=p2, phases=verhogen)
    return make_report(None, Question(at=NOW, now=NOW + days(0), zone=ZONE))


def test_the_cell_gaps_come_in_the_expected_order(report: Report) -> None:
    cell_codes = {"EMPTY", "STALE_ONLY", "CLIFF", "DROP", "THIN"}
    found = [
        (gap.priority, gap.persona.slug, gap.phase.slug, gap.code, gap.severity.value)
        for gap in report.gaps
        if gap.code in cell_codes
    ]
    assert found == [
        (24, "p1", "verhogen", "EMPTY", "critical"),
        (12, "p1", "vasthouden", "EMPTY", "high"),
        (6, "p1", "verleiden", "THIN", "medium"),
        (4, "p2", "veroveren", "CLIFF", "high"),
        (3, "p1", "veroveren", "STALE_ONLY", "low"),
        (2, "p2", "verleiden", "THIN", "medium"),
        (2, "p2", "vasthouden", "THIN", "medium"),
        (2, "p2", "verhogen", "THIN", "medium"),
    ]


def test_no_phase_is_empty_as_a_whole(report: Report) -> None:
    assert "EMPTY_PHASE" not in {gap.code for gap in report.gaps}


def test_the_cliff_is_dated_the_day_its_content_ends(report: Report) -> None:
    (cliff,) = [gap for gap in report.gaps if gap.code == "CLIFF"]
    assert cliff.date.isoformat() == "2026-03-31"


def test_the_scores_show_the_weakest_cell_beside_the_mean(report: Report) -> None:
    (scope,) = report.scopes
    p1, p2 = ([report.score(persona, phase) for phase in scope.phases] for persona in scope.personas)
    assert (round(sum(p1) / 4, 2), min(p1)) == (0.19, 0)
    assert (sum(p2) / 4, min(p2)) == (0.5, 0.5)


def cell_gaps() -> list[tuple[float, str, str, str, str]]:
    codes = {"EMPTY", "STALE_ONLY", "CLIFF", "DROP", "THIN", "MISPLACED"}
    gaps = make_report(None, Question(at=NOW, now=NOW, zone=ZONE)).gaps
    return [
        (gap.priority, gap.persona.slug, gap.phase.slug, gap.code, gap.severity.value)
        for gap in gaps
        if gap.code in codes
    ]


def ask(persona: str, phase: str, **wanted: object) -> None:
    """Ask this of a cell of the example."""
    phases = Journey.objects.get(slug="4v").phases
    CoverageTarget.objects.create(persona=Persona.objects.get(slug=persona), phase=phases.get(slug=phase), **wanted)


def test_what_does_not_apply_goes_and_all_others_keep_their_order(report: Report) -> None:
    before = cell_gaps()
    ask("p1", "verhogen", applicability="n/a")
    assert cell_gaps() == before[1:]


def test_what_is_optional_falls_to_low_and_to_its_place_in_the_order(report: Report) -> None:
    ask("p1", "verhogen", applicability="optional")
    found = cell_gaps()
    assert found[2:5] == [
        (4, "p2", "veroveren", "CLIFF", "high"),
        (3, "p1", "veroveren", "STALE_ONLY", "low"),
        (3, "p1", "verhogen", "EMPTY", "low"),
    ]


def test_a_target_of_one_is_enough_where_one_is_asked(report: Report) -> None:
    ask("p1", "verleiden", target=1)
    assert (6, "p1", "verleiden", "THIN", "medium") not in cell_gaps()
