from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from personas import usage
from personas.journeys import create_journey
from personas.models import Channel, Journey, Persona, Phase
from tests.factories import make_channel, make_journey, make_persona
from tests.personas.conftest import Allow, persona_form

pytestmark = pytest.mark.django_db

LISTS = ["personas", "journeys", "phases", "channels"]


class HiddenItems:
    """Content in a section that nobody here may see."""

    may_hide = True

    def label(self, count: int) -> str:
        return f"{count} content items that you may see"

    def __call__(self, *_args: Any) -> dict[int, int]:
        return {}

    def in_use(self, *_args: Any) -> bool:
        return True


@pytest.mark.parametrize("name", LISTS)
def test_each_list_opens(admin: Client, name: str) -> None:
    create_journey("4v", language="nl", name="Klant worden", personas=[make_persona("bloemist")])
    make_channel("beurs")
    assert admin.get(f"/admin/planner/{name}/").status_code == 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("page", ["", "new/"])
def test_who_has_no_permission_is_sent_away(allow: Allow, name: str, page: str) -> None:
    response = allow().get(f"/admin/planner/{name}/{page}")
    assert (response.status_code, response.url) == (302, "/admin/")


def test_a_list_says_what_uses_each_member(admin: Client) -> None:
    make_journey(personas=(make_persona("florist"),))
    assert "1 journey" in admin.get("/admin/planner/personas/").text


def test_a_list_takes_a_fixed_number_of_queries(admin: Client, django_assert_num_queries, monkeypatch) -> None:
    monkeypatch.setattr(usage, "_sources", [usage.JourneysOfPersona()])
    make_journey(personas=(make_persona(),))
    admin.get("/admin/planner/personas/")
    with CaptureQueriesContext(connection) as one:
        admin.get("/admin/planner/personas/")
    for _number in range(20):
        make_journey(personas=(make_persona(),))
    # The journeys are the choices of a filter, read in one query however many there are.
    with django_assert_num_queries(len(one)):
        admin.get("/admin/planner/personas/")


def test_a_list_can_be_searched(admin: Client) -> None:
    make_persona("florist")
    make_persona("grower")
    page = admin.get("/admin/planner/personas/?q=flor").text
    assert "Florist" in page
    assert "Grower" not in page


def test_a_list_can_be_filtered(admin: Client) -> None:
    florist = make_persona("florist")
    make_persona("grower")
    journey = make_journey(personas=(florist,))
    page = admin.get(f"/admin/planner/personas/?journeys={journey.pk}&active=true").text
    assert f"/edit/{florist.pk}/" in page
    assert "Grower" not in page


def test_a_filter_on_something_deleted_matches_nothing(admin: Client) -> None:
    make_persona("florist")
    assert "Florist" not in admin.get("/admin/planner/personas/?journeys=99999").text


def test_an_inactive_member_is_marked(admin: Client) -> None:
    make_persona("florist", active=False)
    assert "Inactive" in admin.get("/admin/planner/personas/results/").text


def test_a_new_persona_comes_last_and_its_name_makes_its_slug(admin: Client) -> None:
    make_persona("grower", sort_order=7)
    admin.post("/admin/planner/personas/new/", persona_form(name="Independent florist"))
    persona = Persona.objects.get(slug="independent-florist")
    assert persona.sort_order == 8


def test_a_slug_that_exists_is_refused_at_its_field(admin: Client) -> None:
    make_persona("florist")
    response = admin.post("/admin/planner/personas/new/", persona_form())
    assert "slug" in response.context["form"].errors


def test_a_slug_never_changes(admin: Client) -> None:
    florist = make_persona("florist")
    admin.post(f"/admin/planner/personas/edit/{florist.pk}/", persona_form(name="Flower shop", slug="flower-shop"))
    florist.refresh_from_db()
    assert (florist.name, florist.slug) == ("Flower shop", "florist")


def test_an_edit_is_in_the_history(admin: Client) -> None:
    florist = make_persona("florist")
    admin.post(f"/admin/planner/personas/edit/{florist.pk}/", persona_form())
    entry = ModelLogEntry.objects.filter(object_id=str(florist.pk)).latest("timestamp")
    assert (entry.action, entry.user.username) == ("wagtail.edit", "marieke")


