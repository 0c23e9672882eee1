"""The screens around a feed: presets, a view taken along, changing, renewing, looking at it, downloading, all feeds."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from planner.models import Campaign, Feed, SavedView
from planner.subscriptions import qr_code
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
    make_user,
    marieke,
)
from tests.planner.test_subscriptions import link_in, text_of

pytestmark = pytest.mark.django_db

INDEX = "/admin/planner/subscriptions/"
NEW = "/admin/planner/subscriptions/new/"
ALL = "/admin/planner/subscriptions/all/"


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


# New


@pytest.mark.parametrize(
    ("preset", "name", "filters"),
    [
        ("everything", "Everything I may see", {}),
        ("mine", "My own work", {"mine": True, "kinds": ["publication", "update", "expiry", "review"]}),
        ("days", "Occasions and campaigns", {"kinds": ["occasion", "campaign"]}),
    ],
)
def test_a_preset_makes_a_feed_with_one_click(preset: str, name: str, filters: dict[str, Any], screen: Client) -> None:
    assert link_in(screen.post(NEW, {"preset": preset}))
    feed = Feed.objects.get()
    assert (feed.name, feed.filters, feed.language, feed.detail) == (name, filters, "en", "details")


def test_everything_that_can_be_chosen_is_kept(screen: Client, user: Any) -> None:
    make_journey("klant", phases=("keep",))
    Campaign.objects.create(slug="spring", name="Spring", kind="branding", first_day=NOW.date(), last_day=NOW.date())
    make_item(owner=user)
    chosen = {"kinds": ["gap"], "mine": True, "journey": "klant", "statuses": ["live"], "campaigns": ["spring"]}
    fixed = {"language": "nl", "detail": "titles", "reminders": "1d", "expires_on": "2026-03-31"}
    screen.post(NEW, {"name": "All of it", "owners": [str(user.pk)]} | chosen | fixed)
    feed = Feed.objects.get()
    assert feed.filters == chosen | {"owners": [user.pk]}
    assert (feed.language, feed.detail, feed.reminders) == ("nl", "titles", "1d")
    assert feed.expires_at.isoformat() == "2026-03-31T22:00:00+00:00"  # the end of that day in Amsterdam


@pytest.mark.parametrize("day", ["2026-03-01", "2046-01-01", "soon"])
def test_it_refuses_a_last_day_that_makes_no_sense(day: str, screen: Client) -> None:
    response = screen.post(NEW, {"name": "All", "expires_on": day})
    assert not Feed.objects.exists()
    assert "Choose a day from today" in text_of(response) or "Enter a valid date" in text_of(response)


def test_owners_of_content_that_one_may_not_see_are_not_offered(client: Client) -> None:
    a, b = make_section("Section A"), make_section("Section B")
    make_item("In A", section=a, owner=make_user("visible-owner"))
    make_item("In B", section=b, owner=make_user("hidden-owner"))
    client.force_login(erik(a))
    page = client.get(NEW).content.decode()
    assert "visible-owner" in page
    assert "hidden-owner" not in page


def test_the_view_of_the_calendar_is_taken_along(screen: Client) -> None:
    make_persona("florist"), make_channel("website"), make_journey("klant", phases=("keep",))
    calendar = screen.get("/admin/planner/calendar/?persona=florist&status=live&month=2026-05").content.decode()
    address = re.search(r'href="(/admin/planner/subscriptions/new/[^"]*)"', calendar)[1].replace("&amp;", "&")
    form = screen.get(address).context["form"]
    assert (form["personas"].value(), form["statuses"].value(), form["channels"].value()) == (
        ["florist"],
        ["live"],
        None,
    )


def test_a_cell_of_the_coverage_is_taken_along(screen: Client) -> None:
    florist = make_persona("florist", name="Florist")
    make_journey("klant", personas=(florist,), phases=("keep",))
    cell = screen.get("/admin/planner/coverage/klant/florist/keep/").content.decode()
    address = re.search(r'href="(/admin/planner/subscriptions/new/[^"]*)"', cell)[1].replace("&amp;", "&")
    form = screen.get(address).context["form"]
    assert (form["personas"].value(), form["phases"].value()) == (["florist"], ["klant/keep"])
    assert form["name"].value() == "Florist, Keep"


def test_a_feed_of_a_view_begins_with_a_name(screen: Client, user: Any) -> None:
    make_persona("florist", name="Florist"), make_channel("website", name="Website")
    asked = f"{NEW}?persona=florist&channel=website&q=colours"
    assert screen.get(asked).context["form"]["name"].value() == "Florist, Website"
    filters = {"persona": ["florist"], "channel": ["website"], "q": ["colours"]}
    SavedView.objects.create(owner=user, name="Colours for florists", filters=filters)
    assert screen.get(asked).context["form"]["name"].value() == "Colours for florists"


def test_mine_is_taken_along_and_what_is_lost_is_said_in_words(screen: Client) -> None:
    make_persona("florist")
    response = screen.get(f"{NEW}?owner=me&q=colours&untagged=phase")
    assert response.context["form"]["mine"].value() is True
    assert response.context["form"]["name"].value() == "Only what I own"
    assert response.context["lost"] == ["Search: colours", "Untagged: No phase"]


def test_what_a_feed_cannot_be_narrowed_by_is_said(screen: Client) -> None:
    response = screen.get(f"{NEW}?persona=nobody&theme=roses&view=week&month=2026-05")
    assert response.context["lost"] == ["Persona: nobody", "Theme: roses"]
    assert "It will hold more than the view" in text_of(response)


def test_who_may_not_have_feeds_finds_no_way_to_them(client: Client) -> None:
    user = erik(make_section("Section A"))
    user.groups.get().permissions.remove(Permission.objects.get(codename="use_feeds"))
    client.force_login(user)
    assert "planner/subscriptions" not in client.get("/admin/planner/calendar/").content.decode()
    assert client.get(INDEX).status_code == 302
    assert client.post(NEW, {"preset": "everything"}).status_code == 302
    assert not Feed.objects.exists()


# The link


def test_the_link_comes_with_a_code_for_the_phone(screen: Client) -> None:
    page = screen.post(NEW, {"preset": "everything"}).content.decode()
    assert '<svg width="' in page
    assert "style=" not in re.search(r"<svg width.*?</svg>", page)[0]


def test_the_code_says_webcal_for_only_that_subscribes() -> None:
    assert qr_code("https://cms.example.com/x.ics") == qr_code("http://cms.example.com/x.ics")


# Changing


def test_changing_a_feed_keeps_its_link(screen: Client, user: Any) -> None:
    make_persona("florist")
    feed = make_feed(user)
    screen.post(f"{INDEX}{feed.pk}/edit/", {"name": "Bloemisten", "personas": ["florist"], "language": "nl"})
    changed = Feed.objects.get()
    assert (changed.name, changed.filters, changed.token_hash) == (
        "Bloemisten",
        {"personas": ["florist"]},
        feed.token_hash,
    )
    assert changed.language == "en"


def test_changing_a_feed_does_not_lose_what_is_no_longer_offered(screen: Client, user: Any) -> None:
    feed = make_feed(user, filters={"personas": ["gone"]})
    form = screen.get(f"{INDEX}{feed.pk}/edit/").context["form"]
    assert form["personas"].value() == ["gone"]
    screen.post(f"{INDEX}{feed.pk}/edit/", {"name": "Team verkoop", "personas": ["gone"]})
    assert Feed.objects.get().filters == {"personas": ["gone"]}


def test_a_feed_may_keep_its_own_name(screen: Client, user: Any) -> None:
    feed = make_feed(user)
    assert screen.post(f"{INDEX}{feed.pk}/edit/", {"name": "Team verkoop"}).status_code == 302


# Renewing


def test_renewing_shows_the_new_link_once(screen: Client, user: Any) -> None:
    feed, old = Feed.objects.create_with_token(user=user, name="Team verkoop", now=NOW)
    response = screen.post(f"{INDEX}{feed.pk}/renew/", {"language": "nl", "detail": "titles", "reminders": "1h"})
    new = link_in(response).removeprefix("https://cms.example.com")
    assert "Feed “Team verkoop” has a new link" in text_of(response)
    assert [Client().get(path).status_code for path in (f"/planner/feeds/{old}.ics", new)] == [404, 200]
    assert new not in screen.get(INDEX).content.decode()
    feed.refresh_from_db()
    assert (feed.language, feed.detail, feed.reminders) == ("nl", "titles", "1h")


def test_renewing_asks_first(screen: Client, user: Any) -> None:
    feed = make_feed(user)
    assert "Renew the link of “Team verkoop”?" in text_of(screen.get(f"{INDEX}{feed.pk}/renew/"))
    assert Feed.objects.get().token_hash == feed.token_hash


def test_a_feed_that_ended_says_so_and_can_be_renewed(screen: Client, user: Any) -> None:
    feed = make_feed(user, expires_at=NOW - days(1))
    assert "Ended on 1 Mar" in text_of(screen.get(INDEX))
    screen.post(f"{INDEX}{feed.pk}/renew/", {"language": "en", "detail": "details", "reminders": ""})
    assert Feed.objects.alive(NOW).exists()


def test_a_feed_that_ended_is_not_called_unused_as_well(screen: Client, user: Any) -> None:
    feed = make_feed(user, expires_at=NOW - days(1))
    feed.record_fetch(client="curl/8", now=NOW - days(9))
    (line,) = screen.get(INDEX).context["lines"]
    assert (line.expired, line.unused) == (True, False)


def test_a_preview_writes_its_days_as_the_language_of_the_reader_does(screen: Client, user: Any) -> None:
    UserProfile.objects.create(user=user, preferred_language="nl")
    make_item("Folder", starts_at=NOW)
    text = text_of(screen.get(f"{INDEX}{make_feed(user, filters={'kinds': ['publication']}).pk}/"))
    assert "2 mrt 2026, 09:00" in text


@pytest.mark.parametrize("screen_of", ["", "edit/", "renew/", "revoke/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_feed_of_somebody_else_is_out_of_reach(screen_of: str, method: str, client: Client) -> None:
    feed = make_feed(erik(make_section("Section A")))
    client.force_login(bea(make_section("Section B")))
    assert getattr(client, method)(f"{INDEX}{feed.pk}/{screen_of}").status_code in {404, 405}
    assert Feed.objects.get().token_hash == feed.token_hash


# What it contains


def test_a_feed_shows_what_it_contains_now(screen: Client, user: Any) -> None:
    make_item("Folder")
    make_item("Brochure", expires_at=NOW + days(3))
    text = text_of(screen.get(f"{INDEX}{make_feed(user, filters={'kinds': ['expiry']}).pk}/"))
    assert "Expires: Brochure" in text
    assert "Folder" not in text


def test_a_feed_that_is_cut_off_says_so_before_a_calendar_does(screen: Client, user: Any, settings: Any) -> None:
    settings.PLANNER_FEED_CAP = 2
    for number in range(3):
        make_item(f"Folder {number}", starts_at=NOW + days(number))
    text = text_of(screen.get(f"{INDEX}{make_feed(user, filters={'kinds': ['publication']}).pk}/"))
    assert "3 entries" in text
    assert "A feed holds no more than 2 entries: these are the first." in text
    assert "Folder 1" in text
    assert "Folder 2" not in text


# Everybody's feeds


def test_a_superuser_sees_everybodys_feeds_and_revokes_one(screen: Client) -> None:
    feed = make_feed(erik(make_section("Section A")), name="Of Erik")
    assert "Of Erik" in text_of(screen.get(ALL))
    assert "It belongs to erik." in text_of(screen.get(f"{ALL}{feed.pk}/revoke/"))
    assert "is revoked" in text_of(screen.post(f"{ALL}{feed.pk}/revoke/", follow=True))
    assert not Feed.objects.kept().exists()


def test_nobody_else_sees_everybodys_feeds(client: Client) -> None:
    feed = make_feed(erik(make_section("Section A")), name="Of Erik")
    client.force_login(bea(make_section("Section B")))
    for address in (ALL, f"{ALL}{feed.pk}/revoke/"):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code == 302
    assert Feed.objects.kept().exists()


def test_the_link_to_everybodys_feeds_is_a_superusers(screen: Client, client: Client) -> None:
    assert ALL in screen.get(INDEX).content.decode()
    client.force_login(erik(make_section("Section A")))
    assert ALL not in client.get(INDEX).content.decode()


# The file


def test_the_download_has_the_bytes_of_the_command(client: Client) -> None:
    user = erik(section := make_section("Section A"))
    make_page("Tulpen", parent=section)
    make_page("Outside")
    Campaign.objects.create(
        slug="spring", name="Spring", kind="branding", first_day=date(2026, 3, 1), last_day=date(2026, 3, 9)
    )
    client.force_login(user)
    response = client.get(f"{INDEX}download/?first=2026-02-01&last=2026-03-31")
    stdout = io.StringIO(newline="")
    call_command("export_calendar", "--user", "erik", "--from", "2026-02-01", "--to", "2026-03-31", stdout=stdout)
    assert response.content == stdout.getvalue().encode()
    assert b"SUMMARY:Live: Tulpen" in response.content
    assert b"SUMMARY:Campaign: Spring" in response.content
    assert response["Content-Disposition"] == 'attachment; filename="plan.ics"'


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("first=2026-03-02&last=2026-03-01", "2026-03-01 lies before 2026-03-02. Swap them."),
        ("first=0001-01-01", "Choose days from 1970 to 2100."),
        ("last=9999-12-31", "Choose days from 1970 to 2100."),
        ("first=x", "Enter a valid date."),
    ],
)
def test_days_that_make_no_sense_download_nothing(asked: str, said: str, screen: Client) -> None:
    assert said in text_of(screen.get(f"{INDEX}download/?{asked}", follow=True))


# What is written down


def test_everything_that_happens_to_a_feed_is_in_the_log(screen: Client, user: Any) -> None:
    feed = make_feed(user)
    screen.post(f"{INDEX}{feed.pk}/edit/", {"name": "Other"})
    screen.post(f"{INDEX}{feed.pk}/renew/", {"language": "en", "detail": "details", "reminders": ""})
    lines = ModelLogEntry.objects.filter(user=user).order_by("timestamp", "pk")
    assert [line.message for line in lines] == ["Calendar feed changed", "Link of the calendar feed renewed"]
