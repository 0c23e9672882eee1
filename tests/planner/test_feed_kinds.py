"""What feeds contain beside entries, and what their filters let through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client

from planner.feed_filters import Selection
from planner.models import Campaign, Feed, Occasion
from tests.factories import (
    NOW,
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
    tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_feed(user: Any = None, **fields: Any) -> str:
    defaults = {"name": "Team verkoop", "language": "en", "now": NOW}
    _feed, token = Feed.objects.create_with_token(user=user or marieke(), **(defaults | fields))
    return f"/planner/feeds/{token}.ics"


def events(path: str) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(Client().get(path).content).walk("VEVENT")


def titles(user: Any = None, **filters: Any) -> list[str]:
    return sorted(str(event["SUMMARY"]) for event in events(make_feed(user, filters=filters)))


def make_campaign(slug: str = "spring", **fields: Any) -> Campaign:
    defaults = {
        "name": slug.capitalize(),
        "kind": "branding",
        "first_day": date(2026, 3, 10),
        "last_day": date(2026, 3, 20),
    }
    return Campaign.objects.create(slug=slug, **(defaults | fields))


def make_occasion(name: str = "Trade fair", **fields: Any) -> Occasion:
    defaults = {"rule": "dates", "first_day": date(2026, 4, 1), "last_day": date(2026, 4, 3)}
    return Occasion.objects.create(name=name, **(defaults | fields))


@pytest.fixture
def cell() -> Any:
    """A phase in which a florist has content until 1 April, and nothing after it."""
    florist = make_persona("florist", name="Florist")
    phase = make_journey("klant", name="Klant worden", personas=(florist,), phases=("vasthouden",)).phases.get()
    make_item("Folder", personas=florist, phases=phase, expires_at=date_at(2026, 4, 1))
    return phase


def date_at(*day: int) -> Any:
    return NOW.replace(year=day[0], month=day[1], day=day[2])


# Occasions and campaigns


def test_an_occasion_takes_whole_days_and_links_to_its_page() -> None:
    occasion = make_occasion()
    (event,) = events(make_feed(filters={"kinds": ["occasion"]}))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 4, 1), date(2026, 4, 4))
    assert event["SUMMARY"] == "Occasion: Trade fair"
    assert event["URL"] == f"https://cms.example.com/admin/planner/occasions/{occasion.pk}/"
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_campaign_spans_its_days() -> None:
    make_campaign()
    (event,) = events(make_feed(filters={"kinds": ["campaign"]}))
    assert (event["SUMMARY"], event["DTSTART"].dt, event["DTEND"].dt) == (
        "Campaign: Spring",
        date(2026, 3, 10),
        date(2026, 3, 21),
    )


def test_a_campaign_that_is_renamed_raises_its_sequence() -> None:
    campaign, path = make_campaign(), make_feed(filters={"kinds": ["campaign"]})
    events(path)
    campaign.name = "Voorjaar"
    campaign.save()
    (event,) = events(path)
    assert event["SEQUENCE"] == 1


def test_a_blackout_says_so() -> None:
    make_occasion(blackout=True)
    (event,) = events(make_feed(filters={"kinds": ["occasion"]}))
    assert "Nothing should go out on these days." in event["DESCRIPTION"]


def test_an_occasion_of_a_persona_passes_only_that_filter() -> None:
    make_occasion("For florists").personas.add(make_persona("florist"))
    make_occasion("For everybody")
    make_persona("gardener")
    assert titles(kinds=["occasion"], personas=["gardener"]) == ["Occasion: For everybody"]


# Gaps


def test_a_gap_is_a_free_day_on_which_it_opens_with_a_link_to_its_cell(cell: Any) -> None:
    (event,) = events(make_feed(filters={"kinds": ["gap"]}))
    assert event["SUMMARY"] == "Gap: no content for Florist in Vasthouden"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 4, 1), date(2026, 4, 2))
    assert (event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("TRANSPARENT", "FREE")
    assert event["URL"] == "https://cms.example.com/admin/planner/coverage/klant/florist/vasthouden/"
    assert "No fresh content from 1 April 2026" in event["DESCRIPTION"]


def test_a_gap_that_moves_stays_one_event(cell: Any) -> None:
    path = make_feed(filters={"kinds": ["gap"]})
    (before,) = events(path)
    item = make_item(personas=cell.journey.personas.get(), phases=cell, expires_at=date_at(2026, 4, 9))
    (after,) = events(path)
    assert (before["UID"], before["SEQUENCE"] + 1) == (after["UID"], after["SEQUENCE"])
    assert after["DTSTART"].dt == item.expires_at.date()


def test_two_readers_have_gap_events_of_their_own(cell: Any) -> None:
    section = make_section("Section A")
    make_item(section=section, personas=cell.journey.personas.get(), phases=cell, expires_at=date_at(2026, 4, 9))
    (of_erik,) = events(make_feed(erik(section), filters={"kinds": ["gap"]}))
    (of_marieke,) = events(make_feed(filters={"kinds": ["gap"]}))
    assert of_erik["UID"] != of_marieke["UID"]


def test_a_gap_tells_nothing_of_content_that_its_reader_may_not_see(cell: Any) -> None:
    assert titles(erik(make_section("Section A")), kinds=["gap"]) == []


def test_a_gap_passes_the_filters_of_its_cell(cell: Any) -> None:
    user = marieke()
    make_persona("gardener")
    for filters, number in (
        ({"personas": ["florist"]}, 1),
        ({"personas": ["gardener"]}, 0),
        ({"phases": ["klant/vasthouden"]}, 1),
        ({"journey": "klant"}, 1),
        ({"journey": "other"}, 0),
        ({"statuses": ["live"]}, 0),
        ({"mine": True}, 0),
    ):
        assert len(titles(user, kinds=["gap"], **filters)) == number, filters


# Filters on entries


def test_kinds_narrow() -> None:
    make_item("Folder", expires_at=NOW + days(3), review_due=date(2026, 3, 9))
    assert titles(kinds=["expiry"]) == ["Expires: Folder"]


def test_a_status_narrows_to_the_word_that_is_shown() -> None:
    make_item("Folder")
    tag(make_page("Draft", live=False), target_at=NOW + days(1))
    assert titles(kinds=["publication"], statuses=["planned"]) == ["Planned: Draft"]


def test_a_campaign_narrows_to_its_content_and_itself() -> None:
    make_item("Folder", campaign=make_campaign("spring"))
    make_campaign("autumn")
    make_item("Other")
    make_occasion()
    assert titles(campaigns=["spring"]) == ["Campaign: Spring", "Live: Folder"]


def test_a_journey_narrows_to_its_phases() -> None:
    first, second = (make_journey(slug, phases=("keep",)) for slug in ("first", "second"))
    make_item("In first", phases=first.phases.get())
    make_item("In second", phases=second.phases.get())
    assert titles(journey="first") == ["Live: In first"]


def test_an_owner_narrows() -> None:
    make_item("Of Erik", owner=(owner := make_user("erik")))
    make_item("Of nobody")
    assert titles(owners=[owner.pk]) == ["Live: Of Erik"]


def test_mine_is_what_its_own_owner_owns() -> None:
    user = marieke()
    make_item("Mine", owner=user)
    make_item("Of another", owner=make_user("erik"))
    assert titles(user, mine=True) == ["Live: Mine"]


def test_an_owner_who_was_deleted_matches_nothing() -> None:
    make_item("Folder")
    assert titles(owners=[999_999]) == []


def test_all_filters_narrow_together() -> None:
    florist, website = make_persona("florist"), make_channel("website")
    make_item("Both", personas=florist, channels=website)
    make_item("One", personas=florist)
    assert titles(personas=["florist"], channels=["website"]) == ["Live: Both"]


def test_what_is_stored_is_read_back() -> None:
    selection = Selection(personas=["florist"], mine=True, journey="klant", owners=[3])
    assert Selection(**selection.stored()) == selection
    assert Selection().stored() == {}


# How it tells


def test_titles_only_tells_no_name_beside_the_title() -> None:
    florist, website = make_persona("florist", name="Florist"), make_channel("website", name="Website")
    phase = make_journey("klant", name="Klant worden", phases=("keep",)).phases.get()
    owner = make_user("erik", first_name="Erik")
    make_item("Folder", personas=florist, phases=phase, channels=website, owner=owner, url="https://example.com/secret")
    (event,) = [one for one in events(make_feed(detail="titles")) if "Folder" in one["SUMMARY"]]
    written = event.to_ical().decode().replace("\r\n ", "")
    assert not [name for name in ("Florist", "Website", "Klant", "Keep", "Erik", "secret") if name in written]
    assert event["DESCRIPTION"].startswith("Plan:")


def test_each_form_of_an_event_has_versions_of_its_own() -> None:
    item, user = make_item("Folder"), marieke()
    details, plain = make_feed(user, name="1"), make_feed(user, name="2", detail="titles")
    events(details)
    item.title = "Vouwblad"
    item.save()
    sequences = [
        {int(event["SEQUENCE"]) for event in events(path) if "Vouwblad" in event["SUMMARY"]}
        for path in (details, plain)
    ]
    assert sequences == [{1}, {0}]


@pytest.mark.parametrize(
    ("reminders", "trigger", "of_a_day"),
    [
        ("15m", timedelta(minutes=-15), timedelta(hours=9)),
        ("1h", timedelta(hours=-1), timedelta(hours=9)),
        ("1d", timedelta(days=-1), timedelta(hours=-15)),
    ],
)
def test_reminders_ring_before_an_event(reminders: str, trigger: timedelta, of_a_day: timedelta) -> None:
    make_item("Folder")
    make_occasion()
    path = make_feed(reminders=reminders, filters={"kinds": ["publication", "occasion"]})
    alarms = {event["SUMMARY"].split(":")[0]: event.walk("VALARM")[0] for event in events(path)}
    assert (alarms["Live"]["TRIGGER"].dt, alarms["Occasion"]["TRIGGER"].dt) == (trigger, of_a_day)
    assert alarms["Live"]["ACTION"] == "DISPLAY"


def test_without_reminders_no_event_rings() -> None:
    make_item("Folder")
    assert not [event for event in events(make_feed()) if event.walk("VALARM")]


def test_a_feed_speaks_its_language() -> None:
    make_campaign()
    (event,) = events(make_feed(language="nl", filters={"kinds": ["campaign"]}))
    assert event["SUMMARY"] == "Campagne: Spring"


def test_no_mail_address_leaves_the_site() -> None:
    make_item("Folder", owner=make_user("erik@example.com"))
    assert b"@example.com" not in Client().get(make_feed()).content
