"""What an editor comes for: tag a page, see it in the calendar, see the gap close, and have it in one's own calendar.

By mouse from the login on, by keyboard alone, and with JavaScript switched off.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Nursery, OpenAs
from tests.factories import PASSWORD, make_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MOST_TABS = 150


@pytest.fixture
def untagged(nursery: Nursery) -> dict[str, str]:
    """The plan addresses of two live pages and a draft that nobody has tagged yet, by title."""
    lately = timezone.now() - timedelta(days=1)
    pages = [make_page(title, parent=nursery.section, first_published_at=lately) for title in ("Ferns", "Moss")]
    pages.append(make_page("Dividing perennials", parent=nursery.section, live=False))
    return {page.title: f"/admin/planner/items/page/{page.pk}/" for page in pages}


@pytest.fixture
def day() -> date:
    """Far enough ahead to be a plan on everybody's clock."""
    return timezone.localdate() + timedelta(days=9)


def fill_in(page: Page, day: date | None = None) -> None:
    """Tag what is open for the gardener who renews, on the website."""
    for label in ("Balcony gardener", "Renew", "Website"):
        page.get_by_label(label).check()
    if day:
        page.get_by_label("Target date").fill(day.isoformat())
    page.get_by_role("button", name="Save plan").click()
    expect(page.get_by_text("is saved")).to_be_visible()


def gap_of_the_cell(page: Page) -> Locator:
    """The matrix's words for the gardener who renews."""
    page.goto("/admin/planner/coverage/")
    return page.get_by_role("link", name="Balcony gardener × Renew").first


def entry_in_month(page: Page, day: date, title: str) -> Locator:
    page.goto(f"/admin/planner/calendar/?month={day:%Y-%m}")
    on_that_day = page.locator("td", has=page.locator(f"time[datetime='{day}']"))
    return on_that_day.get_by_role("listitem").filter(has_text=title)


def fetch(site: str, link: str) -> str:
    """The calendar behind a link, as a calendar program gets it: without a session, and here from this server."""
    with urllib.request.urlopen(site + urlsplit(link).path, timeout=10) as answer:  # noqa: S310 (our own server)
        return answer.read().decode()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def test_an_editor_plans_a_page_and_finds_it_in_the_calendar(
    nursery: Nursery, untagged: dict[str, str], open_as: OpenAs, day: date
) -> None:
    visitor = open_as(None)
    visitor.goto("/admin/")
    visitor.get_by_label("Username").fill("erik")
    visitor.get_by_label("Password").fill(PASSWORD)
    visitor.get_by_role("button", name="Sign in").click()
    visitor.wait_for_url("**/admin/")
    visitor.goto(f"/admin/pages/{nursery.section.pk}/")
    visitor.get_by_role("link", name="Dividing perennials").click()
    visitor.get_by_role("button", name="Actions", exact=True).click()
    visitor.get_by_role("link", name="Plan", exact=True).click()
    fill_in(visitor, day)
    entry = entry_in_month(visitor, day, "Dividing perennials")
    expect(entry).to_contain_text("Planned")
    expect(entry).to_contain_text("Renew")


def test_the_gap_closes_as_live_pages_are_tagged(
    nursery: Nursery, untagged: dict[str, str], open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.erik)
    expect(gap_of_the_cell(page)).to_contain_text("Empty")
    page.goto(untagged["Dividing perennials"])
    fill_in(page, day)
    expect(gap_of_the_cell(page)).to_contain_text("Empty, plan aims at")
    page.goto(untagged["Ferns"])
    fill_in(page)
    expect(gap_of_the_cell(page)).to_contain_text("Thin")
    page.goto(untagged["Moss"])
    fill_in(page)
    expect(gap_of_the_cell(page)).to_contain_text("On target")


