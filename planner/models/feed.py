"""Calendar subscriptions: a person's own links, and the last rendering of each event."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

TOKEN_PREFIX = "jp_"  # noqa: S105  (no secret: it lets a scanner for leaked ones recognise a calendar link)
TOKEN_BYTES = 32
HASH_SALT = "planner.feed"

FETCH_NOTED_EVERY = timedelta(minutes=1)
"""A client that polls every few seconds need not write every time."""


class FeedQuerySet(models.QuerySet):
    def of(self, user: object) -> FeedQuerySet:
        return self.filter(user=user)

    def alive(self) -> FeedQuerySet:
        return self.filter(revoked_at__isnull=True)

    @sensitive_variables()
    def with_token(self, token: str) -> FeedQuerySet:
        """The feed that a token opens, or none. Looked up by its hash, so the time taken tells nothing about the token.

        A token made under one of SECRET_KEY_FALLBACKS still opens its feed.
        """
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return self.filter(token_hash__in=[_hash(token, key) for key in keys])

    @sensitive_variables("token")
    def create_with_token(self, *, now: datetime, **fields: Any) -> tuple[Feed, str]:
        """A new feed and its token. Only this return value ever holds the token: what is stored is its hash."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        digest = _hash(token, settings.SECRET_KEY)
        return self.create(token_hash=digest, token_hint=token[-4:], created_at=now, **fields), token


@sensitive_variables()
def _hash(token: str, key: str) -> str:
    return salted_hmac(HASH_SALT, token, secret=key, algorithm="sha256").hexdigest()


class Feed(models.Model):
    """One person's calendar link. The link itself is never stored: only a keyed hash of its token."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="planner_feeds"
    )
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_hint = models.CharField(max_length=8, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    filters = models.JSONField(
        default=dict,
        editable=False,
        help_text="Slugs by dimension, as `ContentItemQuerySet.tagged` takes them. "
        "Slugs, not keys: deleting a persona must not widen a feed.",
    )
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)
    last_client = models.CharField(_("last fetched by"), max_length=255, blank=True)
    stamp = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Hash of the body that was served last."
    )
    changed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the stamp last changed: Last-Modified."
    )

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def revoke(self, *, now: datetime) -> None:
        """End the link for good. The row stays: it tells when, and the history names it."""
        self.revoked_at = now
        self.save(update_fields=["revoked_at"])

    def record_fetch(self, *, stamp: str, client: str, now: datetime) -> None:
        """Note who fetched it, once a minute at most, and whether the body changed. One query at most, often none."""
        changes: dict[str, Any] = {}
        if stamp != self.stamp:
            changes |= {"stamp": stamp, "changed_at": self._next_change(now)}
        if self.last_fetched_at is None or now - self.last_fetched_at >= FETCH_NOTED_EVERY:
            changes |= {"last_fetched_at": now, "last_client": client[:255]}
        if changes:
            type(self).objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    def _next_change(self, now: datetime) -> datetime:
        """A later second than the last change: clients that compare dates see whole seconds only."""
        now = now.replace(microsecond=0)
        return max(now, self.changed_at + timedelta(seconds=1)) if self.changed_at else now


class EventSnapshot(models.Model):
    """The last rendering of one calendar event: it lets SEQUENCE and LAST-MODIFIED rise with each visible change."""

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
            models.UniqueConstraint(
                fields=["uid", "kind", "language", "detail", "reminders"], name="planner_snapshot_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"
