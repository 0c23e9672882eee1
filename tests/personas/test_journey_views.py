from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.users.models import UserProfile

from personas.journeys import create_journey
from personas.models import Channel, Journey, Phase, PhaseLink
from personas.presets import CHANNELS, JOURNEY_MODELS
from tests.factories import make_journey
from tests.personas.conftest import Allow

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey() -> Journey:
    return create_journey("aida", language="en", name="Ordering plants")


def test_the_models_are_listed_with_their_phases_and_warnings(admin: Client) -> None:
    page = admin.get("/admin/planner/journeys/from-model/").text
    assert all(f'value="{code}"' in page for code in JOURNEY_MODELS)
    assert "Win over" in page
    assert "No loop" in page


def test_the_models_are_listed_in_the_readers_language(admin: Client) -> None:
    user = get_user_model().objects.get(username="marieke")
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "nl"
    profile.save()
    assert "Veroveren" in admin.get("/admin/planner/journeys/from-model/").text


def from_model(**fields: str) -> dict[str, str]:
    return {"preset": "4v", "name": "Klant worden", "language": "nl", "slug": ""} | fields


def test_a_journey_made_from_a_model_belongs_to_its_maker_and_opens(admin: Client) -> None:
    response = admin.post("/admin/planner/journeys/from-model/", from_model())
    journey = Journey.objects.get(slug="klant-worden")
    assert response.url == f"/admin/planner/journeys/edit/{journey.pk}/"
    assert journey.owner.username == "marieke"
    assert journey.phases.count() == 4
    assert not Channel.objects.exists()


def test_the_default_channels_come_with_it_where_asked(admin: Client) -> None:
    admin.post("/admin/planner/journeys/from-model/", from_model(channels="on"))
    assert Channel.objects.count() == len(CHANNELS)


def test_who_may_not_add_channels_is_not_offered_them(allow: Allow) -> None:
    client = allow("add_journey")
    client.post("/admin/planner/journeys/from-model/", from_model(channels="on"))
    assert Journey.objects.exists()
    assert not Channel.objects.exists()


def test_a_slug_that_exists_is_shown_at_its_field_with_nothing_written(admin: Client) -> None:
    make_journey("klant-worden")
    response = admin.post("/admin/planner/journeys/from-model/", from_model(channels="on"))
    assert "klant-worden" in response.context["form"].errors["slug"][0]
    assert (Journey.objects.count(), Channel.objects.count()) == (1, 0)


def test_a_model_that_does_not_exist_is_refused(admin: Client) -> None:
    response = admin.post("/admin/planner/journeys/from-model/", from_model(preset="funnel"))
    assert "preset" in response.context["form"].errors
    assert not Journey.objects.exists()


def test_making_a_journey_needs_the_permission_to_add(allow: Allow) -> None:
    client = allow("change_journey")
    assert client.post("/admin/planner/journeys/from-model/", from_model()).status_code == 302
    assert not Journey.objects.exists()


def test_the_journeys_page_shows_its_phases_in_order_with_their_links(admin: Client, journey: Journey) -> None:
    page = admin.get(f"/admin/planner/journeys/edit/{journey.pk}/").text
    names = ["Attention", "Interest", "Desire", "Action"]
    places = [page.index(f">{name}</a>") for name in names]
    assert places == sorted(places)
    assert "Next: Interest" in page


def test_the_journeys_page_takes_a_fixed_number_of_queries(admin: Client, django_assert_num_queries) -> None:
    small = create_journey("aida", language="en", name="Small")
    large = create_journey("owyang-2012", language="en", name="Large")
    admin.get(f"/admin/planner/journeys/edit/{small.pk}/")
    with CaptureQueriesContext(connection) as few:
        admin.get(f"/admin/planner/journeys/edit/{small.pk}/")
    with django_assert_num_queries(len(few)):
        admin.get(f"/admin/planner/journeys/edit/{large.pk}/")


def links_form(links: list[PhaseLink], **fields: str) -> dict[str, str]:
    data = {"links-TOTAL_FORMS": str(len(links) + 3), "links-INITIAL_FORMS": str(len(links))}
    for number, link in enumerate(links):
        data |= {
            f"links-{number}-id": str(link.pk),
            f"links-{number}-from_phase": str(link.from_phase_id),
            f"links-{number}-to_phase": str(link.to_phase_id),
            f"links-{number}-type": link.type,
        }
    for number in range(len(links), len(links) + 3):
        data[f"links-{number}-type"] = "next"
    return data | fields


def test_a_link_can_be_added_and_another_deleted(admin: Client, journey: Journey) -> None:
    attention, interest, desire, action = journey.phases.all()
    links = list(PhaseLink.objects.all())
    new = {"links-3-from_phase": action.pk, "links-3-to_phase": attention.pk, "links-3-type": "loop"}
    response = admin.post(
        f"/admin/planner/journeys/links/{journey.pk}/", links_form(links, **{"links-0-DELETE": "on"}, **new)
    )
    assert response.url == f"/admin/planner/journeys/edit/{journey.pk}/"
    ends = list(PhaseLink.objects.values_list("from_phase__slug", "to_phase__slug", "type"))
    assert ends == [("interest", "desire", "next"), ("desire", "action", "next"), ("action", "attention", "loop")]


