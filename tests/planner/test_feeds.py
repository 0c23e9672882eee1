"""The calendar link: who may read what through it, and what it answers over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from planner.models import Feed, Occasion
from tests.factories import (
    NOW,
    bea,
    days,
    dirk,
    erik,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    marieke,
    schedule_page,
    tag,
)

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_feed(user: Any = None, **fields: Any) -> str:
    """A feed, and the path of its link."""
    defaults = {"name": "Team verkoop", "language": "en", "now": NOW}
    _feed, token = Feed.objects.create_with_token(user=user or marieke(), **(defaults | fields))
    return f"/planner/feeds/{token}.ics"


def titles(response: Any) -> list[str]:
    calendar = icalendar.Calendar.from_ical(response.content)
    return sorted(str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))


def header(response: Any, name: str) -> str:
    return str(icalendar.Calendar.from_ical(response.content)[name])


# The token


def test_a_token_has_256_bits_and_says_what_it_opens() -> None:
    token = make_feed().removeprefix("/planner/feeds/").removesuffix(".ics")
    assert token.startswith("jp_")
    assert len(token) == 3 + 43


def test_the_token_is_never_stored_in_clear() -> None:
    token = make_feed().removeprefix("/planner/feeds/").removesuffix(".ics")
    stored = Feed.objects.values().get()
    assert not [name for name, value in stored.items() if token in str(value)]
    assert stored["token_hint"] == token[-4:]


def test_two_feeds_of_one_person_have_different_links() -> None:
    user = marieke()
    assert make_feed(user) != make_feed(user)


def test_a_link_survives_a_new_secret_key_while_the_old_one_is_a_fallback(client: Client, settings: Settings) -> None:
    path = make_feed()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert client.get(path).status_code == 200


def test_a_link_ends_with_its_secret_key(client: Client, settings: Settings) -> None:
    path = make_feed()
    settings.SECRET_KEY = "new"
    assert client.get(path).status_code == 404


# What it contains


def test_it_holds_what_its_owner_may_see(client: Client) -> None:
    user = erik(section := make_section("Section A"))
    schedule_page(make_page("Tulpen", parent=section, live=False), NOW + days(3), NOW + days(9))
    assert titles(client.get(make_feed(user))) == ["Expires: Tulpen", "Live: Section A", "Scheduled: Tulpen"]


def test_an_editor_of_one_section_gets_nothing_of_another(client: Client) -> None:
    a, b = make_section("Section A"), make_section("Section B")
    make_page("In A", parent=a)
    make_page("In B", parent=b)
    make_item("Folder B", section=b)
    assert titles(client.get(make_feed(erik(a)))) == ["Live: In A", "Live: Section A"]


def test_a_page_that_moved_away_is_gone_at_the_next_fetch(client: Client) -> None:
    a, b = make_section("Section A"), make_section("Section B")
    page = make_page("Tulpen", parent=a)
    of_a, of_b = make_feed(erik(a)), make_feed(bea(b))
    assert "Live: Tulpen" in titles(client.get(of_a))
    page.move(b, pos="last-child")
    assert "Live: Tulpen" not in titles(client.get(of_a))
    assert "Live: Tulpen" in titles(client.get(of_b))


def test_rights_that_were_taken_away_count_at_the_next_fetch(client: Client) -> None:
    a = make_section("Section A")
    user = erik(a)
    path = make_feed(user)
    assert titles(client.get(path)) == ["Live: Section A"]
    user.groups.get().page_permissions.all().delete()
    assert titles(client.get(path)) == []


def test_its_filters_narrow_what_the_owner_sees(client: Client) -> None:
    florist, website = make_persona("florist"), make_channel("website")
    journey = make_journey("klant", personas=(florist,), phases=("keep",))
    tag(make_page("All three"), personas=florist, channels=website, phases=journey.phases.get())
    tag(make_page("Persona only"), personas=florist)
    filters = {"personas": ["florist"], "phases": ["klant/keep"], "channels": ["website"]}
    assert titles(client.get(make_feed(filters=filters))) == ["Live: All three"]


def test_a_filter_on_a_persona_that_was_deleted_matches_nothing(client: Client) -> None:
    florist = make_persona("florist")
    tag(make_page(), personas=florist)
    path = make_feed(filters={"personas": ["florist"]})
    florist.delete()
    assert titles(client.get(path)) == []


def test_a_filter_that_nobody_knows_fails_rather_than_widens(client: Client) -> None:
    assert client.get(make_feed(filters={"weather": ["rain"]})).status_code == 503


def test_nothing_in_the_query_string_changes_the_feed(client: Client) -> None:
    make_page()
    path = make_feed(filters={"personas": ["nobody"]})
    assert client.get(f"{path}?personas=florist&user=1").content == client.get(path).content


@pytest.mark.parametrize(("published", "shown"), [(-30, True), (-31, False)])
def test_it_looks_thirty_days_back(published: int, shown: bool, client: Client) -> None:  # noqa: FBT001
    make_page("Tulpen", first_published_at=NOW + days(published))
    assert ("Live: Tulpen" in titles(client.get(make_feed()))) == shown


@pytest.mark.parametrize(("planned", "shown"), [(365, True), (366, False)])
def test_it_looks_a_year_ahead(planned: int, shown: bool, client: Client) -> None:  # noqa: FBT001
    tag(make_page("Tulpen", live=False), target_at=NOW + days(planned), target_has_time=True)
    assert ("Planned: Tulpen" in titles(client.get(make_feed()))) == shown


def test_what_was_cancelled_is_left_out(client: Client) -> None:
    make_item("Tulpen", state="cancelled", starts_at=None, target_at=NOW + days(3))
    assert not [title for title in titles(client.get(make_feed())) if "Tulpen" in title]


def test_a_cap_keeps_the_first_and_says_so(client: Client, settings: Settings) -> None:
    settings.PLANNER_FEED_CAP = 2
    user = erik(section := make_section("Section A"))
    for number in range(3):
        make_page(f"Page {number}", parent=section, first_published_at=NOW - days(9 - number))
    response = client.get(make_feed(user))
    assert len(titles(response)) == 2
    assert "It shows the first 2 of 4 entries." in header(response, "X-WR-CALDESC")


def test_a_cap_keeps_the_first_of_all_kinds_together(client: Client, settings: Settings) -> None:
    tag(make_page("Planned for the day", live=False), target_at=NOW + days(2), target_has_time=False)
    make_item("At its morning", starts_at=NOW + days(2))
    make_item("The day after", starts_at=NOW + days(3))
    Occasion.objects.create(name="Day before", rule="dates", first_day=TODAY + days(1), last_day=TODAY + days(9))
    path, shown = make_feed(filters={"kinds": ["publication", "occasion"]}), {}
    for cap in (1, 2, 3, 4):
        settings.PLANNER_FEED_CAP = cap
        calendar = icalendar.Calendar.from_ical(client.get(path).content)
        shown[cap] = [str(event["SUMMARY"]).partition(": ")[2] for event in calendar.walk("VEVENT")]
    assert shown[4] == ["Day before", "Planned for the day", "At its morning", "The day after"]
    assert all(shown[cap] == shown[4][:cap] for cap in shown)


def test_it_carries_the_name_that_its_owner_gave_it(client: Client) -> None:
    assert header(client.get(make_feed(name="Mijn taken")), "X-WR-CALNAME") == "Mijn taken"


def test_a_site_may_ask_for_a_method(client: Client, settings: Settings) -> None:
    settings.PLANNER_FEED_METHOD = "PUBLISH"
    assert header(client.get(make_feed()), "METHOD") == "PUBLISH"


def test_one_page_stays_one_event_from_idea_to_expiry(client: Client, clock: Any) -> None:
    path = make_feed(erik(section := make_section("Section A")))
    page = make_page("Tulpen", parent=section, live=False)
    seen: list[tuple[str, int, datetime]] = []

    def note() -> None:
        calendar = icalendar.Calendar.from_ical(client.get(path).content)
        seen.extend(
            (str(event["UID"]), int(event["SEQUENCE"]), event["LAST-MODIFIED"].dt)
            for event in calendar.walk("VEVENT")
            if "Tulpen" in event["SUMMARY"] and "Expire" not in event["SUMMARY"]
        )
        clock.shift(60)

    tag(page, target_at=NOW + days(5))
    note()
    schedule_page(page, NOW + days(6))
    note()
    page.refresh_from_db()
    schedule_page(page, NOW + days(7))
    note()
    clock.move_to(NOW + days(7) + timedelta(minutes=1))
    page.refresh_from_db()
    page.scheduled_revision.publish()
    note()
    assert len({uid for uid, _sequence, _changed in seen}) == 1
    assert [sequence for _uid, sequence, _changed in seen] == [0, 1, 2, 3]
    assert sorted(changed for _uid, _sequence, changed in seen) == [changed for _uid, _sequence, changed in seen]


def test_a_page_that_went_live_expires_and_is_deleted_without_a_second_event(client: Client, clock: Any) -> None:
    path = make_feed(erik(section := make_section("Section A")))
    schedule_page(page := make_page("Tulpen", parent=section, live=False), NOW + days(1), NOW + days(3))

    def seen(at: datetime) -> dict[str, tuple[str, int]]:
        clock.move_to(at)
        call_command("publish_scheduled")
        first, again = client.get(path).content, client.get(path).content
        assert first == again
        events = [event for event in icalendar.Calendar.from_ical(first).walk("VEVENT") if "Tulpen" in event["SUMMARY"]]
        return {str(event["UID"]): (str(event["SUMMARY"]), int(event["SEQUENCE"])) for event in events}

    coming, live, over = (seen(NOW + days(number)) for number in (0, 2, 4))
    assert sorted(coming.values()) == [("Expires: Tulpen", 0), ("Scheduled: Tulpen", 0)]
    assert sorted(live.values()) == [("Expires: Tulpen", 1), ("Live: Tulpen", 1)]
    assert sorted(over.values()) == [("Expired: Tulpen", 2), ("Went live: Tulpen", 2)]
    assert coming.keys() == live.keys() == over.keys()
    page.delete()
    assert seen(NOW + days(5)) == {}


def test_a_persona_that_was_renamed_raises_the_sequence(client: Client) -> None:
    florist = make_persona("florist")
    tag(make_page("Tulpen"), personas=florist)
    path = make_feed(filters={"personas": ["florist"]})
    client.get(path)
    florist.name = "Zelfstandig bloemist"
    florist.save()
    (event,) = icalendar.Calendar.from_ical(client.get(path).content).walk("VEVENT")
    assert event["SEQUENCE"] == 1


# Who is let in


def assert_not_found(response: Any) -> None:
    assert response.status_code == 404
    assert response.content == b"There is no calendar here.\n"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "token",
    [
        "jp_unknown",
        "x",
        "%00",
        "%ff%fe",
        "jp_" + "a" * 10_000,
        "%F0%9F%8C%B7",
        "%0d%0aSet-Cookie:%20a=b",
        "..%2e",
        "'%20OR%201=1--",
    ],
)
def test_a_token_that_opens_nothing_is_not_found(token: str, client: Client) -> None:
    assert_not_found(client.get(f"/planner/feeds/{token}.ics"))


def test_a_revoked_link_is_not_found(client: Client) -> None:
    path = make_feed()
    Feed.objects.get().revoke(now=NOW)
    assert_not_found(client.get(path))


def test_the_feed_of_somebody_deactivated_is_not_found(client: Client) -> None:
    assert_not_found(client.get(make_feed(dirk(make_section("Section A")))))


def test_the_feed_ends_with_the_right_to_enter_the_admin(client: Client) -> None:
    user = erik(make_section("Section A"))
    path = make_feed(user)
    assert client.get(path).status_code == 200
    user.groups.get().permissions.remove(Permission.objects.get(codename="access_admin"))
    assert_not_found(client.get(path))


def test_all_feeds_can_be_switched_off(client: Client, settings: Settings) -> None:
    path = make_feed()
    settings.PLANNER_FEEDS_ENABLED = False
    assert_not_found(client.get(path))


def test_logging_in_neither_opens_nor_widens_a_feed(client: Client) -> None:
    a = make_section("Section A")
    make_page("Outside A")
    path = make_feed(erik(a))
    alone = client.get(path).content
    client.force_login(marieke())
    assert client.get(path).content == alone
