"""One team or channel that has nearly everything, and a team that keeps to one phase."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.models import Channel, Journey
from planner.coverage import Question
from planner.gaps import Gap
from planner.models import ContentItem, JourneyJudgement
from planner.report import make_report
from planner.teams import read_teams
from tests import factories
from tests.factories import NOW, ZONE, days, make_channel, make_item, make_journey, make_persona, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def journey() -> Journey:
    people = (make_persona("florist", weight=2), make_persona("gardener"))
    journey = make_journey("buy", personas=people, phases=("see", "do"))
    JourneyJudgement.objects.create(journey=journey, rules={"SILO": True})
    return journey


def made(journey: Journey, number: int = 1, phase: str = "see", persona: str = "florist", **fields: Any) -> ContentItem:
    tags = {"personas": journey.personas.get(slug=persona), "phases": journey.phases.get(slug=phase)}
    return [make_item(**tags, **fields) for _item in range(number)][0]


def gaps(user: Any = None) -> list[Gap]:
    return [gap for gap in make_report(user, Question(at=NOW, now=NOW, zone=ZONE)).gaps if gap.code == "SILO"]


def keys() -> list[str]:
    return [gap.key.removeprefix("SILO:buy:") for gap in gaps()]


def test_of_three_items_all_of_one_team_are_a_silo_of_the_cell_and_of_the_journey(journey: Journey) -> None:
    made(journey, 3, team="Web")
    made(journey, 1, "do", "gardener", team="Web")
    found = {gap.key.removeprefix("SILO:buy:"): gap for gap in gaps()}
    assert list(found) == ["florist:see::team-web", ":::team-web"]
    cell, whole = found.values()
    assert (cell.severity.value, cell.priority, whole.priority) == ("medium", 4, 2)
    assert cell.message == "Of its 3 live items 100% are of the team “Web”."
    assert whole.message == "Of the 4 live items of this journey 100% are of the team “Web”."


def test_two_items_are_too_few_for_a_share(journey: Journey) -> None:
    made(journey, 1, team="Web")
    made(journey, 1, "do", team="Web")
    assert keys() == []


def test_four_fifths_are_not_more_than_four_fifths(journey: Journey) -> None:
    made(journey, 4, team="Web")
    made(journey, 1, team="Print")
    made(journey, 1, "do", "gardener", team="Print")
    assert "florist:see::team-web" not in keys()
    made(journey, 1, team="Web")
    assert "florist:see::team-web" in keys()


def test_items_without_a_team_count_in_what_shares_are_taken_of(journey: Journey) -> None:
    made(journey, 3, team="Web")
    made(journey, 1)
    assert keys() == [":::alone-web"]


def test_an_item_without_a_team_is_of_the_teams_of_its_channels(journey: Journey) -> None:
    phone, site = make_channel("phone", team="Sales"), make_channel("site")
    own, theirs, none = (
        made(journey, team="Web", channels=phone),
        made(journey, channels=[phone, site]),
        made(journey, channels=site),
    )
    assert read_teams([own.pk, theirs.pk, none.pk]) == {own.pk: {"Web"}, theirs.pk: {"Sales"}}


def test_one_channel_may_be_a_silo_too(journey: Journey) -> None:
    site = make_channel("site", name="Website")
    made(journey, 3, channels=[site, make_channel("mail")])
    assert keys().count("florist:see::channel-site") == 1
    assert any("the channel “Website”" in gap.message for gap in gaps())
    Channel.objects.filter(slug="site").update(influenceable=False)
    assert "florist:see::channel-site" not in keys()


def test_how_large_a_share_may_be_is_the_journeys_to_say(journey: Journey) -> None:
    made(journey, 2, team="Web")
    made(journey, 2, team="Print")
    made(journey, 1, "do", team="Print")
    JourneyJudgement.objects.update(thresholds={"SILO": 0.4})
    assert {"florist:see::team-web", "florist:see::team-print"} <= set(keys())


def test_a_team_in_one_phase_that_leads_to_no_other_team_is_alone(journey: Journey) -> None:
    guide = made(journey, team="Web")
    order = made(journey, phase="do", team="Sales")
    assert keys() == [":::alone-sales", ":::alone-web"]
    guide.leads_to.add(order)
    assert keys() == [":::alone-sales"]


def test_a_step_to_ones_own_team_or_to_what_is_over_leads_to_nobody(journey: Journey) -> None:
    guide = made(journey, team="Web")
    guide.leads_to.add(made(journey, team="Web"))
    guide.leads_to.add(made(journey, phase="do", team="Sales", expires_at=NOW - days(1)))
    assert keys() == [":::alone-web"]


def test_a_team_in_two_phases_is_not_alone(journey: Journey) -> None:
    made(journey, team="Web")
    made(journey, phase="do", team="Web")
    assert keys() == []


def test_the_reader_sees_no_team_of_what_they_may_not_see(journey: Journey) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    made(journey, team="Web", section=section_a)
    made(journey, team="Secret", section=section_b)
    assert [gap.item for gap in gaps(factories.erik(section_a))] == ["alone-web"]


def test_a_hundred_items_cost_as_many_queries_as_one(journey: Journey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            gaps()
        return len(captured)

    def linked() -> None:
        made(journey, team="Web").leads_to.add(made(journey, phase="do", team="Sales"))

    linked()
    queries()
    few = queries()
    for _number in range(20):
        linked()
    assert queries() == few
