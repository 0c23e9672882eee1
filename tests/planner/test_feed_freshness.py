"""A calendar is made once and served until something changes: then at the very next fetch, whoever did it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.models import GroupPagePermission

from personas.models import Persona
from planner import feed_contents, plan_version
from planner.models import ContentItem, Feed, FeedBody
from planner.schedule import Approval, Facts
from tests.factories import (
    NOW,
    ZONE,
    days,
    erik,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    make_user,
    marieke,
    schedule_page,
    tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the feeds whose calendars were made, as they are."""
    names: list[str] = []
    build = feed_contents.build

    def note(feed: Feed, **kwargs: Any) -> Any:
        names.append(feed.name)
        return build(feed, **kwargs)

    monkeypatch.setattr(feed_contents, "build", note)
    return names


def make_feed(user: Any = None, **fields: Any) -> str:
    defaults = {"name": "Team verkoop", "language": "en", "now": NOW}
    _feed, token = Feed.objects.create_with_token(user=user or marieke(), **(defaults | fields))
    return f"/planner/feeds/{token}.ics"


def titles(client: Client, path: str) -> str:
    return client.get(path).content.decode().replace("\r\n ", "")


# Unchanged


def test_a_calendar_is_made_once(client: Client, made: list[str]) -> None:
    path = make_feed()
    assert client.get(path).content == client.get(path).content
    assert made == ["Team verkoop"]


def test_a_client_that_has_it_costs_no_rendering_and_reads_no_bytes(client: Client, made: list[str]) -> None:
    path = make_feed()
    etag = client.get(path)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    assert len(queries) == 2
    assert not [query for query in queries if "planner_eventsnapshot" in query["sql"] or '"data"' in query["sql"]]
    assert made == ["Team verkoop"]


def test_an_editor_costs_the_queries_of_two_permissions_more(client: Client) -> None:
    path = make_feed(erik(make_section("Section A")))
    etag = client.get(path)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        client.get(path, headers={"if-none-match": etag})
    assert len(queries) == 4


def test_another_process_serves_the_bytes_that_the_first_one_made(client: Client, made: list[str]) -> None:
    make_page()
    path = make_feed()
    first = client.get(path)
    second = Client().get(path)
    assert (second.content, second["ETag"], second["Last-Modified"]) == (
        first.content,
        first["ETag"],
        first["Last-Modified"],
    )
    assert len(made) == 1


def test_a_calendar_made_again_has_the_same_bytes(client: Client) -> None:
    tag(make_page(), personas=make_persona())
    path = make_feed()
    first = client.get(path)
    FeedBody.objects.all().delete()
    second = client.get(path)
    assert (second.content, second["Last-Modified"]) == (first.content, first["Last-Modified"])


# Changed by somebody


def test_a_right_taken_away_while_a_calendar_is_made_does_not_outlast_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_page("Secret", parent=make_section("Section B"))
    owner = make_user("olga", section=make_section("Section A"), can=("change",), is_superuser=True)
    path, current = make_feed(owner), plan_version.current

    def demoted_meanwhile() -> int:
        # The owner was read from the database, with the feed, before the version is asked for.
        type(owner).objects.filter(pk=owner.pk).update(is_superuser=False)
        return current()

    with monkeypatch.context() as patched:
        patched.setattr(plan_version, "current", demoted_meanwhile)
        client.get(path)
    assert "Secret" not in titles(client, path)


def change_a_persona() -> None:
    Persona.objects.update(name="Zelfstandig bloemist")


def retitle_in_bulk() -> None:
    ContentItem.objects.filter(title="Folder").update(title="Vouwblad")


def unpublish_a_page() -> None:
    ContentItem.objects.get(page__title="Tulpen").page.unpublish()


def delete_a_page() -> None:
    ContentItem.objects.get(page__title="Tulpen").page.delete()


@pytest.mark.parametrize("change", [change_a_persona, retitle_in_bulk, unpublish_a_page, delete_a_page])
def test_a_change_shows_at_the_next_fetch(change: Callable[[], None], client: Client) -> None:
    make_item("Folder", personas=make_persona("florist"))
    make_page("Tulpen")
    path = make_feed()
    before = client.get(path)
    change()
    after = client.get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_a_change_that_nobody_sees_is_still_304(client: Client, made: list[str]) -> None:
    path = make_feed()
    etag = client.get(path)["ETag"]
    make_user("somebody")
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    assert len(made) == 2


