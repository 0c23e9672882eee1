"""What the report tells of next steps: for whom, of what, against the definitions item by item, and what it costs."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from personas.models import Journey, Persona, PhaseLink
from planner.coverage import Question
from planner.models import ContentItem, JourneyJudgement, NextStep
from planner.report import as_json, make_report
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)
from tests.planner.definitions import Definitions
from tests.planner.plans import CHANNELS, PERSONAS, SECTIONS, Stored, make_plan, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUESTION = Question(at=NOW, now=NOW, zone=ZONE)


@pytest.fixture
def journey() -> Journey:
    made = make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do"))
    see, do = made.phases.all()
    PhaseLink.objects.create(from_phase=see, to_phase=do)
    return made


@pytest.fixture
def erik() -> Any:
    """Somebody who sees section A only, and what he works on there."""
    return factories.erik(make_section("Section A"))


def of(erik: Any, title: str) -> ContentItem:
    page = erik.groups.get().page_permissions.first().page
    return tag(make_page(title, parent=page, live=True))


def report(user: Any = None, **options: Any) -> list[dict[str, Any]]:
    codes = {"DEAD_END", "BROKEN_NEXT", "NO_INBOUND", "BROKEN_CHAIN"}
    return [gap for gap in as_json(make_report(user, QUESTION, **options))["gaps"] if gap["code"] in codes]


def test_the_worked_example_has_its_dead_ends(only_our_items: None) -> None:
    p1, p2 = make_persona("p1", weight=3), make_persona("p2", weight=1)
    journey = make_journey("4v", personas=(p1, p2), phases=("verleiden", "veroveren", "vasthouden", "verhogen"))
    phases = list(journey.phases.all())
    for start, end, kind in ((0, 1, "next"), (1, 2, "next"), (2, 3, "next"), (3, 0, "loop")):
        PhaseLink.objects.create(from_phase=phases[start], to_phase=phases[end], type=kind)
    a = make_item("A", personas=[p1, p2], phases=phases[0])
    b = make_item("B", personas=p1, phases=phases[1])
    make_item("E", personas=p2, phases=phases[1], expires_at=NOW + days(29))
    g = make_item("G", personas=p2, phases=phases[2])
    h = make_item("H", personas=p2, phases=phases[3])
    for start, end in ((a, b), (g, h), (h, a)):
        start.leads_to.add(end)
    found = [(gap["persona"], gap["phase"], gap["item"], gap["severity"]) for gap in report()]
    assert found == [
        ("p1", "veroveren", None, "high"),
        ("p2", "veroveren", None, "high"),
        ("p2", "verleiden", str(a.uid), "medium"),
    ]


def test_a_step_to_an_item_that_one_may_not_see_leads_nowhere_for_ones_report(erik: Any, journey: Journey) -> None:
    see, do = journey.phases.all()
    florist = journey.personas.get()
    source = tag(of(erik, "Guide"), personas=florist, phases=see)
    hidden = tag(make_page("Secret", parent=make_section("B")), personas=florist, phases=do)
    source.leads_to.add(hidden)
    hidden.page.unpublish()
    assert [gap["code"] for gap in report()] == ["BROKEN_NEXT", "DEAD_END"]
    (gap,) = report(erik)
    assert (gap["code"], gap["item"]) == ("DEAD_END", None)


def test_a_channel_narrows_whose_steps_are_asked_about_not_where_they_lead(journey: Journey) -> None:
    see, do = journey.phases.all()
    letter, florist = make_channel("letter"), journey.personas.get()
    source = make_item("Letter", personas=florist, phases=see, channels=letter)
    other = make_item("Poster", personas=florist, phases=see)
    source.leads_to.add(make_item("Order", personas=florist, phases=do))
    assert [gap["item"] for gap in report()] == [str(other.uid)]
    assert report(channels=["letter"]) == []


def test_broken_steps_of_pages_and_snippets_are_told_with_their_titles(journey: Journey) -> None:
    see, do = journey.phases.all()
    tags = {"personas": journey.personas.get(), "phases": see}
    card, page = tag(make_card("Care card"), **tags), make_page("Order")
    card.leads_to.add(tag(page, personas=tags["personas"], phases=do))
    page.unpublish()
    broken = next(gap for gap in report() if gap["code"] == "BROKEN_NEXT")
    assert broken["message"] == "“Care card” leads to what is gone: “Order” ended on 2 March 2026."
    assert (broken["date"], broken["item"]) == ("2026-03-02", str(card.uid))


def test_translations_lead_on_together(journey: Journey) -> None:
    dutch = Locale.objects.create(language_code="nl")
    see, do = journey.phases.all()
    florist = journey.personas.get()
    page = make_page("Guide")
    tag(page, personas=florist, phases=see).leads_to.add(make_item(personas=florist, phases=do))
    make_page("Gids", locale=dutch, translation_key=page.translation_key)
    translation = ContentItem.objects.get(page__title="Gids")
    tag(translation, personas=florist, phases=see)
    assert report() == []


def test_a_broken_chain_breaks_the_verdict(marieke: Client, journey: Journey) -> None:
    see, do = journey.phases.all()
    see.entry, do.group = True, "buy"
    see.save()
    do.save()
    for phase in (see, see, do, do):
        make_item(personas=journey.personas.get(), phases=phase)
    assert "Journey covered" in marieke.get("/admin/planner/coverage/").text
    JourneyJudgement.objects.create(journey=journey, rules={"BROKEN_CHAIN": True})
    html = marieke.get("/admin/planner/coverage/").text
    assert "Journey broken" in html
    assert "For Florist no next step gets from “See” to “Do”" in html


def test_the_gap_list_leads_to_the_item_and_says_what_closes_it(marieke: Client, journey: Journey) -> None:
    see, do = journey.phases.all()
    florist = journey.personas.get()
    good, stuck = (make_item(title, personas=florist, phases=see) for title in ("Good", "Stuck"))
    good.leads_to.add(make_item(personas=florist, phases=do))
    html = marieke.get("/admin/planner/gaps/?code=DEAD_END").text
    assert "“Stuck” leads Florist to nothing live in a phase that follows." in html
    assert f'href="/admin/planner/items/{stuck.pk}/"' in html
    assert "Name a next step in its plan" in html


def linked_plan(number: int, journey: Journey) -> None:
    """So many items that lead on, dead ends, broken steps, approved pages and snippets."""
    see, do = journey.phases.all()
    florist = journey.personas.get()
    for position in range(number):
        source = make_item(personas=florist, phases=see)
        target = make_item(personas=florist, phases=do, expires_at=NOW - days(1) if position % 3 == 0 else None)
        source.leads_to.add(target)
        if position % 5 == 0:
            make_item(personas=florist, phases=see)
    page, card = make_page(), make_card()
    tag(page, personas=florist, phases=see).leads_to.add(tag(card, personas=florist, phases=do))
    schedule_page(page, NOW + days(3))


def test_the_number_of_queries_does_not_grow_with_the_steps(journey: Journey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            make_report(None, QUESTION)
        return len(captured)

    linked_plan(6, journey)
    queries()  # content types are remembered from now on
    few = queries()
    linked_plan(18, journey)
    assert queries() == few
    assert few <= 23


def test_steps_are_not_read_where_no_rule_asks_for_them(journey: Journey) -> None:
    linked_plan(3, journey)
    JourneyJudgement.objects.create(journey=journey, rules={"DEAD_END": False, "BROKEN_NEXT": False})
    with CaptureQueriesContext(connection) as captured:
        make_report(None, QUESTION)
    assert not any("planner_nextstep" in one["sql"] for one in captured)


def brute(plan: list[Stored], pairs: set[tuple[int, int]], at: Any, links: set[tuple[int, int]]) -> set[tuple]:
    """DEAD_END and BROKEN_NEXT by their definitions, item by item."""
    asked = Definitions(at=at, now=NOW, zone=ZONE)
    counted = [one for one in plan if not one.alias]
    live = {one.number for one in counted if asked.live(one)}
    found: set[tuple] = set()

    def is_for(one: Stored, persona: int) -> bool:
        return one.for_everyone or persona in one.personas

    def leads_on(one: Stored, persona: int) -> bool:
        targets = [plan[end] for start, end in pairs if start == one.number and end in live]
        return any(
            is_for(target, persona) and (here, there) in links
            for target in targets
            for here in one.phases
            for there in target.phases
        )

    for persona in range(PERSONAS):
        for phase in {start for start, _end in links}:
            inside = [plan[n] for n in live if is_for(plan[n], persona) and phase in plan[n].phases]
            stuck = [one for one in inside if not leads_on(one, persona)]
            if any(start == one.number and end in live for one in inside for start, end in pairs):
                found |= {("DEAD_END", persona, one.number) for one in stuck}
            elif stuck:
                found.add(("DEAD_END", persona, f"phase {phase}"))
    moments = {at - timedelta(minutes=minutes) for minutes in (1, 60)} | {
        moment
        for one in plan
        for moment in (one.first_published_at, one.last_published_at, one.starts_at, one.approved_for)
        if moment and moment <= at
    }
    moments |= {one.latest_revision_created_at for one in plan if one.latest_revision_created_at} | {NOW}
    ended = {
        one.number
        for one in counted
        if one.number not in live
        and (asked.expired(one) or any(asked.live_at(one, moment) for moment in moments if moment <= at))
    }
    over = ended | {one.number for one in counted if one.state == "cancelled" and one.number not in live}
    numbers = {one.number for one in counted}
    return found | {("BROKEN_NEXT", start) for start, end in pairs if start in numbers - over and end in ended}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), size=st.integers(2, 24), at=st.sampled_from([-20, 0, 30]))
def test_the_report_finds_what_the_definitions_find(seed: int, size: int, at: int) -> None:
    with transaction.atomic():
        for number in range(CHANNELS):
            make_channel(f"channel-{number}")
        people = tuple(make_persona(f"p{number}") for number in range(PERSONAS))
        journey = make_journey("journey", personas=people, phases=("see", "think", "do", "care"))
        ContentItem.objects.all().delete()
        sections = {name: make_section(f"Section {name}") for name in SECTIONS}
        ContentItem.objects.all().delete()
        plan = make_plan(seed, size)
        for one in plan:
            one.identity = one.number
        write(plan, journey, sections)
        links = {(0, 1), (1, 2), (2, 0)}
        phases = list(journey.phases.all())
        for start, end in links:
            PhaseLink.objects.create(from_phase=phases[start], to_phase=phases[end])
        chance = random.Random(seed)
        pairs = {(chance.randrange(size), chance.randrange(size)) for _step in range(size)}
        pairs = {(start, end) for start, end in pairs if start != end}
        NextStep.objects.bulk_create(
            NextStep(from_item_id=plan[start].item_id, to_item_id=plan[end].item_id) for start, end in pairs
        )
        numbers = {one.item_id: one.number for one in plan}
        people = list(Persona.objects.filter(journeys=journey))
        moment = NOW + days(at)
        gaps = make_report(None, Question(at=moment, now=NOW, zone=ZONE)).gaps
        told = {
            (gap.code, people.index(gap.persona), numbers.get(gap.item_id, f"phase {phases.index(gap.phase)}"))
            for gap in gaps
            if gap.code == "DEAD_END"
        }
        told |= {(gap.code, numbers[gap.item_id]) for gap in gaps if gap.code == "BROKEN_NEXT"}
        expected = brute(plan, pairs, moment, links)
        transaction.set_rollback(True)
    assert told == expected
