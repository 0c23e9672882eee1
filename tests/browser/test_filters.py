"""Filters, search and saved views of calendar and board: by mouse, by keyboard, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from planner.models import SavedView
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.screens import Screen, open_drilldown
from tests.browser.test_screens import (
    complaints,
    look,
    misfits,
    under_policy,
    violations_in_every_look,
    violations_in_forced_colours,
)
from tests.factories import make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CALENDAR = "/admin/planner/calendar/"
BOARD = "/admin/planner/board/"


@pytest.fixture
def themed(nursery: Nursery) -> Nursery:
    """With themes, teams, owners and saved views, one's own and a shared one."""
    for title, theme, owner in (("Letter on tulips", "Spring", nursery.marieke), ("Letter on moss", "Winter", None)):
        item = make_item(title, starts_at=timezone.now(), section=nursery.section, team=theme, owner=owner)
        item.themes.add(theme)
    SavedView.objects.create(owner=nursery.marieke, name="Spring letters", filters={"theme": ["spring"]})
    SavedView.objects.create(owner=nursery.erik, name="What winter brings", filters={"theme": ["gone"]}, shared=True)
    return nursery


def open_views(page: Page) -> None:
    page.locator(".jp-views > summary").click()


def open_themes(page: Page) -> None:
    open_drilldown(page)
    page.locator(".w-drilldown__menu").get_by_role("button", name="Theme").click()


def shown(page: Page, title: str) -> None:
    expect(page.locator(".jp-calendar").get_by_role("link", name=title, exact=True)).to_have_count(1)


def hidden(page: Page, title: str) -> None:
    expect(page.locator(".jp-calendar").get_by_role("link", name=title, exact=True)).to_have_count(0)


def screens_of(nursery: Nursery) -> list[Screen]:
    opened = nursery.marieke.planner_views.get().pk
    return [
        Screen(f"planner/calendar/?theme=spring&status=live&saved={opened}", open_views),
        Screen("planner/calendar/?theme=spring&theme=gone", open_themes),
        Screen("planner/calendar/?theme=spring&saved=0", open_drilldown),
        Screen(f"planner/board/?theme=spring&saved={opened}", open_views),
        Screen("planner/board/?theme=spring&theme=gone", open_themes),
        Screen("planner/views/"),
        Screen(f"planner/views/{opened}/edit/"),
        Screen(f"planner/views/{opened}/delete/"),
        Screen("planner/views/new/"),
    ]


def test_axe_finds_nothing_with_the_menus_open(themed: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(themed.marieke), screens_of(themed), violations_in_every_look) == {}


def test_axe_finds_nothing_in_forced_colours(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke, forced_colors="active")
    assert look(page, screens_of(themed), violations_in_forced_colours) == {}


