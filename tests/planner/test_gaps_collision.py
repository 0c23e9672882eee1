"""Too much for one persona through one channel on one day, and content on days on which nothing goes out."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personas.models import Channel, Journey
from planner.coverage import Question
from planner.gaps import Gap
from planner.models import ContentItem, JourneyJudgement, Occasion
from planner.report import make_report
from tests import factories
from tests.factories import NOW, ZONE, days, make_channel, make_item, make_journey, make_persona, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def mail() -> Channel:
    return make_channel("mail", name="E-mail")


@pytest.fixture
def journey(mail: Channel) -> Journey:
    people = (make_persona("florist", weight=2), make_persona("gardener"))
    journey = make_journey("buy", personas=people, phases=("see", "do"))
    JourneyJudgement.objects.create(journey=journey, rules={"COLLISION": True})
    return journey


def gaps(user: Any = None) -> list[Gap]:
    report = make_report(user, Question(at=NOW, now=NOW, zone=ZONE))
    return [gap for gap in report.gaps if gap.code == "COLLISION"]


def out(
    journey: Journey, title: str, *channels: Channel, day: float = 3, persona: str = "florist", **fields: Any
) -> Any:
    who, see = journey.personas.get(slug=persona), journey.phases.get(slug="see")
    fields = {"starts_at": NOW + days(day), "phases": see, "personas": who} | fields
    return make_item(title, channels=list(channels), **fields)


def test_two_items_for_one_persona_through_one_channel_on_one_day_collide(journey: Journey, mail: Channel) -> None:
    out(journey, "A", mail)
    out(journey, "B", mail, phases=journey.phases.get(slug="do"))
    (gap,) = gaps()
    assert gap.key == "COLLISION:buy:florist::mail:2026-03-05"
    assert (gap.severity.value, gap.priority, gap.date) == ("low", 2, date(2026, 3, 5))
    assert gap.message == "On 5 March 2026 2 items go out through “E-mail”: “A”, “B”."


def test_another_day_persona_or_channel_is_in_nobodys_way(journey: Journey, mail: Channel) -> None:
    out(journey, "A", mail)
    out(journey, "B", mail, day=4)
    out(journey, "C", mail, persona="gardener")
    out(journey, "D", make_channel("site"))
    assert gaps() == []


def test_what_is_over_and_what_lies_beyond_the_horizon_collides_with_nothing(journey: Journey, mail: Channel) -> None:
    for title, day in product("AB", (-1, 57)):
        out(journey, title, mail, day=day)
    assert gaps() == []
    for title in "AB":
        out(journey, title, mail, day=56)
    assert len(gaps()) == 1


def test_a_journey_may_allow_more_on_one_day(journey: Journey, mail: Channel) -> None:
    out(journey, "A", mail)
    out(journey, "B", mail)
    JourneyJudgement.objects.update(thresholds={"COLLISION": 2})
    assert gaps() == []


def test_a_plan_collides_like_what_is_approved_and_a_cancelled_one_does_not(journey: Journey, mail: Channel) -> None:
    out(journey, "A", mail)
    idea = out(journey, "B", mail, state=ContentItem.State.IDEA, target_at=NOW + days(3), starts_at=None)
    assert len(gaps()) == 1
    ContentItem.objects.filter(pk=idea.pk).update(state="cancelled")
    assert gaps() == []


def test_content_for_everyone_collides_for_each_persona(journey: Journey, mail: Channel) -> None:
    out(journey, "A", mail)
    out(journey, "B", mail, for_everyone=True)
    assert [gap.persona.slug for gap in gaps()] == ["florist"]


@pytest.mark.parametrize("change", [{"active": False}, {"influenceable": False}])
def test_a_channel_that_does_not_count_collides_with_nothing(journey: Journey, mail: Channel, change: Any) -> None:
    out(journey, "A", mail)
    out(journey, "B", mail)
    Channel.objects.update(**change)
    assert gaps() == []


def test_content_within_a_blackout_is_told_item_by_item(journey: Journey, mail: Channel) -> None:
    Occasion.objects.create(name="Freeze", rule="dates", first_day=date(2026, 3, 5), blackout=True)
    item = out(journey, "A", mail)
    out(journey, "B", mail, day=5)
    (gap,) = gaps()
    assert (gap.key, gap.item_id, gap.date) == (f"COLLISION:buy::::{item.uid}", item.pk, date(2026, 3, 5))
    assert gap.message == "“A” goes out on 5 March 2026, but on “Freeze” nothing should."


def test_what_lies_in_another_journey_is_told_there_and_without_phase_once(journey: Journey, mail: Channel) -> None:
    other = make_journey("stay", personas=tuple(journey.personas.all()), phases=("care",))
    JourneyJudgement.objects.create(journey=other, rules={"COLLISION": True})
    for title in "AB":
        out(journey, title, mail, phases=other.phases.get())
        out(journey, title, mail, phases=[], day=9)
    assert {(gap.journey and gap.journey.slug, gap.date.day) for gap in gaps()} == {(None, 11), ("stay", 5)}


def test_what_one_may_not_see_is_in_nobodys_way(journey: Journey, mail: Channel) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    out(journey, "A", mail, section=section_a)
    out(journey, "Secret", mail, section=section_b)
    assert gaps(factories.erik(section_a)) == []
    assert len(gaps()) == 1


def test_a_hundred_items_cost_as_many_queries_as_two_and_a_rule_that_is_off_costs_none(
    journey: Journey, mail: Channel
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            gaps()
        return len(captured)

    out(journey, "A", mail)
    out(journey, "B", mail)
    queries()
    few = queries()
    for number in range(40):
        out(journey, f"More {number}", mail, day=number)
    assert queries() == few
    JourneyJudgement.objects.update(rules={})
    assert few - 12 <= queries() < few


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(
        st.tuples(
            st.integers(-2, 2),
            st.sets(st.integers(0, 1), max_size=2),
            st.sets(st.integers(0, 1), max_size=2),
            st.booleans(),
        ),
        max_size=8,
    ),
    most=st.integers(1, 2),
)
def test_collisions_are_those_of_the_definition(items: list[tuple], most: int) -> None:
    with transaction.atomic():
        channels = [make_channel("mail"), make_channel("site")]
        people = [make_persona("florist"), make_persona("gardener")]
        journey = make_journey("buy", personas=tuple(people), phases=("see",))
        JourneyJudgement.objects.create(journey=journey, rules={"COLLISION": True}, thresholds={"COLLISION": most})
        for day, whom, where, everyone in items:
            make_item(
                starts_at=NOW + days(day),
                personas=[people[who] for who in whom],
                channels=[channels[at] for at in where],
                phases=journey.phases.get(),
                for_everyone=everyone,
            )
        told = {(gap.date, gap.persona and people.index(gap.persona), channels.index(gap.channel)) for gap in gaps()}
        transaction.set_rollback(True)
    expected = set()
    for day, channel in product(range(3), range(2)):
        here = [(whom, everyone) for at, whom, where, everyone in items if at == day and channel in where]
        named = {who for whom, _everyone in here for who in whom}
        for who in named or {None}:
            if sum(everyone or who in whom for whom, everyone in here) > most:
                expected.add(((NOW + days(day)).astimezone(ZONE).date(), who, channel))
    assert told == expected
