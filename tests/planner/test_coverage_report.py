"""The command `coverage_report`: its contract with scripts."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.factories import NOW, days, make_channel, make_item, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def cell() -> dict[str, Any]:
    journey = make_journey("buy", personas=(make_persona("florist"),), phases=("see", "do"))
    return {"personas": journey.personas.get(), "phases": journey.phases.get(slug="see")}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("coverage_report", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def report(*arguments: str) -> dict[str, Any]:
    return json.loads(run("--format", "json", *arguments))


def test_the_json_has_the_names_of_the_contract(cell: dict[str, Any]) -> None:
    make_item(**cell)
    found = report()
    assert set(found) == {
        "as_of", "time_zone", "horizon_days", "stale_days", "journeys", "warnings", "totals", "phases", "channels",
        "cells", "gaps", "accepted",
    }  # fmt: skip
    assert found["cells"][0] == {
        "journey": "buy", "persona": "florist", "phase": "see", "live": 1, "fresh": 1, "confirmed": 0, "tentative": 0,
        "generic": 0, "at_horizon": 1, "applicability": "expected", "score": 0.5, "gap": "THIN", "severity": "medium",
    }  # fmt: skip
    assert set(found["gaps"][0]) == {
        "key", "code", "severity", "priority", "journey", "persona", "phase", "channel", "item", "date", "message",
    }  # fmt: skip


def test_the_totals_are_of_distinct_items(cell: dict[str, Any]) -> None:
    make_item(
        personas=[cell["personas"], make_persona()], phases=cell["phases"], channels=[make_channel(), make_channel()]
    )
    assert report()["totals"]["live"] == 2  # the item and the site's own welcome page


def test_as_of_a_past_moment_what_came_later_is_coming(cell: dict[str, Any]) -> None:
    make_item(starts_at=NOW - days(1), **cell)
    (first, _second) = report("--as-of", "2026-02-20")["cells"]
    assert (first["live"], first["confirmed"]) == (0, 1)


def test_a_user_gets_their_own_numbers(cell: dict[str, Any]) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page(parent=section_a), **cell)
    tag(make_page(parent=section_b), **cell)
    factories.erik(section_a)
    assert report("--user", "erik")["cells"][0]["live"] == 1


def test_one_channel_counts_only_its_items(cell: dict[str, Any]) -> None:
    make_item(channels=make_channel("mail"), **cell)
    make_item(channels=make_channel("web"), **cell)
    assert report("--channel", "mail")["cells"][0]["live"] == 1


def test_the_csv_has_a_line_per_cell(cell: dict[str, Any]) -> None:
    lines = run("--format", "csv").splitlines()
    assert lines[0].startswith("journey,persona,phase,live,fresh")
    assert len(lines) == 3


def test_the_table_reads_like_a_sentence(cell: dict[str, Any]) -> None:
    make_item(**cell)
    assert "1 live, 1 fresh, 0 coming" in run()


def test_it_fails_on_an_open_gap_of_that_severity(cell: dict[str, Any]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("--fail-on", "critical")
    assert stopped.value.code == 1


def test_it_does_not_fail_below_that_severity(cell: dict[str, Any]) -> None:
    for phase in cell["phases"].journey.phases.all():
        make_item(personas=cell["personas"], phases=phase)
    run("--fail-on", "critical")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--as-of", "yesterday"], "“yesterday” is no date"),
        (["--as-of", "2026-02-30"], "“2026-02-30” is no date"),
        (["--as-of", "9999-01-01"], "from 1970 to 2100"),
        (["--horizon", "-1"], "-1"),
        (["--horizon", "1.5"], "“1.5” is no whole number"),
        (["--stale-days", "0"], "“0” is no whole number from 1"),
        (["--user", "nobody"], "There is no user “nobody”."),
        (["--journey", "nope"], "There is no journey “nope”. Known are: buy."),
        (["--channel", "nope"], "There is no channel “nope”. There are none yet."),
    ],
)
def test_bad_input_is_named_in_one_line(cell: dict[str, Any], arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.returncode == 2