def test_a_link_to_its_own_phase_is_refused_at_its_field(admin: Client, journey: Journey) -> None:
    action = journey.phases.get(slug="action")
    links = list(PhaseLink.objects.all())
    new = {"links-3-from_phase": action.pk, "links-3-to_phase": action.pk, "links-3-type": "loop"}
    response = admin.post(f"/admin/planner/journeys/links/{journey.pk}/", links_form(links, **new))
    assert "A link leads to another phase." in response.text
    assert PhaseLink.objects.count() == 3


def test_a_link_to_a_phase_of_another_journey_is_refused(admin: Client, journey: Journey) -> None:
    elsewhere = create_journey("race", language="en", name="Elsewhere").phases.first()
    links = list(PhaseLink.objects.filter(from_phase__journey=journey))
    new = {"links-3-from_phase": links[0].from_phase_id, "links-3-to_phase": elsewhere.pk, "links-3-type": "skip"}
    response = admin.post(f"/admin/planner/journeys/links/{journey.pk}/", links_form(links, **new))
    assert response.status_code == 200
    assert not PhaseLink.objects.filter(to_phase=elsewhere, type="skip").exists()


def test_the_same_link_twice_is_refused(admin: Client, journey: Journey) -> None:
    links = list(PhaseLink.objects.all())
    new = {f"links-3-{end}": getattr(links[0], f"{end}_id") for end in ("from_phase", "to_phase")}
    admin.post(f"/admin/planner/journeys/links/{journey.pk}/", links_form(links, **new))
    assert PhaseLink.objects.count() == 3


def test_links_need_the_permission_to_change_the_journey(allow: Allow, journey: Journey) -> None:
    client = allow("add_journey", "change_phase")
    assert client.get(f"/admin/planner/journeys/links/{journey.pk}/").status_code == 302


def phase_form(journey: Journey, **fields: str) -> dict[str, str]:
    return {"journey": str(journey.pk), "name": "Delight", "group": "post", "weight": "1", "active": "on"} | fields


def test_a_new_phase_comes_last_in_its_journey(admin: Client, journey: Journey) -> None:
    response = admin.post("/admin/planner/phases/new/", phase_form(journey))
    assert response.url == f"/admin/planner/phases/?journey={journey.pk}"
    assert [phase.slug for phase in journey.phases.all()][-1] == "delight"


def test_a_new_phase_starts_in_the_journey_that_it_was_asked_from(admin: Client, journey: Journey) -> None:
    page = admin.get(f"/admin/planner/phases/new/?journey={journey.pk}")
    assert page.context["form"]["journey"].value() == str(journey.pk)


def test_a_phase_stays_in_its_journey(admin: Client, journey: Journey) -> None:
    phase = journey.phases.first()
    elsewhere = make_journey("elsewhere")
    admin.post(f"/admin/planner/phases/edit/{phase.pk}/", phase_form(elsewhere))
    phase.refresh_from_db()
    assert (phase.name, phase.journey) == ("Delight", journey)


def test_the_leading_stage_stays_first_when_stages_change(admin: Client) -> None:
    phase = create_journey("4v", language="nl", name="Klant worden").phases.first()
    stages = {"spine": ["trigger", "awareness", "evaluation"]}
    admin.post(f"/admin/planner/phases/edit/{phase.pk}/", phase_form(phase.journey) | stages)
    phase.refresh_from_db()
    assert phase.spine == ["awareness", "trigger", "evaluation"]


def test_ordering_phases_leaves_other_journeys_alone(admin: Client, journey: Journey) -> None:
    other = create_journey("race", language="en", name="Other")
    engage = other.phases.get(slug="engage")
    admin.post(f"/admin/planner/phases/reorder/{engage.pk}/?position=1")
    assert list(other.phases.values_list("slug", "sort_order")) == [
        ("reach", 0),
        ("engage", 1),
        ("act", 2),
        ("convert", 3),
    ]
    assert list(journey.phases.values_list("sort_order", flat=True)) == [0, 1, 2, 3]


def test_the_phases_of_one_journey_can_be_put_in_order(admin: Client, journey: Journey) -> None:
    page = admin.get(f"/admin/planner/phases/?journey={journey.pk}&ordering=sort_order").text
    assert "data-w-orderable-url-value" in page


def test_the_phases_of_several_journeys_cannot(admin: Client, journey: Journey) -> None:
    assert "data-w-orderable-url-value" not in admin.get("/admin/planner/phases/?ordering=sort_order").text


def test_a_phase_with_links_is_not_deleted(admin: Client, journey: Journey) -> None:
    phase = journey.phases.first()
    response = admin.post(f"/admin/planner/phases/delete/{phase.pk}/")
    assert response.status_code == 409
    assert "1 link to another phase" in response.text
    assert Phase.objects.filter(pk=phase.pk).exists()
