"""Every screen of the planner, with how to get there, for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import Nursery


@dataclass(frozen=True, slots=True)
class Screen:
    """An address in the admin, and what to do there before looking."""

    address: str
    then: Callable[[Page], None] | None = None

    def __str__(self) -> str:
        return self.address + (f" ({self.then.__name__})" if self.then else "")

    def show(self, page: Page) -> None:
        page.goto(f"/admin/{self.address}")
        if self.then:
            self.then(page)


def open_filters(page: Page) -> None:
    page.locator("summary", has_text="Filters").click()


def open_drilldown(page: Page) -> None:
    page.get_by_role("button", name="Show filters").click()
    page.locator(".w-drilldown__menu").wait_for()


def save_a_time_without_a_date(page: Page) -> None:
    page.get_by_label("Target time").fill("09:00")
    page.get_by_role("button", name="Save plan").click()
    page.get_by_text("A time needs a date").wait_for()


def find_a_next_step(page: Page) -> None:
    page.get_by_label("Find content by its title").fill("e")
    page.get_by_role("button", name="Find", exact=True).click()
    page.locator("[data-planner-steps-target=found] label").first.wait_for()


def make_a_feed(page: Page) -> None:
    page.get_by_label("Name").fill("Florists")
    page.get_by_role("button", name="Make the feed").click()
    page.get_by_label("Link of the calendar").wait_for()


def make_a_feed_with_one_click(page: Page) -> None:
    page.get_by_role("button", name="Everything I may see").click()
    page.get_by_label("Link of the calendar").wait_for()
    page.get_by_text("On your phone: QR code").click()


def save_an_idea_without_a_title(page: Page) -> None:
    page.get_by_role("button", name="Save idea", exact=True).click()
    page.get_by_text("The idea was not saved").wait_for()


def open_an_entry(page: Page) -> None:
    page.get_by_role("link", name="Spring colours", exact=True).click()
    page.get_by_role("dialog").wait_for()


def revoke_a_feed(page: Page) -> None:
    page.get_by_role("link", name="Revoke").first.click()
    page.get_by_role("button", name="Revoke").wait_for()


def tick_a_row(page: Page) -> None:
    page.locator("[data-bulk-action-checkbox]").first.check()
    page.get_by_role("link", name="Tag selected items").wait_for()


def save_without_a_tag(page: Page) -> None:
    page.get_by_role("button", name="Save tags").click()
    page.get_by_text("Nothing would change").wait_for()


def save_a_maximum_below_the_target(page: Page) -> None:
    page.locator("#cell-florist-choose").get_by_label("Maximum").fill("1")
    page.get_by_role("button", name="Save targets and rules").click()
    page.get_by_text("Nothing was saved").wait_for()


def open_the_table(page: Page) -> None:
    page.locator("summary", has_text="The same as a table").click()


def accept_without_a_reason(page: Page) -> None:
    page.get_by_role("button", name="Accept the gap").click()
    page.get_by_text("This field is required").wait_for()


def accept_and_unfold(page: Page) -> None:
    page.get_by_label("Reason").fill("Sales calls them.")
    page.get_by_role("button", name="Accept the gap").click()
    page.locator("summary", has_text="accepted until").click()
    page.get_by_role("button", name="Open it again").wait_for()


def save_a_need_without_a_phase(page: Page) -> None:
    page.get_by_role("group", name="Needs, row 2").get_by_label("In one sentence").fill("A price")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("This field is required").wait_for()


def check_figures_of_nobody(page: Page) -> None:
    rows = b"persona,finding,source,date\nnobody,Reads mail,Talks,2026-01-01\n"
    page.get_by_label("File with figures").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Check the file").click()
    page.get_by_text("There is no persona").wait_for()


# Before anybody made a journey, and before there is content.
EMPTY = [Screen(""), *(Screen(f"planner/{name}/") for name in ("calendar", "board", "coverage", "subscriptions"))]

JUDGING = [
    Screen(""),
    Screen("planner/calendar/"),
    Screen("planner/calendar/?month=2001-01"),
    Screen("planner/calendar/?status=live&persona=florist"),
    Screen("planner/board/?status=live&persona=florist"),
    Screen("planner/coverage/"),
    Screen("planner/coverage/?as_of=2030-01-01&channel=website", open_filters),
    Screen("planner/coverage/?by=persona-channel&horizon=90"),
    Screen("planner/coverage/?by=phase-channel"),
    Screen("planner/coverage/buying/through/?model=aida"),
    Screen("planner/coverage/buying/florist/discover/"),
    Screen("planner/coverage/buying/gardener/care/?as_of=2001-01-01"),
    Screen("planner/coverage/buying/teams/"),
    Screen("planner/coverage/buying/teams/?as_of=2001-01-01"),
]

ACCEPT = "planner/gaps/accept/?gap=EMPTY_PHASE:buying::renew::"

GAPS = [
    Screen("planner/gaps/"),
    Screen("planner/gaps/?journey=nope"),
    Screen("planner/coverage/buying/targets/"),
    Screen("planner/coverage/buying/targets/", save_a_maximum_below_the_target),
    Screen(ACCEPT),
    Screen(ACCEPT, accept_without_a_reason),
    Screen(ACCEPT, accept_and_unfold),
    Screen("planner/gaps/?state=accepted"),
    Screen("planner/gaps/history/?gap=EMPTY_PHASE:buying::renew::"),
    Screen("planner/coverage/buying/florist/discover/", open_the_table),
    Screen("planner/coverage/buying/history/"),
]

SUBSCRIBING = [
    Screen("planner/subscriptions/new/"),
    Screen("planner/subscriptions/new/", make_a_feed),
    Screen("planner/subscriptions/"),
    Screen("planner/subscriptions/", revoke_a_feed),
    Screen("planner/subscriptions/new/?persona=florist&status=live&theme=roses"),
    Screen("planner/subscriptions/all/"),
]


def planning(nursery: Nursery) -> list[Screen]:
    return [
        Screen(f"planner/items/page/{nursery.page.pk}/"),
        Screen(f"planner/items/page/{nursery.page.pk}/", save_a_time_without_a_date),
        Screen(f"planner/items/{nursery.item.pk}/"),
        Screen(f"planner/items/{nursery.item.pk}/", find_a_next_step),
        Screen("planner/calendar/", open_an_entry),
        Screen("planner/items/new/?day=2030-01-01&personas=florist&phases=buying/renew"),
        Screen("planner/items/new/?personas=nobody", save_an_idea_without_a_title),
        Screen(f"planner/items/{nursery.idea.pk}/"),
        Screen(f"planner/items/{nursery.idea.pk}/create-page/"),
        Screen(f"planner/items/{nursery.idea.pk}/duplicate/"),
        Screen(f"planner/items/{nursery.idea.pk}/cancel/"),
        Screen(f"planner/items/{nursery.item.pk}/cancel/"),
        Screen(f"planner/items/{nursery.item.pk}/reviewed/"),
    ]


def personas(nursery: Nursery) -> list[Screen]:
    """The page of a persona that rests on evidence and of one that does not, and all that fills them."""
    evidence = nursery.persona.evidence.first()
    return [
        Screen("planner/persona/florist/"),
        Screen("planner/persona/gardener/"),
        Screen(f"planner/personas/edit/{nursery.persona.pk}/", save_a_need_without_a_phase),
        Screen("planner/personas/import/"),
        Screen(f"planner/evidence/?persona={nursery.persona.pk}"),
        Screen(f"planner/evidence/new/?persona={nursery.persona.pk}"),
        Screen(f"planner/evidence/edit/{evidence.pk}/"),
        Screen(f"planner/evidence/delete/{evidence.pk}/"),
        Screen("planner/figures/import/"),
        Screen("planner/figures/import/", check_figures_of_nobody),
    ]


def tagging(nursery: Nursery) -> list[Screen]:
    """The lists that offer to tag what is ticked, and the form."""
    form = f"bulk/planner/contentitem/planner_tag/?id={nursery.item.pk}&next=/admin/"
    return [
        Screen("planner/untagged/", tick_a_row),
        Screen("planner/untagged/?missing=phase"),
        Screen("planner/coverage/buying/florist/discover/", tick_a_row),
        Screen(form),
        Screen(form, save_without_a_tag),
    ]


def explorer(nursery: Nursery) -> Screen:
    return Screen(f"pages/{nursery.section.pk}/")


def vocabularies(nursery: Nursery) -> list[Screen]:
    kept = {
        "personas": nursery.persona,
        "journeys": nursery.journey,
        "phases": nursery.journey.phases.first(),
        "channels": nursery.channel,
        "rules": nursery.rule,
    }
    paths = [f"journeys/{name}/{nursery.journey.pk}/" for name in ("links", "messages")] + ["journeys/from-model/"]
    for name, member in kept.items():
        paths += [f"{name}/", f"{name}/new/", f"{name}/edit/{member.pk}/", f"{name}/delete/{member.pk}/"]
    return [Screen(f"planner/{path}") for path in paths]


def all_screens(nursery: Nursery) -> list[Screen]:
    described = [*personas(nursery), *vocabularies(nursery)]
    return [*JUDGING, *GAPS, *planning(nursery), *tagging(nursery), *SUBSCRIBING, *described]
