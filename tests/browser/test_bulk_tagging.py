"""Tagging many items at once: from the explorer, the untagged report and a coverage cell, by mouse and by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from planner.models import ContentItem
from tests import factories
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.test_whole_task import press, tab_to
from tests.factories import make_page, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

REPORT = "/admin/planner/untagged/"


@pytest.fixture
def ferns(nursery: Nursery) -> list[ContentItem]:
    """Two live pages of the section that nobody has tagged yet."""
    lately = timezone.now() - timedelta(days=1)
    pages = [make_page(title, parent=nursery.section, first_published_at=lately) for title in ("Ferns", "Fern care")]
    return [ContentItem.objects.get(page=page) for page in pages]


def box_of(page: Page, title: str):  # noqa: ANN201  (a locator)
    return page.get_by_role("row").filter(has_text=title).get_by_role("checkbox")


def tick_tags(page: Page) -> None:
    for label in ("Balcony gardener", "Renew", "Website"):
        page.get_by_role("checkbox", name=label).check()


def slugs(item: ContentItem, dimension: str) -> list[str]:
    return list(getattr(item, dimension).values_list("slug", flat=True))


def test_the_report_tags_what_is_ticked_and_the_rows_are_gone(
    nursery: Nursery, ferns: list[ContentItem], open_as: OpenAs
) -> None:
    page = open_as(nursery.erik)
    page.goto(f"{REPORT}?q=fern")
    for title in ("Ferns", "Fern care"):
        box_of(page, title).check()
    page.get_by_role("link", name="Tag selected items").click()
    expect(page.get_by_role("heading", name="Tags for 2 items")).to_be_visible()
    tick_tags(page)
    page.get_by_label("Themes", exact=True).fill("ferns, shade")
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_text("2 items have new tags.")).to_be_visible()
    assert page.url.endswith(f"{REPORT}?q=fern")
    expect(page.get_by_role("link", name="Ferns")).to_have_count(0)
    assert slugs(ferns[0], "phases") == ["renew"]
    assert set(ferns[1].themes.names()) == {"ferns", "shade"}


def test_everything_goes_by_keyboard_alone(nursery: Nursery, ferns: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto(f"{REPORT}?q=fern")
    press(page, page.get_by_label("Select all").first, "Space")
    press(page, page.get_by_role("link", name="Tag selected items"))
    press(page, page.get_by_label("Balcony gardener"), "Space")
    press(page, page.get_by_label("Themes", exact=True), "a")
    press(page, page.get_by_role("button", name="Save tags"))
    expect(page.get_by_text("2 items have new tags.")).to_be_visible()
    assert slugs(ferns[0], "personas") == [nursery.journey.personas.last().slug]
    assert set(ferns[0].themes.names()) == {"a"}


def test_all_of_a_long_report_can_be_chosen(nursery: Nursery, open_as: OpenAs) -> None:
    lately = timezone.now() - timedelta(days=1)
    for number in range(52):
        make_page(f"Moss {number}", parent=nursery.section, first_published_at=lately)
    page = open_as(nursery.erik)
    page.goto(f"{REPORT}?q=moss")
    page.get_by_label("Select all").first.check()
    page.get_by_role("button", name="Select all items in this list").click()
    page.get_by_role("link", name="Tag selected items").click()
    expect(page.get_by_role("heading", name="Tags for 52 items")).to_be_visible()
    tick_tags(page)
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_text("52 items have new tags.")).to_be_visible()


def test_a_filter_set_without_loading_the_page_again_is_kept(
    nursery: Nursery, ferns: list[ContentItem], open_as: OpenAs
) -> None:
    page = open_as(nursery.erik)
    page.goto(REPORT)
    page.get_by_placeholder("Search…").fill("fern care")
    expect(page.get_by_role("link", name="Ferns", exact=True)).to_have_count(0)
    box_of(page, "Fern care").check()
    page.get_by_role("link", name="Tag selected items").click()
    tick_tags(page)
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_text("1 item has new tags.")).to_be_visible()
    assert "q=fern+care" in page.url


def test_a_coverage_cell_tags_its_items(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/planner/coverage/buying/florist/discover/")
    box_of(page, "Hellebores in winter").check()
    page.get_by_role("link", name="Tag selected items").click()
    page.get_by_label("What to do with the phases").select_option("replace")
    page.get_by_role("checkbox", name="Renew").check()
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_text("1 item has new tags.")).to_be_visible()
    assert slugs(nursery.page.planner_item, "phases") == ["renew"]


def test_it_works_without_javascript(nursery: Nursery, ferns: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto(f"{REPORT}?q=fern")
    box_of(page, "Ferns").check()
    page.get_by_role("button", name="Tag the ticked items").click()
    tick_tags(page)
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_text("1 item has new tags.")).to_be_visible()
    page.get_by_role("button", name="Tag all items in this list").click()
    expect(page.get_by_role("heading", name="Tags for 1 item")).to_be_visible()


def test_the_explorer_names_what_is_refused(nursery: Nursery, open_as: OpenAs) -> None:
    other = make_section("Wholesale", parent=nursery.section.get_parent())
    refused = make_page("Price list", parent=other)
    user = factories.make_user("tagger", section=other, can=("publish",))
    user.groups.add(nursery.erik.groups.get())
    page = open_as(user)
    page.goto(f"/admin/pages/{nursery.section.get_parent().pk}/?plan_status=live&search_all=1")
    for title in ("Price list", "Old catalogue"):
        box_of(page, title).check()
    page.get_by_role("link", name="Tag selected pages").click()
    expect(page.get_by_text("Left out, because tagging needs the right to edit them")).to_be_visible()
    expect(page.locator(".jp-warning").get_by_text("Price list")).to_be_visible()
    tick_tags(page)
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_text("1 page has new tags.")).to_be_visible()
    assert slugs(refused.planner_item, "personas") == []


def test_a_mistake_is_explained_beside_its_field(nursery: Nursery, ferns: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto(f"{REPORT}?q=fern")
    box_of(page, "Ferns").check()
    page.get_by_role("link", name="Tag selected items").click()
    page.get_by_label("What to do with the channels").select_option("remove")
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_role("group", name="Channels").get_by_text("Tick at least one.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Save tags"))
