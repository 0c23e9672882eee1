"""Calendar subscriptions: a person's own links, what they served last, and the last rendering of each event."""

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

    def kept(self) -> FeedQuerySet:
        """Not revoked. One that has expired is kept: its owner may renew it."""
        return self.filter(revoked_at__isnull=True)

    def alive(self, at: datetime) -> FeedQuerySet:
        """Those whose links open at a moment: neither revoked nor expired."""
        return self.kept().filter(models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=at))

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
        token, stored = _new_token()
        return self.create(created_at=now, **stored, **fields), token


@sensitive_variables("token")
def _new_token() -> tuple[str, dict[str, str]]:
    """A token, and what of it is stored."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    return token, {"token_hash": _hash(token, settings.SECRET_KEY), "token_hint": token[-4:]}


@sensitive_variables()
def _hash(token: str, key: str) -> str:
    return salted_hmac(HASH_SALT, token, secret=key, algorithm="sha256").hexdigest()


class Feed(models.Model):
    """One person's calendar link. The link itself is never stored: only a keyed hash of its token.

    Language, detail and reminders never change under one link: each has event versions of its own, and a calendar that
    was told version 5 ignores version 0. Renewing gives a new link, and with it a free choice.
    """

    class Detail(models.TextChoices):
        DETAILS = "details", _("Titles and details")
        TITLES = "titles", _("Titles only")

    class Reminder(models.TextChoices):
        """How long before an event its reminder rings; of a whole day, at nine in the morning."""

        NONE = "", _("No reminders")
        QUARTER = "15m", _("A quarter of an hour before")
        HOUR = "1h", _("An hour before")
        DAY = "1d", _("A day before")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="planner_feeds"
    )
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_hint = models.CharField(max_length=8, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    detail = models.CharField(_("how much it tells"), max_length=10, choices=Detail, default=Detail.DETAILS)
    reminders = models.CharField(_("reminders"), max_length=10, choices=Reminder, blank=True, default="")
    filters = models.JSONField(
        default=dict,
        editable=False,
        help_text="The fields of `feed_filters.Selection`. Slugs, not keys: deleting a persona must not widen a feed.",
    )
    created_at = models.DateTimeField(_("created"))
    renewed_at = models.DateTimeField(_("renewed"), null=True, blank=True)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
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
        permissions = [("use_feeds", _("Can have the plan in a calendar program"))]

    def __str__(self) -> str:
        return self.name

    def has_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    def revoke(self, *, now: datetime) -> None:
        """End the link for good. The row stays: it tells when, and the history names it. Two queries."""
        self.revoked_at = now
        self.save(update_fields=["revoked_at"])
        FeedBody.objects.filter(feed=self).delete()

    @sensitive_variables("token")
    def renew(self, *, now: datetime, **chosen: Any) -> str:
        """A new token in place of the old one, which is dead at once. `chosen`: what may change with the link."""
        token, stored = _new_token()
        changes = stored | {"last_fetched_at": None, "last_client": "", "renewed_at": now} | chosen
        for name, value in changes.items():
            setattr(self, name, value)
        # Nothing else: a fetch at this moment notes what it served.
        self.save(update_fields=list(changes))
        return token

    def record_fetch(self, *, client: str, now: datetime) -> None:
        """Note who fetched it, once a minute at most. One query at most, often none."""
        if self.last_fetched_at is None or now - self.last_fetched_at >= FETCH_NOTED_EVERY:
            self._note(last_fetched_at=now, last_client=client[:255])

    def record_body(self, *, stamp: str, now: datetime) -> None:
        """Note whether the body changed. Within a transaction: another process may have served since this was read. One
        query, and another where it changed."""
        self.refresh_from_db(fields=["stamp", "changed_at"], from_queryset=Feed.objects.select_for_update())
        if stamp != self.stamp:
            self._note(stamp=stamp, changed_at=self._next_change(now))

    def _note(self, **changes: Any) -> None:
        type(self).objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    def _next_change(self, now: datetime) -> datetime:
        """A later second than the last change: clients that compare dates see whole seconds only."""
        now = now.replace(microsecond=0)
        return max(now, self.changed_at + timedelta(seconds=1)) if self.changed_at else now


class FeedBody(models.Model):
    """The calendar that a feed served last, compressed, and how long it holds. See `feed_basis`."""

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE, primary_key=True, related_name="body")
    basis = models.CharField(max_length=64)
    valid_until = models.DateTimeField()
    data = models.BinaryField()

    class Meta:
        verbose_name = _("calendar as served")
        verbose_name_plural = _("calendars as served")

    def __str__(self) -> str:
        return self.basis


class PlanChange(models.Model):
    """How many writes a transaction made to anything that a plan may show. Their sum is the version of the plan."""

    transaction_id = models.BigIntegerField(primary_key=True)
    writes = models.BigIntegerField()

    class Meta:
        verbose_name = _("change of the plan")
        verbose_name_plural = _("changes of the plan")

    def __str__(self) -> str:
        return f"{self.transaction_id}: {self.writes}"


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
    used_on = models.DateField(db_index=True, help_text="When a calendar last held it, give or take a month.")
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
