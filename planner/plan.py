"""Writes the plan of an item: its tags, target date and owner. Each real change stands in the item's history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model, Q
from wagtail.log_actions import log

from planner.models import DIMENSIONS, ContentItem, NextStep
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
    steps_added: list[ContentItem] = field(default_factory=list)  # what it leads to from now on
    steps_removed: list[ContentItem] = field(default_factory=list)
    deleted_steps_removed: bool = False  # also the steps to what was deleted

    def __bool__(self) -> bool:
        """Whether anything is to be different at all."""
        tags = any(self.add.values()) or any(self.remove.values()) or self.themes is not None
        steps = self.steps_added or self.steps_removed or self.deleted_steps_removed
        return bool(tags or steps or self.values)


def change_plan(item: ContentItem, change: PlanChange, *, user: AbstractBaseUser | None) -> list[str]:
    """Apply the change and return the names of the fields that really changed; empty where nothing did.

    One transaction with a lock on the row. The caller has asked `access.may_tag`. A dimension that a person touched is
    theirs from then on: tag rules leave it alone. The owner is told what others did, once this is committed.
    """
    with transaction.atomic():
        row = ContentItem.objects.select_for_update().get(pk=item.pk)
        before = noting.watched(row)
        details = _change_tags(row, change) | _change_values(row, change.values) | _change_steps(row, change)
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


def _change_steps(row: ContentItem, change: PlanChange) -> dict[str, Any]:
    present = set(row.leads_to.all())
    added = [item for item in change.steps_added if item not in present and item != row]
    removed = [item for item in change.steps_removed if item in present]
    NextStep.objects.bulk_create(NextStep(from_item=row, to_item=item) for item in added)
    gone = Q(to_item__in=removed) | (Q(to_item__isnull=True) if change.deleted_steps_removed else Q(pk__in=[]))
    number, _by_model = row.steps_out.filter(gone).delete()
    if not added and not number:
        return {}
    # By their identities, never their titles: not all who read this item's history may know of the others.
    uids = {"items_added": added, "items_removed": removed}
    return {"leads_to": {name: [str(item.uid) for item in items] for name, items in uids.items()}}


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
