"""Moving content in the calendar: by form, by keyboard alone, by drag, and with JavaScript switched off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from planner.models import ContentItem
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.screens import Screen
from tests.browser.test_screens import (
    complaints,
    look,
    misfits,
    under_policy,
    violations_in_every_look,
    violations_in_forced_colours,
)
from tests.browser.test_whole_task import press
from tests.factories import make_item, make_page, schedule_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TALL = {"width": 1280, "height": 2400}
"""The whole month in sight: a drag does not scroll here."""


@pytest.fixture
def day() -> date:
    """Ahead, and on the screen of the present month, which ends with a week of the next one or has days left."""
    today = timezone.localdate()
    return today + timedelta(days=1)


@pytest.fixture
def idea(nursery: Nursery) -> ContentItem:
    return make_item("Film about cuttings", section=nursery.section, state="idea")


@pytest.fixture
def approved(nursery: Nursery, day: date) -> Any:
    page = make_page("Potting compost", parent=nursery.section, live=False)
    schedule_page(page, timezone.now() + timedelta(days=9))
    return page


def calendar_of(day: date) -> str:
    return f"/admin/planner/calendar/?month={day:%Y-%m}"


def cell(page: Page, day: date) -> Locator:
    return page.locator(f"[data-date='{day}']")


def card(page: Page, title: str) -> Locator:
    return page.locator(".jp-entry", has_text=title)


def said(page: Page) -> Locator:
    return page.locator("#jp-notice")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_an_idea_is_dragged_onto_a_day_and_back_by_its_message(
    nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.erik, viewport=TALL)
    page.goto(calendar_of(day))
    card(page, "Film about cuttings").drag_to(cell(page, day))
    expect(said(page)).to_contain_text("“Film about cuttings” is planned for")
    expect(cell(page, day)).to_contain_text("Film about cuttings")
    assert focused(page) == "Film about cuttings"
    page.get_by_role("button", name="Undo").click()
    expect(said(page)).to_contain_text("has no date any more")
    expect(page.locator("#jp-tray")).to_contain_text("Film about cuttings")


def test_a_refused_drag_says_why_and_the_card_stays(
    nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.erik, viewport=TALL)
    page.goto(calendar_of(day))
    past = page.locator("[data-date]").first.get_attribute("data-date")
    card(page, "Film about cuttings").drag_to(cell(page, date.fromisoformat(past)))
    expect(said(page)).to_contain_text("has passed")
    expect(page.locator("#jp-tray")).to_contain_text("Film about cuttings")
    assert focused(page) == "Film about cuttings"


def test_a_drag_from_an_old_screen_shows_what_somebody_else_did(
    nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.erik, viewport=TALL)
    page.goto(calendar_of(day))
    ContentItem.objects.filter(pk=idea.pk).update(state="draft")
    card(page, "Film about cuttings").drag_to(cell(page, day))
    expect(said(page)).to_contain_text("was changed since you opened this screen")
    expect(page.locator("#jp-tray .jp-entry", has_text="Film about cuttings")).to_contain_text("Draft")
    card(page, "Film about cuttings").drag_to(cell(page, day))
    expect(cell(page, day)).to_contain_text("Film about cuttings")


def test_links_of_cards_still_lead_somewhere(nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.erik)
    page.goto(calendar_of(day))
    page.get_by_role("link", name="Film about cuttings", exact=True).click()
    page.get_by_role("dialog").get_by_role("link", name="Change the plan").click()
    page.wait_for_url(f"**/items/{idea.pk}/**")


def test_a_scheduled_page_is_moved_by_the_form_which_tells_what_will_happen(
    nursery: Nursery, approved: Any, open_as: OpenAs
) -> None:
    page, to = open_as(nursery.marieke), timezone.localdate() + timedelta(days=12)
    present = timezone.localdate() + timedelta(days=9)
    page.goto(calendar_of(present))
    page.get_by_role("link", name="Move “Potting compost”").click()
    page.get_by_label("New date").fill(to.isoformat())
    page.get_by_label("Time").fill("10:30")
    page.get_by_label("Time").press("Tab")
    expect(page.get_by_role("status").filter(has_text="stays approved")).to_be_visible()
    page.get_by_role("button", name=f"Move to {to.day} {to:%B %Y}, 10:30").click()
    page.wait_for_url("**/calendar/**")
    expect(said(page)).to_contain_text("It stays approved.")
    assert f"month={present:%Y-%m}" in page.url


def test_moving_needs_no_mouse(nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.erik, locale="en-US")
    page.goto(calendar_of(day))
    press(page, page.get_by_role("link", name="Skip the calendar"))
    press(page, page.get_by_role("link", name="Move “Film about cuttings”"))
    expect(page.get_by_label("New date")).to_be_focused()
    page.keyboard.type(f"{day:%m%d%Y}")
    press(page, page.locator(".jp-move-form button").first)
    page.wait_for_url("**/calendar/**")
    expect(cell(page, day)).to_contain_text("Film about cuttings")
    assert focused(page) == "Film about cuttings"
    press(page, page.get_by_role("button", name="Undo"))
    expect(said(page)).to_contain_text("has no date any more")


def test_moving_needs_no_javascript(nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto(f"{calendar_of(day)}&status=idea&status=planned")
    page.get_by_role("link", name="Move “Film about cuttings”").click()
    page.get_by_label("New date").fill("2001-01-01")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("has passed")
    page.get_by_label("New date").fill(day.isoformat())
    page.get_by_role("button", name="Move", exact=True).click()
    expect(cell(page, day)).to_contain_text("Film about cuttings")
    expect(page.locator(".jp-pills")).to_contain_text("Status: Idea")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#jp-tray")).to_contain_text("Film about cuttings")


def test_without_javascript_a_word_stands_where_an_icon_would(
    nursery: Nursery, idea: ContentItem, open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto(calendar_of(day))
    link = page.locator("#jp-tray .jp-move").first
    shown = "element => getComputedStyle(element, '::before').content"
    assert '"Move"' in link.evaluate(shown)
    expect(link.locator("svg")).to_be_hidden()
    assert '"Plan"' in cell(page, day).locator(".jp-day__plan").evaluate(shown)


def screens_of_a_move(idea: ContentItem, approved: Any) -> list[Screen]:
    row = ContentItem.objects.get(page=approved)

    def move_it(page: Page) -> None:
        page.get_by_label("New date").fill((timezone.localdate() + timedelta(days=2)).isoformat())
        page.locator(".jp-move-form button").first.click()
        said(page).get_by_text("Film about cuttings").wait_for()

    def refuse_it(page: Page) -> None:
        page.get_by_label("New date").fill("2001-01-01")
        page.locator(".jp-move-form button").first.click()
        page.get_by_role("alert").wait_for()

    return [
        Screen(f"planner/items/{row.pk}/move/"),
        Screen(f"planner/items/{row.pk}/move/", refuse_it),
        Screen(f"planner/items/{idea.pk}/move/", move_it),
        Screen("planner/calendar/?tray=all"),
    ]


def test_axe_finds_nothing_in_a_move(nursery: Nursery, idea: ContentItem, approved: Any, open_as: OpenAs) -> None:
    shown = screens_of_a_move(idea, approved)
    assert look(open_as(nursery.marieke), shown, violations_in_every_look) == {}
    page = open_as(nursery.marieke, forced_colors="active")
    assert look(page, shown, violations_in_forced_colours) == {}


def test_a_move_fits_a_phone_and_a_finger(nursery: Nursery, idea: ContentItem, approved: Any, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens_of_a_move(idea, approved), misfits) == {}


def test_a_move_needs_no_more_than_a_strict_content_security_policy(
    nursery: Nursery, idea: ContentItem, approved: Any, open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.marieke, viewport=TALL)
    page.route("**/admin/**", under_policy)
    found = look(page, screens_of_a_move(idea, approved)[:1], complaints)
    page.goto(calendar_of(day))
    card(page, "Film about cuttings").drag_to(cell(page, day))
    expect(said(page)).to_contain_text("is planned for")
    assert (found, complaints(page)) == ({}, [])
