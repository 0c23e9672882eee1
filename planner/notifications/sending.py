"""Sends what was noted: one e-mail per receiver, as a background task, after the change is committed.

What was noted stays until its e-mail is sent, so a mail server that fails costs nobody a notice, and no save waits for
it. Each receiver's notes are claimed before they are sent: of two processes that send at once, one does.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from wagtail.admin.mail import send_mail

from planner import conf
from planner.models import Notification
from planner.notifications.message import message_for

if TYPE_CHECKING:
    from planner.models.notification import NotificationQuerySet

logger = logging.getLogger("planner.notifications")

CLAIM_LASTS = timedelta(minutes=15)
"""Longer than any e-mail takes: whoever claimed it died."""

OLD_NEWS = timedelta(days=3)
"""What could not be sent for so long is forgotten: the item's history tells it too."""


def queue_after_commit(receiver: int) -> None:
    """Have the receiver's e-mail sent once this transaction is committed and things have stood still for a while.

    A task backend that cannot wait runs tasks inside the request. There the notes are left to `send_notifications`,
    which the scheduler runs.
    """

    def queue() -> None:  # Django names a robust callback when it fails, which a partial has not
        _queue(receiver)

    # Robust: what cannot be queued is sent by the scheduler's next run, and the save goes on.
    transaction.on_commit(queue, robust=True)


def _queue(receiver: int) -> None:
    delay = conf.notification_delay()
    if not delay:
        send_waiting.enqueue(receiver)
    elif send_waiting.get_backend().supports_defer:
        send_waiting.using(run_after=timezone.now() + delay).enqueue(receiver)


@task()
def send_waiting(receiver: int) -> bool:
    """Send what waits for one user, by key. Returns whether an e-mail was sent."""
    return send_to(receiver, now=timezone.now())


def receivers_waiting(now: datetime) -> list[int]:
    """The keys of the users for whom something is ripe. One query."""
    return sorted(set(_ripe(now).order_by().values_list("receiver", flat=True)))


def forget_old_news(now: datetime) -> None:
    """Drop what could not be sent for days. One query."""
    Notification.objects.filter(noted_at__lte=now - OLD_NEWS).delete()


def send_to(receiver: int, *, now: datetime) -> bool:
    """Send one e-mail with all that is ripe for a user, and return whether one was sent.

    What does not hold any more, or is not theirs to see now, is dropped unsaid. Where sending fails the notes stay for
    the next run. Four queries, those of the receiver's rights, and five for all items together.
    """
    claim = _claim(receiver, now)
    if claim is None:
        return False
    claimed = Notification.objects.filter(claim=claim)
    try:
        user = get_user_model().objects.select_related("planner_notification_preferences").get(pk=receiver)
        message = message_for(user, list(claimed.select_related("actor")), now=now)
        if message:
            send_mail(message.subject, message.text, [user.email])
    except Exception as error:  # noqa: BLE001  (whatever a mail backend raises)
        # Its type only: the text of such an error names people and addresses.
        logger.error("A notification could not be sent, and waits: %s", type(error).__name__)  # noqa: TRY400
        claimed.update(claim=None, claimed_at=None)
        return False
    claimed.delete()
    return message is not None


def _ripe(now: datetime) -> NotificationQuerySet:
    return Notification.objects.ripe(noted_by=now - conf.notification_delay(), claimed_by=now - CLAIM_LASTS)


def _claim(receiver: int, now: datetime) -> UUID | None:
    """Mark what is ripe for a user as being sent by us, and return the mark; None where nothing is left to send.

    Marked and committed, not locked: no transaction stays open while a mail server thinks.
    """
    claim = uuid4()
    with transaction.atomic():
        ripe = _ripe(now).filter(receiver=receiver).select_for_update(skip_locked=True, of=("self",))
        keys = list(ripe.values_list("pk", flat=True))
        Notification.objects.filter(pk__in=keys).update(claim=claim, claimed_at=now)
    return claim if keys else None
