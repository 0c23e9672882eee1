"""System checks: settings that would lose writes or hide content."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from planner import conf
from planner.models import DIMENSIONS
from planner.requirements import EVERY_TYPE, LEVELS

LONGEST_BASE = 180
"""Leaves room for the path and token of a feed within 250 characters."""


@register(Tags.models)
def page_types_exist(**kwargs: Any) -> list[CheckMessage]:
    """planner.E001: a page type named in a setting does not exist."""
    named = [*conf.get("PLANNER_EXCLUDED_TYPES"), *conf.get("PLANNER_IMPORT_PAGE_TYPES").values()]
    return [
        Error(
            f"“{label}” is named as a page type in the planner's settings, but there is no such model.",
            hint="Write it as “app_label.ModelName”.",
            id="planner.E001",
        )
        for label in named
        if not _exists(label)
    ]


@register(Tags.models)
def requirements_can_be_read(**kwargs: Any) -> list[CheckMessage]:
    """planner.E002: PLANNER_REQUIRED names a type, a dimension or a level that there is not."""
    required = conf.get("PLANNER_REQUIRED")
    if not isinstance(required, dict) or not all(isinstance(entry, dict) for entry in required.values()):
        return [_unreadable("is no dictionary of dictionaries")]
    faults = [
        f"has an entry for “{label}”, but there is no such model"
        for label in required
        if label != EVERY_TYPE and not _exists(label)
    ]
    for label, entry in required.items():
        faults += [
            f"asks for “{name}” of “{label}”; it can ask for {', '.join(DIMENSIONS)}"
            for name in entry
            if name not in DIMENSIONS
        ]
        faults += [
            f"has the level “{level}” for {name} of “{label}”; the levels are {', '.join(LEVELS)}"
            for name, level in entry.items()
            if level not in LEVELS
        ]
    return [_unreadable(fault) for fault in faults]


def _unreadable(fault: str) -> Error:
    return Error(
        f"The setting PLANNER_REQUIRED {fault}.",
        hint='Write it as {"app_label.ModelName": {"personas": "refuse"}, "*": {"phases": "warn"}}.',
        id="planner.E002",
    )


@register(Tags.database)
def sqlite_waits_its_turn(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """planner.W001: SQLite with deferred transactions fails with "database is locked" as soon as two people save."""
    return [
        Warning(
            f"The SQLite database “{alias}” uses deferred transactions: two people who save at once lose a write.",
            hint='Set OPTIONS: "transaction_mode": "IMMEDIATE", "timeout": 20, and journal_mode=WAL in "init_command".',
            id="planner.W001",
        )
        for alias in databases or []
        if connections[alias].vendor == "sqlite" and loses_writes(alias)
    ]


@register(Tags.urls)
def calendar_links_fit(**kwargs: Any) -> list[CheckMessage]:
    """planner.W002: without a base address feeds fail; with a very long one Google refuses their links."""
    address = getattr(settings, "WAGTAILADMIN_BASE_URL", "")
    if address and len(address) <= LONGEST_BASE:
        return []
    fault = "is not set" if not address else f"has {len(address)} characters"
    return [
        Warning(
            f"WAGTAILADMIN_BASE_URL {fault}: calendar feeds need it for their links.",
            hint=f"Set it to the site's own address, such as https://www.example.com; at most {LONGEST_BASE} long.",
            id="planner.W002",
        )
    ]


def loses_writes(alias: str) -> bool:
    """Whether a SQLite database is set up so that concurrent writers fail."""
    options = connections[alias].settings_dict.get("OPTIONS", {})
    return str(options.get("transaction_mode", "")).upper() not in {"IMMEDIATE", "EXCLUSIVE"}


def _exists(label: str) -> bool:
    try:
        apps.get_model(label)
    except (LookupError, ValueError, AttributeError):
        return False
    return True