def test_a_change_of_a_setting_shows_at_once(client: Client, settings: Any) -> None:
    make_page()
    make_page()
    path = make_feed()
    client.get(path)
    settings.PLANNER_FEED_CAP = 1
    assert "It shows the first 1" in titles(client, path)


def test_a_new_address_of_the_site_shows_at_once(client: Client, settings: Any) -> None:
    make_page()
    path = make_feed()
    client.get(path)
    settings.WAGTAILADMIN_BASE_URL = "https://new.example.com"
    assert "https://new.example.com/admin/planner/items/" in titles(client, path)


def test_links_never_come_from_the_request(client: Client) -> None:
    make_page()
    assert b"evil" not in client.get(make_feed(), headers={"host": "evil.example"}).content


def test_a_change_while_the_calendar_is_made_shows_at_the_next_fetch(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_item("Folder")
    path, build = make_feed(), feed_contents.build

    def overtaken(feed: Feed, **kwargs: Any) -> Any:
        built = build(feed, **kwargs)
        retitle_in_bulk()
        return built

    monkeypatch.setattr(feed_contents, "build", overtaken)
    assert "Folder" in titles(client, path)
    monkeypatch.setattr(feed_contents, "build", build)
    assert "Vouwblad" in titles(client, path)


def serve_another_first(monkeypatch: pytest.MonkeyPatch, serve: Callable[[], Any]) -> None:
    """Let something happen while the next calendar is made, after which it is made as ever."""
    build = feed_contents.build

    def overtaken(feed: Feed, **kwargs: Any) -> Any:
        monkeypatch.setattr(feed_contents, "build", build)
        built = build(feed, **kwargs)
        serve()
        return built

    monkeypatch.setattr(feed_contents, "build", overtaken)


def test_two_processes_that_make_it_at_once_tell_one_date(
    client: Client, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, answers = make_feed(), []

    def seconds_later() -> None:
        clock.shift(5)
        answers.append(Client().get(path))

    serve_another_first(monkeypatch, seconds_later)
    answers.append(client.get(path))
    assert answers[0]["Last-Modified"] == answers[1]["Last-Modified"] == "Mon, 02 Mar 2026 08:00:05 GMT"


def test_a_process_that_fell_behind_leaves_no_etag_to_the_bytes_of_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_page("Tulpen")
    path = make_feed()
    etag = client.get(path)["ETag"]
    make_user("somebody")
    serve_another_first(monkeypatch, lambda: Feed.objects.update(stamp="0" * 64))
    client.get(path)
    assert client.get(path)["ETag"] == etag


# Changed rights


def in_section_a(client: Client) -> tuple[Any, Any, Any, str]:
    """A user with a page, and the path of their feed, fetched once."""
    section = make_section("Section A")
    page, user = make_page("Tulpen", parent=section), erik(section)
    path = make_feed(user)
    assert "Tulpen" in titles(client, path)
    return user, section, page, path


def test_a_permission_that_is_taken_away_takes_the_content(client: Client) -> None:
    user, _section, _page, path = in_section_a(client)
    GroupPagePermission.objects.filter(group__in=user.groups.all()).delete()
    assert "Tulpen" not in titles(client, path)


def test_leaving_the_group_ends_the_feed(client: Client) -> None:
    user, _section, _page, path = in_section_a(client)
    user.groups.clear()
    assert client.get(path).status_code == 404


def test_a_new_group_widens_it(client: Client) -> None:
    user, _section, _page, path = in_section_a(client)
    other = make_section("Section B")
    make_page("Rozen", parent=other)
    group = Group.objects.create(name="B")
    GroupPagePermission.objects.create(
        group=group,
        page=other,
        permission=Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore"),
    )
    user.groups.add(group)
    assert "Rozen" in titles(client, path)


def test_a_page_that_moves_to_another_section_is_gone(client: Client) -> None:
    _user, _section, page, path = in_section_a(client)
    page.move(make_section("Section B"), pos="last-child")
    assert "Tulpen" not in titles(client, path)


def test_a_deactivated_owner_is_dead_at_the_next_fetch(client: Client) -> None:
    user, _section, _page, path = in_section_a(client)
    type(user).objects.update(is_active=False)
    assert client.get(path).status_code == 404


def test_a_deleted_owner_is_dead_at_the_next_fetch(client: Client) -> None:
    user, _section, _page, path = in_section_a(client)
    user.delete()
    assert client.get(path).status_code == 404


def test_the_permission_to_have_feeds_decides_at_each_fetch(client: Client) -> None:
    user, _section, _page, path = in_section_a(client)
    user.groups.get().permissions.remove(Permission.objects.get(codename="use_feeds"))
    assert client.get(path).status_code == 404


def test_a_superuser_who_is_none_any_more_loses_the_content(client: Client) -> None:
    make_page("Tulpen")
    user = marieke()
    user.groups.add(make_user("other").groups.get())
    path = make_feed(user)
    assert "Tulpen" in titles(client, path)
    user.is_superuser = False
    user.save()
    assert "Tulpen" not in titles(client, path)


# Changed by time alone


def test_a_go_live_that_is_missed_shows_without_anybodys_doing(client: Client, clock: Any, made: list[str]) -> None:
    schedule_page(make_page("Tulpen", live=False), NOW + timedelta(minutes=5))
    path = make_feed()
    assert "Scheduled: Tulpen" in titles(client, path)
    clock.move_to(NOW + timedelta(minutes=21))
    assert "Late: Tulpen" in titles(client, path)
    assert len(made) == 2


def test_a_missed_date_shows_when_its_day_ends(client: Client, clock: Any) -> None:
    tag(make_page("Tulpen", live=False), target_at=NOW, target_has_time=False)
    path = make_feed()
    assert "Planned: Tulpen" in titles(client, path)
    clock.move_to(NOW + days(1))
    assert "Overdue: Tulpen" in titles(client, path)


def test_nothing_is_made_again_before_time_changes_anything(client: Client, clock: Any, made: list[str]) -> None:
    schedule_page(make_page("Tulpen", live=False), NOW + timedelta(hours=3))
    path = make_feed()
    client.get(path)
    clock.move_to(NOW + timedelta(hours=2, minutes=59))
    client.get(path)
    assert len(made) == 1


def test_the_window_moves_on_at_midnight_of_the_site(client: Client, clock: Any) -> None:
    make_page("Tulpen", first_published_at=NOW - days(30))
    path = make_feed()
    assert "Tulpen" in titles(client, path)
    clock.move_to(NOW + days(1))
    assert "Tulpen" not in titles(client, path)


def test_a_cell_that_will_run_empty_shows_when_its_end_comes_within_the_horizon(client: Client, clock: Any) -> None:
    florist = make_persona("florist", name="Florist")
    phase = make_journey("klant", personas=(florist,), phases=("keep",)).phases.get()
    ends = NOW + days(56) + timedelta(hours=2)
    make_item(personas=florist, phases=phase, expires_at=ends)
    path = make_feed(filters={"kinds": ["gap"]})
    assert "Gap" not in titles(client, path)
    clock.move_to(NOW + timedelta(hours=3, minutes=1))
    assert "Gap: no content for Florist in Keep" in titles(client, path)


MOMENTS = st.none() | st.integers(-5000, 5000).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(
    st.builds(
        Facts,
        now=st.just(NOW),
        on_page=st.booleans(),
        live=st.booleans(),
        first_published_at=MOMENTS.filter(lambda moment: moment is None or moment <= NOW),
        expire_at=MOMENTS,
        approval=st.none() | st.builds(Approval, MOMENTS.filter(bool), MOMENTS),
        state=st.sampled_from(["", "idea", "confirmed"]),
        target_at=MOMENTS,
        target_has_time=st.booleans(),
        starts_at=MOMENTS,
        expires_at=MOMENTS,
    ),
    st.integers(0, 6000),
)
@example(Facts(now=NOW, on_page=False, state="confirmed", starts_at=NOW + timedelta(minutes=1), expires_at=NOW), 1)
def test_no_status_changes_before_the_moment_that_was_announced(facts: Facts, later: int) -> None:
    moment, turn = NOW + timedelta(minutes=later), facts.next_change(NOW, ZONE)
    if turn is None or moment < turn:
        assert facts.status(moment, ZONE) == facts.status(NOW, ZONE)


def test_what_ends_before_it_begins_changes_when_it_begins() -> None:
    start = NOW + timedelta(hours=2)
    facts = Facts(now=NOW, on_page=False, state="confirmed", starts_at=start, expires_at=NOW + timedelta(hours=1))
    assert facts.next_change(NOW + timedelta(hours=1, minutes=20), ZONE) == start


def test_a_feed_of_content_without_gaps_counts_no_coverage(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_contents, "dated_cells", None)
    monkeypatch.setattr(feed_contents, "next_turn", None)
    assert client.get(make_feed(filters={"kinds": ["publication"]})).status_code == 200
