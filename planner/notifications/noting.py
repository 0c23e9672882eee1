"""Notes what an owner is to be told, in the transaction of the change. Nothing is sent, and no right asked, here."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import ModelLogEntry, PageLogEntry

from planner import conf
from planner.models import ContentItem, Notification
from planner.notifications.sending import queue_after_commit
from planner.schedule import midnight

if TYPE_CHECKING:
    from wagtail.models import BaseLogEntry

About = Notification.About

DATES = {About.TARGET: "target_at", About.START: "starts_at", About.REVIEW: "review_due"}
"""The dates of a row, and what their change is called."""

WATCHED = ("owner_id", "target_has_time", *DATES.values())
APPROVAL_ENDS = "wagtail.schedule.cancel"


def watched(row: ContentItem) -> dict[str, Any]:
    """What `note_changes` has to know of a row before it is changed."""
    return {name: getattr(row, name) for name in WATCHED}


def note_changes(row: ContentItem, before: dict[str, Any], *, actor: int | None) -> None:
    """Note that an owner was assigned, or that a date of somebody's item was changed.

    `actor`: the key of who did it; whoever did it is never told. A new owner is told of the item as it is, not of its
    dates. One query per change of an item that has an owner.
    """
    if row.owner_id is None:
        return
    if before["owner_id"] != row.owner_id:
        _note(row.pk, row.owner_id, About.OWNER, actor)
        return
    for about, name in DATES.items():
        with_time = about == About.START or about == About.TARGET and before["target_has_time"]
        same_day = getattr(row, name) == before[name]
        if not same_day or about == About.TARGET and row.target_has_time != before["target_has_time"]:
            _note(row.pk, row.owner_id, about, actor, before=_moment(before[name]), has_time=with_time)


def note_owner(row: ContentItem, *, actor: int | None) -> None:
    """Note that a row that was just made has this owner, where it has one. One query."""
    if row.owner_id is not None:
        _note(row.pk, row.owner_id, About.OWNER, actor)


def connect() -> None:
    """Hear from Wagtail's own log when an approval is taken back: by a move, or in the editor."""
    for log in (PageLogEntry, ModelLogEntry):
        post_save.connect(_note_lost_approval, sender=log, dispatch_uid=f"planner.notifications.{log.__name__}")


def _note_lost_approval(sender: type, instance: BaseLogEntry, *, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw or not created or instance.action != APPROVAL_ENDS:
        return
    went_live = (instance.data or {}).get("revision", {}).get("go_live_at")
    before = parse_datetime(went_live) if isinstance(went_live, str) else went_live
    if sender is PageLogEntry:
        items = ContentItem.objects.filter(page=instance.page_id)
    else:
        items = ContentItem.objects.filter(content_type=instance.content_type_id, object_id=instance.object_id)
    for key, owner in items.filter(owner__isnull=False).values_list("pk", "owner"):
        _note(key, owner, About.SCHEDULE, instance.user_id, before=before, has_time=True)


def _note(
    item: int, receiver: int, about: str, actor: int | None, *, before: datetime | None = None, has_time: bool = False
) -> None:
    if not conf.get("PLANNER_NOTIFICATIONS_ENABLED"):
        return
    if receiver == actor:
        # Whoever takes the matter into their own hands knows how it stands.
        Notification.objects.filter(item=item, receiver=receiver, about=about).delete()
        return
    note = Notification(
        item_id=item,
        receiver_id=receiver,
        about=about,
        actor_id=actor,
        before=before,
        before_has_time=has_time and before is not None,
        noted_at=timezone.now(),
    )
    Notification.objects.bulk_create(
        [note],
        update_conflicts=True,
        unique_fields=["item", "receiver", "about"],
        # Not `before`: it stays what the receiver knew. A claim ends, or its e-mail would take this news along unsaid.
        update_fields=["actor", "noted_at", "claim", "claimed_at"],
    )
    queue_after_commit(receiver)


def _moment(value: date | datetime | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return midnight(value, timezone.get_default_timezone())
