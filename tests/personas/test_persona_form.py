"""The form of a persona: all that can be said of one, in plain HTML."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import ModelLogEntry

from personas.models import Need, Persona
from personas.persona_form import SECTIONS
from tests.factories import make_channel, make_journey, make_persona
from tests.personas.conftest import Allow, persona_form

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (8, 8), "green").save(data, "PNG")
    return SimpleUploadedFile("anna.png", data.getvalue(), "image/png")


def edit(client: Client, persona: Persona, **fields: Any) -> Any:
    return client.post(f"/admin/planner/personas/edit/{persona.pk}/", persona_form(**fields))


@pytest.fixture
def florist() -> Persona:
    return make_persona("florist")


def test_every_field_that_an_editor_may_fill_in_has_a_place_in_the_form() -> None:
    shown = {name for section in SECTIONS for name in section.fields}
    fields = [*Persona._meta.concrete_fields, *Persona._meta.many_to_many]
    editable = {field.name for field in fields if field.editable and not field.primary_key}
    assert editable - shown == {"photo"}  # uploaded through `photo_file`


def test_lines_are_kept_in_order_each_once(admin: Client, florist: Persona) -> None:
    edit(admin, florist, goals="Sell more\r\n\r\n  Waste   less\r\nSell more")
    florist.refresh_from_db()
    assert florist.goals == ["Sell more", "Waste less"]


def test_a_line_that_is_too_long_is_refused_at_its_field(admin: Client, florist: Persona) -> None:
    response = edit(admin, florist, goals="x" * 256)
    assert "too long" in str(response.context["form"].errors["goals"])


def test_what_is_ticked_is_stored_by_its_code(admin: Client, florist: Persona) -> None:
    edit(admin, florist, motives=["direct", "recognition"], devices=["phone"])
    florist.refresh_from_db()
    assert (florist.motives, florist.devices) == (["direct", "recognition"], ["phone"])


def test_a_code_that_is_no_option_is_refused(admin: Client, florist: Persona) -> None:
    assert "motives" in edit(admin, florist, motives=["fame"]).context["form"].errors


def test_themes_are_tags(admin: Client, florist: Persona) -> None:
    edit(admin, florist, themes="roses, winter")
    assert sorted(florist.themes.names()) == ["roses", "winter"]


def test_needs_pains_pleasures_and_the_route_are_rows(admin: Client, florist: Persona) -> None:
    phase = make_journey(phases=("see",)).phases.get()
    fair = make_channel("fair")
    rows = {
        "needs": [{"text": "To see it", "phase": phase.pk}],
        "pains": [{"text": "Early mornings"}],
        "pleasures": [{"text": "A card", "phase": phase.pk}],
        "route": [{"place": 1, "phase": phase.pk, "channel": fair.pk}],
    }
    edit(admin, florist, rows=rows)
    assert [(need.text, need.phase) for need in florist.needs.all()] == [("To see it", phase)]
    assert [(pain.text, pain.phase) for pain in florist.pains.all()] == [("Early mornings", None)]
    assert [str(pleasure) for pleasure in florist.pleasures.all()] == ["A card"]
    assert [str(step) for step in florist.route.all()] == ["1. See, Fair"]


def test_a_need_without_a_phase_is_refused_and_nothing_is_saved(admin: Client, florist: Persona) -> None:
    response = edit(admin, florist, summary="New", rows={"needs": [{"text": "To see it"}]})
    florist.refresh_from_db()
    assert (response.status_code, florist.summary, Need.objects.count()) == (200, "", 0)


def test_a_need_that_is_worded_anew_stays_the_same_need(admin: Client, florist: Persona) -> None:
    phase = make_journey(phases=("see",)).phases.get()
    need = Need.objects.create(persona=florist, phase=phase, text="To see it")
    edit(admin, florist, rows={"needs": [{"id": need.pk, "text": "To touch it", "phase": phase.pk}]})
    assert [(one.uid, one.text) for one in Need.objects.all()] == [(need.uid, "To touch it")]


def test_a_row_that_is_ticked_for_deletion_goes(admin: Client, florist: Persona) -> None:
    phase = make_journey(phases=("see",)).phases.get()
    need = Need.objects.create(persona=florist, phase=phase, text="To see it")
    row = {"id": need.pk, "text": "To see it", "phase": phase.pk, "DELETE": "on"}
    edit(admin, florist, rows={"needs": [row]})
    assert not florist.needs.exists()


def test_a_changed_row_is_in_the_history(admin: Client, florist: Persona) -> None:
    edit(admin, florist, rows={"pains": [{"text": "Early mornings"}]})
    entry = ModelLogEntry.objects.filter(object_id=str(florist.pk)).latest("timestamp")
    assert (entry.action, entry.content_changed) == ("wagtail.edit", True)


def test_a_photo_joins_the_images_of_the_site(admin: Client, florist: Persona) -> None:
    edit(admin, florist, name="Florist", photo_file=picture())
    florist.refresh_from_db()
    assert (florist.photo.title, florist.photo.uploaded_by_user.username) == ("Florist", "marieke")


def test_a_photo_can_be_taken_off(admin: Client, florist: Persona) -> None:
    edit(admin, florist, photo_file=picture())
    edit(admin, florist, remove_photo="on")
    florist.refresh_from_db()
    assert florist.photo is None


def test_who_may_not_add_images_keeps_the_photo_that_is_there(admin: Client, allow: Allow, florist: Persona) -> None:
    edit(admin, florist, photo_file=picture())
    client = allow("change_persona")
    edit(client, florist, summary="New", photo_file=picture())
    florist.refresh_from_db()
    assert (florist.summary, florist.photo.uploaded_by_user.username) == ("New", "marieke")


def test_the_form_takes_a_fixed_number_of_queries(
    admin: Client, florist: Persona, django_assert_num_queries: Any
) -> None:
    phase = make_journey(phases=("see",)).phases.get()
    Need.objects.create(persona=florist, phase=phase, text="To see it")
    address = f"/admin/planner/personas/edit/{florist.pk}/"
    admin.get(address)
    with CaptureQueriesContext(connection) as one:
        admin.get(address)
    for number in range(20):
        Need.objects.create(persona=florist, phase=phase, text=f"To see {number}")
    with django_assert_num_queries(len(one)):
        admin.get(address)


def test_the_list_can_be_filtered_by_motive_and_relationship(admin: Client, florist: Persona) -> None:
    Persona.objects.filter(pk=florist.pk).update(motives=["direct"], relationships=["customer"])
    make_persona("grower", motives=["discount"], relationships=["customer"])
    page = admin.get("/admin/planner/personas/results/?motives=direct&relationships=customer").text
    assert "Florist" in page
    assert "Grower" not in page
