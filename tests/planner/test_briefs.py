"""What whoever writes for a cell gets to know: message, open questions, what serves it. Only what they may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from personas.messages import Cell, CellChange, write_texts
from personas.models import Journey
from planner import conf
from planner.briefs import SERVING_SHOWN, Brief, make_briefs
from planner.coverage import Place
from planner.models import ContentItem
from tests import factories
from tests.factories import NOW, days, make_item, make_journey, make_page, make_persona, schedule_page, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def journey() -> Journey:
    journey = make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do"))
    cell = Cell(journey.personas.get().pk, journey.phases.first().pk)
    write_texts(journey, {cell: CellChange("We grow it.", ["How long?", "How much?"])}, user=None)
    return journey


def tagged(target: Any, journey: Journey, **fields: Any) -> ContentItem:
    return tag(target, personas=journey.personas.get(), phases=journey.phases.first(), **fields)


def brief_of(journey: Journey, *, user: Any = None, phase: str = "see", **options: Any) -> Brief:
    place = Place(journey.personas.get().pk, journey.phases.get(slug=phase).pk)
    return make_briefs(user, [place], conf.question(at=NOW, now=NOW), **options)[place]


def titles(brief: Brief) -> list[str]:
    return [one.record.title for one in brief.serving]


def test_a_cell_has_its_message_and_questions_and_no_other_has(journey: Journey) -> None:
    brief = brief_of(journey)
    assert (brief.message, brief.open_questions) == ("We grow it.", ["How long?", "How much?"])
    assert brief_of(journey, phase="do") == Brief()


def test_no_cell_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert make_briefs(None, [], conf.question(at=NOW, now=NOW)) == {}


def test_live_content_answers_a_question_whatever_its_case_and_blanks(journey: Journey) -> None:
    tagged(make_page("News"), journey, customer_question="  how   LONG? ")
    brief = brief_of(journey)
    assert (brief.open_questions, brief.answered) == (["How much?"], 1)


def test_a_draft_answers_nothing_until_it_is_approved(journey: Journey) -> None:
    page = make_page("News", live=False)
    tagged(page, journey, customer_question="How long?", target_at=NOW + days(3))
    assert brief_of(journey).answered == 0
    schedule_page(page, NOW + days(3))
    brief = brief_of(journey)
    assert (brief.answered, brief.serving) == (1, [])


def test_what_goes_live_beyond_the_horizon_answers_nothing_yet(journey: Journey) -> None:
    tagged(make_item("Fair", starts_at=NOW + days(57)), journey, customer_question="How long?")
    assert brief_of(journey).answered == 0


def test_content_of_another_cell_answers_nothing_here(journey: Journey) -> None:
    tag(make_page(), personas=journey.personas.get(), phases=journey.phases.last(), customer_question="How long?")
    assert brief_of(journey).answered == 0


def test_the_item_itself_answers_apart_and_serves_not(journey: Journey) -> None:
    item = tagged(make_page("Own"), journey, customer_question="How long?")
    brief = brief_of(journey, but=item.pk, answers="how long?")
    assert (brief.answered_here, brief.answered, brief.open_questions) == (["How long?"], 0, ["How much?"])
    assert titles(brief) == []


def test_the_newest_live_items_serve_and_the_others_are_counted(journey: Journey) -> None:
    for age in range(SERVING_SHOWN + 2):
        tagged(make_page(f"Age {age}", first_published_at=NOW - days(age + 1)), journey)
    tagged(make_page("Draft", live=False), journey)
    brief = brief_of(journey)
    assert titles(brief) == ["Age 0", "Age 1", "Age 2", "Age 3", "Age 4"]
    assert brief.more == 2


def test_content_for_everyone_serves_too(journey: Journey) -> None:
    tag(make_page("All"), personas=journey.personas.get(), phases=list(journey.phases.all()), for_everyone=True)
    assert titles(brief_of(journey)) == ["All"]
    assert titles(brief_of(journey, phase="do")) == ["All"]


def test_a_live_page_with_an_approved_update_serves_once(journey: Journey) -> None:
    page = make_page("News")
    page.save_revision().publish()
    schedule_page(type(page).objects.get(pk=page.pk), NOW + days(3))
    tagged(page, journey)
    (one,) = brief_of(journey).serving
    assert one.status == "live_update"


def test_nobody_learns_of_content_elsewhere(journey: Journey) -> None:
    here, there = factories.make_section("A"), factories.make_section("B")
    tagged(make_page("Secret", parent=there), journey, customer_question="How long?")
    tagged(make_page("Known", parent=here), journey)
    brief = brief_of(journey, user=factories.erik(here))
    assert (titles(brief), brief.more) == (["Known"], 0)
    assert (brief.answered, brief.open_questions) == (0, ["How long?", "How much?"])


def test_the_number_of_queries_depends_on_nothing(journey: Journey, django_assert_max_num_queries: Any) -> None:
    user = factories.erik(factories.root_page())
    large = make_journey("large", personas=tuple(make_persona() for _ in range(3)), phases=tuple("abcd"))
    Locale.objects.create(language_code="nl")
    for number in range(12):
        page = make_page(live=number % 3 > 0)
        if not number % 3:
            schedule_page(page, NOW + days(2))
        tag(page, personas=list(large.personas.all()), phases=list(large.phases.all()), owner=user)
    places = [Place(persona.pk, phase.pk) for persona in large.personas.all() for phase in large.phases.all()]
    make_briefs(user, places[:1], conf.question(at=NOW, now=NOW))
    with CaptureQueriesContext(connection) as few:
        make_briefs(user, places[:1], conf.question(at=NOW, now=NOW))
    with django_assert_max_num_queries(min(len(few), 16)):
        make_briefs(user, places, conf.question(at=NOW, now=NOW))
