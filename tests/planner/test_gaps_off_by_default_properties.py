"""Rules that somebody has to switch on, over generated plans: each finds what its definition finds, item by item."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from personas.models import Journey, Persona, Phase
from planner.coverage import Question
from planner.models import ContentItem, CoverageTarget, JourneyJudgement, NextStep, Series
from planner.report import make_report
from tests.factories import NOW, ZONE, days, make_channel, make_journey, make_persona, make_section
from tests.planner.definitions import Definitions
from tests.planner.plans import PERSONAS, PHASES, SECTIONS, Stored, make_plan, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CODES = ("CADENCE", "SERIES", "FORMAT", "LOCALE", "SILO")
LANGUAGES = ("nl", "en", "")
CHANNEL_TEAMS = ("sales", "")
FIRST_PART = date(2026, 1, 19)
plans = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def a_journey() -> Journey:
    """Three personas, two of whom want a language; something new each week, and of one channel each month."""
    channels = [make_channel(f"channel-{number}", team=team) for number, team in enumerate(CHANNEL_TEAMS)]
    people = tuple(make_persona(f"p{number}", language=LANGUAGES[number]) for number in range(PERSONAS))
    journey = make_journey("journey", personas=people, phases=("see", "think", "do", "care"))
    JourneyJudgement.objects.create(journey=journey, rules=dict.fromkeys(CODES, True))
    see, think = list(journey.phases.all())[:2]
    CoverageTarget.objects.create(phase=see, cadence="week")
    CoverageTarget.objects.create(phase=think, channel=channels[0], cadence="month", cadence_minimum=2)
    return journey


def varied(seed: int, size: int) -> list[Stored]:
    """A plan whose items also differ in team and kind."""
    plan, chance = make_plan(seed, size), random.Random(f"{seed} varied")
    for one in plan:
        one.team = chance.choice(("", "", "web", "web", "print"))
        one.kind = "" if one.page else chance.choice(("", "letter"))
    return plan


def begun_in(asked: Definitions, items: list[Stored], first: date, end: date) -> int:
    return len({one.identity for one in items if any(first <= asked.day(at) < end for at in asked.begun(one))})


def months(today: date) -> list[tuple[date, date]]:
    """March 2026 is the month of NOW; its horizon, and as far back, hold one whole month or two on each side."""
    starts = [date(2025 + number // 12, number % 12 + 1, 1) for number in range(36)]
    spans = [(start, after) for start, after in zip(starts, starts[1:], strict=False)]
    return [span for span in spans if judged(span, spans, today)]


def weeks(today: date) -> list[tuple[date, date]]:
    monday = today - timedelta(days=today.weekday())
    spans = [(monday + timedelta(weeks=n), monday + timedelta(weeks=n + 1)) for n in range(-12, 12)]
    return [span for span in spans if judged(span, spans, today)]


def judged(span: tuple[date, date], spans: list[tuple[date, date]], today: date) -> bool:
    """Whether a period runs, is the last one before that, or lies within eight weeks of today whole."""
    running = next(one for one in spans if one[0] <= today < one[1])
    near = span[0] >= today - timedelta(days=56) and span[1] - timedelta(days=1) <= today + timedelta(days=56)
    return near or span in (running, spans[spans.index(running) - 1])


def brute(plan: list[Stored], steps: set[tuple[int, int]], parts: dict[int, int], at: Any) -> set[tuple]:
    """What the rules should tell: the code, where, and about whom."""
    asked = Definitions(at=at, now=NOW, zone=ZONE)
    today = asked.day(at)
    counted = [one for one in plan if not one.alias]
    live = [one for one in counted if asked.live(one)]
    found: set[tuple] = set()

    def within(items: list[Stored], persona: int, phase: int) -> list[Stored]:
        return [one for one in items if phase in one.phases and (one.for_everyone or persona in one.personas)]

    def teams(one: Stored) -> set[str]:
        return {one.team} if one.team else {CHANNEL_TEAMS[channel] for channel in one.channels} - {""}

    def shares(items: list[Stored]) -> set[str]:
        number = len({one.identity for one in items})
        whose: dict[str, set[int]] = {}
        for one in items:
            for name in {f"team-{team}" for team in teams(one)} | {f"channel-channel-{key}" for key in one.channels}:
                whose.setdefault(name, set()).add(one.identity)
        return {name for name, identities in whose.items() if number >= 3 and len(identities) > 0.8 * number}

    for persona in range(PERSONAS):
        for phase in range(PHASES):
            here = within(live, persona, phase)
            if phase == 0 and any(begun_in(asked, within(counted, persona, 0), *week) < 1 for week in weeks(today)):
                found.add(("CADENCE", persona, 0, ""))
            fresh = [one for one in here if asked.fresh(one)]
            if len({"card" if one.snippet else "page" if one.page else one.kind for one in fresh}) == 1:
                found.add(("FORMAT", persona, phase, ""))
            spoken = {"nl" if one.page and one.identity != one.number else "en" for one in here}
            if LANGUAGES[persona] and spoken and LANGUAGES[persona] not in spoken:
                found.add(("LOCALE", persona, phase, ""))
            found |= {("SILO", persona, phase, name) for name in shares(here)}
    of_channel = [one for one in counted if 1 in one.phases and 0 in one.channels]
    if any(begun_in(asked, of_channel, *month) < 2 for month in months(today)):
        found.add(("CADENCE", None, 1, ""))
    placed = [one for one in live if one.phases]
    found |= {("SILO", None, None, name) for name in shares(placed)}
    for team in {team for one in placed for team in teams(one)}:
        mine = [one for one in placed if team in teams(one)]
        ends = [plan[end] for one in mine for start, end in steps if start == one.number]
        leads_out = any(one in live and teams(one) - {team} for one in ends)
        if len({phase for one in mine for phase in one.phases}) == 1 and not leads_out:
            found.add(("SILO", None, None, f"alone-{team}"))
    there = {part for number, part in parts.items() if plan[number] in live or _coming(asked, plan[number])}
    due = {n + 1 for n in range(10) if FIRST_PART + timedelta(weeks=n) < today}
    return found | ({("SERIES", None, None, tuple(sorted(due - there)))} if due - there else set())


def _coming(asked: Definitions, one: Stored) -> bool:
    return not one.alias and bool(asked.coming(one))


@plans
@given(seed=st.integers(0, 10**9), size=st.integers(2, 40), at=st.sampled_from([-20, 0, 30]))
def test_the_report_finds_what_the_definitions_find(seed: int, size: int, at: int) -> None:
    with transaction.atomic():
        Locale.objects.get_or_create(language_code="nl")
        journey = a_journey()
        sections = {name: make_section(f"Section {name}") for name in SECTIONS}
        ContentItem.objects.all().delete()
        plan, chance = varied(seed, size), random.Random(seed)
        write(plan, journey, sections)
        steps = {(chance.randrange(size), chance.randrange(size)) for _step in range(size // 2)}
        steps = {(start, end) for start, end in steps if start != end}
        keys = {one.number: one.item_id for one in plan}
        NextStep.objects.bulk_create(NextStep(from_item_id=keys[a], to_item_id=keys[b]) for a, b in steps)
        series = Series.objects.create(
            name="Weekly", slug="weekly", cadence="weekly", first_part_on=FIRST_PART, parts=10
        )
        parts = {number: chance.randrange(1, 11) for number in range(0, size, 2)}
        for number, part in parts.items():
            ContentItem.objects.filter(pk=keys[number]).update(series=series, series_part=part)
        moment = NOW + days(at)
        report = make_report(None, Question(at=moment, now=NOW, zone=ZONE))
        told = told_of(report.gaps, list(Persona.objects.filter(journeys=journey)), list(journey.phases.all()))
        expected = brute(plan, steps, parts, moment)
        transaction.set_rollback(True)
    assert told == expected


def told_of(gaps: list[Any], people: list[Persona], phases: list[Phase]) -> set[tuple]:
    found = set()
    for gap in gaps:
        if gap.code == "SERIES":
            numbers = gap.message.split(" of “")[0].split(" ", 1)[1]
            found.add((gap.code, None, None, tuple(int(number) for number in sorted(numbers.split(", "), key=int))))
        elif gap.code in CODES:
            where = (gap.persona and people.index(gap.persona), phases.index(gap.phase) if gap.phase else None)
            found.add((gap.code, *where, gap.item))
    return found
