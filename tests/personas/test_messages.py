"""The key message and the customer's questions of each cell: the screen that holds them, and what it writes."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from personas.messages import Cell, CellChange, texts_of, write_texts
from personas.models import Journey, Message, Question
from tests.factories import make_journey, make_persona
from tests.personas.conftest import Allow

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey() -> Journey:
    florist = make_persona("florist", name="Florist")
    return make_journey("buy", name="I want to buy", personas=(florist,), phases=("see", "do"))


def cell_of(journey: Journey, phase: str = "see") -> Cell:
    return Cell(journey.personas.get().pk, journey.phases.get(slug=phase).pk)


def address(journey: Journey) -> str:
    return f"/admin/planner/journeys/messages/{journey.pk}/"


def shown(client: Client, journey: Journey) -> dict[str, str]:
    """What the browser would post back."""
    page = BeautifulSoup(client.get(address(journey)).content, "html.parser")
    fields = page.select(".personas-page :is(textarea, input)[name]")
    return {field["name"]: field.get("value", field.text.removeprefix("\n").removeprefix("\r\n")) for field in fields}


def fill_in(data: dict[str, str], cell: Cell, **texts: str) -> dict[str, str]:
    return data | {f"{name}-{cell.persona}-{cell.phase}": text for name, text in texts.items()}


def questions_of(cell: Cell) -> list[str]:
    return texts_of([cell.persona], [cell.phase])[cell].questions


def test_a_message_and_questions_are_written_for_one_cell(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    data = fill_in(
        shown(admin, journey), cell, message="We grow it.", questions="How long?\r\n\r\n How   much? \nhow long?"
    )
    assert admin.post(address(journey), data).status_code == 302
    assert Message.objects.get().text == "We grow it."
    assert questions_of(cell) == ["How long?", "How much?"]
    assert not texts_of([cell.persona], [cell_of(journey, "do").phase])


def test_what_is_emptied_is_gone(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    write_texts(journey, {cell: CellChange("We grow it.", ["How long?"])}, user=None)
    admin.post(address(journey), fill_in(shown(admin, journey), cell, message="", questions=""))
    assert not Message.objects.exists()
    assert not Question.objects.exists()


def test_the_journeys_history_tells_which_cells_changed(admin: Client, journey: Journey) -> None:
    admin.post(address(journey), fill_in(shown(admin, journey), cell_of(journey), message="We grow it."))
    line = ModelLogEntry.objects.get(action="personas.messages")
    assert (line.user.username, line.message) == ("marieke", "Messages and questions changed: Florist × See.")
    assert "Florist × See" in admin.get(f"/admin/planner/journeys/history/{journey.pk}/").text


def test_saving_without_a_change_writes_no_history(admin: Client, journey: Journey) -> None:
    write_texts(journey, {cell_of(journey): CellChange("We grow it.", ["How long?", "How much?"])}, user=None)
    before = ModelLogEntry.objects.count()
    response = admin.post(address(journey), shown(admin, journey), follow=True)
    assert "Nothing changed" in response.text
    assert ModelLogEntry.objects.count() == before


def test_two_people_with_the_form_open_lose_nothing(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    first, second = shown(admin, journey), shown(admin, journey)
    admin.post(address(journey), fill_in(first, cell, message="We grow it.", questions="How long?"))
    admin.post(address(journey), fill_in(second, cell, questions="How much?"))
    assert Message.objects.get().text == "We grow it."
    assert questions_of(cell) == ["How much?", "How long?"]


def test_a_post_that_brings_no_fields_wipes_nothing(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    write_texts(journey, {cell: CellChange("We grow it.", ["How long?"])}, user=None)
    admin.post(address(journey), {"csrfmiddlewaretoken": "x"})
    assert (Message.objects.count(), questions_of(cell)) == (1, ["How long?"])


def test_a_question_that_is_too_long_is_named_and_nothing_is_saved(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    data = fill_in(shown(admin, journey), cell, message="We grow it.", questions="Why " + "x" * 300)
    response = admin.post(address(journey), data)
    assert "The question “Why" in response.text
    assert not Message.objects.exists()


def test_cells_of_inactive_phases_are_not_offered_and_keep_their_text(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey, "do")
    write_texts(journey, {cell: CellChange("Buy it here.")}, user=None)
    journey.phases.filter(slug="do").update(active=False)
    data = shown(admin, journey)
    assert f"message-{cell.persona}-{cell.phase}" not in data
    admin.post(address(journey), fill_in(data, cell, message=""))
    assert Message.objects.exists()


def test_a_journey_without_personas_says_what_it_needs(admin: Client) -> None:
    assert "needs an active persona" in admin.get(address(make_journey("empty"))).text


def test_only_who_may_change_journeys_may_write(allow: Allow, journey: Journey) -> None:
    client = allow("view_journey", "change_persona")
    assert client.get(address(journey)).status_code == 302
    data = {f"message-{cell_of(journey).persona}-{cell_of(journey).phase}": "x"}
    assert client.post(address(journey), data).status_code == 302
    assert not Message.objects.exists()


def test_the_journeys_page_leads_there(admin: Client, journey: Journey) -> None:
    assert address(journey) in admin.get(f"/admin/planner/journeys/edit/{journey.pk}/").text


def test_the_form_takes_a_fixed_number_of_queries(
    admin: Client, journey: Journey, django_assert_num_queries: Any
) -> None:
    large = make_journey("large", personas=tuple(make_persona() for _ in range(4)), phases=tuple("abcde"))
    admin.get(address(journey))
    with CaptureQueriesContext(connection) as few:
        admin.get(address(journey))
    with django_assert_num_queries(len(few)):
        admin.get(address(large))


def test_a_message_that_somebody_wrote_meanwhile_is_not_overwritten(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    opened = shown(admin, journey)
    admin.post(address(journey), fill_in(opened, cell, message="We grow it."))
    response = admin.post(address(journey), fill_in(opened, cell, message="We sell it.", questions="How much?"))
    assert "Somebody else wrote here meanwhile: “We grow it.”. Make one message of both" in response.content.decode()
    assert "We sell it." in response.content.decode()
    assert (Message.objects.get().text, questions_of(cell)) == ("We grow it.", [])


def test_saving_once_more_takes_what_was_written_last(admin: Client, journey: Journey) -> None:
    cell = cell_of(journey)
    opened = shown(admin, journey)
    admin.post(address(journey), fill_in(opened, cell, message="We grow it."))
    response = admin.post(address(journey), fill_in(opened, cell, message="We sell it."))
    page = BeautifulSoup(response.content, "html.parser")
    fields = page.select(".personas-page :is(textarea, input)[name]")
    again = {one["name"]: one.get("value", one.text.removeprefix("\r\n").removeprefix("\n")) for one in fields}
    admin.post(address(journey), fill_in(again, cell, message="We grow and sell it."))
    assert Message.objects.get().text == "We grow and sell it."
