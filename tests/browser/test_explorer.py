"""The plan in Wagtail's page explorer, in a browser: the column, and filters together with a search."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Nursery, OpenAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def titles(page: Page) -> set[str]:
    return {title.strip() for title in page.locator("td.title .title-wrapper").all_inner_texts()}


def test_a_filter_works_together_with_a_search(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto(f"/admin/pages/{nursery.section.pk}/?q=re")
    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="Persona", exact=True).click()
    page.get_by_role("checkbox", name="Balcony gardener").check()
    expect(page.locator("td.title").filter(has_text="Repotting")).to_be_visible()
    expect(page.locator("td.title").filter(has_text="Hellebores in winter")).to_have_count(0)
    expect(page.locator(".w-pill, .w-active-filters").get_by_text("Balcony gardener").first).to_be_visible()
    assert "q=re" in page.url
    assert "persona=" in page.url


def test_the_status_filter_finds_what_is_overdue(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto(f"/admin/pages/{nursery.section.pk}/?plan_status=overdue")
    rows = page.locator("td.jp-plan-cell")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Overdue")
    expect(page.locator("td.title").first).to_contain_text("Repotting")


def test_the_title_keeps_a_quarter_of_the_list(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport={"width": 1280, "height": 900})
    page.goto(f"/admin/pages/{nursery.section.pk}/")
    table = page.locator("table.listing").bounding_box()
    title = page.locator("td.title").first.bounding_box()
    assert title["width"] >= table["width"] / 4


def test_a_phone_shows_wagtails_own_columns_only(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport={"width": 320, "height": 640})
    page.goto(f"/admin/pages/{nursery.section.pk}/")
    expect(page.locator("td.jp-plan-cell").first).to_be_hidden()
