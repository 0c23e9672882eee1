"""“What counts” in a browser: by mouse, by keyboard, without JavaScript, for every eye and under a strict policy."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from planner.models import LeftOutType
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.screens import Screen
from tests.browser.test_screens import (
    complaints,
    look,
    misfits,
    pytestmark,  # noqa: F401
    under_policy,
    violations_in_every_look,
)

INDEX = "planner/what-counts/"


def show_the_effect_of_leaving_out_articles(page: Page) -> None:
    page.get_by_label("Article counts").uncheck()
    page.get_by_role("button", name="Show the effect").click()
    page.get_by_role("heading", name="The numbers of the site").wait_for()


@pytest.fixture
def screens(settings: Any) -> list[Screen]:
    """The first step with a type that the settings leave out, and the second with cells and gaps that change."""
    settings.PLANNER_EXCLUDED_TYPES = ["cms.EventPage"]
    return [Screen(INDEX), Screen(INDEX, show_the_effect_of_leaving_out_articles)]


def left_out() -> list[str]:
    return [str(one) for one in LeftOutType.objects.select_related("content_type")]


def press(page: Page, *, to: str, role: str) -> None:
    """Go on with the Tab key until what is asked for has the focus, and press it."""
    for _number in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.and_(page.get_by_role(role, name=to)).count():
            page.keyboard.press("Space" if role == "checkbox" else "Enter")
            return
    pytest.fail(f"{to} is not reached by the keyboard")


def test_a_type_is_left_out_by_mouse_from_the_menu_on(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, viewport={"width": 1280, "height": 900})
    page.goto("/admin/")
    page.get_by_role("button", name="Planner").click()
    page.get_by_role("link", name="What counts").click()
    show_the_effect_of_leaving_out_articles(page)
    expect(page.get_by_text("Would be left out: Article")).to_be_visible()
    assert left_out() == []
    page.get_by_role("button", name="Save what counts").click()
    expect(page.get_by_text("What counts is saved. Left out: Article.")).to_be_visible()
    expect(page.get_by_label("Article counts")).not_to_be_checked()
    assert left_out() == ["Article"]


def test_back_keeps_the_ticks_and_saves_nothing(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.goto(f"/admin/{INDEX}")
    show_the_effect_of_leaving_out_articles(page)
    page.get_by_role("link", name="Back, change nothing").click()
    expect(page.get_by_label("Article counts")).not_to_be_checked()
    assert left_out() == []


def test_the_keyboard_alone_is_enough(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.goto(f"/admin/{INDEX}")
    press(page, to="Article counts", role="checkbox")
    press(page, to="Show the effect", role="button")
    page.get_by_role("heading", name="The numbers of the site").wait_for()
    press(page, to="Save what counts", role="button")
    expect(page.get_by_text("What counts is saved.")).to_be_visible()
    assert left_out() == ["Article"]


def test_both_steps_work_without_javascript(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, java_script_enabled=False)
    page.goto(f"/admin/{INDEX}")
    show_the_effect_of_leaving_out_articles(page)
    page.get_by_role("button", name="Save what counts").click()
    assert left_out() == ["Article"]


def test_axe_finds_nothing_in_either_step(nursery: Nursery, open_as: OpenAs, screens: list[Screen]) -> None:
    assert look(open_as(nursery.marieke), screens, violations_in_every_look) == {}


def test_both_steps_fit_a_phone_and_a_finger(nursery: Nursery, open_as: OpenAs, screens: list[Screen]) -> None:
    assert look(open_as(nursery.marieke), screens, misfits) == {}


def test_both_steps_keep_to_a_strict_policy(nursery: Nursery, open_as: OpenAs, screens: list[Screen]) -> None:
    page = open_as(nursery.marieke)
    page.route("**/admin/**", under_policy)
    assert look(page, screens, complaints) == {}
