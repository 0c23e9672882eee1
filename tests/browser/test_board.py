"""The board in a browser: by mouse, by keyboard alone, and with JavaScript switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from wagtail.models import WorkflowState

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

BOARD = "/admin/planner/board/"
TALL = {"width": 1280, "height": 1600}
"""The whole board in sight: a drag does not scroll here."""


@pytest.fixture
def dated(nursery: Nursery) -> ContentItem:
    soon = timezone.now() + timedelta(days=9)
    return make_item("Film about cuttings", section=nursery.section, state="idea", target_at=soon)


@pytest.fixture
def draft(nursery: Nursery) -> Any:
    page = make_page("Potting compost", parent=nursery.section, live=False)
    page.save_revision()
    return page


@pytest.fixture
def scheduled(nursery: Nursery) -> Any:
    page = make_page("Tulip bulbs", parent=nursery.section, live=False)
    schedule_page(page, timezone.now() + timedelta(days=9))
    return page


def column(page: Page, name: str) -> Locator:
    return page.locator(f"[data-column='{name}']")


def card(page: Page, title: str) -> Locator:
    return page.locator(".jp-entry", has_text=title)


def said(page: Page) -> Locator:
    return page.locator("#jp-notice")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_an_idea_is_dragged_off_its_date_and_back_by_its_message(
    nursery: Nursery, dated: ContentItem, open_as: OpenAs
) -> None:
    page = open_as(nursery.erik, viewport=TALL)
    page.goto(BOARD)
    card(page, "Film about cuttings").drag_to(column(page, "idea"))
    expect(said(page)).to_have_text("“Film about cuttings” has no date any more. It stands under “Idea”. Undo")
    expect(column(page, "idea")).to_contain_text("Film about cuttings")
    assert focused(page) == "Film about cuttings"
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "planned")).to_contain_text("Film about cuttings")


def test_a_draft_that_is_dragged_into_review_is_submitted_after_a_question(
    nursery: Nursery, draft: Any, open_as: OpenAs
) -> None:
    page = open_as(nursery.erik, viewport=TALL)
    page.goto(BOARD)
    card(page, "Potting compost").drag_to(column(page, "in_review"))
    page.wait_for_url("**/column/**")
    assert not WorkflowState.objects.exists()
    page.get_by_role("button", name="Move to In review").click()
    expect(said(page)).to_contain_text("“Potting compost” is submitted.")
    expect(column(page, "in_review")).to_contain_text("Potting compost")
    assert focused(page) == "Potting compost"


def test_a_refused_drag_says_why_and_the_card_stays(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.erik, viewport=TALL)
    page.goto(BOARD)
    card(page, "Potting compost").drag_to(column(page, "live"))
    expect(said(page)).to_contain_text("Move it to In review instead.")
    expect(column(page, "draft")).to_contain_text("Potting compost")
    assert focused(page) == "Potting compost"


def test_a_drag_from_an_old_screen_shows_what_somebody_else_did(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport=TALL)
    page.goto(BOARD)
    draft.get_workflow().start(draft, nursery.erik)
    card(page, "Potting compost").drag_to(column(page, "live"))
    expect(said(page)).to_contain_text("was changed since you opened this screen")
    expect(column(page, "in_review")).to_contain_text("Potting compost")


def test_moving_on_the_board_needs_no_mouse(nursery: Nursery, scheduled: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.goto(BOARD)
    press(page, page.get_by_role("link", name="Move “Tulip bulbs”", exact=True))
    press(page, page.get_by_role("button", name="Move to Planned"))
    page.wait_for_url("**/board/**")
    expect(said(page)).to_contain_text("“Tulip bulbs” does not go live by itself any more.")
    expect(column(page, "planned")).to_contain_text("Tulip bulbs")
    assert focused(page) == "Tulip bulbs"


def test_moving_on_the_board_needs_no_javascript(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto(f"{BOARD}?status=draft&status=in_review")
    page.get_by_role("link", name="Move “Potting compost”", exact=True).click()
    expect(page.get_by_text("Move it to In review instead.").first).to_be_visible()
    page.get_by_role("button", name="Move to In review").click()
    expect(said(page)).to_contain_text("“Potting compost” is submitted.")
    expect(page.locator(".jp-pill", has_text="Status: Draft")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "draft")).to_contain_text("Potting compost")


def test_unpublishing_asks_in_wagtails_own_words(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport=TALL)
    page.goto(BOARD)
    card(page, "Hellebores in winter").drag_to(column(page, "draft"))
    page.get_by_text("Are you sure you want to unpublish this page?").wait_for()
    page.get_by_role("button", name="Yes, unpublish it").click()
    page.wait_for_url("**/board/**")
    expect(column(page, "draft")).to_contain_text("Hellebores in winter")


@pytest.mark.parametrize("scripted", [True, False])
def test_a_review_that_is_due_is_marked_as_done(nursery: Nursery, open_as: OpenAs, *, scripted: bool) -> None:
    ContentItem.objects.filter(page=nursery.page).update(review_due=timezone.localdate())
    page = open_as(nursery.erik, java_script_enabled=scripted)
    page.goto(f"{BOARD}?persona=florist")
    decision = page.locator(".jp-decision", has_text="Hellebores in winter")
    decision.get_by_role("button", name="Mark reviewed (Hellebores in winter)").click()
    page.wait_for_url("**/board/?persona=florist")
    message = page.get_by_text("“Hellebores in winter” is marked as reviewed. The next review is due on")
    expect(message).to_be_in_viewport()
    expect(decision).to_have_count(0)


def test_what_expires_soon_is_renewed_in_wagtails_editor(nursery: Nursery, open_as: OpenAs) -> None:
    end = timezone.now() + timedelta(days=4)
    make_page("Bare root apples", parent=nursery.section, first_published_at=end - timedelta(days=90), expire_at=end)
    page = open_as(nursery.erik)
    page.goto(BOARD)
    page.get_by_role("link", name="Renew “Bare root apples”").click()
    page.wait_for_url("**/edit/**")
    expect(page.get_by_text("Give “Bare root apples” another end here")).to_be_visible()


def test_the_quick_view_opens_from_a_card_and_from_a_decision(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    page.goto(BOARD)
    for place in (".jp-decisions", ".jp-board__columns"):
        page.locator(place).get_by_role("link", name="Repotting", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("Repotting")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def screens(dated: ContentItem, draft: Any) -> list[Screen]:
    def take_the_date_off(page: Page) -> None:
        page.get_by_role("button", name="Move to Idea").click()
        said(page).get_by_text("Film about cuttings").wait_for()

    row = ContentItem.objects.get(page=draft)
    live = ContentItem.objects.get(page__title="Hellebores in winter")
    live.review_due = timezone.localdate()
    live.save()
    return [
        Screen("planner/board/"),
        Screen("planner/board/?show=live&persona=florist"),
        Screen("planner/board/?status=expired"),
        Screen(f"planner/items/{row.pk}/column/?column=in_review"),
        Screen(f"planner/items/{live.pk}/reviewed/"),
        Screen(f"planner/items/{dated.pk}/column/", take_the_date_off),
    ]


def test_axe_finds_nothing_on_the_board(nursery: Nursery, dated: ContentItem, draft: Any, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens(dated, draft), violations_in_every_look) == {}
    page = open_as(nursery.marieke, forced_colors="active")
    assert look(page, screens(dated, draft)[:5], violations_in_forced_colours) == {}


def test_the_board_fits_a_phone_and_a_finger(nursery: Nursery, dated: ContentItem, draft: Any, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens(dated, draft), misfits) == {}


def test_the_board_needs_no_more_than_a_strict_content_security_policy(
    nursery: Nursery, dated: ContentItem, draft: Any, open_as: OpenAs
) -> None:
    page = open_as(nursery.marieke, viewport=TALL)
    page.route("**/admin/**", under_policy)
    found = look(page, screens(dated, draft)[:5], complaints)
    page.goto(BOARD)
    card(page, "Film about cuttings").drag_to(column(page, "idea"))
    expect(said(page)).to_contain_text("has no date any more")
    assert (found, complaints(page)) == ({}, [])
