"""E-mail about content that somebody owns: what waits to be sent, and which kinds each user wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class NotificationQuerySet(models.QuerySet):
    def ripe(self, *, noted_by: datetime, claimed_by: datetime) -> NotificationQuerySet:
        """What was noted by then, and that nobody is sending: a claim older than `claimed_by` was left behind."""
        free = models.Q(claim__isnull=True) | models.Q(claimed_at__lte=claimed_by)
        return self.filter(free, noted_at__lte=noted_by)


class Notification(models.Model):
    """One thing that an owner is to be told about an item, until the e-mail is sent; whether it holds is asked then.

    A second change of the same before that only postpones it: `before` stays what the receiver knew.
    """

    class About(models.TextChoices):
        OWNER = "owner", _("Owner assigned")
        TARGET = "target", _("Target date moved")
        START = "start", _("Start moved")
        SCHEDULE = "schedule", _("Approved date moved")
        REVIEW = "review", _("Review moved")
        OVERDUE = "overdue", _("Overdue")

    item = models.ForeignKey("planner.ContentItem", on_delete=models.CASCADE, related_name="notifications")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=10, choices=About)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.DateTimeField(null=True)
    before_has_time = models.BooleanField(default=False)
    noted_at = models.DateTimeField(db_index=True)
    claim = models.UUIDField(null=True, help_text="Of the process that is sending it.")
    claimed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "receiver", "about"], name="planner_notification_once"),
        ]

    def __str__(self) -> str:
        return self.get_about_display()


class NotificationPreferences(models.Model):
    """The switches of one user. Who never touched them has no row, and gets everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="planner_notification_preferences"
    )
    owner_assigned = models.BooleanField(
        _("owner of content"), default=True, help_text=_("Receive notification when somebody makes you the owner")
    )
    date_moved = models.BooleanField(
        _("moved content"), default=True, help_text=_("Receive notification when somebody moves content that you own")
    )
    overdue = models.BooleanField(
        _("overdue content"),
        default=True,
        help_text=_("Receive notification when content that you own is not published by its date"),
    )
    gap_digest = models.BooleanField(
        _("weekly gaps"),
        default=True,
        help_text=_("Receive once a week what is missing in the journeys that you own"),
    )
    digest_week = models.DateField(
        null=True, editable=False, help_text="The Monday of the last week whose digest was sent."
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("notification preferences")
        verbose_name_plural = _("notification preferences")

    def __str__(self) -> str:
        return str(self.user)

    def wants(self, about: str) -> bool:
        """Whether the user wants to be told of this `Notification.About`."""
        kinds = {Notification.About.OWNER: self.owner_assigned, Notification.About.OVERDUE: self.overdue}
        return kinds.get(about, self.date_moved)
