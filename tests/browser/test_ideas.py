"""From a gap to a page: planned, made, scheduled and found again, with nothing entered twice."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Page as SitePage

from planner.models import ContentItem
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.test_screens import under_policy
from tests.browser.test_whole_task import entry_in_month, press, tab_to
from tests.factories import make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CELL = "/admin/planner/coverage/buying/gardener/renew/"


@pytest.fixture
def day() -> date:
    return timezone.localdate() + timedelta(days=9)


def plan_for_the_gap(page: Page, day: date) -> ContentItem:
    """The gap's own button, and the form that it fills in; then the idea that it made."""
    page.goto(CELL)
    page.get_by_role("link", name="Plan content here").first.click()
    expect(page.get_by_label("Balcony gardener")).to_be_checked()
    expect(page.get_by_label("Renew")).to_be_checked()
    page.get_by_label("Title").fill("Dividing perennials")
    page.get_by_label("Brief").fill("Before they flower.")
    page.get_by_label("Target date").fill(day.isoformat())
    page.get_by_role("button", name="Save idea", exact=True).click()
    expect(page.get_by_text("“Dividing perennials” is planned for")).to_be_visible()
    assert page.url.endswith(CELL)
    return ContentItem.objects.get(title="Dividing perennials")


def make_its_page(page: Page) -> None:
    page.get_by_role("table").get_by_role("link", name="Dividing perennials", exact=True).click()
    page.get_by_role("link", name="Create page").click()
    page.get_by_role("radio", name="Article").check()
    page.get_by_role("button", name="Create the page").click()
    page.wait_for_url("**/edit/**")


def events_of(title: str) -> int:
    output = StringIO()
    call_command("export_calendar", stdout=output)
    return sum(line.startswith("SUMMARY") and title in line for line in output.getvalue().splitlines())


def test_an_idea_for_a_gap_becomes_a_page_that_goes_live(nursery: Nursery, open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.marieke)
    idea = plan_for_the_gap(page, day)
    make_its_page(page)
    expect(page.locator("#id_title")).to_have_value("Dividing perennials")
    page.get_by_role("tab", name="Plan").click()
    expect(page.get_by_label("Balcony gardener")).to_be_checked()
    expect(page.get_by_label("Brief", exact=True)).to_have_value("Before they flower.")
    row = ContentItem.objects.get(uid=idea.uid)
    assert row.pk == idea.pk
    assert row.page.draft_title == "Dividing perennials"
    # As the editor's own "Publish" does with a date: its dialog is Wagtail's, and tested there.
    site_page = SitePage.objects.get(pk=row.page_id).specific
    site_page.go_live_at = timezone.now() + timedelta(days=9)
    site_page.save_revision(user=nursery.marieke).publish(user=nursery.marieke)
    expect(entry_in_month(page, day, "Dividing perennials")).to_contain_text("Scheduled")
    assert ContentItem.objects.filter(uid=idea.uid).get().page_id == site_page.pk
    assert events_of("Dividing perennials") == 1


def test_the_whole_road_needs_no_javascript(nursery: Nursery, open_as: OpenAs, day: date) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    idea = plan_for_the_gap(page, day)
    make_its_page(page)
    assert ContentItem.objects.get(uid=idea.uid).page.draft_title == "Dividing perennials"
    page.goto(f"/admin/planner/items/{idea.pk}/")
    page.get_by_role("link", name="Cancel the plan").click()
    page.get_by_role("button", name="Cancel the plan").click()
    expect(page.get_by_text("is cancelled")).to_be_visible()
    page.get_by_role("link", name="Restore the plan").last.click()
    page.get_by_role("button", name="Restore the plan").click()
    expect(page.get_by_text("is restored")).to_be_visible()
    page.get_by_role("link", name="Duplicate").click()
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Copy of Dividing perennials")


def test_a_day_of_the_calendar_is_filled_in(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/calendar/")
    today = timezone.localdate()
    page.get_by_role("link", name=f"Plan content on {today.day} {today:%B}", exact=True).click()
    expect(page.get_by_label("Target date")).to_have_value(today.isoformat())


def test_an_entry_opens_at_a_glance_and_gives_the_focus_back(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.route("**/admin/**", under_policy)
    page.goto("/admin/planner/calendar/")
    entry = page.get_by_role("link", name="Spring colours", exact=True)
    press(page, entry)
    glance = page.get_by_role("dialog", name="Spring colours")
    expect(glance).to_be_visible()
    expect(glance).to_contain_text("Florist")
    assert glance.evaluate("element => element.contains(document.activeElement)")
    tab_to(page, glance.get_by_role("link", name="Change the plan"))
    page.keyboard.press("Escape")
    expect(glance).to_be_hidden()
    expect(entry).to_be_focused()
    entry.click()
    glance.get_by_role("button", name="Close").click()
    expect(glance).to_be_hidden()
    assert not [message.text for message in page.console_messages() if message.type in {"error", "warning"}]


def test_a_click_that_asks_for_a_new_tab_gets_the_plan(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/calendar/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Spring colours", exact=True).click(modifiers=["Control"])
    assert "/admin/planner/items/" in opened.value.url
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_whoever_was_logged_out_is_sent_to_log_in(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/calendar/")
    page.context.clear_cookies()
    page.get_by_role("link", name="Spring colours", exact=True).click()
    page.wait_for_url("**/login/**")


def test_what_went_meanwhile_leads_to_its_plan_which_is_gone(nursery: Nursery, open_as: OpenAs) -> None:
    item = make_item("Short-lived", state="idea", section=nursery.section, target_at=timezone.now())
    page = open_as(nursery.erik)
    page.goto("/admin/planner/calendar/")
    address = f"**/admin/planner/items/{item.pk}/"
    item.delete()
    page.get_by_role("link", name="Short-lived", exact=True).click()
    page.wait_for_url(address)
