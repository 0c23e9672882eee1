"""Writes the plan of an item: its tags, target date and owner. Each real change stands in the item's history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from wagtail.log_actions import log

from planner.models import DIMENSIONS, ContentItem
from planner.notifications import noting
from planner.themes import themes_named

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(slots=True)
class PlanChange:
    """What somebody wants to be different. What is not named here stays as it is, whoever changed it meanwhile."""

    add: dict[str, list[Model]] = field(default_factory=dict)  # members by dimension
    remove: dict[str, list[Model]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)  # values by field of the row
    themes: set[str] | None = None  # all themes from now on; None: as they are

    def __bool__(self) -> bool:
        """Whether anything is to be different at all."""
        return bool(any(self.add.values()) or any(self.remove.values()) or self.values or self.themes is not None)


def change_plan(item: ContentItem, change: PlanChange, *, user: AbstractBaseUser | None) -> list[str]:
    """Apply the change and return the names of the fields that really changed; empty where nothing did.

    One transaction with a lock on the row. The caller has asked `access.may_tag`. A dimension that a person touched is
    theirs from then on: tag rules leave it alone. The owner is told what others did, once this is committed.
    """
    with transaction.atomic():
        row = ContentItem.objects.select_for_update().get(pk=item.pk)
        before = noting.watched(row)
        details = _change_tags(row, change) | _change_values(row, change.values)
        if change.themes is not None:
            details |= _change_themes(row, change.themes)
        if details:
            row.save()
            log(row.page or row.content_object or row, "planner.plan", user=user, data={"changes": details})
            noting.note_changes(row, before, actor=user.pk if user else None)
        return list(details)


def _change_tags(row: ContentItem, change: PlanChange) -> dict[str, Any]:
    details = {}
    for dimension in DIMENSIONS:
        manager = getattr(row, dimension)
        present = set(manager.all())
        added = [member for member in change.add.get(dimension, ()) if member not in present]
        removed = [member for member in change.remove.get(dimension, ()) if member in present]
        manager.add(*added)
        manager.remove(*removed)
        if added or removed:
            setattr(row, f"{dimension}_by_hand", True)
            details[dimension] = {"added": _names(added), "removed": _names(removed)}
    return details


def _change_values(row: ContentItem, values: dict[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return {name: {"now": _text(value)} for name, value in changed.items()}


def _change_themes(row: ContentItem, themes: set[str]) -> dict[str, Any]:
    present = set(row.themes.names())
    if present == themes:
        return {}
    found = themes_named(themes, make=True)
    themes = {theme.name for theme in found}
    if present == themes:
        return {}
    row.themes.set(found)
    return {"themes": {"added": sorted(themes - present), "removed": sorted(present - themes)}}


def _names(members: Iterable[Model]) -> list[str]:
    return [str(member) for member in members]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
