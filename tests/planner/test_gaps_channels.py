"""The rules over the channels of a cell, counted from the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personas.models import Channel, Journey
from planner.coverage import Question
from planner.models import CoverageTarget, JourneyJudgement
from planner.report import make_report
from tests import factories
from tests.factories import NOW, ZONE, days, make_channel, make_item, make_journey, make_persona

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TARGETS = "/admin/planner/coverage/buy/targets/"


@pytest.fixture
def site() -> Channel:
    return make_channel("site", name="Website")


@pytest.fixture
def mail() -> Channel:
    return make_channel("mail", name="E-mail")


@pytest.fixture
def journey(site: Channel, mail: Channel) -> Journey:
    """One persona in one phase, judged by both rules."""
    journey = make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see",))
    JourneyJudgement.objects.create(journey=journey, rules={"MISSING_CHANNEL": True, "SINGLE_CHANNEL": True})
    return journey


def content(journey: Journey, *channels: Channel, **fields: Any) -> None:
    make_item(personas=journey.personas.get(), phases=journey.phases.get(), channels=list(channels), **fields)


def want(journey: Journey, channel: Channel, applicability: str) -> None:
    CoverageTarget.objects.create(phase=journey.phases.get(), channel=channel, applicability=applicability)


def gaps(code: str) -> list[tuple[str, str]]:
    report = make_report(None, Question(at=NOW, now=NOW, zone=ZONE))
    return [(gap.key, gap.severity.value) for gap in report.gaps if gap.code == code]


@pytest.mark.parametrize(("applicability", "severity"), [("required", "high"), ("expected", "low")])
def test_a_channel_that_is_asked_for_and_has_nothing_is_missing(
    journey: Journey, site: Channel, mail: Channel, applicability: str, severity: str
) -> None:
    content(journey, site)
    want(journey, mail, applicability)
    assert gaps("MISSING_CHANNEL") == [("MISSING_CHANNEL:buy:florist:see:mail:", severity)]
    content(journey, site, mail)
    assert gaps("MISSING_CHANNEL") == []


@pytest.mark.parametrize("applicability", ["optional", "n/a", ""])
def test_a_channel_that_nobody_asks_for_is_not_missing(journey: Journey, mail: Channel, applicability: str) -> None:
    if applicability:
        want(journey, mail, applicability)
    assert gaps("MISSING_CHANNEL") == []


def test_a_channel_that_is_not_ours_to_steer_never_yields_a_gap(journey: Journey, mail: Channel) -> None:
    want(journey, mail, "required")
    Channel.objects.filter(pk=mail.pk).update(influenceable=False)
    assert gaps("MISSING_CHANNEL") == []


def test_where_the_phase_is_optional_a_missing_channel_is_low(journey: Journey, mail: Channel) -> None:
    want(journey, mail, "required")
    CoverageTarget.objects.create(phase=journey.phases.get(), applicability="optional")
    assert [severity for _key, severity in gaps("MISSING_CHANNEL")] == ["low"]


def test_all_fresh_content_in_one_channel_is_told(journey: Journey, site: Channel, mail: Channel) -> None:
    content(journey, site)
    content(journey, site)
    content(journey, mail, starts_at=NOW - days(500))
    assert gaps("SINGLE_CHANNEL") == [("SINGLE_CHANNEL:buy:florist:see::", "low")]
    content(journey, mail)
    assert gaps("SINGLE_CHANNEL") == []


def test_where_only_one_channel_applies_it_may_be_the_only_one(journey: Journey, site: Channel, mail: Channel) -> None:
    content(journey, site)
    want(journey, mail, "n/a")
    assert gaps("SINGLE_CHANNEL") == []


def test_content_for_everyone_is_in_a_channel_too(journey: Journey, site: Channel) -> None:
    make_item(for_everyone=True, phases=journey.phases.get(), channels=site)
    assert len(gaps("SINGLE_CHANNEL")) == 1


def test_the_channels_cost_one_query_more(journey: Journey, site: Channel) -> None:
    content(journey, site)
    costs = []
    for rules in ({"SINGLE_CHANNEL": True}, {}):
        JourneyJudgement.objects.update(rules=rules)
        with CaptureQueriesContext(connection) as captured:
            gaps("SINGLE_CHANNEL")
        costs.append(len(captured))
    assert costs[0] == costs[1] + 1


def test_the_form_says_what_is_wanted_of_a_channel(client: Client, journey: Journey, mail: Channel) -> None:
    client.force_login(factories.marieke())
    context = client.get(TARGETS).context
    sent = {f"rule-{one.rule.code}": "on" for one in context["form"].rules if one.on.value()}
    sent |= {"seen": context["seen"], f"channel-{journey.phases.get().pk}-{mail.pk}": "required"}
    assert client.post(TARGETS, sent).status_code == 302
    row = CoverageTarget.objects.get()
    assert (row.channel, row.persona, row.applicability) == (mail, None, "required")
