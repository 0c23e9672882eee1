"""The Plan tab in Wagtail's own editor: ticked by mouse and keyboard, kept by autosave and publish, fit for everybody.

Only our panel is looked at: the editor around it is Wagtail's.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from wagtail.users.models import UserProfile

from personas.messages import Cell, CellChange, write_texts
from planner.models import ContentItem
from tests.browser.conftest import PATIENCE, Nursery, OpenAs
from tests.browser.test_screens import DESKTOP, PHONE, SMALL_TARGETS, VIOLATIONS, complaints, under_policy, violations
from tests.browser.test_whole_task import tab_to
from tests.factories import make_channel, make_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

UNTIL_WATCHED = 3_000
"""Milliseconds after loading until Wagtail notes how a form stands: what is changed before, it does not autosave."""

OUR_PANEL = ".jp-plan--tab"
OURS = VIOLATIONS.replace("axe.run(document,", f"axe.run(document.querySelector('{OUR_PANEL}'),")


@pytest.fixture
def draft(nursery: Nursery) -> Any:
    """A page that nobody has tagged, in a site with the default number of channels and a message for one cell."""
    for number in range(20):
        make_channel(f"paper-{number}", name=f"Leaflet {number}", media_type="earned")
    renew = nursery.journey.phases.get(slug="renew")
    cell = Cell(nursery.persona.pk, renew.pk)
    change = CellChange("Take the old one back to us.", ["What do I do with the old plant?"])
    write_texts(nursery.journey, {cell: change}, user=None)
    page = make_page("Dividing perennials", parent=nursery.section, live=False)
    page.save_revision()
    return page


def open_tab(page: Page, draft: Any) -> Locator:
    page.goto(f"/admin/pages/{draft.pk}/edit/#tab-plan")
    tab = page.locator(OUR_PANEL)
    expect(tab).to_be_visible()
    return tab


def item_of(draft: Any) -> ContentItem:
    return ContentItem.objects.get(page=draft.pk)


def wait_for_tags(page: Page, draft: Any, **counts: int) -> None:
    """Until the page's row has so many of each kind: an autosave may send one change at a time."""
    for _tenth in range(PATIENCE // 100):
        item = ContentItem.objects.filter(page=draft.pk).first()
        found = {kind: getattr(item, kind).count() for kind in counts} if item else {}
        if found == counts:
            return
        page.wait_for_timeout(100)
    assert found == counts


def box(tab: Locator | Page, label: str) -> Locator:
    return tab.get_by_role("checkbox", name=label, exact=True)


def tick(tab: Locator, *labels: str) -> None:
    for label in labels:
        box(tab, label).check()


def unfold_channels(tab: Locator | Page) -> None:
    tab.locator(".jp-fold summary").click()


def test_the_hints_follow_what_is_ticked(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    tab = open_tab(open_as(nursery.erik), draft)
    expect(tab.get_by_text("Choose a persona and a phase")).to_be_visible()
    tick(tab, "Florist", "Renew")
    expect(tab.get_by_role("heading", name="Publishing this closes 1 gap")).to_be_visible()
    expect(tab.get_by_text("Take the old one back to us.")).to_be_visible()
    expect(tab.get_by_role("status").filter(has_text="Publishing this closes 1 gap")).to_have_count(1)
    expect(tab.get_by_role("listitem").get_by_text("What do I do with the old plant?")).to_be_visible()
    question = tab.get_by_label("Customer's question")
    question.fill("what do I do with the old plant?")
    question.blur()
    expect(tab.get_by_text("Answered here")).to_be_visible()


def test_what_serves_a_cell_is_told_with_its_status(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    tab = open_tab(open_as(nursery.erik), draft)
    tick(tab, "Florist", "Discover")
    row = tab.get_by_role("listitem").filter(has=tab.page.get_by_role("link", name="Hellebores in winter"))
    expect(row.last).to_contain_text("Live")


def test_what_somebody_folded_away_stays_so(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    tab = open_tab(open_as(nursery.erik), draft)
    tick(tab, "Florist", "Renew")
    expect(tab.get_by_text("Take the old one back to us.")).to_be_visible()
    tab.locator(".jp-brief summary").click()
    tick(tab, "Discover")
    expect(tab.get_by_role("link", name="Florist × Discover").first).to_be_visible()
    expect(tab.get_by_text("Take the old one back to us.")).to_be_hidden()


def test_an_autosave_keeps_what_was_ticked(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    tab = open_tab(page, draft)
    page.wait_for_timeout(UNTIL_WATCHED)
    tick(tab, "Florist")
    wait_for_tags(page, draft, personas=1)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    tab = open_tab(page, draft)
    page.reload()
    expect(box(tab, "Florist")).to_be_checked()


def test_the_tags_of_a_live_page_are_counted_after_an_autosave(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    draft.get_latest_revision().publish()
    page = open_as(nursery.erik)
    tab = open_tab(page, draft)
    page.wait_for_timeout(UNTIL_WATCHED)
    tick(tab, "Florist", "Renew")
    expect(tab.get_by_text("This content is live here and counted.")).to_be_visible()
    draft.refresh_from_db()
    assert not draft.has_unpublished_changes


def test_publishing_keeps_what_was_ticked(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    tab = open_tab(page, draft)
    unfold_channels(tab)
    tick(tab, "Florist", "Renew", "Website")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("published", exact=False).first).to_be_visible()
    item = item_of(draft)
    assert (item.personas.count(), item.phases.count(), item.channels.count()) == (1, 1, 1)
    draft.refresh_from_db()
    assert draft.live


def test_the_tab_needs_no_mouse(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    tab = open_tab(page, draft)
    page.wait_for_timeout(UNTIL_WATCHED)
    page.get_by_role("tab", name="Plan").focus()
    tab_to(page, box(tab, "Florist"))
    page.keyboard.press("Space")
    tab_to(page, box(tab, "Renew"))
    page.keyboard.press("Space")
    expect(tab.get_by_role("heading", name="Publishing this closes 1 gap")).to_be_visible()
    tab_to(page, tab.get_by_label("Find in this list"))
    page.keyboard.type("site")
    expect(tab.get_by_text("1 of 22 found")).to_be_visible()
    page.keyboard.press("Enter")  # saves nothing, and stays
    tab_to(page, box(tab, "Website"))
    # Wagtail takes for saved what changes in the half second before an autosave's answer.
    wait_for_tags(page, draft, personas=1, phases=1)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Space")
    wait_for_tags(page, draft, personas=1, phases=1, channels=1)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_many_channels_can_be_narrowed_and_the_chosen_ones_stay(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    tab = open_tab(open_as(nursery.erik), draft)
    unfold_channels(tab)
    tick(tab, "Trade fair")
    find = tab.get_by_label("Find in this list")
    find.fill("12 LEAF")
    expect(box(tab, "Leaflet 12")).to_be_visible()
    expect(box(tab, "Leaflet 8")).to_be_hidden()
    expect(box(tab, "Trade fair")).to_be_visible()
    expect(tab.get_by_role("status").filter(has_text="1 of 22 found")).to_be_visible()
    find.fill("")
    expect(box(tab, "Leaflet 8")).to_be_visible()


def test_the_panel_needs_no_script_to_show_all_channels(nursery: Nursery, open_as: OpenAs, draft: Any) -> None:
    page = open_as(nursery.erik, java_script_enabled=False)
    page.goto(f"/admin/planner/items/page/{draft.pk}/")
    unfold_channels(page)
    expect(box(page, "Leaflet 19")).to_be_visible()
    expect(page.get_by_label("Find in this list")).to_be_hidden()


def test_the_hints_say_so_when_the_server_does_not_answer(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    tab = open_tab(page, draft)
    page.route("**/items/hints/**", lambda route: route.abort())
    tick(tab, "Florist", "Renew")
    expect(tab.get_by_text("the server did not answer").last).to_be_visible()


def test_axe_finds_nothing_in_our_panel(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.marieke)
    tab = open_tab(page, draft)
    tick(tab, "Florist", "Balcony gardener", "Renew")
    expect(tab.get_by_role("heading", name="Publishing this closes 2 gaps")).to_be_visible()
    tab.get_by_label("Find in this list").fill("leaflet 1")
    looks = [(scheme, size) for scheme in ("light", "dark") for size in (DESKTOP, PHONE)]
    assert violations(page, *looks, find=OURS) == []


def test_our_panel_fits_a_phone_and_a_finger(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    page = open_as(nursery.erik)
    tab = open_tab(page, draft)
    tick(tab, "Florist", "Discover")
    expect(tab.get_by_role("link", name="Hellebores in winter")).to_be_visible()
    page.set_viewport_size(PHONE)
    widest = tab.evaluate(
        "panel => Math.max(...[...panel.querySelectorAll('*')].filter(one => one.checkVisibility() && "
        "getComputedStyle(one).position !== 'absolute').map(one => one.getBoundingClientRect().right))"
    )
    assert widest <= PHONE["width"]
    assert page.evaluate(SMALL_TARGETS) == []


def test_our_code_needs_no_more_than_a_strict_content_security_policy(
    nursery: Nursery, draft: Any, open_as: OpenAs
) -> None:
    page = open_as(nursery.erik)
    page.goto("/admin/")
    page.route("**/admin/**", under_policy)
    page.goto("/admin/pages/add/cms/articlepage/" + str(nursery.section.pk) + "/")
    tab = open_tab(page, draft)
    expect(tab).to_be_visible()
    before = len(complaints(page))
    tick(tab, "Florist", "Renew")
    expect(tab.get_by_text("Take the old one back to us.")).to_be_visible()
    tab.get_by_label("Find in this list").fill("leaflet 1")
    expect(tab.get_by_text("of 22 found")).to_be_visible()
    assert complaints(page)[before:] == []
    assert [text for text in complaints(page) if "planner" in text] == []


def test_the_panel_is_dutch_for_a_dutch_editor(nursery: Nursery, draft: Any, open_as: OpenAs) -> None:
    profile = UserProfile.get_for_user(nursery.erik)
    profile.preferred_language = "nl"
    profile.save()
    page = open_as(nursery.erik)
    tab = open_tab(page, draft)
    tick(tab, "Florist", "Renew")
    expect(tab.get_by_role("heading", name="Publiceren sluit 1 gat")).to_be_visible()


def test_what_was_found_and_ticked_stays_while_one_looks_on(nursery: Nursery, open_as: OpenAs, draft: Any) -> None:
    for title in ("Order a basket", "Visit the greenhouse"):
        make_page(title, parent=nursery.section)
    page = open_as(nursery.marieke)
    tab = open_tab(page, draft)
    search = tab.get_by_label("Find content by its title")
    search.fill("basket")
    search.press("Enter")
    page.wait_for_timeout(UNTIL_WATCHED)
    tab.get_by_role("checkbox", name="Order a basket Live").check()
    search.fill("greenhouse")
    tab.get_by_role("button", name="Find", exact=True).click()
    expect(tab.get_by_role("checkbox", name="Visit the greenhouse Live")).not_to_be_checked()
    expect(tab.get_by_role("checkbox", name="Order a basket Live")).to_be_checked()
    expect(tab.locator("[data-planner-steps-target=said]")).to_have_text("1 found")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    assert {one.display_title for one in item_of(draft).leads_to.all()} == {"Order a basket"}
