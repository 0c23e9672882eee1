"""Links that end: expiry, renewal, too many fetches; and the cleaning behind them."""

from __future__ import annotations

from io import StringIO
from typing import Any
from uuid import uuid5

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from planner.models import EventSnapshot, Feed, FeedBody
from tests.factories import NOW, days, make_item, make_page, marieke

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_feed(user: Any = None, **fields: Any) -> tuple[Feed, str]:
    defaults = {"name": "Team verkoop", "language": "en", "now": NOW}
    feed, token = Feed.objects.create_with_token(user=user or marieke(), **(defaults | fields))
    return feed, f"/planner/feeds/{token}.ics"


# Expiry


def test_a_link_ends_at_its_moment(client: Client, clock: Any) -> None:
    _feed, path = make_feed(expires_at=NOW + days(1))
    assert client.get(path).status_code == 200
    clock.move_to(NOW + days(1))
    assert client.get(path).status_code == 404


# Renewal


def test_renewing_kills_the_old_link_at_once_and_opens_a_new_one(client: Client) -> None:
    feed, old = make_feed()
    token = feed.renew(now=NOW)
    assert client.get(old).status_code == 404
    assert client.get(f"/planner/feeds/{token}.ics").status_code == 200


def test_renewing_revives_a_link_that_has_ended(client: Client) -> None:
    feed, _old = make_feed(expires_at=NOW)
    token = feed.renew(now=NOW, expires_at=None)
    assert client.get(f"/planner/feeds/{token}.ics").status_code == 200


def test_a_renewed_feed_has_not_been_fetched_yet(client: Client) -> None:
    feed, old = make_feed()
    client.get(old)
    feed.refresh_from_db()
    feed.renew(now=NOW)
    feed.refresh_from_db()
    assert (feed.last_fetched_at, feed.last_client, feed.renewed_at) == (None, "", NOW)


def test_revoking_throws_away_what_was_served(client: Client) -> None:
    feed, path = make_feed()
    client.get(path)
    feed.revoke(now=NOW)
    assert not FeedBody.objects.exists()


# Too many fetches


@pytest.fixture
def three_an_hour(settings: Any) -> None:
    settings.PLANNER_FEED_FETCHES_PER_HOUR = 3


@pytest.mark.usefixtures("three_an_hour")
def test_a_link_that_is_fetched_too_often_is_refused_until_the_hour_is_over(client: Client) -> None:
    _feed, path = make_feed()
    assert [client.get(path).status_code for _fetch in range(4)] == [200, 200, 200, 429]
    refused = client.get(path)
    assert (refused["Retry-After"], refused["Cache-Control"]) == ("3600", "no-store")
    assert b"VCALENDAR" not in refused.content


@pytest.mark.usefixtures("three_an_hour")
def test_what_one_link_does_never_costs_another(client: Client) -> None:
    _feed, path = make_feed(user := marieke())
    _other, other = make_feed(user, name="Other")
    for _fetch in range(9):
        client.get(path)
    assert client.get(other).status_code == 200


@pytest.mark.usefixtures("three_an_hour")
def test_a_renewed_link_starts_anew(client: Client) -> None:
    feed, path = make_feed()
    for _fetch in range(9):
        client.get(path)
    assert client.get(f"/planner/feeds/{feed.renew(now=NOW)}.ics").status_code == 200


@pytest.mark.usefixtures("three_an_hour")
def test_who_tries_unknown_links_is_refused_by_address_and_harms_nobody(client: Client) -> None:
    _feed, path = make_feed()
    tried = [client.get(f"/planner/feeds/jp_{number}.ics").status_code for number in range(5)]
    assert tried == [404, 404, 404, 429, 429]
    assert client.get(path).status_code == 200
    assert client.get("/planner/feeds/jp_x.ics", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_the_limit_can_be_switched_off(client: Client, settings: Any) -> None:
    settings.PLANNER_FEED_FETCHES_PER_HOUR = 0
    _feed, path = make_feed()
    assert {client.get(path).status_code for _fetch in range(70)} == {200}


def test_without_a_cache_feeds_are_served_all_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError

    _feed, path = make_feed()
    monkeypatch.setattr(type(cache._connections["default"]), "add", gone)
    assert client.get(path).status_code == 200


# The cleaning


def clean() -> str:
    out = StringIO()
    call_command("clean_feeds", stdout=out)
    return out.getvalue()


def test_versions_that_no_calendar_held_for_400_days_go(client: Client, clock: Any) -> None:
    make_item("Folder")
    _feed, path = make_feed()
    client.get(path)
    versions = EventSnapshot.objects.count()
    clock.move_to(NOW + days(400))
    assert clean() == "0 event versions deleted.\n"
    clock.move_to(NOW + days(401))
    assert clean() == f"{versions} event versions deleted.\n"


def test_what_is_still_in_use_stays_however_old(client: Client, clock: Any) -> None:
    make_page("Tulpen", first_published_at=NOW + days(380), live=False)
    make_item("Campaign page", state="idea", target_at=NOW + days(360), target_has_time=True)
    _feed, path = make_feed()
    client.get(path)
    clock.move_to(NOW + days(350))
    client.get(path)
    clock.move_to(NOW + days(420))
    clean()
    assert EventSnapshot.objects.exists()


def test_noting_that_a_version_is_in_use_costs_one_query_a_month(client: Client, clock: Any) -> None:
    item = make_item("Idea", state="idea", target_at=NOW + days(200), target_has_time=True)
    _feed, path = make_feed()
    client.get(path)
    for day in (20, 31, 32):
        clock.move_to(NOW + days(day))
        client.get(path)
    version = EventSnapshot.objects.get(uid=uuid5(item.uid, "publication"))
    assert version.used_on == (NOW + days(31)).date()
