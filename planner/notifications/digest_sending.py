"""Sends the weekly digests: one e-mail per journey owner and week, each as a background task."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from wagtail.admin.mail import send_mail

from personas.models import Journey
from planner.models import NotificationPreferences
from planner.notifications.digest import digest_for, may_receive, wants_digest

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger("planner.notifications")


def week_of(now: datetime) -> date:
    """The Monday of the week, in the site's zone."""
    day = now.astimezone(timezone.get_default_timezone()).date()
    return day - timedelta(days=day.weekday())


def owned_journeys() -> dict[AbstractBaseUser | None, list[Journey]]:
    """The active journeys by their owner, None for those without one. One query."""
    owned: dict[AbstractBaseUser | None, list[Journey]] = defaultdict(list)
    for journey in Journey.objects.active().select_related("owner__planner_notification_preferences"):
        owned[journey.owner].append(journey)
    return owned


def due(users: list[AbstractBaseUser], week: date) -> list[AbstractBaseUser]:
    """Those who can be sent a digest, want it, and had none in this week."""
    return [user for user in users if may_receive(user) and wants_digest(user) and _last_week(user) != week]


def queue_digest(receiver: int, week: date) -> None:
    """Have it sent once this transaction is committed."""
    transaction.on_commit(lambda: send_digest.enqueue(receiver, week.isoformat()), robust=True)


@task()
def send_digest(receiver: int, week: str) -> bool:
    """Send the digest of a week to a user, by key. Returns whether an e-mail was sent."""
    return send_to(receiver, date.fromisoformat(week), now=timezone.now())


def send_to(receiver: int, week: date, *, now: datetime) -> bool:
    """Send one digest, and return whether one was sent: of two that do this at once, one does.

    Rights, wishes and gaps are those of this moment. Where sending fails the week is free again for the next run; where
    nothing is open it is, too.
    """
    user = get_user_model().objects.select_related("planner_notification_preferences").filter(pk=receiver).first()
    if user is None or not (may_receive(user) and wants_digest(user)):
        return False
    before = _last_week(user)
    if not _claim(user, week):
        return False
    sent = False
    try:
        message = digest_for(user, Journey.objects.active().filter(owner=user), now=now)
        if message:
            send_mail(message.subject, message.text, [user.email])
            sent = True
    except Exception as error:  # noqa: BLE001  (whatever a mail backend raises)
        # Its type only: the text of such an error names people and addresses.
        logger.error("A digest could not be sent, and waits: %s", type(error).__name__)  # noqa: TRY400
    if not sent:
        NotificationPreferences.objects.filter(user=user).update(digest_week=before)
    return sent


def _claim(user: AbstractBaseUser, week: date) -> bool:
    NotificationPreferences.objects.get_or_create(user=user)
    free = NotificationPreferences.objects.filter(Q(digest_week__isnull=True) | ~Q(digest_week=week), user=user)
    return bool(free.update(digest_week=week))


def _last_week(user: AbstractBaseUser) -> date | None:
    preferences = getattr(user, "planner_notification_preferences", None)
    return preferences.digest_week if preferences else None
