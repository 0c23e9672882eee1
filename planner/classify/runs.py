"""Applying the rules, and taking a run back. Every write here is one transaction and stands in the items' history."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from planner.history import log_changes
from planner.models import DIMENSIONS, ClassificationRun, ClassifiedTag, ContentItem, TagRule
from planner.models.classification import TARGETS

from .matching import Addition, additions
from .recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from planner.models.content_item import ContentItemQuerySet

LOG_ACTION = "planner.classify"
BATCH = 1000


class AlreadyUndone(ValueError):
    """The run was taken back before. The message says by whom and when; nothing was written."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a run back did: tags removed, and tags kept because a person set that dimension since."""

    removed: int
    kept: int


@transaction.atomic
def apply(
    items: ContentItemQuerySet,
    rules: Sequence[TagRule],
    *,
    user: AbstractBaseUser | None,
    at: datetime,
    note: str = "",
    run: ClassificationRun | None = None,
) -> ClassificationRun | None:
    """The run that holds what the rules added to the items; None where they had nothing to add.

    Adds only what is missing, and only where no person set that dimension. `run` goes on with an earlier run, for
    whoever works in batches. One transaction; the number of queries does not depend on the number of items, apart from
    one insert per thousand rows.
    """
    _lock(items)
    added = additions(items, rules)
    if not added:
        return run
    run = run or ClassificationRun.objects.create(user=user, created_at=at, note=note[:255], rules=recorded(rules))
    _carry(added)
    ClassifiedTag.objects.bulk_create((_record(run, addition) for addition in added), batch_size=BATCH)
    names = {(rule.dimension, rule.target_id): str(rule.target) for rule in rules}
    _log(run, added, names, change="added", user=user, at=at)
    return run


@transaction.atomic
def undo(run: ClassificationRun, *, user: AbstractBaseUser | None, at: datetime) -> Undone:
    """What was removed and what was kept: all that the run added goes, except what a person has set since.

    One transaction, a fixed number of queries. Raises AlreadyUndone the second time.
    """
    run = ClassificationRun.objects.select_for_update().get(pk=run.pk)
    if run.undone_at is not None:
        message = gettext("%(run)s was taken back already, on %(date)s. Apply the rules again to make a new run.")
        raise AlreadyUndone(message % {"run": run, "date": f"{run.undone_at:%Y-%m-%d %H:%M %Z}"})
    _lock(ContentItem.objects.filter(pk__in=run.added.values("item")))
    removed, names = _removable(run)
    for dimension in DIMENSIONS:
        _drop(run, dimension)
    run.undone_at, run.undone_by = at, user
    run.save(update_fields=["undone_at", "undone_by"])
    _log(run, removed, names, change="removed", user=user, at=at)
    return Undone(removed=len(removed), kept=run.added.count() - len(removed))


def foresee_undo(run: ClassificationRun) -> Undone:
    """What `undo` would remove and keep as things stand. Four queries; writes nothing."""
    removed, _names = _removable(run)
    return Undone(removed=len(removed), kept=run.added.count() - len(removed))


def lies_within(run: ClassificationRun, items: ContentItemQuerySet) -> bool:
    """Whether all that the run changed is among these items. One query."""
    return not run.added.exclude(item__in=items.order_by().values("pk")).exists()


def _lock(items: ContentItemQuerySet) -> None:
    # Whoever sets a dimension by hand at this moment waits, or is waited for: a rule must never win that race.
    rows = ContentItem.objects.select_for_update().filter(pk__in=items.order_by().values("pk"))
    list(rows.order_by("pk").values_list("pk"))


def _through(dimension: str) -> tuple[type[Model], str]:
    target = TARGETS[DIMENSIONS.index(dimension)]
    return ContentItem._meta.get_field(dimension).remote_field.through, target


def _carry(added: Iterable[Addition]) -> None:
    rows = defaultdict(list)
    for item, dimension, key in added:
        model, target = _through(dimension)
        rows[model].append(model(contentitem_id=item, **{f"{target}_id": key}))
    for model, links in rows.items():
        model.objects.bulk_create(links, batch_size=BATCH, ignore_conflicts=True)


def _record(run: ClassificationRun, addition: Addition) -> ClassifiedTag:
    _model, target = _through(addition.dimension)
    return ClassifiedTag(run=run, item_id=addition.item, **{f"{target}_id": addition.target})


def _untouched(run: ClassificationRun, dimension: str):  # noqa: ANN202  (a queryset of ClassifiedTag)
    _model, target = _through(dimension)
    return run.added.filter(**{f"{target}__isnull": False, f"item__{dimension}_by_hand": False})


def _removable(run: ClassificationRun) -> tuple[list[Addition], dict[tuple[str, int], str]]:
    removable, names = [], {}
    for dimension in DIMENSIONS:
        model, target = _through(dimension)
        carried = model.objects.filter(contentitem=OuterRef("item"), **{f"{target}_id": OuterRef(f"{target}_id")})
        there = _untouched(run, dimension).filter(Exists(carried))
        for item, key, name in there.values_list("item_id", f"{target}_id", f"{target}__name"):
            removable.append(Addition(item, dimension, key))
            names[dimension, key] = name
    return sorted(removable), names


def _drop(run: ClassificationRun, dimension: str) -> None:
    model, target = _through(dimension)
    added = _untouched(run, dimension).filter(
        item=OuterRef("contentitem"), **{f"{target}_id": OuterRef(f"{target}_id")}
    )
    model.objects.filter(Exists(added)).delete()


def _log(
    run: ClassificationRun,
    changes: Iterable[Addition],
    names: dict[tuple[str, int], str],
    *,
    change: str,
    user: AbstractBaseUser | None,
    at: datetime,
) -> None:
    # The shape that a plan's own history lines have, so that both read alike.
    data: dict[int, dict] = {}
    for item, dimension, key in changes:
        entry = data.setdefault(item, {"run": run.pk, "changes": {}})
        entry["changes"].setdefault(dimension, {change: []})[change].append(names[dimension, key])
    log_changes(data, action=LOG_ACTION, user=user, at=at)
