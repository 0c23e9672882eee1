"""Guided classification in a browser: from a tag to a rule, a preview, a run and its undo.

By mouse with a bar that moves, by keyboard alone, with JavaScript switched off, after a lost connection.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from planner import classify
from planner.classify import batches
from planner.models import ClassificationRun, ContentItem, TagRule
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
from tests.browser.test_whole_task import press, tab_to
from tests.factories import make_page, make_persona

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PREVIEW = "/admin/planner/classify/preview/"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ITEMS_PER_BATCH", 4)


@pytest.fixture
def roses(nursery: Nursery) -> list[ContentItem]:
    """Three untagged pages with the theme that the nursery has a rule for, and one with a theme without."""
    items = []
    for number in range(3):
        item = make_page(f"Roses {number}", parent=nursery.section).planner_item
        item.themes.add("roses")
        items.append(item)
    items[0].themes.add("bare root")
    return items


def given(nursery: Nursery) -> int:
    """How many of the roses have become content for gardeners."""
    gardener = nursery.rule.persona
    return ContentItem.objects.filter(personas=gardener, page__title__startswith="Roses").count()


def hold(route: Route) -> None:
    """Answers nothing, as a connection that is gone."""
    route.abort()


def test_a_marketer_goes_from_a_tag_to_a_run_and_back(
    nursery: Nursery, roses: list[ContentItem], open_as: OpenAs
) -> None:
    page = open_as(nursery.marieke)
    page.goto("/admin/reports/")
    page.goto("/admin/planner/untagged/")
    page.get_by_role("link", name="Classify much at once").click()
    line = page.get_by_role("row", name="bare-root")
    expect(line).to_contain_text("Roses 0")
    line.get_by_role("link", name="New rule for “bare-root”").click()
    expect(page.get_by_label("Tag", exact=True)).to_have_value("bare-root")
    page.get_by_label("Channel").select_option(label="Website")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("The rule “bare-root → Website” is made.")).to_be_visible()
    page.get_by_role("link", name="3. Preview and apply").click()
    expect(page.get_by_role("heading", name="3 items would change")).to_be_visible()
    page.get_by_role("button", name="Apply the ticked rules").click()
    expect(page.get_by_text("is done: 4 additions to 3 items.")).to_be_visible()
    assert given(nursery) == 3
    page.get_by_role("link", name="Undo this run").click()
    expect(page.get_by_text("4 additions will be removed.")).to_be_visible()
    page.get_by_role("button", name="Yes, undo it").click()
    expect(page.get_by_text("is undone. Removed: 4.")).to_be_visible()
    assert given(nursery) == 0


def test_the_same_by_keyboard_alone(nursery: Nursery, roses: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.goto(PREVIEW)
    tick = page.get_by_role("checkbox", name="roses → Balcony gardener")
    press(page, tick, "Space")
    expect(tick).not_to_be_checked()
    page.keyboard.press("Space")
    page.goto(PREVIEW)
    press(page, page.get_by_role("button", name="Apply the ticked rules"))
    expect(page.get_by_text("is done: 3 additions to 3 items.")).to_be_visible()
    press(page, page.get_by_role("link", name="Undo this run"))
    press(page, page.get_by_role("button", name="Yes, undo it"))
    expect(page.get_by_text("is undone. Removed: 3.")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="4. Runs"))


def test_the_same_without_javascript(nursery: Nursery, roses: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, java_script_enabled=False)
    page.goto(PREVIEW)
    page.get_by_role("checkbox", name="roses → Balcony gardener").uncheck()
    page.get_by_role("button", name="Count the ticked rules").click()
    expect(page.get_by_role("heading", name="Nothing would change")).to_be_visible()
    page.get_by_role("link", name="Tick all rules").click()
    page.get_by_role("button", name="Apply the ticked rules").click()
    expect(page.get_by_text("is done: 3 additions to 3 items.")).to_be_visible()
    page.get_by_role("link", name="Undo this run").click()
    page.get_by_role("button", name="Yes, undo it").click()
    assert given(nursery) == 0


def test_a_lost_connection_loses_nothing(nursery: Nursery, roses: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.route("**/go-on/", hold)
    page.goto(PREVIEW)
    page.get_by_role("button", name="Apply the ticked rules").click()
    expect(page.get_by_role("alert").filter(has_text="The connection was lost.")).to_be_visible()
    page.unroute("**/go-on/")
    page.reload()
    expect(page.get_by_text("This run is not finished.")).to_be_visible()
    assert ClassificationRun.objects.get().items_done == 0
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("is done: 3 additions to 3 items.")).to_be_visible()


def test_the_bar_says_how_far_it_is(nursery: Nursery, roses: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    answered = []

    def first_only(route: Route) -> None:
        answered.append(route.request.url)
        if len(answered) == 1:
            route.continue_()
        else:
            route.abort()

    page.route("**/go-on/", first_only)
    page.goto(PREVIEW)
    page.get_by_role("button", name="Apply the ticked rules").click()
    expect(page.get_by_role("progressbar", name="Applying the rules")).to_have_attribute("value", "4")
    total = ClassificationRun.objects.get().items_total
    expect(page.get_by_role("status").filter(has_text=f"4 of {total} items looked at.")).to_have_count(1)


def test_a_run_undone_elsewhere_says_so(nursery: Nursery, roses: list[ContentItem], open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.route("**/go-on/", hold)
    page.goto(PREVIEW)
    page.get_by_role("button", name="Apply the ticked rules").click()
    expect(page.get_by_role("alert").filter(has_text="The connection was lost.")).to_be_visible()
    classify.undo(ClassificationRun.objects.get(), user=None, at=timezone.now())
    page.unroute("**/go-on/")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert").filter(has_text="was undone.")).to_be_visible()


def stop_at_once(page: Page) -> None:
    page.get_by_text("This run is not finished.").wait_for()


def show_what_is_missing(page: Page) -> None:
    page.get_by_label("Address").fill("news")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("is no address").first.wait_for()


def refuse_an_undo(page: Page) -> None:
    page.get_by_text("was undone already").wait_for()


@pytest.fixture
def screens(nursery: Nursery, roses: list[ContentItem]) -> list[Screen]:
    """Each screen of classification, with runs in every state."""
    user, now = nursery.marieke, timezone.now()
    TagRule.objects.create(section=nursery.section, url="/*", tag="bare-root", persona=nursery.persona)
    rules, items = list(TagRule.objects.all()), ContentItem.objects.counted()
    done = classify.apply(items, rules, user=user, at=now, note="A note")
    undone = classify.apply(items, [TagRule(tag="roses", persona=make_persona("third"))], user=user, at=now)
    classify.undo(undone, user=user, at=now)
    stopped = ClassificationRun.objects.create(
        user=user, created_at=now, rules=classify.recorded(rules), finished=False, items_total=9, items_done=4
    )
    base = "planner/classify/"
    return [
        Screen(base),
        Screen(f"{base}?q=nothing"),
        Screen(f"{base}types/"),
        Screen(f"{base}sections/"),
        Screen(f"{base}preview/"),
        Screen(f"{base}preview/?rule={nursery.rule.pk}"),
        Screen(f"{base}runs/"),
        Screen(f"{base}runs/{done.pk}/"),
        Screen(f"{base}runs/{undone.pk}/"),
        Screen(f"{base}runs/{undone.pk}/undo/", refuse_an_undo),
        Screen(f"{base}runs/{stopped.pk}/", stop_at_once),
        Screen(f"{base}runs/{done.pk}/undo/"),
        Screen("planner/rules/"),
        Screen(f"planner/rules/new/?tag=roses&section={nursery.section.pk}"),
        Screen("planner/rules/new/", show_what_is_missing),
        Screen(f"planner/rules/edit/{nursery.rule.pk}/"),
    ]


def test_axe_finds_nothing(nursery: Nursery, screens: list[Screen], open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens, violations_in_every_look) == {}


def test_axe_finds_nothing_in_forced_colours(nursery: Nursery, screens: list[Screen], open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, forced_colors="active")
    # A rule's form is Wagtail's, whose own message on a refusal is hard to read in forced colours.
    ours = [screen for screen in screens if "planner/rules/" not in screen.address]
    assert look(page, ours, violations_in_forced_colours) == {}


def test_axe_finds_nothing_before_there_is_anything(marieke: Any, open_as: OpenAs) -> None:
    paths = ("classify/", "classify/types/", "classify/sections/", "classify/preview/", "classify/runs/", "rules/")
    shown = [Screen(f"planner/{path}") for path in paths]
    assert look(open_as(marieke), shown, violations_in_every_look) == {}


def test_every_screen_fits_a_phone_and_a_finger(nursery: Nursery, screens: list[Screen], open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens, misfits) == {}


def test_a_strict_content_security_policy_is_enough(
    nursery: Nursery, screens: list[Screen], roses: list[ContentItem], open_as: OpenAs
) -> None:
    page = open_as(nursery.marieke)
    page.route("**/admin/**", under_policy)
    assert look(page, screens, complaints) == {}
    make_page("Late roses", parent=nursery.section).planner_item.themes.add("roses")
    page.goto(PREVIEW)
    page.get_by_role("button", name="Apply the ticked rules").click()
    page.get_by_text("This run is not finished.").wait_for()
    # The policy is put on by answering for the server, which takes the redirect and what the script would read from it.
    page.goto(f"/admin/planner/classify/runs/{ClassificationRun.objects.first().pk}/")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("is done: 1 addition to 1 item.")).to_be_visible()
    assert complaints(page) == []
