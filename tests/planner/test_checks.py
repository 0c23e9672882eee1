"""System checks name what is wrong and the way out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connections

from planner.checks import calendar_links_fit, loses_writes, page_types_exist, sqlite_waits_its_turn


def test_page_types_that_exist_are_fine() -> None:
    assert page_types_exist() == []


@pytest.mark.parametrize("address", ["", "https://" + "x" * 180])
def test_an_address_that_feeds_cannot_use_is_warned_of(settings: Any, address: str) -> None:
    settings.WAGTAILADMIN_BASE_URL = address
    assert [warning.id for warning in calendar_links_fit()] == ["planner.W002"]


def test_an_ordinary_address_is_fine() -> None:
    assert calendar_links_fit() == []


@pytest.mark.parametrize("label", ["cms.NoPage", "nonsense", "no_app.Page"])
def test_a_page_type_that_does_not_exist_is_an_error_that_names_it(settings: Any, label: str) -> None:
    settings.PLANNER_EXCLUDED_TYPES = [label]
    (error,) = page_types_exist()
    assert error.id == "planner.E001"
    assert label in error.msg


def test_the_types_an_import_makes_are_checked_too(settings: Any) -> None:
    settings.PLANNER_IMPORT_PAGE_TYPES = {"news": "cms.NoPage"}
    assert [error.id for error in page_types_exist()] == ["planner.E001"]


@pytest.mark.parametrize(
    ("options", "loses"),
    [
        ({}, True),
        ({"transaction_mode": "DEFERRED"}, True),
        ({"transaction_mode": "immediate"}, False),
        ({"transaction_mode": "EXCLUSIVE"}, False),
    ],
)
def test_sqlite_that_does_not_wait_its_turn_is_warned_of(
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, str],
    loses: bool,  # noqa: FBT001
) -> None:
    connection = connections["default"]
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    monkeypatch.setattr(type(connection), "vendor", "sqlite")
    assert loses_writes("default") == loses
    warnings = sqlite_waits_its_turn(databases=["default"])
    assert [warning.id for warning in warnings] == ["planner.W001"] * loses


def test_databases_that_nobody_asked_about_are_left_alone() -> None:
    assert sqlite_waits_its_turn() == []


def test_this_project_passes_its_own_checks() -> None:
    assert [message for message in run_checks() if (message.id or "").startswith("planner.")] == []
