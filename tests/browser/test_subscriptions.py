"""Subscriptions in a real browser: two clicks, a view taken along, renewing; and what holds on every screen."""

from __future__ import annotations

import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Nursery, OpenAs
from tests.browser.screens import Screen, make_a_feed_with_one_click
from tests.browser.test_screens import complaints, look, misfits, under_policy, violations_in_every_look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

INDEX = "planner/subscriptions/"


def screens() -> list[Screen]:
    """A feed is made first; the others are pages of it, and those that need none."""
    return [
        Screen(INDEX, make_a_feed_with_one_click),
        Screen(INDEX, preview),
        Screen(INDEX, renew),
        Screen(INDEX, edit),
        Screen(f"{INDEX}new/?persona=florist&status=live&theme=roses", unfold),
        Screen(f"{INDEX}all/"),
    ]


def preview(page: Page) -> None:
    page.get_by_role("link", name="Preview").first.click()
    page.get_by_text("This is what a calendar program is told now.").wait_for()


def renew(page: Page) -> None:
    page.get_by_role("link", name="Renew link").first.click()
    page.get_by_role("link", name="Keep the old link").wait_for()


def edit(page: Page) -> None:
    page.get_by_role("link", name="Everything I may see", exact=True).click()
    page.get_by_role("button", name="Save feed").wait_for()


def unfold(page: Page) -> None:
    for summary in page.locator(".jp-feeds__more:not([open]) > summary").all():
        summary.click()


def calendar_behind(nursery: Nursery, link: str) -> str:
    with urllib.request.urlopen(nursery.url + link[link.index("/planner/") :]) as answer:  # noqa: S310
        return answer.read().decode()


def test_two_clicks_lead_to_google(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto(f"/admin/{INDEX}")
    page.get_by_role("button", name="My own work").click()
    google = page.get_by_role("link", name="Google Calendar")
    expect(google).to_have_attribute(
        "href", re.compile(r"^https://calendar\.google\.com/calendar/r\?cid=webcal%3A%2F%2F")
    )
    assert "BEGIN:VCALENDAR" in calendar_behind(nursery, page.get_by_label("Link of the calendar").input_value())


def test_the_code_for_the_phone_unfolds_without_script(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    Screen(INDEX, make_a_feed_with_one_click).show(page)
    expect(page.locator("svg.jp-qr")).to_be_visible()


def test_the_filtered_calendar_becomes_a_feed_without_script(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto("/admin/planner/calendar/?persona=gardener")
    page.get_by_role("link", name="Subscribe to this view").click()
    expect(page.get_by_label("Balcony gardener")).to_be_checked()
    page.get_by_label("Name").fill("Gardeners")
    page.get_by_role("button", name="Make the feed").click()
    calendar = calendar_behind(nursery, page.get_by_label("Link of the calendar").input_value())
    assert "Bare root roses" in calendar
    assert "Hellebores" not in calendar


def test_renewing_gives_another_link(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    Screen(INDEX, make_a_feed_with_one_click).show(page)
    renew(page)
    page.get_by_label("How much it tells").select_option("Titles only")
    page.get_by_role("button", name="Renew “Everything I may see”").click()
    expect(page.get_by_text("has a new link")).to_be_visible()
    assert "Persona:" not in calendar_behind(nursery, page.get_by_label("Link of the calendar").input_value())


def test_axe_finds_nothing_in_either_scheme_and_width(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens(), violations_in_every_look) == {}


def test_everything_fits_on_a_phone_and_can_be_hit(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens(), misfits) == {}


def test_nothing_needs_a_looser_content_policy(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.route("**/admin/**", under_policy)
    assert look(page, screens(), complaints) == {}
