"""What every test stands on: a database for several threads, this machine's browser, and patience with Hypothesis."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

# Playwright keeps an event loop in the test's thread, and Django would refuse each query there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# A database makes the first example slow; a deadline would call that a failure.
hypothesis_settings.register_profile("project", deadline=None)
hypothesis_settings.load_profile("project")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests last that commit, and so leave an empty database behind: no root page, no site, no permissions.

    pytest-django does so too, but then pytest moves tests together that share a browser. A worker takes whole files,
    so that what a file sets up once is set up once: a file that has one such test comes last with all of its tests.
    """
    last = {item.path for item in items if _commits(item)}
    items.sort(key=lambda item: (item.path in last, item.path))


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    asks = {"transactional_db", "live_server", "django_db_reset_sequences"}.intersection(fixtures)
    return bool(asks or (marker and marker.kwargs.get("transaction")))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """A database for each worker; a file in place of SQLite's memory, where all threads of a live server would share
    one connection."""
    # Django keeps one connection for code under an event loop and another for code without. Playwright's loop has to
    # run before the first is made, or the tests after it start would see a database that nobody prepared.
    if any("playwright" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("playwright")
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium where there is one; else the one that Playwright downloaded."""
    installed = next(filter(None, map(shutil.which, BROWSERS)), None)
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    return {**browser_type_launch_args, "args": flags, **({"executable_path": installed} if installed else {})}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Wagtail remembers there which site has which root, and the tests of a worker share it."""
    cache.clear()


@pytest.fixture
def project_folder() -> Path:
    return Path(settings.BASE_DIR)
