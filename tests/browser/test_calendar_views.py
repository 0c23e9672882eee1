"""Month, week and agenda with everything that they show beside entries, as a browser draws them."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from planner.models import Campaign, Occasion
from tests.browser.conftest import Nursery, OpenAs
from tests.browser.screens import Screen
from tests.browser.test_screens import (
    PHONE,
    complaints,
    look,
    misfits,
    under_policy,
    violations_in_every_look,
    violations_in_forced_colours,
)
from tests.factories import days, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

VIEWS = [Screen("planner/calendar/"), Screen("planner/calendar/?view=week"), Screen("planner/calendar/?view=agenda")]


@pytest.fixture
def full_nursery(nursery: Nursery) -> Nursery:
    """With a campaign, occasions long and short, a blackout today, content that collides, and cells that run empty."""
    now = timezone.now()
    today = timezone.localdate(now)
    Campaign.objects.create(
        name="Hellebores", slug="hellebores", kind="branding", first_day=today - days(10), last_day=today + days(20)
    )
    Occasion.objects.create(name="Fair", rule="dates", first_day=today, last_day=today + days(1))
    Occasion.objects.create(name="Open day", rule="dates", first_day=today)
    Occasion.objects.create(name="Stocktaking", rule="dates", first_day=today, blackout=True)
    Occasion.objects.create(name="Closed", rule="dates", first_day=today, last_day=today + days(2), blackout=True)
    phases = list(nursery.journey.phases.all())
    for title in ("First letter", "Second letter"):
        make_item(title, personas=nursery.persona, channels=nursery.channel, phases=phases[2:], starts_at=now)
    ends = {"starts_at": now - days(20), "expires_at": now + days(0.01)}
    gardener = nursery.journey.personas.exclude(pk=nursery.persona.pk).get()
    make_item("Ends today", personas=gardener, phases=phases[3], **ends)
    return nursery


def test_axe_finds_nothing_in_any_view(full_nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(full_nursery.marieke)
    assert look(page, VIEWS, violations_in_every_look) == {}
    for words in ("Campaign: Hellebores", "Blackout: Closed", "Blackout: Stocktaking", "In a blackout: Closed"):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text("Same persona and channel on this day")).to_have_count(2)
    expect(page.get_by_role("link", name="Runs empty").first).to_be_visible()


def test_axe_finds_nothing_in_any_view_in_forced_colours(full_nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(full_nursery.marieke, forced_colors="active")
    assert look(page, VIEWS, violations_in_forced_colours) == {}


def test_every_view_fits_a_phone_and_needs_no_more_than_a_strict_policy(full_nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(full_nursery.marieke)
    page.route("**/admin/**", under_policy)
    assert look(page, VIEWS, lambda shown: misfits(shown) + complaints(shown)) == {}


def test_a_phone_shows_a_campaign_once_and_no_empty_cells_of_bars(full_nursery: Nursery, open_as: OpenAs) -> None:
    page = open_as(full_nursery.marieke, viewport=PHONE)
    VIEWS[0].show(page)
    expect(page.locator(".jp-bar--campaign:visible")).to_have_count(1)
    expect(page.locator(".jp-bars__gap:visible")).to_have_count(0)


def test_the_views_are_switched_and_walked_through_by_keyboard_and_without_javascript(
    full_nursery: Nursery, open_as: OpenAs
) -> None:
    page = open_as(full_nursery.marieke, java_script_enabled=False)
    page.goto("/admin/planner/calendar/?persona=florist")
    views = page.get_by_role("navigation", name="View", exact=True)
    for name in ("Week", "Agenda", "Month"):
        views.get_by_role("link", name=name).focus()
        page.keyboard.press("Enter")
        expect(views.locator("[aria-current=page]")).to_have_text(name)
        assert "persona=florist" in page.url
    views.get_by_role("link", name="Week").click()
    shown = page.locator(".jp-toolbar__period")
    before = shown.inner_text()
    page.get_by_role("link", name="Next week").click()
    expect(shown).not_to_have_text(before)
    page.get_by_role("navigation", name="Days shown").get_by_role("link", name="Today").click()
    expect(shown).to_have_text(before)
    page.get_by_label("Go to day").fill("2027-01-01")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(shown).to_contain_text("Week 53")
