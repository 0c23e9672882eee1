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


def save_a_time_without_a_date(page: Page) -> None:
    page.get_by_label("Target time").fill("09:00")
    page.get_by_role("button", name="Save plan").click()
    page.get_by_text("A time needs a date").wait_for()


def make_a_feed(page: Page) -> None:
    page.get_by_label("Name").fill("Florists")
    page.get_by_role("button", name="Make the feed").click()
    page.get_by_label("Link of the calendar").wait_for()


def revoke_a_feed(page: Page) -> None:
    page.get_by_role("link", name="Revoke").first.click()
    page.get_by_role("button", name="Revoke").wait_for()


# Before anybody made a journey, and before there is content.
EMPTY = [Screen(""), Screen("planner/calendar/"), Screen("planner/coverage/"), Screen("planner/subscriptions/")]

JUDGING = [
    Screen(""),
    Screen("planner/calendar/"),
    Screen("planner/calendar/?month=2001-01"),
    Screen("planner/calendar/?status=live&persona=florist", open_filters),
    Screen("planner/coverage/"),
    Screen("planner/coverage/?as_of=2030-01-01&channel=website", open_filters),
    Screen("planner/coverage/buying/florist/discover/"),
    Screen("planner/coverage/buying/gardener/care/?as_of=2001-01-01"),
]

SUBSCRIBING = [
    Screen("planner/subscriptions/new/"),
    Screen("planner/subscriptions/new/", make_a_feed),
    Screen("planner/subscriptions/"),
    Screen("planner/subscriptions/", revoke_a_feed),
]


def planning(nursery: Nursery) -> list[Screen]:
    return [
        Screen(f"planner/items/page/{nursery.page.pk}/"),
        Screen(f"planner/items/page/{nursery.page.pk}/", save_a_time_without_a_date),
        Screen(f"planner/items/{nursery.item.pk}/"),
    ]


def vocabularies(nursery: Nursery) -> list[Screen]:
    kept = {
        "personas": nursery.persona,
        "journeys": nursery.journey,
        "phases": nursery.journey.phases.first(),
        "channels": nursery.channel,
        "rules": nursery.rule,
    }
    paths = ["journeys/from-model/", f"journeys/links/{nursery.journey.pk}/"]
    for name, member in kept.items():
        paths += [f"{name}/", f"{name}/new/", f"{name}/edit/{member.pk}/", f"{name}/delete/{member.pk}/"]
    return [Screen(f"planner/{path}") for path in paths]


def all_screens(nursery: Nursery) -> list[Screen]:
    return [*JUDGING, *planning(nursery), *SUBSCRIBING, *vocabularies(nursery)]