def test_a_feed_carries_the_plan_until_it_is_revoked(
    nursery: Nursery, untagged: dict[str, str], open_as: OpenAs, day: date
) -> None:
    page = open_as(nursery.erik)
    page.goto(untagged["Dividing perennials"])
    fill_in(page, day)
    page.goto("/admin/planner/subscriptions/new/")
    page.get_by_label("Name").fill("Renewal")
    page.get_by_label("Renew").check()
    page.get_by_role("button", name="Make the feed").click()
    link = page.get_by_label("Link of the calendar").input_value()
    assert "Dividing perennials" in fetch(nursery.url, link)
    assert "Hellebores" not in fetch(nursery.url, link)
    page.goto("/admin/planner/subscriptions/")
    expect(page.get_by_label("Link of the calendar")).to_have_count(0)
    page.get_by_role("link", name="Revoke Renewal").click()
    page.get_by_role("button", name="Revoke “Renewal”").click()
    expect(page.get_by_text("is revoked")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(nursery.url, link)


def test_planning_needs_no_mouse(nursery: Nursery, untagged: dict[str, str], open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.erik, locale="en-US")
    page.goto(f"/admin/pages/{nursery.section.pk}/")
    press(page, page.get_by_role("link", name="Dividing perennials"))
    press(page, page.get_by_role("button", name="Actions", exact=True))
    press(page, page.get_by_role("link", name="Plan", exact=True))
    for label in ("Balcony gardener", "Renew", "Website"):
        press(page, page.get_by_label(label), "Space")
    tab_to(page, page.get_by_label("Target date"))
    page.keyboard.type(f"{day:%m%d%Y}")
    press(page, page.get_by_role("button", name="Save plan"))
    expect(page.get_by_text("is saved")).to_be_visible()
    expect(entry_in_month(page, day, "Dividing perennials")).to_contain_text("Planned")
    expect(gap_of_the_cell(page)).to_contain_text("Empty, plan aims at")
    press(page, gap_of_the_cell(page))
    press(page, page.get_by_role("table").get_by_role("link", name="Dividing perennials"))
    press(page, page.get_by_role("dialog").get_by_role("link", name="Change the plan"))
    expect(page.get_by_label("Renew")).to_be_checked()


def test_subscribing_needs_no_mouse(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/subscriptions/")
    press(page, page.get_by_role("link", name="New feed"))
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("Florists")
    press(page, page.get_by_label("Florist", exact=True), "Space")
    press(page, page.get_by_role("button", name="Make the feed"))
    link = page.get_by_label("Link of the calendar")
    tab_to(page, link)
    assert "Hellebores" in fetch(nursery.url, link.input_value())
    press(page, page.get_by_role("link", name="Revoke Florists"))
    press(page, page.get_by_role("button", name="Revoke “Florists”"))
    expect(page.get_by_text("is revoked")).to_be_visible()


def test_the_calendar_is_filtered_by_keyboard(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/calendar/")
    press(page, page.get_by_role("button", name="Show filters"))
    press(page, page.locator(".w-drilldown__menu").get_by_role("button", name="Persona"))
    press(page, page.get_by_label("Florist", exact=True), "Space")
    expect(page.locator(".w-active-filters")).to_have_text(re.compile(r"Persona:\s*Florist"))


def test_the_calendar_can_be_skipped_by_keyboard(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/calendar/?persona=florist")
    press(page, page.get_by_role("link", name="Skip the calendar"))
    assert page.evaluate("document.activeElement.id") == "jp-after-calendar"


def test_planning_needs_no_javascript(nursery: Nursery, untagged: dict[str, str], open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto(untagged["Dividing perennials"])
    fill_in(page, day)
    expect(entry_in_month(page, day, "Dividing perennials")).to_contain_text("Planned")
    page.goto("/admin/planner/coverage/")
    page.get_by_role("link", name="Balcony gardener × Renew").first.click()
    expect(page.get_by_role("table").get_by_role("link", name="Dividing perennials")).to_be_visible()


def test_the_calendar_needs_no_javascript(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto("/admin/planner/calendar/?month=2026-01")
    page.get_by_role("link", name="Next month").click()
    expect(page.get_by_role("heading", name="February 2026", exact=True)).to_be_visible()
    page.locator("summary", has_text="Filters").click()
    page.locator(".jp-filters__form").get_by_label("Florist", exact=True).check()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator(".jp-pills")).to_contain_text("Persona: Florist")
    expect(page.get_by_role("heading", name="February 2026", exact=True)).to_be_visible()


def test_subscribing_needs_no_javascript(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto("/admin/planner/subscriptions/new/")
    page.get_by_label("Name").fill("Florists")
    page.get_by_role("button", name="Make the feed").click()
    link = page.get_by_label("Link of the calendar").input_value()
    assert "Hellebores" in fetch(nursery.url, link)
    page.get_by_role("link", name="Revoke Florists").click()
    page.get_by_role("button", name="Revoke “Florists”").click()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(nursery.url, link)
