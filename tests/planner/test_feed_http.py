"""The calendar link over HTTP: headers, caching, failures, and what is noted about a fetch."""

from __future__ import annotations

import gzip
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.log import AdminEmailHandler
from pytest_django import Settings

from planner import feed_contents
from planner.models import ContentItem, EventSnapshot, Feed
from tests.factories import NOW, erik, make_item, make_page, make_persona, make_section, marieke

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_feed(user: Any = None) -> str:
    """A feed, and the path of its link."""
    _feed, token = Feed.objects.create_with_token(user=user or marieke(), name="Team verkoop", language="en", now=NOW)
    return f"/planner/feeds/{token}.ics"


# The answer


def test_it_is_served_with_its_headers(client: Client) -> None:
    response = client.get(make_feed())
    assert {name: response[name] for name in response.headers if name != "ETag"} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'inline; filename="team-verkoop.ics"',
        "Content-Length": str(len(response.content)),
        "Content-Language": "en",
        "Cache-Control": "private, no-cache",
        "Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT",
        "Vary": "Accept-Encoding, Accept-Language",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def test_it_sets_no_cookie_and_reads_no_session(client: Client) -> None:
    path = make_feed()
    client.cookies["sessionid"] = "a" * 32
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response["Vary"]


def test_the_owner_has_the_calendar_in_the_language_of_the_feed_whatever_the_client_prefers(client: Client) -> None:
    path = make_feed()
    assert client.get(path, headers={"accept-language": "nl"}).content == client.get(path).content


def test_two_fetches_are_identical(client: Client, clock: Any) -> None:
    make_page()
    path = make_feed()
    first = client.get(path).content
    clock.shift(3600)
    assert client.get(path).content == first


