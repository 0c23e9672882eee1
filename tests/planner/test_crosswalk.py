"""A journey through another model: every distinct item is kept, counted once, and told where it has no place."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from personas.models import Journey, Persona
from personas.presets import JOURNEY_MODELS
from personas.spine import SPINE
from planner.coverage import Question
from planner.crosswalk import look_through
from planner.models import ContentItem
from planner.report import make_report
from tests import factories
from tests.factories import NOW, ZONE, make_channel, make_item, make_journey, make_page, make_persona, make_section, tag
from tests.planner.definitions import Definitions
from tests.planner.plans import CHANNELS, MOMENTS, PERSONAS, SECTIONS, make_plan, write
from tests.planner.real_content import for_now
from tests.planner.test_coverage_properties import _days, _tally

pytestmark = pytest.mark.django_db

plans = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
stages = st.lists(st.sampled_from(SPINE), max_size=4, unique=True)
MODELS = list(JOURNEY_MODELS)


@pytest.fixture
def journey() -> Journey:
    for number in range(CHANNELS):
        make_channel(f"channel-{number}")
    people = tuple(make_persona(f"p{number}") for number in range(PERSONAS))
    return make_journey("journey", personas=people, phases=("see", "think", "do", "care"))


@pytest.fixture
def sections() -> dict[str, Any]:
    Locale.objects.get_or_create(language_code="nl")
    return {name: make_section(f"Section {name}") for name in SECTIONS}


def meant(own: list[str], code: str) -> int | None:
    """The number of the model's phase that is meant, told from the crosswalk's rule alone."""
    for stage in own:
        for number, phase in enumerate(JOURNEY_MODELS[code].phases, start=1):
            if stage in phase.spine:
                return number
    return None


@pytest.mark.parametrize("code", MODELS)
@plans
@given(seed=st.integers(0, 10**9), at=st.sampled_from(MOMENTS), spines=st.tuples(stages, stages, stages, stages))
def test_a_crosswalk_keeps_the_distinct_item_count(
    journey: Journey, sections: dict[str, Any], code: str, seed: int, at: Any, spines: tuple[list[str], ...]
) -> None:
    plan, question = make_plan(seed, 30), Question(at=at, now=NOW, zone=ZONE)
    defined = Definitions(at=at, now=NOW, zone=ZONE)
    with for_now():
        ContentItem.objects.all().delete()
        for phase, spine in zip(journey.phases.all(), spines, strict=True):
            journey.phases.filter(pk=phase.pk).update(spine=spine)
        write(plan, journey, sections)
        view = look_through(None, question, "journey", JOURNEY_MODELS[code], "en")
        own = make_report(None, question, journeys=["journey"])
        people = list(journey.personas.all())
    to = [meant(spine, code) for spine in spines]
    inside = [one for one in plan if not one.alias and one.phases]
    placed = [one for one in inside if any(to[f] for f in one.phases)]
    assert astuple(view.whole) == astuple(_tally(defined, inside))
    assert astuple(view.mapped) == astuple(_tally(defined, placed))
    assert {phase.slug for phase in view.crosswalk.unmapped} == {
        phase.slug for f, phase in enumerate(view.crosswalk.own) if to[f] is None
    }
    for phase in view.crosswalk.phases:
        here = [one for one in inside if any(to[f] == phase.pk for f in one.phases)]
        assert astuple(view.report.tally_of_phase(phase)) == astuple(_tally(defined, here))
        for p, persona in enumerate(people):
            of_cell = [one for one in here if one.for_everyone or p in one.personas]
            assert astuple(view.report.tally(persona, phase)) == astuple(
                _days(defined, of_cell, _tally(defined, of_cell))
            )
    assert view.whole.live >= max((tally.live for tally in own.coverage.phases.values()), default=0)


THROUGH = "/admin/planner/coverage/buy/through/"


@pytest.fixture
def buying() -> Journey:
    florist = make_persona("florist", name="Florist")
    journey = make_journey("buy", name="I want to buy", personas=(florist,), phases=("see", "do", "care"))
    for slug, spine in (("see", ["awareness", "consideration"]), ("do", ["purchase"]), ("care", ["support"])):
        journey.phases.filter(slug=slug).update(spine=spine)
    return journey


def in_phase(journey: Journey, slug: str) -> dict[str, Any]:
    return {"personas": Persona.objects.get(slug="florist"), "phases": journey.phases.get(slug=slug)}


@pytest.mark.usefixtures("clock")
def test_what_has_no_place_in_the_model_is_listed_by_title(marieke: Client, buying: Journey) -> None:
    make_item("Watering in August", **in_phase(buying, "care"))
    response = marieke.get(f"{THROUGH}?model=aida")
    (told,) = response.context["unmapped"]
    assert (told.phase.slug, [title for _key, title in told.items]) == ("care", ["Watering in August"])
    assert "1 live item has no place in this model." in response.content.decode()


@pytest.mark.usefixtures("clock")
def test_what_could_be_in_two_phases_counts_in_the_first_and_is_listed(marieke: Client, buying: Journey) -> None:
    item = make_item("Roses by post", **in_phase(buying, "see"))
    response = marieke.get(f"{THROUGH}?model=aida")
    (told,) = response.context["ambiguous"]
    assert [phase.slug for phase in told.counterparts] == ["attention", "interest"]
    assert told.items == [(item.pk, "Roses by post")]
    assert [column.tally.live for column in response.context["phase_columns"]] == [1, 0, 0, 0]


@pytest.mark.usefixtures("clock")
def test_nobody_is_told_titles_of_another_section(client: Client, buying: Journey) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    for phase in ("care", "see"):
        tag(make_page(f"Of A, {phase}", parent=section_a), **in_phase(buying, phase))
        tag(make_page(f"Of B, {phase}", parent=section_b), **in_phase(buying, phase))
    client.force_login(factories.erik(section_a))
    response = client.get(f"{THROUGH}?model=aida&show=care")
    html = response.content.decode()
    assert "Of A, care" in html
    assert "Of A, see" in html
    assert "Of B" not in html
    assert [told.total for told in (*response.context["unmapped"], *response.context["ambiguous"])] == [1, 1]
    assert response.context["view"].whole.live == 2


@pytest.mark.usefixtures("clock")
def test_filters_hold_through_a_model_and_on_the_way_back(marieke: Client, buying: Journey) -> None:
    make_item(channels=make_channel("mail"), **in_phase(buying, "see"))
    make_item(**in_phase(buying, "see"))
    assert marieke.get(f"{THROUGH}?model=aida&channel=mail").context["view"].whole.live == 1
    back = marieke.get(f"{THROUGH}?model=&channel=mail&as_of=2026-03-10")
    assert back.headers["Location"] == "/admin/planner/coverage/?as_of=2026-03-10&channel=mail&journey=buy"


@pytest.mark.parametrize("query", ["?model=nope", "?model=aida%00"])
def test_a_model_that_does_not_exist_is_not_found(marieke: Client, buying: Journey, query: str) -> None:
    assert marieke.get(THROUGH + query).status_code == 404


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("number", [3, 60])
def test_the_number_of_queries_through_a_model_does_not_grow(
    marieke: Client, buying: Journey, number: int, django_assert_max_num_queries: Any
) -> None:
    for index in range(number):
        make_item(f"Item {index}", **in_phase(buying, ("see", "care")[index % 2]))
    marieke.get("/admin/reports/aging-pages/")
    with django_assert_max_num_queries(29):
        assert marieke.get(f"{THROUGH}?model=aida").status_code == 200
