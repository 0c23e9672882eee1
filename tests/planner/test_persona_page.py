"""The page of a persona: who it is, what there is, what is missing, what is coming."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from personas.fields import LinesField, PicksField
from personas.messages import Cell, CellChange, write_texts
from personas.models import Need, Pain, Persona, Pleasure, RouteStep
from planner.models import JourneyJudgement
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_evidence,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/admin/planner/persona/florist/"


@pytest.fixture
def florist() -> Persona:
    return make_persona("florist", name="Florist")


@pytest.fixture
def journey(florist: Persona) -> Any:
    return make_journey("buy", name="I want to buy", personas=(florist,), phases=("see", "do"))


def text_of(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return unescape(response.text)


def value_for(field: models.Field) -> tuple[Any, str]:
    """Something to store in this field, and how the page says it."""
    if isinstance(field, PicksField):
        return [field.options.values[-1]], str(field.options.labels[-1])
    if isinstance(field, LinesField):
        return [f"One of the {field.name}"], f"One of the {field.name}"
    if field.choices:
        return field.choices[-1][0], str(field.choices[-1][1])
    match field:
        case models.SlugField():
            return "florist", "florist"
        case models.BooleanField():
            return False, "Inactive"
        case models.DecimalField():
            return Decimal("2.75"), "2.75"
        case models.PositiveSmallIntegerField():
            return 37, "37%"
        case models.DateField():
            return date(2027, 5, 1), "1 May 2027"
        case models.CharField() | models.TextField():
            return f"What the {field.name} says", f"What the {field.name} says"
    raise AssertionError(f"The page of a persona has to show {field.name} too: say here how.")


def editable_fields() -> list[models.Field]:
    fields = Persona._meta.concrete_fields
    return [field for field in fields if field.editable and not field.primary_key and not field.is_relation]


def test_every_field_of_a_persona_is_shown(marieke: Client) -> None:
    values = {field.name: value_for(field) for field in editable_fields()}
    owner = get_user_model().objects.create_user("otto", first_name="Otto", last_name="Owner")
    photo = get_image_model().objects.create(title="Flo", file=get_test_image_file())
    stored = {name: value for name, (value, _words) in values.items()}
    persona = Persona.objects.create(**stored, owner=owner, photo=photo)
    persona.themes.set(["roses"])
    page = text_of(marieke)
    assert [name for name, (_value, words) in values.items() if words not in page] == []
    assert "Otto Owner" in page
    assert "roses" in page
    assert photo.get_rendition("fill-192x192").url in page
    assert "Not filled in yet: Needs, Pains, Pleasures, Favourite route." in page


def test_every_relation_of_a_persona_is_either_shown_here_or_content(florist: Persona) -> None:
    shown = {"needs", "pains", "pleasures", "route", "evidence", "messages", "questions", "themed", "journeys"}
    elsewhere = {relation.get_accessor_name() for relation in Persona._meta.related_objects} - shown
    assert all(
        relation.related_model._meta.app_label == "planner"
        for relation in Persona._meta.related_objects
        if relation.get_accessor_name() in elsewhere
    )


def test_rows_questions_messages_and_evidence_are_shown(marieke: Client, florist: Persona, journey: Any) -> None:
    see = journey.phases.get(slug="see")
    Need.objects.create(persona=florist, phase=see, text="To see it stand")
    Pain.objects.create(persona=florist, text="Early mornings")
    Pleasure.objects.create(persona=florist, text="A card in the box")
    RouteStep.objects.create(persona=florist, place=1, phase=see, channel=make_channel("fair", name="Trade fair"))
    change = CellChange(message="Small numbers are fine.", questions=["How few may I order?"])
    write_texts(journey, {Cell(florist.pk, see.pk): change}, user=None)
    make_evidence(
        florist, phase=see, finding="Opens mail", value=40, unit="%", source="Mail tool", sample="n = 412",
        url="https://example.com/study", imported_from="mail.csv", imported_at=NOW,
    )  # fmt: skip
    page = text_of(marieke)
    told = ["To see it stand", "Early mornings", "A card in the box", "Trade fair", "Small numbers are fine.",
            "How few may I order?", "Opens mail", "40 %", "Mail tool", "n = 412", "https://example.com/study",
            "Quantitative: counted", "20 Feb 2026", "Imported from mail.csv on 2 Mar 2026"]  # fmt: skip
    assert [words for words in told if words not in page] == []


def test_it_says_that_all_is_assumption_and_why(marieke: Client, florist: Persona) -> None:
    page = text_of(marieke)
    assert "Assumption" in page
    assert "Nothing that is written here rests on evidence." in page


def test_it_shows_the_coverage_of_its_cells_and_their_gaps(marieke: Client, florist: Persona, journey: Any) -> None:
    make_item(personas=florist, phases=journey.phases.get(slug="see"))
    page = text_of(marieke)
    assert "<b>1</b> live, <b>1</b> fresh, <b>0</b> coming" in page
    assert "Thin" in page
    assert 'href="/admin/planner/coverage/buy/florist/do/"' in page


def test_an_empty_cell_is_missing_also_where_the_whole_phase_is_empty(
    marieke: Client, florist: Persona, journey: Any
) -> None:
    codes = {(gap.code, gap.phase.slug) for gap in marieke.get(PAGE).context["gaps"] if gap.phase}
    assert {("EMPTY", "see"), ("EMPTY", "do")} <= codes


def test_an_assumption_is_a_gap_that_leads_to_the_persona_where_the_journey_judges_it(
    marieke: Client, florist: Persona, journey: Any
) -> None:
    JourneyJudgement.objects.create(journey=journey, rules={"EVIDENCE": True})
    page = marieke.get("/admin/planner/gaps/?code=EVIDENCE").text
    assert f'<a href="{PAGE}">Florist</a>' in page
    assert "EVIDENCE" in {gap.code for gap in marieke.get(PAGE).context["gaps"]}


def test_the_gaps_of_another_persona_are_not_its_own(marieke: Client, florist: Persona, journey: Any) -> None:
    journey.personas.add(make_persona("gardener"))
    assert {gap.persona for gap in marieke.get(PAGE).context["gaps"]} == {florist}


def test_it_shows_what_is_coming(marieke: Client, florist: Persona, journey: Any) -> None:
    tag(make_page("Winter roses", live=False), personas=florist, target_at=NOW + days(3))
    assert [entry.title for entry in marieke.get(PAGE).context["coming"]] == ["Winter roses"]


def test_a_question_is_answered_by_live_content_that_names_it(marieke: Client, florist: Persona, journey: Any) -> None:
    see = journey.phases.get(slug="see")
    change = CellChange(questions=["How few?", "How fast?"])
    write_texts(journey, {Cell(florist.pk, see.pk): change}, user=None)
    make_item(personas=florist, phases=see, customer_question="how few?")
    assert [(one.text, one.answered) for one in marieke.get(PAGE).context["asked"]] == [
        ("How few?", True),
        ("How fast?", False),
    ]


def test_a_step_of_the_route_without_live_content_is_flagged_in_order(
    marieke: Client, florist: Persona, journey: Any
) -> None:
    see, do = journey.phases.order_by("sort_order")
    mail, fair = make_channel("mail"), make_channel("fair")
    RouteStep.objects.create(persona=florist, place=2, phase=do, channel=mail)
    RouteStep.objects.create(persona=florist, place=1, phase=see, channel=fair)
    make_item(personas=florist, phases=see, channels=fair)
    make_item(personas=florist, phases=see, channels=mail)
    assert [(one.step.place, one.live) for one in marieke.get(PAGE).context["route"]] == [(1, 1), (2, 0)]


def test_it_counts_and_names_only_what_its_reader_may_see(client: Client, florist: Persona, journey: Any) -> None:
    see = journey.phases.get(slug="see")
    mine, hidden = make_section("Mine"), make_section("Hidden")
    channel = make_channel("fair")
    RouteStep.objects.create(persona=florist, place=1, phase=see, channel=channel)
    write_texts(journey, {Cell(florist.pk, see.pk): CellChange(questions=["How few?"])}, user=None)
    make_item("Secret", section=hidden, personas=florist, phases=see, channels=channel, customer_question="How few?")
    secret = make_page("Secret plan", parent=hidden, live=False)
    tag(secret, personas=florist, phases=see, target_at=NOW + days(3))
    client.force_login(factories.erik(mine))
    response = client.get(PAGE)
    assert "Secret" not in response.text
    assert "Only content that you may see is counted." in response.text
    context = response.context
    assert context["strips"][0].cells[0].tally.live == 0
    assert (context["coming_count"], context["route"][0].live, context["asked"][0].answered) == (0, 0, False)


def test_who_may_not_change_personas_reads_without_buttons(client: Client, florist: Persona) -> None:
    client.force_login(factories.erik(make_section("A")))
    page = client.get(PAGE).text
    assert "Florist" in page
    assert "/admin/planner/personas/" not in page
    assert "Add evidence" not in page


def test_who_has_nothing_in_the_planner_is_refused(client: Client, florist: Persona) -> None:
    client.force_login(factories.nina())
    assert client.get(PAGE).status_code == 302


def test_who_may_change_personas_finds_the_form_and_the_list(client: Client, florist: Persona) -> None:
    erik = factories.erik(make_section("A"))
    erik.user_permissions.add(Permission.objects.get(content_type__app_label="personas", codename="change_persona"))
    client.force_login(erik)
    assert f"/admin/planner/personas/edit/{florist.pk}/" in client.get(PAGE).text


def test_a_persona_that_is_not_there_is_not_found(marieke: Client) -> None:
    assert marieke.get(PAGE).status_code == 404


def test_an_inactive_persona_has_a_page_without_gaps(marieke: Client, florist: Persona, journey: Any) -> None:
    Persona.objects.update(active=False)
    response = marieke.get(PAGE)
    assert "Inactive" in response.text
    assert (response.context["strips"], response.context["gaps"]) == ([], [])


def test_the_list_leads_to_the_page(marieke: Client, florist: Persona) -> None:
    assert f'href="{PAGE}"' in marieke.get("/admin/planner/personas/").text


@pytest.mark.parametrize("address", ["?journey=buy", "buy/florist/see/"])
def test_coverage_calls_an_assumption_by_its_name_and_leads_to_the_page(
    marieke: Client, journey: Any, address: str
) -> None:
    page = marieke.get(f"/admin/planner/coverage/{address}").text
    assert "Assumption" in page
    assert f'href="{PAGE}"' in page


def test_the_page_takes_a_fixed_number_of_queries(
    marieke: Client, florist: Persona, journey: Any, django_assert_num_queries: Any
) -> None:
    see, channel = journey.phases.get(slug="see"), make_channel("fair")

    def add(number: int) -> None:
        make_item(personas=florist, phases=see, channels=channel)
        tag(make_page(live=False), personas=florist, phases=see, target_at=NOW + days(3))
        make_evidence(florist, phase=see)
        Need.objects.create(persona=florist, phase=see, text=f"Need {number}")
        RouteStep.objects.create(persona=florist, place=number, phase=see, channel=channel)

    add(1)
    marieke.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        marieke.get(PAGE)
    for number in range(2, 12):
        add(number)
    with django_assert_num_queries(len(one)):
        marieke.get(PAGE)
    assert len(one) <= 70, len(one)
