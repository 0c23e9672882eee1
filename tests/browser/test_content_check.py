"""The Checks panel of the page editor says that a page has no persona or phase, and stops when it has."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Nursery, OpenAs
from tests.browser.test_plan_tab import UNTIL_WATCHED, wait_for_tags
from tests.browser.test_screens import pytestmark, under_policy  # noqa: F401
from tests.factories import make_page

SAID = "No persona or phase"


def open_checks(page: Page, key: int) -> None:
    page.goto(f"/admin/pages/{key}/edit/")
    page.get_by_role("button", name="Toggle checks").click()
    # The number of words is filled in last, after all checks have run.
    expect(page.locator("[data-content-word-count]")).not_to_have_text("-")


def test_it_is_listed_until_the_boxes_are_ticked(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport={"width": 1280, "height": 900})
    mosses = make_page("Mosses", parent=nursery.section)
    open_checks(page, mosses.pk)
    panel = page.locator("[data-checks-panel]")
    expect(panel.get_by_role("heading", name=SAID)).to_be_visible()
    expect(panel).to_contain_text("Choose them on the Plan tab.")
    page.wait_for_timeout(UNTIL_WATCHED)
    page.get_by_role("tab", name="Plan").click()
    page.get_by_role("checkbox", name="Florist").check()
    # Wagtail takes for saved what changes in the half second before an autosave's answer.
    wait_for_tags(page, mosses, personas=1)
    page.wait_for_load_state("networkidle")
    page.get_by_role("checkbox", name="Choose").check()
    expect(panel.get_by_role("heading", name=SAID)).to_have_count(0)


def test_a_page_that_is_tagged_is_not_listed(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport={"width": 1280, "height": 900})
    open_checks(page, nursery.page.pk)
    expect(page.locator("[data-checks-panel]").get_by_role("heading", name=SAID)).to_have_count(0)


def test_a_strict_content_security_policy_does_not_stop_it(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport={"width": 1280, "height": 900})
    page.route("**/admin/**", under_policy)
    open_checks(page, make_page("Mosses", parent=nursery.section).pk)
    expect(page.locator("[data-checks-panel]").get_by_role("heading", name=SAID)).to_be_visible()