def test_they_fit_a_phone_and_need_no_more_than_a_strict_policy(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.route("**/admin/**", under_policy)
    assert look(page, screens_of(themed), lambda screen: misfits(screen) + complaints(screen)) == {}


def test_the_drilldown_filters_by_mouse_and_the_view_stays(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.goto(f"{CALENDAR}?view=week")
    shown(page, "Letter on moss")
    open_themes(page)
    page.get_by_role("checkbox", name="Spring").check()
    hidden(page, "Letter on moss")
    shown(page, "Letter on tulips")
    expect(page).to_have_url(re.compile(r"\?(?=.*theme=spring)(?=.*view=week)(?!.*_w_)"))
    expect(page.locator(".jp-segments [aria-current]")).to_have_text("Week")
    page.keyboard.press("Escape")
    page.locator(".w-pill", has_text="Spring").get_by_role("button", name="Clear").click()
    shown(page, "Letter on moss")
    expect(page).not_to_have_url(re.compile("theme="))
    open_themes(page)
    expect(page.get_by_role("checkbox", name="Spring")).not_to_be_checked()


def test_what_stands_in_filtered_results_still_works(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.goto(CALENDAR)
    page.get_by_role("textbox", name="Search term").fill("tulips letter")
    hidden(page, "Letter on moss")
    page.get_by_role("link", name="Letter on tulips", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Letter on tulips")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Next month").click()
    expect(page).to_have_url(re.compile(r"(?=.*q=tulips\+letter)(?=.*month=)"))
    expect(page.get_by_role("textbox", name="Search term")).to_have_value("tulips letter")
    page.get_by_role("link", name="Clear all filters").click()
    expect(page.get_by_role("textbox", name="Search term")).to_have_value("")
    expect(page).to_have_url(re.compile("month="))


def test_the_drilldown_filters_by_keyboard_alone(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.goto(CALENDAR)
    page.get_by_role("textbox", name="Search term").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show filters")).to_be_focused()
    page.keyboard.press("Enter")
    theme = page.locator(".w-drilldown__menu").get_by_role("button", name="Theme")
    expect(theme).to_be_visible()
    for _step in range(12):
        page.keyboard.press("Tab")
        if theme.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    spring = page.get_by_role("checkbox", name="Spring")
    expect(spring).to_be_visible()
    for _step in range(4):
        page.keyboard.press("Tab")
        if spring.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Space")
    hidden(page, "Letter on moss")
    shown(page, "Letter on tulips")


def test_without_javascript_a_plain_form_filters_and_searches(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke, java_script_enabled=False)
    page.goto(f"{CALENDAR}?view=week")
    expect(page.locator(".w-slim-header__search-form")).to_be_hidden()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Words of the title").fill("letter")
    page.get_by_role("checkbox", name="Me", exact=True).check()
    page.get_by_role("button", name="Show these").click()
    shown(page, "Letter on tulips")
    hidden(page, "Letter on moss")
    expect(page.locator(".jp-segments [aria-current]")).to_have_text("Week")
    expect(page.locator(".w-active-filters")).to_be_hidden()
    page.get_by_role("link", name="Remove the filter Me").click()
    shown(page, "Letter on moss")


def test_a_view_is_saved_changed_replaced_and_deleted(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.goto(CALENDAR)
    open_themes(page)
    page.get_by_role("checkbox", name="Winter").check()
    hidden(page, "Letter on tulips")
    page.keyboard.press("Escape")
    open_views(page)
    page.get_by_label("Name of the view").fill("Moss and more")
    page.get_by_label("Share it with everybody").check()
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("The view “Moss and more” is saved.")).to_be_visible()
    expect(page.locator(".jp-views > summary")).to_contain_text("View: Moss and more")
    page.get_by_role("textbox", name="Search term").fill("moss")
    expect(page.locator(".jp-views > summary")).to_contain_text("changed")
    open_views(page)
    page.get_by_role("button", name="Replace “Moss and more” by the present filters").click()
    expect(page.get_by_text("The view “Moss and more” has the present filters now.")).to_be_visible()
    open_views(page)
    page.get_by_role("link", name="Rename or delete saved views").click()
    page.get_by_role("link", name="Delete Moss and more").click()
    page.get_by_role("button", name="Delete view").click()
    expect(page.get_by_text("The view “Moss and more” is deleted.")).to_be_visible()


def test_without_javascript_a_view_is_saved_and_a_shared_one_opened(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke, java_script_enabled=False)
    page.goto(f"{CALENDAR}?theme=winter&view=agenda")
    open_views(page)
    page.get_by_label("Name of the view").fill("spring LETTERS")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("You have a view “spring LETTERS” already.")).to_be_visible()
    page.get_by_label("Name").fill("Winter")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".jp-views > summary")).to_contain_text("View: Winter")
    open_views(page)
    page.get_by_role("link", name="What winter brings").click()
    expect(page.get_by_text("Nothing matches the filter Theme: gone.")).to_be_visible()
    expect(page.locator(".jp-segments [aria-current]")).to_have_text("Month")


def cards(page: Page, title: str, number: int) -> None:
    """A card of the board, which its column shows with a link."""
    expect(page.locator(".jp-board__columns").get_by_role("link", name=title, exact=True)).to_have_count(number)


def test_the_board_filters_searches_and_moves_on_without_being_loaded_again(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.goto(f"{BOARD}?month=2026-05")
    cards(page, "Letter on moss", 1)
    open_themes(page)
    page.get_by_role("checkbox", name="Spring").check()
    cards(page, "Letter on moss", 0)
    cards(page, "Letter on tulips", 1)
    expect(page).to_have_url(re.compile(r"/board/\?(?=.*theme=spring)(?=.*month=2026-05)(?!.*_w_)"))
    page.keyboard.press("Escape")
    page.locator(".w-pill", has_text="Spring").get_by_role("button", name="Clear").click()
    cards(page, "Letter on moss", 1)
    page.get_by_role("textbox", name="Search term").fill("grafting")
    cards(page, "Letter on moss", 0)
    page.get_by_role("link", name="Move “A film on grafting”", exact=True).click()
    page.get_by_role("link", name="Leave it under “Idea”").click()
    expect(page).to_have_url(re.compile(r"/board/\?(?=.*q=grafting)(?=.*month=2026-05)"))


def test_a_view_of_the_board_is_saved_there_and_opened_from_the_calendar(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke)
    page.goto(f"{BOARD}?theme=winter")
    open_views(page)
    page.get_by_label("Name of the view").fill("Winter on the board")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".jp-views > summary")).to_contain_text("View: Winter on the board")
    page.goto(CALENDAR)
    open_views(page)
    page.get_by_role("link", name="Winter on the board").click()
    page.wait_for_url("**/board/**")
    cards(page, "Letter on moss", 1)
    cards(page, "Letter on tulips", 0)


def test_without_javascript_the_board_has_a_plain_form_and_views(themed: Nursery, open_as: OpenAs) -> None:
    page = open_as(themed.marieke, java_script_enabled=False, viewport={"width": 320, "height": 800})
    page.goto(BOARD)
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Words of the title").fill("letter")
    page.get_by_role("checkbox", name="Me", exact=True).check()
    page.get_by_role("button", name="Show these").click()
    cards(page, "Letter on tulips", 1)
    cards(page, "Letter on moss", 0)
    open_views(page)
    page.get_by_role("link", name="Spring letters").click()
    page.wait_for_url("**/calendar/**")
