"""Calendar subscriptions: a person's own links, and the last rendering of each event."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedQuerySet(models.QuerySet):
    def of(self, user: object) -> FeedQuerySet:
        return self.filter(user=user)

    def alive(self) -> FeedQuerySet:
        return self.filter(revoked_at__isnull=True)


class Feed(models.Model):
    """One person's calendar link. The link itself is never stored: only a keyed hash of its token."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="planner_feeds")
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_hint = models.CharField(max_length=8, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    filters = models.JSONField(
        default=dict,
        editable=False,
        help_text="Slugs by dimension, as `ContentItemQuerySet.tagged` takes them. Slugs, not keys: deleting a persona must not widen a feed.",
    )
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)
    last_client = models.CharField(_("last fetched by"), max_length=255, blank=True)
    stamp = models.CharField(max_length=64, blank=True, editable=False, help_text="Hash of the body that was served last.")
    changed_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the stamp last changed: Last-Modified.")

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class EventSnapshot(models.Model):
    """The last rendering of one calendar event, kept so that SEQUENCE and LAST-MODIFIED rise with each visible change."""

    uid = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    detail = models.CharField(max_length=10, default="details")
    reminders = models.CharField(max_length=50, blank=True, default="")
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    data = models.BinaryField()

    class Meta:
        verbose_name = _("event snapshot")
        verbose_name_plural = _("event snapshots")
        constraints = [
            models.UniqueConstraint(fields=["uid", "kind", "language", "detail", "reminders"], name="planner_snapshot_once")
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"
