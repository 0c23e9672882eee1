"""The subscriptions screen: a person's own feeds, made, shown once, revoked."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from planner.models import Feed
from planner.subscriptions import client_name, ways_to_add
from tests.factories import (
    NOW,
    bea,
    days,
    erik,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    marieke,
    nina,
)

pytestmark = pytest.mark.django_db

INDEX = "/admin/planner/subscriptions/"
NEW = "/admin/planner/subscriptions/new/"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user() -> Any:
    return marieke()


@pytest.fixture
def screen(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def make_feed(user: Any, name: str = "Team verkoop", **fields: Any) -> Feed:
    return Feed.objects.create_with_token(user=user, name=name, now=NOW, **fields)[0]


def make(screen: Client, **data: Any) -> Any:
    return screen.post(NEW, {"name": "Team verkoop"} | data)


def link_in(response: Any) -> str:
    return re.search(r'value="(https://[^"]+\.ics)"', response.content.decode())[1]


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# A new feed


def test_the_link_that_is_shown_opens_the_calendar(screen: Client) -> None:
    address = link_in(make(screen))
    assert address.startswith("https://cms.example.com/planner/feeds/jp_")
    answer = Client().get(address.removeprefix("https://cms.example.com"))
    assert b"X-WR-CALNAME:Team verkoop" in answer.content


def test_the_link_is_never_shown_again(screen: Client) -> None:
    token = link_in(make(screen)).rpartition("/")[2].removesuffix(".ics")
    assert token not in screen.get(INDEX).content.decode()
    assert not [row for row in Session.objects.all() if token in str(row.get_decoded())]


def test_the_page_with_the_link_is_kept_by_nobody(screen: Client) -> None:
    response = make(screen)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_no_link_of_that_page_hands_on_where_it_was_clicked(screen: Client) -> None:
    outward = re.findall(r"<a class=\"button[^>]*href=\"(?:webcal|https)://[^>]*>", make(screen).content.decode())
    assert len(outward) == 4
    assert all('rel="noreferrer noopener"' in link for link in outward)


def test_choices_become_the_filters_of_the_feed(screen: Client) -> None:
    florist, website = make_persona("florist"), make_channel("website")
    make_journey("klant", personas=(florist,), phases=("orient", "keep"))
    make(screen, personas=[florist.slug], phases=["klant/keep"], channels=[website.slug])
    assert Feed.objects.get().filters == {"personas": ["florist"], "phases": ["klant/keep"], "channels": ["website"]}


def test_without_a_choice_the_feed_holds_everything(screen: Client) -> None:
    make_persona("florist")
    make(screen)
    assert Feed.objects.get().filters == {}


def test_it_refuses_a_persona_that_does_not_exist(screen: Client) -> None:
    make_persona("florist")
    response = make(screen, personas=["nobody"])
    assert "nobody is not one of the available choices" in text_of(response)
    assert not Feed.objects.exists()


def test_it_refuses_an_inactive_phase(screen: Client) -> None:
    journey = make_journey("klant", phases=("orient", "keep"))
    journey.phases.filter(slug="keep").update(active=False)
    make(screen, phases=["klant/keep"])
    assert not Feed.objects.exists()


def test_it_refuses_a_second_feed_of_the_same_name(screen: Client, user: Any) -> None:
    make(screen)
    assert "You already have a feed “Team verkoop”." in text_of(make(screen))
    assert Feed.objects.of(user).count() == 1


def test_the_name_of_a_revoked_feed_is_free_again(screen: Client, user: Any) -> None:
    make_feed(user).revoke(now=NOW)
    make(screen)
    assert Feed.objects.alive(NOW).count() == 1


def test_others_may_use_the_same_name(screen: Client) -> None:
    make_feed(erik(make_section("Section A")))
    assert link_in(make(screen))


def test_it_asks_for_a_name(screen: Client) -> None:
    assert "This field is required." in text_of(make(screen, name=" "))
    assert not Feed.objects.exists()


def test_a_feed_speaks_the_language_in_which_it_was_made(screen: Client, user: Any) -> None:
    UserProfile.objects.create(user=user, preferred_language="nl")
    make(screen)
    assert Feed.objects.get().language == "nl"


def test_fields_that_the_form_does_not_have_are_ignored(screen: Client, user: Any) -> None:
    other = erik(make_section("Section A"))
    make(screen, user=other.pk, token_hash="x", revoked_at="2020-01-01", filters='{"personas": []}')
    feed = Feed.objects.get()
    assert (feed.user, feed.revoked_at, len(feed.token_hash)) == (user, None, 64)


def test_the_form_groups_phases_by_journey(screen: Client) -> None:
    make_journey("klant", name="Klant worden", phases=("orient",))
    page = screen.get(NEW).content.decode()
    assert "<legend>Klant worden</legend>" in page
    assert 'value="klant/orient"' in page


def test_a_page_must_have_been_asked_for_the_post() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(marieke())
    assert strict.post(NEW, {"name": "Team verkoop"}).status_code == 403
    assert not Feed.objects.exists()


# The list


def test_a_feed_is_listed_with_its_contents_in_words(screen: Client, user: Any) -> None:
    make_persona("florist", name="Zelfstandig bloemist")
    make_journey("klant", phases=("keep",))
    make_feed(user, filters={"personas": ["florist", "gone"], "phases": ["klant/keep"]})
    assert "Zelfstandig bloemist, gone; Keep" in text_of(screen.get(INDEX))


def test_a_feed_is_listed_with_the_number_of_its_entries(client: Client) -> None:
    user = erik(section := make_section("Section A"))
    make_page(parent=section)
    make_page("Elsewhere")
    make_feed(user)
    client.force_login(user)
    assert client.get(INDEX).context["lines"][0].entries == 2


def test_a_feed_that_nobody_fetched_says_so(screen: Client, user: Any) -> None:
    make_feed(user)
    assert "Never fetched Made on 2 Mar" in text_of(screen.get(INDEX))


def test_a_fetched_feed_tells_by_what(screen: Client, user: Any) -> None:
    make_feed(user).record_fetch(client="Google-Calendar-Importer", now=NOW)
    assert "Google Calendar" in text_of(screen.get(INDEX))


@pytest.mark.parametrize(("age", "unused"), [(3, False), (3.1, True)])
def test_a_feed_that_nobody_fetched_for_three_days_stands_out(
    age: float,
    unused: bool,  # noqa: FBT001
    screen: Client,
    user: Any,
) -> None:
    make_feed(user).record_fetch(client="curl/8", now=NOW - days(age))
    assert screen.get(INDEX).context["lines"][0].unused is unused


def test_names_are_text_and_never_markup(screen: Client, user: Any) -> None:
    make_feed(user, name='<script>alert("x")</script>').record_fetch(client="<img src=x>", now=NOW)
    page = screen.get(INDEX).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_everybody_sees_their_own_feeds_only(client: Client) -> None:
    make_feed(erik(make_section("Section A")), name="Of Erik")
    client.force_login(bea(make_section("Section B")))
    assert "Of Erik" not in text_of(client.get(INDEX))


def test_even_a_superuser_does_not_see_the_feeds_of_others_here(screen: Client) -> None:
    make_feed(erik(make_section("Section A")), name="Of Erik")
    assert "Of Erik" not in text_of(screen.get(INDEX))


@pytest.mark.parametrize("address", [INDEX, NEW])
def test_who_has_nothing_in_the_planner_is_turned_away(address: str, client: Client) -> None:
    client.force_login(nina())
    assert client.get(address).status_code == 302


def test_where_feeds_are_switched_off_there_is_no_screen(screen: Client, settings: Settings) -> None:
    settings.PLANNER_FEEDS_ENABLED = False
    assert screen.get(INDEX).status_code == 404


def queries_of(screen: Client) -> int:
    screen.get(INDEX)
    with CaptureQueriesContext(connection) as queries:
        screen.get(INDEX)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_entries(screen: Client, user: Any) -> None:
    make_feed(user)
    for _each in range(10):
        make_item()
    few = queries_of(screen)
    for _each in range(90):
        make_item()
    assert queries_of(screen) == few <= 20


def test_a_feed_more_costs_one_query_more(screen: Client, user: Any) -> None:
    make_item(personas=make_persona("florist"))
    make_item()
    make_feed(user)
    before = queries_of(screen)
    make_feed(user, "Bloemisten", filters={"personas": ["florist"]})
    assert queries_of(screen) == before + 1
    assert [line.entries for line in screen.get(INDEX).context["lines"]] == [1, 2]


# Revoking


def test_revoking_asks_first_and_names_the_calendar(screen: Client, user: Any) -> None:
    feed = make_feed(user)
    assert "Revoke “Team verkoop”?" in text_of(screen.get(f"{INDEX}{feed.pk}/revoke/"))
    assert Feed.objects.alive(NOW).exists()


def test_a_revoked_feed_is_dead_and_off_the_list(screen: Client, user: Any) -> None:
    feed, token = Feed.objects.create_with_token(user=user, name="Old", now=NOW)
    response = screen.post(f"{INDEX}{feed.pk}/revoke/", follow=True)
    assert "Feed “Old” is revoked." in text_of(response)
    assert not response.context["lines"]
    assert Client().get(f"/planner/feeds/{token}.ics").status_code == 404


def test_revoking_one_feed_leaves_the_others(screen: Client, user: Any) -> None:
    feed = make_feed(user)
    _other, token = Feed.objects.create_with_token(user=user, name="Other", now=NOW)
    screen.post(f"{INDEX}{feed.pk}/revoke/")
    assert Client().get(f"/planner/feeds/{token}.ics").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_feed_of_somebody_else_cannot_be_touched(method: str, screen: Client) -> None:
    feed = make_feed(erik(make_section("Section A")))
    assert getattr(screen, method)(f"{INDEX}{feed.pk}/revoke/").status_code == 404
    assert Feed.objects.alive(NOW).exists()


def test_a_feed_is_revoked_once(screen: Client, user: Any) -> None:
    feed = make_feed(user)
    screen.post(f"{INDEX}{feed.pk}/revoke/")
    assert screen.post(f"{INDEX}{feed.pk}/revoke/").status_code == 404


# What is written down


def test_making_and_revoking_is_in_the_log(screen: Client, user: Any) -> None:
    make(screen)
    screen.post(f"{INDEX}{Feed.objects.get().pk}/revoke/")
    lines = ModelLogEntry.objects.filter(user=user).order_by("timestamp", "pk")
    assert [line.action for line in lines] == ["planner.feed.create", "planner.feed.revoke"]
    assert [line.message for line in lines] == ["Calendar feed made", "Calendar feed revoked"]


# Where to add it, and what fetched it


def test_the_ways_to_add_a_calendar_carry_its_address() -> None:
    assert ways_to_add("https://cms.example.com/planner/feeds/jp_x.ics", "Team & co") == [
        (
            "Google Calendar",
            "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fcms.example.com%2Fplanner%2Ffeeds%2Fjp_x.ics",
        ),
        (
            "Outlook.com",
            "https://outlook.live.com/calendar/0/addfromweb"
            "?url=https%3A%2F%2Fcms.example.com%2Fplanner%2Ffeeds%2Fjp_x.ics&name=Team%20%26%20co",
        ),
        (
            "Microsoft 365",
            "https://outlook.office.com/calendar/0/addfromweb"
            "?url=https%3A%2F%2Fcms.example.com%2Fplanner%2Ffeeds%2Fjp_x.ics&name=Team%20%26%20co",
        ),
        ("Apple Calendar, Thunderbird", "webcal://cms.example.com/planner/feeds/jp_x.ics"),
    ]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("iOS/17.5.1 (21F90) dataaccessd/1.0", "Apple Calendar"),
        ("Microsoft.Exchange/15.20 (OutlookService)", "Outlook"),
        ("Mozilla/5.0 (X11; Linux) Gecko/20100101 Thunderbird/153.0", "Thunderbird"),
        ("curl/8.5.0", "curl"),
        ("", "an unnamed program"),
    ],
)
def test_programs_go_by_the_name_that_people_know(user_agent: str, name: str) -> None:
    assert client_name(user_agent) == name
