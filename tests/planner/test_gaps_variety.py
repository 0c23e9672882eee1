"""Rules over the form in which content comes: one format only, and not in the language of its readers."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from cms.models import EventPage
from personas.models import Journey, Persona
from planner.coverage import Question
from planner.gaps import Gap
from planner.models import CoverageTarget, JourneyJudgement
from planner.report import make_report
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    tag,
)
from tests.personas.conftest import persona_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def dutch() -> Locale:
    return Locale.objects.get_or_create(language_code="nl")[0]


@pytest.fixture
def florist(dutch: Locale) -> Persona:
    return make_persona("florist", weight=2, language="nl")


@pytest.fixture
def journey(florist: Persona) -> Journey:
    journey = make_journey("buy", personas=(florist,), phases=("see",))
    JourneyJudgement.objects.create(journey=journey, rules={"FORMAT": True, "LOCALE": True})
    return journey


def gaps(code: str, user: Any = None) -> list[Gap]:
    report = make_report(user, Question(at=NOW, now=NOW, zone=ZONE))
    return [gap for gap in report.gaps if gap.code == code]


def serve(journey: Journey, target: Any = None, **fields: Any) -> Any:
    tags = {"personas": journey.personas.get(), "phases": journey.phases.get()}
    return tag(target, **tags) if target else make_item(**tags, **fields)


# FORMAT


def test_fresh_content_of_one_format_is_told(journey: Journey) -> None:
    serve(journey, make_page())
    serve(journey, make_page())
    (gap,) = gaps("FORMAT")
    assert (gap.key, gap.severity.value, gap.priority) == ("FORMAT:buy:florist:see::", "low", 2)
    assert gap.message == "All fresh content has one format; 2 are wanted."


def test_a_page_of_another_type_a_snippet_and_content_off_the_site_are_other_formats(journey: Journey) -> None:
    serve(journey, make_page())
    for other in (make_card(), None):
        made = serve(journey, other)
        assert gaps("FORMAT") == []
        made.delete()
    serve(journey, make_page(model=EventPage))
    assert gaps("FORMAT") == []


def test_off_the_site_the_kind_is_the_format(journey: Journey) -> None:
    serve(journey, kind="folder")
    serve(journey, kind="folder")
    assert len(gaps("FORMAT")) == 1
    serve(journey, kind="newsletter")
    assert gaps("FORMAT") == []


def test_an_old_item_is_no_second_format_and_nothing_fresh_has_none(journey: Journey) -> None:
    serve(journey, kind="folder", starts_at=NOW - days(500))
    assert gaps("FORMAT") == []
    serve(journey, kind="newsletter")
    assert len(gaps("FORMAT")) == 1


def test_how_many_formats_are_wanted_is_the_journeys_to_say(journey: Journey) -> None:
    serve(journey, kind="folder")
    JourneyJudgement.objects.update(thresholds={"FORMAT": 1})
    assert gaps("FORMAT") == []
    JourneyJudgement.objects.update(thresholds={"FORMAT": 3})
    serve(journey, kind="newsletter")
    assert gaps("FORMAT")[0].message == "The fresh content has 2 formats; 3 are wanted."


# LOCALE


def test_content_in_another_language_only_is_told(journey: Journey) -> None:
    serve(journey, make_page())
    serve(journey)
    (gap,) = gaps("LOCALE")
    assert (gap.key, gap.severity.value, gap.priority) == ("LOCALE:buy:florist:see::", "medium", 4)
    assert gap.message == "None of its 2 live items is in the language of this persona: Nederlands."


def test_a_live_translation_closes_it_and_a_draft_does_not(journey: Journey, dutch: Locale) -> None:
    page = make_page()
    serve(journey, page)
    translation = make_page(live=False, locale=dutch, translation_key=page.translation_key)
    serve(journey, translation)
    assert len(gaps("LOCALE")) == 1
    type(translation).objects.filter(pk=translation.pk).update(live=True, first_published_at=NOW - days(1))
    assert gaps("LOCALE") == []


def test_content_off_the_site_speaks_the_language_of_its_section(journey: Journey, dutch: Locale) -> None:
    serve(journey, make_page())
    serve(journey, section=make_section("Nederlands", locale=dutch))
    assert gaps("LOCALE") == []


def test_a_snippet_has_a_language_too(journey: Journey, dutch: Locale) -> None:
    serve(journey, make_page())
    serve(journey, make_card(locale=dutch))
    assert gaps("LOCALE") == []


def test_a_persona_without_a_language_reads_any_and_an_empty_cell_lacks_no_translation(
    journey: Journey, florist: Persona
) -> None:
    assert gaps("LOCALE") == []
    serve(journey, make_page())
    Persona.objects.update(language="")
    assert gaps("LOCALE") == []


def test_a_site_with_one_language_lacks_no_translation(journey: Journey, settings: LazySettings) -> None:
    settings.WAGTAIL_I18N_ENABLED = False
    serve(journey, make_page())
    assert gaps("LOCALE") == []


def test_where_content_is_optional_a_missing_translation_is_low(journey: Journey) -> None:
    serve(journey, make_page())
    CoverageTarget.objects.create(phase=journey.phases.get(), applicability="optional")
    assert [gap.severity.value for gap in gaps("LOCALE")] == ["low"]


def test_a_translation_that_one_may_not_see_closes_nothing(journey: Journey, dutch: Locale) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    serve(journey, make_page(parent=section_a))
    serve(journey, make_page(parent=section_b, locale=dutch))
    assert len(gaps("LOCALE", factories.erik(section_a))) == 1
    assert gaps("LOCALE") == []


def test_both_rules_cost_no_query(journey: Journey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            gaps("FORMAT")
        return len(captured)

    serve(journey, make_page())
    queries()
    on = queries()
    JourneyJudgement.objects.update(rules={})
    assert queries() == on


def test_the_language_of_a_persona_is_chosen_among_those_of_the_site(client: Client, florist: Persona) -> None:
    client.force_login(factories.marieke())
    address = f"/admin/planner/personas/edit/{florist.pk}/"
    html = client.get(address).content.decode()
    assert '<option value="nl" selected>Nederlands</option>' in html
    sent = persona_form(language="en")
    assert client.post(address, sent).status_code == 302
    florist.refresh_from_db()
    assert florist.language == "en"
    assert client.post(address, sent | {"language": "xx"}).status_code == 200
