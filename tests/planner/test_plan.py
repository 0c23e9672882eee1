from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageLogEntry

from planner.models import ContentItem
from planner.plan import PlanChange, change_plan
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def journey() -> Any:
    return make_journey(
        "buy", name="I want to buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do")
    )


def address(page: Any) -> str:
    return f"/admin/planner/items/page/{page.pk}/"


def submitted(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send: the form as it was shown, with changes."""
    form = client.get(url).context["form"]
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value not in (None, "", [], False):
            data[field.html_name] = (
                [getattr(one, "pk", one) for one in value] if isinstance(value, list) else getattr(value, "pk", value)
            )
    return data | {name: value for name, value in changes.items() if value is not None}


def save(client: Client, url: str, **changes: Any) -> Any:
    return client.post(url, submitted(client, url, **changes))


def test_it_tags_a_page(marieke: Client, journey: Any) -> None:
    page, channel = make_page("News"), make_channel("web")
    persona, phase = journey.personas.get(), journey.phases.first()
    response = save(
        marieke,
        address(page),
        personas=[persona.pk],
        phases=[phase.pk],
        channels=[channel.pk],
        themes="care, winter rose",
    )
    assert response.status_code == 302
    item = page.planner_item
    assert (item.personas.get(), item.phases.get(), item.channels.get()) == (persona, phase, channel)
    assert set(item.themes.names()) == {"care", "winter rose"}


def test_a_change_stands_in_the_pages_history(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    save(marieke, address(page), personas=[journey.personas.get().pk])
    entry = PageLogEntry.objects.get(page=page.pk, action="planner.plan")
    assert entry.user.username == "marieke"
    assert entry.message == "Personas: Florist added."
    assert "Personas: Florist added." in marieke.get(f"/admin/pages/{page.pk}/history/").content.decode()


def test_saving_without_a_change_writes_no_history(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    tag(page, personas=journey.personas.get(), target_at=datetime(2026, 5, 1, 9, tzinfo=ZONE), target_has_time=True)
    response = marieke.post(address(page), submitted(marieke, address(page)), follow=True)
    assert "Nothing changed" in response.content.decode()
    assert not PageLogEntry.objects.filter(action="planner.plan").exists()


def test_the_page_itself_is_not_touched(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    save(marieke, address(page), personas=[journey.personas.get().pk])
    page.refresh_from_db()
    assert page.latest_revision_id is None
    assert page.last_published_at == NOW - days(10)


def test_a_scheduled_page_can_be_tagged(marieke: Client, journey: Any) -> None:
    page = make_page("Scheduled", live=False)
    schedule_page(page, NOW + days(3))
    save(marieke, address(page), personas=[journey.personas.get().pk])
    assert page.planner_item.personas.exists()


def test_a_locked_page_can_be_tagged(marieke: Client, journey: Any) -> None:
    page = make_page("Locked", locked=True, locked_by=factories.mo(factories.root_page()))
    save(marieke, address(page), personas=[journey.personas.get().pk])
    assert page.planner_item.personas.exists()


def test_an_emptied_list_is_saved_as_empty(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    tag(page, personas=journey.personas.get())
    data = submitted(marieke, address(page))
    data.pop("personas")
    marieke.post(address(page), data)
    assert not page.planner_item.personas.exists()


def test_two_open_tabs_lose_nothing(marieke: Client, journey: Any) -> None:
    page, see, do = make_page("News"), *journey.phases.all()
    first = submitted(marieke, address(page), phases=[see.pk])
    second = submitted(marieke, address(page), phases=[do.pk])
    marieke.post(address(page), first)
    marieke.post(address(page), second)
    assert set(page.planner_item.phases.all()) == {see, do}


def test_an_estimate_survives_a_tab_that_was_open_before(marieke: Client) -> None:
    page = make_page()
    tag(page, effort=2)
    late = submitted(marieke, address(page), customer_question="How long?")
    save(marieke, address(page), effort="8")
    marieke.post(address(page), late)
    item = ContentItem.objects.get(page=page.pk)
    assert (item.effort, item.customer_question) == (8, "How long?")
    assert "Effort set to 8." in {line.message for line in PageLogEntry.objects.filter(page=page.pk)}


@pytest.mark.parametrize("shown", ["", "nonsense", "[]", "{}", '{"personas": ["x"], "values": {}}', "null"])
def test_a_damaged_form_is_read_against_what_is_stored(marieke: Client, journey: Any, shown: str) -> None:
    page = make_page("News")
    tag(page, personas=journey.personas.get())
    data = submitted(marieke, address(page)) | {"shown": shown}
    data.pop("personas")
    marieke.post(address(page), data)
    assert not page.planner_item.personas.exists()


def test_a_target_date_without_a_time_is_a_day(marieke: Client) -> None:
    page = make_page("News", live=False)
    save(marieke, address(page), target_date="2026-05-01")
    item = ContentItem.objects.get(page=page.pk)
    assert (item.target_at, item.target_has_time) == (datetime(2026, 5, 1, tzinfo=ZONE), False)


def test_a_target_time_is_kept_with_its_day(marieke: Client) -> None:
    page = make_page("News", live=False)
    save(marieke, address(page), target_date="2026-05-01", target_time="09:30")
    item = ContentItem.objects.get(page=page.pk)
    assert (item.target_at, item.target_has_time) == (datetime(2026, 5, 1, 9, 30, tzinfo=ZONE), True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target_date": "2026-02-30"}, "Enter a valid date."),
        ({"target_date": "1900-01-01"}, "Choose a day from 1970 to 2100."),
        ({"target_time": "09:30"}, "A time needs a date."),
        ({"target_date": "2026-03-29", "target_time": "02:30"}, "couldn’t be interpreted in time zone"),
        ({"personas": [999]}, "999 is not one of the available choices"),
        ({"themes": "x" * 101}, "too long: at most 100 characters"),
        ({"effort": "-1"}, "greater than or equal to 0"),
        ({"effort": "10000"}, "less than or equal to 9999"),
        ({"effort": "2.5"}, "Enter a whole number."),
    ],
)
def test_bad_input_is_named_and_nothing_is_saved(marieke: Client, changes: dict[str, Any], message: str) -> None:
    page = make_page("News", live=False)
    response = save(marieke, address(page), **changes)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert ContentItem.objects.get(page=page.pk).target_at is None


def test_what_a_person_touched_is_theirs(marieke: Client, journey: Any) -> None:
    page = make_page("News")
    save(marieke, address(page), personas=[journey.personas.get().pk])
    item = page.planner_item
    item.refresh_from_db()
    assert (item.personas_by_hand, item.phases_by_hand) == (True, False)


def test_an_inactive_persona_that_the_item_carries_can_be_taken_off(marieke: Client) -> None:
    page, retired = make_page("News"), make_persona("retired", active=False)
    tag(page, personas=retired)
    data = submitted(marieke, address(page))
    assert data["personas"] == [retired.pk]
    data.pop("personas")
    marieke.post(address(page), data)
    assert not page.planner_item.personas.exists()


def test_content_off_the_site_has_its_own_fields(marieke: Client) -> None:
    item = make_item("Letter", state="idea")
    save(
        marieke,
        f"/admin/planner/items/{item.pk}/",
        title="Order letter",
        state="confirmed",
        starts_at="2026-05-01T09:00",
    )
    item.refresh_from_db()
    assert (item.title, item.state, item.starts_at) == (
        "Order letter",
        "confirmed",
        datetime(2026, 5, 1, 9, tzinfo=ZONE),
    )


def test_content_that_ends_before_it_starts_is_refused(marieke: Client) -> None:
    item = make_item("Letter")
    url = f"/admin/planner/items/{item.pk}/"
    response = save(marieke, url, starts_at="2026-05-02T09:00", expires_at="2026-05-01T09:00")
    assert "It ends before it starts" in response.content.decode()


def test_an_editor_does_not_learn_of_another_section(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    page = make_page("Secret", parent=section_b)
    client.force_login(factories.erik(section_a))
    hidden, missing = client.get(address(page)), client.get("/admin/planner/items/page/999999/")
    assert hidden.status_code == missing.status_code == 404
    assert client.post(address(page), {}).status_code == 404


def test_who_may_only_publish_sees_the_plan_but_cannot_change_it(client: Client, journey: Any) -> None:
    section = make_section("A")
    page = make_page("News", parent=section)
    client.force_login(factories.make_user("paul", section=section, can=("publish",)))
    assert "You may see this plan, but not change it" in client.get(address(page)).content.decode()
    response = client.post(address(page), {"personas": [journey.personas.get().pk]})
    assert response.status_code == 302
    assert not page.planner_item.personas.exists()


def test_the_right_to_tag_is_enough_where_one_may_see(client: Client, journey: Any) -> None:
    from django.contrib.auth.models import Permission

    section = make_section("A")
    page = make_page("News", parent=section)
    user = factories.make_user("paul", section=section, can=("publish",))
    user.user_permissions.add(Permission.objects.get(codename="tag_content"))
    client.force_login(user)
    save(client, address(page), personas=[journey.personas.get().pk])
    assert page.planner_item.personas.exists()


def test_the_plan_of_an_alias_is_its_sources(marieke: Client) -> None:
    alias = make_page("News").create_alias(update_slug="news-alias")
    assert marieke.get(address(alias)).status_code == 404


def test_the_button_stands_in_the_page_header_and_the_explorer(marieke: Client) -> None:
    page = make_page("News", parent=make_section("A"))
    assert address(page) in marieke.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert address(page) in marieke.get(f"/admin/pages/{page.get_parent().pk}/").content.decode()


def test_it_leads_back_to_where_one_came_from(marieke: Client) -> None:
    page = make_page("News")
    data = submitted(marieke, address(page), review_due="2026-09-01")
    response = marieke.post(address(page), data | {"next": "/admin/planner/calendar/"})
    assert response.url == "/admin/planner/calendar/"
    assert ContentItem.objects.get(page=page.pk).review_due == date(2026, 9, 1)


def test_it_does_not_lead_to_another_site(marieke: Client) -> None:
    page = make_page("News")
    data = submitted(marieke, address(page))
    assert marieke.post(address(page), data | {"next": "https://evil.example"}).url == address(page)


def test_a_post_without_a_token_is_refused(journey: Any) -> None:
    client, page = Client(enforce_csrf_checks=True), make_page("News")
    client.force_login(factories.marieke())
    assert client.post(address(page), {"personas": [journey.personas.get().pk]}).status_code == 403
    assert not page.planner_item.personas.exists()


def test_a_change_leaves_alone_what_it_does_not_name(journey: Any) -> None:
    item = tag(make_page("News"), phases=journey.phases.first(), team="sales")
    change_plan(item, PlanChange(add={"personas": [journey.personas.get()]}), user=None)
    item.refresh_from_db()
    assert (item.phases.count(), item.team) == (1, "sales")


def test_the_history_writes_dates_and_choices_as_people_do(marieke: Client) -> None:
    page = make_page("News", live=False)
    save(marieke, address(page), target_date="2026-12-24", target_time="09:30", for_everyone="on")
    message = PageLogEntry.objects.get(page=page.pk, action="planner.plan").message
    assert message == "For everyone set to yes. Target date set to 24 December 2026, 09:30."


@pytest.mark.parametrize("shown", ["[" * 100_000, '{"a":' * 100_000, '{"personas": [' + "9" * 30 + '], "phases": [], '
    '"channels": [], "themes": [], "values": {}}'])  # fmt: skip
def test_a_forged_memory_of_the_form_is_harmless(marieke: Client, journey: Any, shown: str) -> None:
    page = make_page("News")
    response = marieke.post(address(page), submitted(marieke, address(page)) | {"shown": shown})
    assert response.status_code == 302


def test_a_key_beyond_every_number_is_not_found(marieke: Client) -> None:
    assert marieke.get("/admin/planner/items/page/9223372036854775808/").status_code == 404


def test_the_right_to_tag_does_not_rewrite_content_off_the_site(client: Client) -> None:
    from django.contrib.auth.models import Permission

    section = make_section("A")
    item = make_item("Letter", section=section)
    user = factories.make_user("paul", section=section, can=("publish",))
    user.user_permissions.add(Permission.objects.get(codename="tag_content"))
    client.force_login(user)
    save(client, f"/admin/planner/items/{item.pk}/", title="Renamed", target_date="2026-05-01")
    item.refresh_from_db()
    assert (item.title, item.target_at is not None) == ("Letter", True)


def test_who_may_not_publish_cannot_confirm(client: Client) -> None:
    section = make_section("A")
    item = make_item("Letter", section=section, state="idea")
    client.force_login(factories.erik(section))
    url = f"/admin/planner/items/{item.pk}/"
    save(client, url, title="Order letter", state="confirmed", starts_at="2026-05-01T09:00")
    item.refresh_from_db()
    assert (item.title, item.state) == ("Letter", "idea")
    save(client, url, title="Order letter", state="draft")
    item.refresh_from_db()
    assert (item.title, item.state) == ("Order letter", "draft")


def test_who_may_not_publish_cannot_move_what_is_confirmed(client: Client) -> None:
    section = make_section("A")
    item = make_item("Letter", section=section)
    before = item.starts_at
    client.force_login(factories.erik(section))
    save(client, f"/admin/planner/items/{item.pk}/", title="Order letter", starts_at="2026-05-01T09:00")
    item.refresh_from_db()
    assert (item.title, item.starts_at) == ("Order letter", before)


def test_the_right_to_tag_opens_no_history_of_other_sections(client: Client, journey: Any) -> None:
    from django.contrib.auth.models import Permission

    section_a, section_b = make_section("A"), make_section("B")
    item = make_item("Secret letter", section=section_b)
    change_plan(item, PlanChange(add={"personas": [journey.personas.get()]}), user=None)
    user = factories.erik(section_a)
    user.user_permissions.add(Permission.objects.get(codename="tag_content"))
    client.force_login(user)
    assert "Secret letter" not in client.get("/admin/reports/site-history/").content.decode()


@pytest.mark.parametrize("field", ["personas", "phases", "channels"])
def test_a_key_that_no_member_can_have_is_refused(client: Client, field: str) -> None:
    page = make_page()
    client.force_login(factories.marieke())
    response = client.post(f"/admin/planner/items/{page.planner_item.pk}/", {field: "1" * 30})
    assert "is not one of the available choices" in response.content.decode()


def test_a_theme_in_other_cases_is_the_one_there_is(client: Client, settings: Any) -> None:
    settings.TAGGIT_CASE_INSENSITIVE = False
    page, other = make_page(), make_page()
    other.planner_item.themes.add("roses")
    client.force_login(factories.marieke())
    client.post(f"/admin/planner/items/{page.planner_item.pk}/", {"themes": "Roses, ROSES"})
    assert list(page.planner_item.themes.names()) == ["roses"]
