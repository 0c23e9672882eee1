"""A run in batches: somebody can watch it, and what breaks it off loses nothing. The clock is the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext

from planner.models import ClassificationRun

from .recorded import recorded, revived
from .runs import AlreadyUndone, apply

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from planner.models import TagRule
    from planner.models.content_item import ContentItemQuerySet

ITEMS_PER_BATCH = 250


def started(user: AbstractBaseUser, key: UUID) -> ClassificationRun | None:
    """The run that this user started with this key, whatever became of it; None where there is none. One query."""
    return ClassificationRun.objects.filter(request_key=_key_of(user, key)).first()


def start(
    items: ContentItemQuerySet, rules: Sequence[TagRule], *, user: AbstractBaseUser, at: datetime, key: UUID
) -> ClassificationRun:
    """A run that has yet to look at all of the items; for the same `key` of the same user that same run, ever again.

    That one may be finished or undone. Three queries. Nothing is added before `go_on`.
    """
    fields = {"user": user, "created_at": at, "rules": recorded(rules), "finished": False, "items_total": items.count()}
    run, _created = ClassificationRun.objects.get_or_create(request_key=_key_of(user, key), defaults=fields)
    return run


def _key_of(user: AbstractBaseUser, key: UUID) -> UUID:
    """What the run keeps of a key, so that somebody else's key, which a page may have shown, reaches no other run."""
    return uuid5(key, str(user.pk))


@transaction.atomic
def go_on(run: ClassificationRun, items: ContentItemQuerySet, *, at: datetime) -> ClassificationRun:
    """The run after its next batch of items; a finished run as it is. Rules changed since make no difference.

    One transaction, in which the run is locked: two that go on with it at once take turns. As many queries as `apply`
    and eight. Raises AlreadyUndone where it was taken back meanwhile.
    """
    run = ClassificationRun.objects.select_for_update().get(pk=run.pk)
    if run.undone_at is not None:
        raise AlreadyUndone(gettext("%(run)s was undone. Apply the rules again to make a new run.") % {"run": run})
    if run.finished:
        return run
    ahead = items.filter(pk__gt=run.reached)
    keys = list(ahead.order_by("pk").values_list("pk", flat=True)[:ITEMS_PER_BATCH])
    if keys:
        apply(ahead.filter(pk__lte=keys[-1]), revived(run.rules), user=run.user, at=at, run=run)
        run.reached = keys[-1]
    run.items_done += len(keys)
    run.finished = len(keys) < ITEMS_PER_BATCH
    # Items come and go while it runs: what it has looked at is all there was.
    run.items_total = run.items_done if run.finished else max(run.items_total, run.items_done)
    run.save(update_fields=["reached", "items_done", "finished", "items_total"])
    return run
