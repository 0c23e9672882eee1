"""What each team and channel contributes over all phases, for whom, and at which cost."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from personas.models import Channel, Journey
from planner.contributions import Contribution, read_contributions
from planner.coverage import Question
from planner.gaps import Scope
from planner.models import ContentItem, NextStep
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
    tag,
)
from tests.planner.definitions import Definitions
from tests.planner.plans import PERSONAS, PHASES, SECTIONS, Stored, make_plan, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SCREEN = "/admin/planner/coverage/buy/teams/"


@pytest.fixture
def journey() -> Journey:
    return make_journey("buy", name="I want to buy", personas=(make_persona("florist"),), phases=("see", "do"))


def made(journey: Journey, *phases: str, **fields: Any) -> ContentItem:
    here = list(journey.phases.filter(slug__in=phases))
    return make_item(personas=journey.personas.get(), phases=here, **fields)


def of(by: str, user: Any = None, at: Any = NOW) -> dict[str, Contribution]:
    question = Question(at=at, now=NOW, zone=ZONE)
    return {one.name: one for one in getattr(read_contributions(user, question, Scope.load(["buy"])[0]), by)}


def shares(one: Contribution) -> list[tuple[int, int]]:
    return [(part.live, part.percent) for part in one.phases]


def test_a_team_has_its_share_of_each_phase_and_its_distinct_items_of_the_journey(journey: Journey) -> None:
    made(journey, "see", "do", team="Web")
    made(journey, "see", team="Print")
    made(journey, "see")
    found = of("teams")
    assert list(found) == ["Print", "Web", ""]
    assert shares(found["Web"]) == [(1, 33), (1, 100)]
    assert (found["Web"].journey.live, found["Web"].journey.percent) == (1, 33)
    assert shares(found[""]) == [(1, 33), (0, 0)]


def test_a_path_over_three_channels_counts_for_all_three(journey: Journey) -> None:
    mail, site, shop = (make_channel(name, name=name) for name in ("mail", "site", "shop"))
    first = made(journey, "see", channels=mail)
    second, third = made(journey, "see", channels=site), made(journey, "do", channels=shop)
    first.leads_to.add(second)
    second.leads_to.add(third)
    found = of("channels")
    steps = {name: (one.leading, one.led_to) for name, one in found.items()}
    assert steps == {"mail": (1, 0), "site": (1, 1), "shop": (0, 1)}


def test_a_step_within_one_team_hands_nothing_on(journey: Journey) -> None:
    made(journey, "see", team="Web").leads_to.add(made(journey, "do", team="Web"))
    assert (of("teams")["Web"].leading, of("teams")["Web"].led_to) == (0, 0)


def test_a_team_in_one_phase_is_alone_until_something_of_it_leads_to_another(journey: Journey) -> None:
    guide, order = made(journey, "see", team="Web"), made(journey, "do", team="Sales")
    assert of("teams")["Web"].is_alone
    guide.leads_to.add(order)
    assert not of("teams")["Web"].is_alone
    assert of("teams")["Web"].only_phase == journey.phases.get(slug="see")


def test_what_is_of_no_team_is_nobodys_silo(journey: Journey) -> None:
    for _item in range(3):
        made(journey, "see")
    found = of("teams")[""]
    assert not found.is_alone
    assert not found.has_too_much(0.8)


def test_only_what_is_live_at_the_moment_counts(journey: Journey) -> None:
    made(journey, "see", team="Web", expires_at=NOW + days(3))
    assert list(of("teams")) == ["Web"]
    assert of("teams", at=NOW + days(3)) == {}


def test_a_reader_sees_no_team_of_what_they_may_not_see(journey: Journey) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    made(journey, "see", team="Web", section=section_a)
    made(journey, "see", team="Secret", section=section_b)
    found = of("teams", factories.erik(section_a))
    assert [(one.name, one.journey.percent) for one in found.values()] == [("Web", 100)]


def test_translations_count_once(journey: Journey) -> None:
    dutch = Locale.objects.get_or_create(language_code="nl")[0]
    page = make_page()
    for one in (page, make_page(locale=dutch, translation_key=page.translation_key)):
        tag(one, personas=journey.personas.get(), phases=journey.phases.get(slug="see"), team="Web")
    assert of("teams")["Web"].journey.live == 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), size=st.integers(2, 40), at=st.sampled_from([-20, 0, 30]))
def test_every_number_is_that_of_a_count_item_by_item(seed: int, size: int, at: int) -> None:
    with transaction.atomic():
        Locale.objects.get_or_create(language_code="nl")
        channels = [make_channel(f"channel-{number}", team=team) for number, team in enumerate(("Sales", ""))]
        people = tuple(make_persona(f"p{number}") for number in range(PERSONAS))
        journey = make_journey("buy", personas=people, phases=("see", "think", "do", "care"))
        sections = {name: make_section(f"Section {name}") for name in SECTIONS}
        ContentItem.objects.all().delete()
        plan, chance = make_plan(seed, size), random.Random(seed)
        write(plan, journey, sections)
        steps = {(chance.randrange(size), chance.randrange(size)) for _step in range(size)}
        steps = {(start, end) for start, end in steps if start != end}
        keys = {one.number: one.item_id for one in plan}
        NextStep.objects.bulk_create(NextStep(from_item_id=keys[a], to_item_id=keys[b]) for a, b in steps)
        moment = NOW + days(at)
        found = of("teams", at=moment), of("channels", at=moment)
        names = [channel.name for channel in channels]
        transaction.set_rollback(True)
    asked = Definitions(at=moment, now=NOW, zone=ZONE)
    live = [one for one in plan if not one.alias and asked.live(one)]
    told = [{name: numbers(one) for name, one in by.items()} for by in found]
    assert told == [
        brute(
            live, steps, plan, lambda one: {one.team} if one.team else {("Sales", "")[c] for c in one.channels} - {""}
        ),
        brute(live, steps, plan, lambda one: {names[channel] for channel in one.channels}),
    ]


def teams(one: Stored) -> set[str]:
    return {one.team} if one.team else {("Sales", "")[channel] for channel in one.channels} - {""}


def numbers(one: Contribution) -> tuple:
    parts = tuple((part.live, part.whole) for part in one.phases)
    return parts, one.journey.live, one.journey.whole, one.leading, one.led_to


def brute(live: list[Stored], steps: set[tuple[int, int]], plan: list[Stored], whose: Any) -> dict[str, tuple]:
    def distinct(items: Any) -> int:
        return len({one.identity for one in items})

    placed = [one for one in live if one.phases]
    pairs = [(plan[start], plan[end]) for start, end in steps if plan[start] in live and plan[end] in live]
    found = {}
    for name in {name for one in placed for name in whose(one) or {""}}:
        mine = [one for one in placed if name in (whose(one) or {""})]
        parts = tuple(
            (
                distinct(one for one in mine if phase in one.phases),
                distinct(one for one in placed if phase in one.phases),
            )
            for phase in range(PHASES)
        )
        leading = distinct(a for a, b in pairs if a in placed and name in whose(a) and whose(b) - {name})
        led_to = distinct(b for a, b in pairs if b in placed and name in whose(b) and whose(a) - {name})
        found[name] = (parts, distinct(mine), distinct(placed), leading, led_to)
    return found


def test_the_screen_says_it_in_words_and_is_reached_from_the_coverage(client: Client, journey: Journey) -> None:
    client.force_login(factories.marieke())
    for _item in range(3):
        made(journey, "see", team="Web")
    assert SCREEN in client.get("/admin/planner/coverage/?journey=buy").content.decode()
    html = client.get(SCREEN).content.decode()
    assert "3 live items in the phases of this journey." in html
    assert "Silo: more than 80% of the journey" in html
    assert "Silo: only in “See”, and leads to no other" in html
    assert "<b>3</b>, 100%" in html


def test_the_screen_of_a_day_to_come_and_of_an_empty_journey(client: Client, journey: Journey) -> None:
    client.force_login(factories.marieke())
    made(journey, "see", starts_at=NOW + days(3))
    assert "Nothing is live in this journey" in client.get(SCREEN).content.decode()
    assert "Nothing is live in this journey" not in client.get(SCREEN, {"as_of": "2026-03-10"}).content.decode()


@pytest.mark.parametrize("slug", ["nope", "old"])
def test_there_is_no_screen_of_what_is_no_active_journey(client: Client, slug: str) -> None:
    client.force_login(factories.marieke())
    make_journey("old", active=False)
    assert client.get(f"/admin/planner/coverage/{slug}/teams/").status_code == 404


def test_who_has_nothing_in_the_planner_does_not_enter(client: Client, journey: Journey) -> None:
    client.force_login(factories.nina())
    assert client.get(SCREEN).status_code == 302


def test_a_hundred_items_cost_as_many_queries_as_one(client: Client, journey: Journey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(SCREEN)
        return len(captured)

    def linked(number: int) -> None:
        channel = make_channel(f"c{number}")
        made(journey, "see", team=f"Team {number}", channels=channel).leads_to.add(
            made(journey, "do", channels=channel)
        )

    client.force_login(factories.marieke())
    linked(0)
    queries()
    few = queries()
    for number in range(1, 20):
        linked(number)
    assert queries() == few
    assert Channel.objects.count() == 20
