"""The tray beside the calendar: what is meant to go out and has no date yet."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from planner.models import ContentItem, GapDecision
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"


def tray(client: Client, query: str = "") -> set[str]:
    html = BeautifulSoup(client.get(CALENDAR + query).content, "html.parser")
    return {title.text for title in html.select("#jp-tray .jp-entry__title")}


def test_it_holds_undated_ideas_and_drafts_and_nothing_else(marieke: Client) -> None:
    make_item("Idea", state="idea")
    make_item("Off-site draft", state="draft")
    make_page("Draft", live=False)
    make_item("Dated idea", state="idea", target_at=NOW + days(3))
    make_item("Cancelled", state="cancelled", starts_at=None)
    make_item("Confirmed")
    tag(make_page("Planned", live=False), target_at=NOW + days(3))
    make_page("Proposed", live=False, go_live_at=NOW + days(3))
    schedule_page(make_page("Scheduled", live=False), NOW + days(3))
    make_page("Live")
    make_page("Taken off", live=False, first_published_at=NOW - days(9))
    assert tray(marieke) == {"Idea", "Off-site draft", "Draft"}


def test_the_same_filters_hold_for_the_tray(marieke: Client) -> None:
    florist = make_persona("florist")
    journey = make_journey(personas=(florist,), phases=("see",))
    make_item("For florists", state="idea", personas=florist)
    make_item("In the phase", state="idea", phases=journey.phases.get())
    assert tray(marieke, "?persona=florist") == {"For florists"}
    assert tray(marieke, f"?phase={journey.slug}/see") == {"In the phase"}
    assert tray(marieke, "?persona=gone") == set()


def test_the_status_filter_holds_too(marieke: Client) -> None:
    make_item("Idea", state="idea")
    make_page("Draft", live=False)
    assert tray(marieke, "?status=idea") == {"Idea"}
    assert tray(marieke, "?status=draft") == {"Draft"}
    assert tray(marieke, "?status=live") == set()


def test_it_shows_the_five_newest_and_on_request_all(marieke: Client) -> None:
    for number in range(7):
        make_item(f"Idea {number}", state="idea")
    html = marieke.get(CALENDAR).content.decode()
    assert tray(marieke) == {f"Idea {number}" for number in range(2, 7)}
    assert "Show all 7" in html
    assert "5 of 7" in html
    assert len(tray(marieke, "?tray=all")) == 7
    assert "Show fewer" in marieke.get(f"{CALENDAR}?tray=all").content.decode()


def test_nobody_learns_of_ideas_elsewhere(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    make_item("Secret", state="idea", section=section_b)
    make_item("Ours", state="idea", section=section_a)
    client.force_login(factories.erik(section_a))
    html = client.get(f"{CALENDAR}?tray=all").content.decode()
    assert "Ours" in html
    assert "Secret" not in html
    assert "No date yet: 1" in html


def titles(client: Client) -> list[str]:
    html = BeautifulSoup(client.get(CALENDAR).content, "html.parser")
    return [title.text for title in html.select("#jp-tray .jp-entry__title")]


def test_what_the_most_pressing_gap_waits_for_comes_first(marieke: Client) -> None:
    florist, gardener = make_persona("florist"), make_persona("gardener", weight=3)
    (see,) = make_journey(personas=(florist, gardener), phases=("see",)).phases.all()
    make_item("For the gardener", state="idea", personas=gardener, phases=see)
    make_item("For the florist", state="idea", personas=florist, phases=see)
    make_item("For nobody yet", state="idea")
    assert titles(marieke) == ["For the gardener", "For the florist", "For nobody yet"]


def test_a_card_names_the_gap_it_would_help_to_close(marieke: Client) -> None:
    florist = make_persona("florist", name="Florist")
    (see,) = make_journey(personas=(florist,), phases=("see",)).phases.all()
    make_item("Tulips", state="idea", for_everyone=True, phases=see)
    card = BeautifulSoup(marieke.get(CALENDAR).content, "html.parser").select_one("#jp-tray .jp-entry")
    assert card.select_one(".jp-entry__gap").get_text(" ", strip=True) == f"Empty Florist × {see.name}"


def test_a_gap_that_is_accepted_moves_nothing_up(marieke: Client) -> None:
    florist = make_persona("florist")
    journey = make_journey("buy", personas=(florist,), phases=("see",))
    make_item("For the florist", state="idea", personas=florist, phases=journey.phases.get())
    make_item("Newer", state="idea")
    GapDecision.objects.create(
        key="EMPTY:buy:florist:see::", journey=journey, until=(NOW + days(9)).date(), reason="Later.", accepted_at=NOW
    )
    assert titles(marieke) == ["Newer", "For the florist"]


def test_the_gaps_of_a_tray_are_those_of_what_its_reader_sees(client: Client) -> None:
    section, florist = make_section("A"), make_persona("florist")
    (see,) = make_journey(personas=(florist,), phases=("see",)).phases.all()
    for name in ("One", "Two"):
        tag(make_page(name, parent=make_section(f"B {name}")), personas=florist, phases=see)
    make_item("Ours", state="idea", personas=florist, phases=see, section=section)
    for reader, told in ((factories.marieke(), False), (factories.erik(section), True)):
        client.force_login(reader)
        assert (b"jp-entry__gap" in client.get(CALENDAR).content) is told


def test_of_what_waits_for_one_gap_the_least_work_comes_first(marieke: Client) -> None:
    florist = make_persona("florist")
    (see,) = make_journey(personas=(florist,), phases=("see",)).phases.all()
    for title, effort in (("Film", 40), ("Post", 2), ("Unknown", None), ("Nothing to do", 0)):
        make_item(title, state="idea", personas=florist, phases=see, effort=effort)
    assert titles(marieke) == ["Nothing to do", "Post", "Film", "Unknown"]
    assert "40 hours of work" in marieke.get(CALENDAR).content.decode()


def test_an_empty_tray_says_so(marieke: Client) -> None:
    assert "Nothing waits for a date." in marieke.get(CALENDAR).content.decode()
    assert "passes the filters" in marieke.get(f"{CALENDAR}?persona=x").content.decode()


@pytest.mark.parametrize("number", [5, 600])
def test_it_reads_no_more_than_somebody_looks_through(
    marieke: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    ContentItem.objects.bulk_create(ContentItem(title=f"Idea {index}", state="idea") for index in range(number))
    marieke.get("/admin/reports/aging-pages/")
    with django_assert_max_num_queries(33):
        response = marieke.get(f"{CALENDAR}?tray=all")
    assert f"No date yet: {number}" in response.content.decode()
    assert response.content.decode().count('<li class="jp-entry') == min(number, 500)


@pytest.mark.parametrize("number", [1, 30])
def test_a_month_with_a_full_tray_stays_within_its_budget(
    client: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    """Thirty queries beyond what Wagtail's empty report costs this editor (16)."""
    section = make_section("A")
    user = factories.mo(section)
    persona = make_persona()
    journey = make_journey(personas=(persona,), phases=("see",))
    tags = {"personas": persona, "phases": journey.phases.get(), "channels": factories.make_channel()}
    for _number in range(number):
        tag(make_page(parent=section, live=False), **tags)
        page = make_page(parent=section, live=False)
        tag(page, owner=user, **tags)
        schedule_page(page, NOW + days(3))
        make_item(section=section, starts_at=NOW + days(4), **tags)
    client.force_login(user)
    client.get(CALENDAR)
    with django_assert_max_num_queries(16 + 30):
        client.get(CALENDAR)