def test_members_can_be_put_in_order_even_where_they_share_a_place(admin: Client) -> None:
    members = [make_persona(slug, sort_order=0) for slug in ("a", "b", "c")]
    admin.post(f"/admin/planner/personas/reorder/{members[2].pk}/?position=0")
    assert [persona.slug for persona in Persona.objects.all()] == ["c", "a", "b"]


def test_a_position_that_is_no_number_puts_a_member_last(admin: Client) -> None:
    members = [make_persona(slug) for slug in ("a", "b", "c")]
    admin.post(f"/admin/planner/personas/reorder/{members[0].pk}/?position=up")
    assert [persona.slug for persona in Persona.objects.all()] == ["b", "c", "a"]


def test_ordering_needs_the_permission_to_change(allow: Allow) -> None:
    members = [make_persona(slug) for slug in ("a", "b")]
    response = allow("view_persona", "add_persona").post(f"/admin/planner/personas/reorder/{members[1].pk}/?position=0")
    assert response.status_code == 302
    assert [persona.slug for persona in Persona.objects.all()] == ["a", "b"]


def test_what_nothing_depends_on_is_deleted(admin: Client) -> None:
    florist = make_persona()
    assert admin.post(f"/admin/planner/personas/delete/{florist.pk}/").status_code == 302
    assert not Persona.objects.exists()


def test_what_is_in_use_is_not_deleted_and_the_page_says_why(admin: Client) -> None:
    florist = make_persona("florist")
    make_journey(personas=(florist,))
    response = admin.post(f"/admin/planner/personas/delete/{florist.pk}/")
    assert response.status_code == 409
    assert "1 journey" in response.text
    assert "Make it inactive" in response.text
    assert Persona.objects.exists()


def test_the_delete_page_asks_for_no_confirmation_of_what_it_would_refuse(admin: Client) -> None:
    florist = make_persona("florist")
    make_journey(personas=(florist,))
    assert "Yes, delete" not in admin.get(f"/admin/planner/personas/delete/{florist.pk}/").text


def test_use_in_a_hidden_section_is_told_without_a_number(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_sources", [HiddenItems()])
    fair = make_channel("fair")
    response = admin.post(f"/admin/planner/channels/delete/{fair.pk}/")
    assert "parts of the site that you cannot see" in response.text
    assert "content items" not in response.text
    assert Channel.objects.exists()


def test_deleting_needs_its_permission(allow: Allow) -> None:
    florist = make_persona()
    response = allow("change_persona").post(f"/admin/planner/personas/delete/{florist.pk}/")
    assert response.status_code == 302
    assert Persona.objects.exists()


def test_who_may_not_change_is_not_offered_to_make_it_inactive(allow: Allow) -> None:
    florist = make_persona()
    make_journey(personas=(florist,))
    page = allow("delete_persona").get(f"/admin/planner/personas/delete/{florist.pk}/").text
    assert "cannot be deleted" in page
    assert "Make it inactive" not in page


def test_a_member_can_be_made_inactive_instead(admin: Client) -> None:
    florist = make_persona("florist")
    admin.post(f"/admin/planner/personas/deactivate/{florist.pk}/")
    florist.refresh_from_db()
    assert not florist.active
    assert ModelLogEntry.objects.filter(object_id=str(florist.pk), action="wagtail.edit").exists()


def test_making_inactive_needs_the_permission_to_change(allow: Allow) -> None:
    florist = make_persona("florist")
    allow("delete_persona").post(f"/admin/planner/personas/deactivate/{florist.pk}/")
    florist.refresh_from_db()
    assert florist.active


def test_a_link_cannot_make_a_member_inactive(admin: Client) -> None:
    assert admin.get(f"/admin/planner/personas/deactivate/{make_persona().pk}/").status_code == 405


def test_deleting_a_journey_says_that_its_phases_go_with_it(admin: Client) -> None:
    journey = create_journey("aida", language="en", name="Ordering plants")
    page = admin.get(f"/admin/planner/journeys/delete/{journey.pk}/").text
    assert "Attention, Interest, Desire, Action" in page
    admin.post(f"/admin/planner/journeys/delete/{journey.pk}/")
    assert not Journey.objects.exists()
    assert not Phase.objects.exists()