def test_it_answers_head_with_the_same_headers_and_no_body(client: Client) -> None:
    path = make_feed()
    head, get = client.head(path), client.get(path)
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_calendar_can_only_be_read(method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(make_feed())
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_a_client_that_has_it_gets_304(client: Client) -> None:
    path = make_feed()
    first = client.get(path)
    response = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (response.status_code, response.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
        assert response[name] == first[name]


@pytest.mark.parametrize("form", ["W/{etag}", '"other", {etag}', "*"])
def test_each_form_of_if_none_match_is_understood(form: str, client: Client) -> None:
    path = make_feed()
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": form.format(etag=etag)}).status_code == 304


def test_the_etag_decides_over_the_date(client: Client) -> None:
    path = make_feed()
    changed = client.get(path)["Last-Modified"]
    response = client.get(path, headers={"if-none-match": '"other"', "if-modified-since": changed})
    assert response.status_code == 200


def test_a_client_that_only_knows_dates_gets_304(client: Client) -> None:
    path = make_feed()
    changed = client.get(path)["Last-Modified"]
    assert client.get(path, headers={"if-modified-since": changed}).status_code == 304


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 02 Mar 1026 08:00:00 GMT"])
def test_a_date_that_is_none_gets_the_calendar(date: str, client: Client) -> None:
    path = make_feed()
    assert client.get(path, headers={"if-modified-since": date}).status_code == 200


def test_a_change_moves_etag_and_last_modified(client: Client, clock: Any) -> None:
    path = make_feed()
    before = client.get(path)
    make_page("New")
    clock.shift(60)
    after = client.get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert (before["Last-Modified"], after["Last-Modified"]) == (
        "Mon, 02 Mar 2026 08:00:00 GMT",
        "Mon, 02 Mar 2026 08:01:00 GMT",
    )


def test_a_removal_counts_as_a_change(client: Client, clock: Any) -> None:
    page = make_page()
    path = make_feed()
    before = client.get(path)["Last-Modified"]
    page.delete()
    clock.shift(60)
    assert client.get(path, headers={"if-modified-since": before}).status_code == 200


def test_two_changes_within_one_second_are_told_apart_by_date(client: Client) -> None:
    path = make_feed()
    before = client.get(path)["Last-Modified"]
    make_page()
    assert client.get(path, headers={"if-modified-since": before}).status_code == 200


def test_it_is_compressed_for_who_asks(client: Client) -> None:
    path = make_feed()
    plain, zipped = client.get(path), client.get(path, headers={"accept-encoding": "deflate, gzip;q=1.0"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["Content-Length"] == str(len(zipped.content))
    assert zipped["ETag"] != plain["ETag"]


@pytest.mark.parametrize("offer", ["gzip;q=0", "gzip; q=0.000", "br", "gzippy"])
def test_it_is_not_compressed_for_who_does_not(offer: str, client: Client) -> None:
    assert "Content-Encoding" not in client.get(make_feed(), headers={"accept-encoding": offer})


def test_compression_can_be_switched_off(client: Client, settings: Settings) -> None:
    settings.PLANNER_FEED_GZIP = False
    assert "Content-Encoding" not in client.get(make_feed(), headers={"accept-encoding": "gzip"})


def test_a_compressed_answer_is_revalidated_too(client: Client) -> None:
    path = make_feed()
    etag = client.get(path, headers={"accept-encoding": "gzip"})["ETag"]
    assert client.get(path, headers={"accept-encoding": "gzip", "if-none-match": etag}).status_code == 304


# When something breaks


def fail(*_args: Any, **_kwargs: Any) -> None:
    raise DatabaseError("gone")


@pytest.mark.parametrize(
    "broken", ["feeds.living_feed", "feed_basis.basis_of", "feed_contents.entries_of", "feed_contents.calendar_of"]
)
def test_a_failure_is_503_and_never_an_empty_calendar(
    broken: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_feed()
    monkeypatch.setattr(f"planner.{broken}", fail)
    response = client.get(path)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "300", "no-store")
    assert b"VCALENDAR" not in response.content


def test_a_failure_is_logged_with_its_cause_and_without_the_token(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_feed()
    monkeypatch.setattr(feed_contents, "calendar_of", fail)
    client.get(path)
    assert "DatabaseError: gone" in caplog.text
    assert path[15:-4] not in caplog.text


def test_a_failure_reaches_the_administrators_without_the_token(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, mailoutbox: list[Any]
) -> None:
    settings.ADMINS = [("Admin", "admin@example.com")]
    handler = AdminEmailHandler(include_html=True)
    logging.getLogger("planner").addHandler(handler)
    path = make_feed()
    monkeypatch.setattr(feed_contents, "calendar_of", fail)
    try:
        client.get(path)
    finally:
        logging.getLogger("planner").removeHandler(handler)
    (mail,) = mailoutbox
    assert "DatabaseError" in mail.body
    assert path[15:-4] not in f"{mail.subject} {mail.body} {mail.alternatives}"


def test_refusals_are_not_logged_with_their_path(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/planner/feeds/jp_unknown.ics")
    client.post("/planner/feeds/jp_unknown.ics")
    assert "jp_unknown" not in caplog.text


@pytest.mark.parametrize("form", ["{path}/", "{path}x", "{token}", "a/{token}.ics", "{token}.ICS"])
def test_a_mistyped_link_opens_nothing_and_is_not_logged(
    form: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_feed()
    token = path[15:-4]
    mistyped = form.format(path=path, token=f"/planner/feeds/{token}")
    response = client.get(mistyped if mistyped.startswith("/") else f"/planner/feeds/{mistyped}")
    assert (response.status_code, response.content) == (404, b"There is no calendar here.\n")
    assert token not in caplog.text


def test_the_documented_log_format_masks_every_link(project_folder: Path) -> None:
    documented = (project_folder / "docs" / "feeds.md").read_text()
    (pattern,) = re.findall(r"^ +~(\S+) +/planner/feeds/-;$", documented, re.MULTILINE)
    assert re.search(pattern, make_feed())
    assert not re.search(pattern, "/admin/planner/subscriptions/")
    assert "$request " not in documented


# What is noted about a fetch


def test_a_fetch_is_noted_with_its_client(client: Client) -> None:
    client.get(make_feed(), headers={"user-agent": "Google-Calendar-Importer"})
    feed = Feed.objects.get()
    assert (feed.last_fetched_at, feed.last_client) == (NOW, "Google-Calendar-Importer")


def test_a_forged_client_name_cannot_break_the_note(client: Client) -> None:
    client.get(make_feed(), headers={"user-agent": "a\x00\nb" + "x" * 500})
    assert Feed.objects.get().last_client.startswith("a bx")


def test_a_client_that_polls_without_pause_is_noted_once_a_minute(client: Client, clock: Any) -> None:
    path = make_feed()
    client.get(path)
    clock.shift(59)
    client.get(path)
    assert Feed.objects.get().last_fetched_at == NOW
    clock.shift(1)
    client.get(path)
    assert Feed.objects.get().last_fetched_at == NOW + timedelta(minutes=1)


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    user, florist = erik(section := make_section("Section A")), make_persona()
    path = make_feed(user)
    counts = {}
    for number in (10, 100):
        while ContentItem.objects.count() < number:
            make_item(section=section, personas=florist)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts[number] = len(queries)
    assert counts[10] == counts[100] <= 17


def test_an_unchanged_calendar_writes_nothing(client: Client) -> None:
    make_page()
    path = make_feed()
    client.get(path)
    before = list(EventSnapshot.objects.values()), list(Feed.objects.values())
    client.get(path)
    assert (list(EventSnapshot.objects.values()), list(Feed.objects.values())) == before


def test_the_address_is_short_enough_for_google() -> None:
    assert len("https://" + "a" * 150 + ".example.com" + make_feed()) <= 250
