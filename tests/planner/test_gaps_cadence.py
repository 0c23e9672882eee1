"""How often something new goes live: the periods that are judged, what counts in them, and what is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personas.models import Journey
from planner.coverage import Question
from planner.gaps import Gap
from planner.models import ContentItem, CoverageTarget, JourneyJudgement, Period
from planner.periods import judged_spans, span_of
from planner.report import make_report
from tests import factories
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

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUESTION = Question(at=NOW, now=NOW, zone=ZONE)
TARGETS = "/admin/planner/coverage/buy/targets/"


@pytest.fixture
def journey() -> Journey:
    """One persona in one phase, with something new every month."""
    journey = make_journey("buy", personas=(make_persona("florist", weight=2),), phases=("see",))
    JourneyJudgement.objects.create(journey=journey, rules={"CADENCE": True})
    CoverageTarget.objects.create(phase=journey.phases.get(), cadence="month")
    return journey


def gaps(user: Any = None, question: Question = QUESTION) -> list[Gap]:
    return [gap for gap in make_report(user, question).gaps if gap.code == "CADENCE"]


def new(journey: Journey, *offsets: int, **fields: Any) -> None:
    for offset in offsets:
        start = {"starts_at": NOW + days(offset)}
        make_item(personas=journey.personas.get(), phases=journey.phases.get(), **start, **fields)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("week", date(2026, 2, 23), date(2026, 3, 1)),
        ("month", date(2026, 3, 1), date(2026, 3, 31)),
        ("quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("half-year", date(2026, 1, 1), date(2026, 6, 30)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_are_those_of_the_calendar(period: str, first: date, last: date) -> None:
    span = span_of(Period(period), date(2026, 3, 1))
    assert (span.first, span.last) == (first, last)
    assert span_of(Period(period), span.end).first == span.end


def test_the_last_whole_period_and_the_one_that_runs_are_judged_whatever_their_length() -> None:
    years = judged_spans(Period.YEAR, QUESTION)
    assert [span.first for span in years] == [date(2025, 1, 1), date(2026, 1, 1)]


def test_as_many_days_back_as_ahead_are_judged_by_whole_periods() -> None:
    weeks = judged_spans(Period.WEEK, QUESTION)  # today is Monday 2 March; 56 days are eight weeks
    assert (weeks[0].first, weeks[-1].last, len(weeks)) == (date(2026, 1, 5), date(2026, 4, 26), 16)


def test_a_period_without_anything_new_is_told_with_its_days(journey: Journey) -> None:
    new(journey, -10)
    (gap,) = gaps()
    assert (gap.key, gap.severity.value, gap.priority) == ("CADENCE:buy:florist:see::", "low", 2)
    assert gap.date == date(2026, 3, 31)
    assert gap.message == (
        "Asked is 1 new item a month. Of the 2 periods from 1 February 2026 to 31 March 2026, it is missed in 1; "
        "from 1 March 2026 to 31 March 2026: 0."
    )


def test_something_new_in_each_period_closes_it_past_running_and_to_come(journey: Journey) -> None:
    new(journey, -10, 5)
    assert gaps() == []


def test_what_began_in_a_period_counts_there_although_it_has_ended(journey: Journey) -> None:
    new(journey, -10, expires_at=NOW - days(5))
    new(journey, 5)
    assert gaps() == []


def test_only_what_is_approved_counts_as_coming(journey: Journey) -> None:
    new(journey, -10)
    new(journey, 5, state=ContentItem.State.DRAFT)
    assert len(gaps()) == 1
    florist, see = journey.personas.get(), journey.phases.get()
    tag(page := make_page(live=False), personas=florist, phases=see)
    schedule_page(page, NOW + days(5))
    assert gaps() == []


def test_where_only_a_past_period_falls_short_its_last_day_is_told(journey: Journey) -> None:
    new(journey, 5)
    (gap,) = gaps()
    assert gap.date == date(2026, 2, 28)


def test_content_for_everyone_is_new_for_each_persona(journey: Journey) -> None:
    new(journey, -10)
    make_item(for_everyone=True, phases=journey.phases.get(), starts_at=NOW + days(1))
    assert gaps() == []


def test_a_cell_follows_its_phase_or_asks_for_more_or_for_nothing(journey: Journey) -> None:
    see, florist = journey.phases.get(), journey.personas.get()
    new(journey, -10, 5)
    own = CoverageTarget.objects.create(phase=see, persona=florist, cadence="month", cadence_minimum=2)
    assert "2 new items a month" in gaps()[0].message
    CoverageTarget.objects.filter(pk=own.pk).update(cadence="never", cadence_minimum=None)
    ContentItem.objects.all().delete()
    assert gaps() == []


def test_a_channel_may_have_a_cadence_of_its_own(journey: Journey) -> None:
    mail, see = make_channel("mail"), journey.phases.get()
    CoverageTarget.objects.update(cadence="")
    CoverageTarget.objects.create(phase=see, channel=mail, cadence="month")
    new(journey, -10, 5)
    (gap,) = gaps()
    assert gap.key == "CADENCE:buy::see:mail:"
    new(journey, -10, 5, channels=mail)
    assert gaps() == []


def test_where_nothing_is_wanted_nothing_new_is_missed(journey: Journey) -> None:
    CoverageTarget.objects.update(applicability="n/a")
    assert gaps() == []


def test_only_content_that_the_reader_may_see_counts(journey: Journey) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    new(journey, -10, 5, section=section_b)
    assert len(gaps(factories.erik(section_a))) == 1
    assert gaps(factories.bea(section_b)) == []


def test_a_cadence_costs_three_queries_whatever_the_number_of_items_and_none_while_it_is_off(journey: Journey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            gaps()
        return len(captured)

    new(journey, 1)
    queries()
    few = queries()
    new(journey, *range(2, 30))
    assert queries() == few
    JourneyJudgement.objects.update(rules={})
    assert queries() == few - 4  # the channels are read with it


def test_the_form_asks_for_a_cadence_and_refuses_a_number_without_one(client: Client, journey: Journey) -> None:
    client.force_login(factories.marieke())
    see, florist = journey.phases.get(), journey.personas.get()
    context = client.get(TARGETS).context
    sent = {f"rule-{one.rule.code}": "on" for one in context["form"].rules if one.on.value()}
    sent |= {"seen": context["seen"], f"cadence_minimum-{see.pk}-{florist.pk}": "2", f"cadence-{see.pk}": "month"}
    assert "How often? Choose a period" in client.post(TARGETS, sent).content.decode()
    assert client.post(TARGETS, sent | {f"cadence-{see.pk}-{florist.pk}": "week"}).status_code == 302
    row = CoverageTarget.objects.get(persona=florist)
    assert (row.cadence, row.cadence_minimum) == ("week", 2)
