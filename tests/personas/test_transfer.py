"""A persona as a file: nothing is lost on the way out and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ModelLogEntry

from personas.models import (
    Device,
    Evidence,
    Market,
    Message,
    Motive,
    Need,
    Pain,
    Persona,
    Pleasure,
    Question,
    RouteStep,
    Source,
)
from personas.transfer import PersonaFileError, persona_as_data, restore_persona
from tests.factories import make_channel, make_journey, make_persona, make_user
from tests.personas.conftest import Allow

pytestmark = pytest.mark.django_db


def as_file(persona: Persona) -> Any:
    """What a file would hold."""
    return json.loads(json.dumps(persona_as_data(persona), cls=DjangoJSONEncoder))


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).map(str.strip).filter(bool)
LISTS = st.lists(TEXTS, max_size=4, unique=True)
DATES = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def picks(options: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(options.values), unique=True)


FIELDS = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "kind": st.sampled_from(Persona.Kind.values),
        "market": st.sampled_from(Market.values),
        "weight": st.decimals(0, 99, places=2),
        "summary": st.just("") | TEXTS,
        "share": st.none() | st.integers(1, 100),
        "quote": st.just("") | TEXTS,
        "goals": LISTS,
        "media": LISTS,
        "motives": picks(Motive),
        "sources": picks(Source),
        "devices": picks(Device),
        "review_due": st.none() | DATES,
        "active": st.booleans(),
    }
)
FINDINGS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Evidence.Kind.values),
        "finding": TEXTS,
        "source": TEXTS,
        "date": DATES,
        "value": st.none() | st.decimals(-99999, 99999, places=4),
        "imported_from": st.just("") | TEXTS,
        "imported_at": st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    }
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=FIELDS, lines=LISTS, found=st.lists(FINDINGS, max_size=3), themes=LISTS)
def test_exported_and_imported_a_persona_is_the_same(
    db: None, fields: dict[str, Any], lines: list[str], found: list[dict[str, Any]], themes: list[str]
) -> None:
    Persona.objects.all().delete()
    journey = make_journey(phases=("see", "do"))
    see, do = journey.phases.order_by("sort_order")
    channel = make_channel()
    persona = Persona.objects.create(slug="anna", **fields)
    journey.personas.add(persona)
    persona.themes.set([theme for theme in themes if "," not in theme])
    for number, line in enumerate(lines):
        Need.objects.create(persona=persona, phase=see, text=line)
        Pain.objects.create(persona=persona, text=line)
        Pleasure.objects.create(persona=persona, phase=do, text=line)
        Question.objects.create(persona=persona, phase=see, text=line, sort_order=number)
        RouteStep.objects.create(persona=persona, phase=do, channel=channel, place=number)
    for line in lines[:1]:
        Message.objects.create(persona=persona, phase=see, text=line)
    for one in found:
        Evidence.objects.create(persona=persona, phase=see, **one)
    exported = as_file(persona)
    persona.delete()
    assert as_file(restore_persona(exported, user=None)) == exported


@pytest.fixture
def anna() -> Persona:
    """With something of everything."""
    see = make_journey("buy", phases=("see",)).phases.get()
    photo = get_image_model().objects.create(title="Anna", file=get_test_image_file("anna.png"))
    anna = make_persona("anna", owner=make_user("otto"), photo=photo, weight=Decimal("1.50"))
    anna.themes.set(["roses"])
    see.journey.personas.add(anna)
    Need.objects.create(persona=anna, phase=see, text="To see it")
    RouteStep.objects.create(persona=anna, phase=see, channel=make_channel("fair"), place=1)
    Evidence.objects.create(persona=anna, kind="qualitative", finding="Reads", source="Talks", date=date(2026, 1, 1))
    return anna


def test_photo_owner_and_journeys_come_along(anna: Persona) -> None:
    exported = as_file(anna)
    anna.delete()
    get_image_model().objects.all().delete()
    restored = restore_persona(exported, user=None)
    assert (restored.photo.title, restored.owner.username) == ("Anna", "otto")
    assert [journey.slug for journey in restored.journeys.all()] == ["buy"]
    assert as_file(restored) == exported


def test_every_relation_of_a_persona_is_in_the_file(anna: Persona) -> None:
    own = {
        relation.get_accessor_name()
        for relation in Persona._meta.related_objects
        if relation.related_model._meta.app_label == "personas"
    }
    assert own - {"themed"} <= persona_as_data(anna).keys()
    fields = {field.name for field in Persona._meta.concrete_fields} - {"id", "sort_order"}
    assert fields <= persona_as_data(anna).keys()


def test_an_import_that_changes_nothing_keeps_every_row_and_the_photo(anna: Persona) -> None:
    need, photo = anna.needs.get(), anna.photo
    restored = restore_persona(as_file(anna), user=None)
    assert (restored.pk, restored.needs.get().pk, restored.photo) == (anna.pk, need.pk, photo)


def test_what_the_file_does_not_name_goes(anna: Persona) -> None:
    exported = as_file(anna)
    Pain.objects.create(persona=anna, text="Early mornings")
    assert not restore_persona(exported, user=None).pains.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "no persona that was exported here"),
        ({"journeys": ["sell"]}, "no journey “sell”"),
        ({"route": [{"place": 1, "phase": "buy/see", "channel": "radio"}]}, "no channel “radio”"),
        ({"pains": [{"uid": None, "text": "x", "phase": "buy/no"}]}, "no phase “buy/no”"),
        ({"motives": ["fame"]}, "Motives: “fame” is none of"),
        ({"weight": "heavy"}, "must be a decimal number"),
        ({"name": ""}, "Name: "),
        ({"photo": {"title": "x", "name": "x.png", "data": "!"}}, "photo in the file cannot be read"),
        ({"photo": {"title": "x", "name": "x.png", "data": "eA=="}}, "valid image"),
        ({"needs": 3}, "changed by hand"),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(anna: Persona, change: dict[str, Any], reason: str) -> None:
    before = as_file(anna)
    with pytest.raises(PersonaFileError, match=reason):
        restore_persona(before | change, user=None)
    assert as_file(Persona.objects.get()) == before


def test_the_commands_write_a_file_and_read_it_again(anna: Persona, tmp_path: Path) -> None:
    file, out = tmp_path / "anna.json", StringIO()
    exported = as_file(anna)
    call_command("export_persona", "anna", output=str(file))
    anna.delete()
    call_command("import_persona", str(file), stdout=out)
    assert as_file(Persona.objects.get()) == exported
    assert out.getvalue() == "Persona “Anna” is as the file says.\n"


@pytest.mark.parametrize("text", ["[]", "no json", "{}"])
def test_a_command_refuses_another_file_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "anna.json").write_text(text)
    with pytest.raises(CommandError, match="anna.json: This is no") as refusal:
        call_command("import_persona", str(tmp_path / "anna.json"))
    assert refusal.value.returncode == 2


def test_export_names_the_personas_that_there_are(anna: Persona) -> None:
    with pytest.raises(CommandError, match="There is no persona “bo”. Known are: anna."):
        call_command("export_persona", "bo")


def test_the_admin_downloads_and_takes_it_again(admin: Client, anna: Persona) -> None:
    response = admin.get(f"/admin/planner/personas/export/{anna.pk}/")
    assert response["Content-Disposition"] == 'attachment; filename="anna.json"'
    anna.delete()
    file = SimpleUploadedFile("anna.json", response.content)
    assert admin.post("/admin/planner/personas/import/", {"file": file}).url == "/admin/planner/persona/anna/"
    assert json.loads(response.content) == as_file(Persona.objects.get())
    entry = ModelLogEntry.objects.latest("timestamp")
    assert (entry.action, entry.user.username) == ("wagtail.create", "marieke")


def test_the_admin_says_at_the_field_what_is_wrong(admin: Client) -> None:
    page = admin.post("/admin/planner/personas/import/", {"file": SimpleUploadedFile("anna.json", b"{}")})
    assert "no persona that was exported here" in str(page.context["form"].errors["file"])


def test_who_may_not_change_personas_neither_downloads_nor_imports(allow: Allow, anna: Persona) -> None:
    client = allow("add_persona")
    assert client.get(f"/admin/planner/personas/export/{anna.pk}/").status_code == 302
    assert client.get("/admin/planner/personas/import/").status_code == 302


def test_who_may_not_add_images_imports_without_the_photo(allow: Allow, anna: Persona) -> None:
    file = SimpleUploadedFile("anna.json", json.dumps(as_file(anna)).encode())
    anna.delete()
    allow("add_persona", "change_persona").post("/admin/planner/personas/import/", {"file": file})
    assert Persona.objects.get().photo is None
