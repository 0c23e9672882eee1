"""A Dutch editor gets the planner in Dutch, with Dutch days and months."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from tests.browser import screens
from tests.browser.conftest import Nursery, OpenAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def dutch(nursery: Nursery, open_as: OpenAs) -> Page:
    profile = UserProfile.get_for_user(nursery.marieke)
    profile.preferred_language = "nl"
    profile.save()
    return open_as(nursery.marieke)


def test_every_screen_is_marked_as_dutch(dutch: Page, nursery: Nursery) -> None:
    untouched = [screen for screen in screens.all_screens(nursery) if not screen.then]
    for screen in untouched:
        screen.show(dutch)
        expect(dutch.locator("html"), str(screen)).to_have_attribute("lang", "nl")
        expect(dutch.locator("main h1, h1").first, str(screen)).to_be_visible()


def test_months_and_days_are_dutch(dutch: Page) -> None:
    dutch.goto("/admin/planner/calendar/?month=2026-10")
    expect(dutch.get_by_text("oktober 2026").first).to_be_visible()
    expect(dutch.get_by_role("columnheader", name="di", exact=True)).to_be_visible()
