"""The public site as a visitor's browser shows it: readable in both colour schemes, on a phone, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page

from tests.browser.test_screens import PHONE, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PAGES = (
    "/",
    "/inspiratie/",
    "/inspiratie/een-balkon-dat-het-hele-jaar-bloeit/",
    "/inspiratie/open-dag-op-de-kwekerij/",
    "/nowhere/",
)


@pytest.fixture
def site(live_server: Any) -> str:
    call_command("load_demo")
    return live_server.url


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The narrowest screen that WCAG asks for."""
    page = browser.new_page(viewport={"width": 320, "height": 640})
    yield page
    page.close()


def test_every_kind_of_page_passes_axe_and_fits_a_phone(site: str, phone: Page) -> None:
    for address in PAGES:
        phone.goto(site + address)
        assert violations(phone, ("light", PHONE), ("dark", PHONE)) == [], address
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_nothing_is_loaded_from_elsewhere(site: str, page: Page) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    for address in PAGES:
        page.goto(site + address)
    assert requested
    assert [address for address in requested if not address.startswith(site)] == []


def test_the_keyboard_reaches_the_content_first(site: str, page: Page) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
