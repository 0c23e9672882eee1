"""What holds on every screen of the planner: readable for everybody, on a phone, and under a strict content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from tests.browser import screens
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.screens import Screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}

AXE = Axe().axe_script
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# The colour scheme changes no more than these rules look at.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# Further down, a message that hangs over the page hides what lies below it.
TO_THE_TOP = "() => document.querySelectorAll('*').forEach(element => { element.scrollTop = 0; })"
# What still fades in, or changes to the other colour scheme, has no contrast yet: so nothing changes by and by.
STILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important; }');
    document.adoptedStyleSheets.push(sheet);
}"""
# A change of colour scheme or size is there with the next frame.
VIOLATIONS = """async options => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const {violations} = await axe.run(document, options);
    return violations.map(({id, nodes}) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`);
}"""

# A target is what reacts to a click: of a box its label as well. A link within a sentence may be as low as its line.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    '[class*="jp-"] :is(a, button, summary, select, input:not([type=hidden]))'
)].filter(element => {
    const {width, height} = (element.closest('label') ?? element).getBoundingClientRect();
    const sentence = element.matches('a') && element.parentElement.innerText.trim() !== element.innerText.trim();
    const exempt = sentence && getComputedStyle(element).display === 'inline';
    return element.checkVisibility() && (width < 24 || height < 24) && !exempt;
}).map(element => element.outerHTML.slice(0, 100))"""

POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:"

Findings = dict[str, list[str]]


def under_policy(route: Route) -> None:
    """Answer with the strict policy on top: the server of the tests runs before one could add a middleware."""
    if not route.request.is_navigation_request():
        route.continue_()
        return
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})


def look(page: Page, shown: list[Screen], find: Callable[[Page], list[str]]) -> Findings:
    """What `find` finds, by screen. All of them are looked at, so that one failure does not hide another."""
    findings = {}
    for screen in shown:
        screen.show(page)
        if found := find(page):
            findings[str(screen)] = found
    return findings


def violations(page: Page, *looks: tuple[str, dict[str, int]], find: str = VIOLATIONS) -> list[str]:
    """axe's findings in each of these looks (colour scheme and size), without loading the page again."""
    page.evaluate(AXE)
    page.evaluate(STILL)
    found, seen = [], set()
    for scheme, size in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        page.evaluate(TO_THE_TOP)
        rules = COLOURS if size["width"] in seen else WCAG
        seen.add(size["width"])
        found += [f"{scheme} {size['width']}: {violation}" for violation in page.evaluate(find, rules)]
    return found


def violations_in_every_look(page: Page) -> list[str]:
    return violations(page, ("light", DESKTOP), ("light", PHONE), ("dark", PHONE), ("dark", DESKTOP))


def violations_in_two_looks(page: Page) -> list[str]:
    """Both schemes and both sizes, but not each with each: most of what is looked at here is Wagtail's own."""
    return violations(page, ("light", DESKTOP), ("dark", PHONE))


def violations_in_forced_colours(page: Page) -> list[str]:
    return violations(page, ("light", DESKTOP))


def misfits(page: Page) -> list[str]:
    """What is too wide for a phone, or too small for a finger there or on a desktop."""
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{width} pixels wide"] if width > PHONE["width"] else []
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        found += [f"too small at {size['width']}: {target}" for target in page.evaluate(SMALL_TARGETS)]
    return found


def complaints(page: Page) -> list[str]:
    """What the browser complained about since the page was opened, a breach of the policy included."""
    logged = [message.text for message in page.console_messages() if message.type in {"error", "warning"}]
    return logged + [str(error) for error in page.page_errors()]


def test_axe_finds_nothing_in_the_screens_of_the_planner(nursery: Nursery, open_as: OpenAs) -> None:
    shown = [*screens.JUDGING, *screens.planning(nursery), *screens.SUBSCRIBING]
    assert look(open_as(nursery.marieke), shown, violations_in_every_look) == {}


def test_axe_finds_nothing_in_gaps_and_targets(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens.GAPS, violations_in_every_look) == {}


def test_axe_finds_nothing_in_lists_and_the_form_for_tagging_many(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens.tagging(nursery), violations_in_every_look) == {}


def test_axe_finds_nothing_where_some_items_are_refused(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.reader)
    form = screens.Screen(f"bulk/planner/contentitem/planner_tag/?id={nursery.page.planner_item.pk}&next=/admin/")
    assert look(page, [form], violations_in_every_look) == {}
    assert page.get_by_text("You cannot tag any of these.").is_visible()


def test_axe_finds_nothing_in_wagtails_explorer(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    assert look(page, [screens.explorer(nursery)], violations_in_every_look) == {}
    assert page.locator("td.jp-plan-cell").count() > 0


def test_axe_finds_nothing_in_the_vocabularies(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens.vocabularies(nursery), violations_in_two_looks) == {}


def test_axe_finds_nothing_in_the_pages_of_personas(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens.personas(nursery), violations_in_every_look) == {}


def test_a_persona_can_be_filled_in_with_the_keyboard_and_without_scripts(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, java_script_enabled=False)
    page.goto("/admin/planner/persona/gardener/")
    page.get_by_role("link", name="Edit", exact=True).press("Enter")
    page.get_by_label("Goals").fill("A balcony in flower")
    row = page.get_by_role("group", name="Needs, row 1")
    row.get_by_label("In one sentence").fill("What grows in the shade")
    row.get_by_label("Phase").select_option(label="Discover")
    row.get_by_label("Phase").press("Enter")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.goto("/admin/planner/persona/gardener/")
    assert page.get_by_text("A balcony in flower").is_visible()
    assert page.get_by_text("What grows in the shade").is_visible()


def test_axe_finds_nothing_in_a_plan_that_may_only_be_read(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.reader)
    assert look(page, screens.planning(nursery)[:1], violations_in_every_look) == {}
    assert page.get_by_role("button", name="Save plan").count() == 0


def test_axe_finds_nothing_on_an_empty_site(marieke: Any, open_as: OpenAs) -> None:
    assert look(open_as(marieke), screens.EMPTY, violations_in_every_look) == {}


def test_axe_finds_nothing_in_forced_colours(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke, forced_colors="active")
    assert look(page, [*screens.JUDGING, *screens.planning(nursery)], violations_in_forced_colours) == {}


def test_every_screen_fits_a_phone_and_a_finger(nursery: Nursery, open_as: OpenAs) -> None:
    assert look(open_as(nursery.marieke), screens.all_screens(nursery), misfits) == {}


def test_nothing_needs_more_than_a_strict_content_security_policy(nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    page.route("**/admin/**", under_policy)
    assert look(page, screens.all_screens(nursery), complaints) == {}


def test_wagtails_explorer_needs_no_more_of_the_policy_with_us(
    nursery: Nursery, open_as: OpenAs, settings: Any
) -> None:
    found = {}
    for shown in (False, True):
        settings.PLANNER_EXPLORER = shown
        page = open_as(nursery.marieke)
        page.route("**/admin/**", under_policy)
        # Wagtail's own date filter has an inline script, which the policy blocks with us and without us.
        found[shown] = sorted(
            look(page, [screens.explorer(nursery)], complaints).get(str(screens.explorer(nursery)), [])
        )
    assert found[True] == found[False]
