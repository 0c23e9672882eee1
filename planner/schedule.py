"""Facts of one item, and its status at a moment. The only file that knows Wagtail's scheduling fields.

Source of every rule: the definitions of "status at a moment" in docs/architecture.md ("What live means"). Two forms of
the same rules stand here side by side, and a test holds them together: `Facts` answers for one item in Python, the
annotations of `with_moments` answer for all items in SQL. Neither reads a clock: `at` is the moment asked about, `now`
the moment at which the facts were read (what has not been published by `now` was not live before it either).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from planner.models import ContentItem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for "no end" where an end is compared."""

GRACE = timedelta(minutes=15)
"""How long Wagtail's scheduler may lag before an approved moment is shown as overdue."""

UNPUBLISH_ACTIONS = ("wagtail.unpublish", "wagtail.unpublish.scheduled")


class Status(models.TextChoices):
    """What an item is at a moment. The first that holds, in the order of `Facts.status`."""

    LIVE = "live", pgettext_lazy("status", "Live")
    LIVE_UPDATE = "live_update", _("Live + update")
    SCHEDULED = "scheduled", _("Scheduled")
    EXPIRED = "expired", _("Expired")
    UNPUBLISHED = "unpublished", _("Unpublished")
    CANCELLED = "cancelled", _("Cancelled")
    OVERDUE = "overdue", _("Overdue")
    IN_REVIEW = "in_review", _("In review")
    PLANNED = "planned", _("Planned")
    DRAFT = "draft", _("Draft")
    IDEA = "idea", _("Idea")


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in which an item is live: from `start`, up to but not including `end`."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Approval:
    """The revision that Wagtail will publish: when, and what expiry it brings."""

    go_live_at: datetime
    expire_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored about one item, as of `now`. All moments are aware."""

    now: datetime
    on_page: bool
    live: bool = False  # Wagtail's flag; of a confirmed off-site item, False
    first_published_at: datetime | None = None
    published_since: datetime | None = None  # where first_published_at is empty on a live page: the next best date
    go_live_at: datetime | None = None  # the row's, approved or not
    expire_at: datetime | None = None
    unpublished_at: datetime | None = None  # the last unpublish in the log
    approval: Approval | None = None
    in_review: bool = False
    has_draft: bool = False
    state: str = ""
    target_at: datetime | None = None
    target_has_time: bool = True
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    reviewed_on: date | None = None
    substantially_updated_on: date | None = None

    @property
    def start(self) -> datetime | None:
        """When it first went live, or None where nobody knows or it never did."""
        if not self.on_page:
            return self.starts_at if self.state == ContentItem.State.CONFIRMED else None
        return self.first_published_at or (self.published_since if self.live else None)

    def intervals(self) -> list[Interval]:
        """The times in which it is live, in order; at most one past or present and one coming."""
        if not self.on_page:
            return _interval(self.start, self.expires_at)
        if self.live:
            return self._intervals_of_live_page()
        known_ends = [end for end in (self.expire_at, self.unpublished_at) if end]
        past = _interval(self.first_published_at, min([*known_ends, self.now])) if known_ends else []
        return past + (_interval(self.approval.go_live_at, self.approval.expire_at) if self.approval else [])

    def _intervals_of_live_page(self) -> list[Interval]:
        end = self.expire_at
        # Wagtail cancels an approval when the page expires first.
        if self.approval and (end is None or self.approval.go_live_at < end):
            # An update's earlier expiry cannot end what ended before it began.
            end = max(self.approval.expire_at, self.approval.go_live_at) if self.approval.expire_at else None
        return _interval(self.start or self.now, end)

    def live_interval(self, at: datetime) -> Interval | None:
        return next((interval for interval in self.intervals() if at in interval), None)

    def is_live(self, at: datetime) -> bool:
        """LIVE(i, t). A moment that equals the go-live is live, one that equals the expiry is not."""
        return self.live_interval(at) is not None

    def is_fresh(self, at: datetime, threshold: datetime | None, zone: ZoneInfo) -> bool:
        """FRESH(i, t). `threshold` is `at` minus the time content stays fresh; None where it never ages.

        A live page without any date is fresh. A review or update after `at` had not happened then.
        """
        interval = self.live_interval(at)
        if interval is None:
            return False
        if threshold is None or (self.live and self.start is None):
            return True
        today = at.astimezone(zone).date()
        checks = [day for day in (self.reviewed_on, self.substantially_updated_on) if day and day <= today]
        return max([self.start or interval.start, *(midnight(day, zone) for day in checks)]) > threshold

    def coming_interval(self, at: datetime, horizon: datetime) -> Interval | None:
        """CONFIRMED(i, t, H): the interval that begins after `at`, up to and including `horizon`; None if it is live."""
        if self.is_live(at):
            return None
        return next((interval for interval in self.intervals() if at < interval.start <= horizon), None)

    @property
    def aim(self) -> datetime | None:
        """The moment it is meant for while nothing is approved: the target date, else the draft's go-live date."""
        if self.target_at:
            return self.target_at
        return self.go_live_at if self.on_page and not self.live and not self.approval else None

    @property
    def aim_has_time(self) -> bool:
        return self.target_has_time or not self.target_at

    def due(self, zone: ZoneInfo) -> datetime | None:
        """When the aim is missed: at its moment, or for a day without a time when that day ends in the site's zone."""
        if self.aim is None or self.aim_has_time:
            return self.aim
        return midnight(self.aim.astimezone(zone).date() + timedelta(days=1), zone)

    @property
    def open_plan(self) -> bool:
        """Whether it is still only a plan: not cancelled, and nothing approved or confirmed stands behind its date."""
        if self.state == ContentItem.State.CANCELLED:
            return False
        return self.approval is None if self.on_page else self.state != ContentItem.State.CONFIRMED

    def is_tentative(self, at: datetime, horizon: datetime, zone: ZoneInfo) -> bool:
        """TENTATIVE(i, t, H): an unapproved plan whose date lies in the window and that is not live or coming anyway."""
        due = self.due(zone)
        if due is None or not self.open_plan or not (at < due and self.aim <= horizon):
            return False
        return not self.is_live(at) and self.coming_interval(at, horizon) is None

    def is_overdue(self, at: datetime, zone: ZoneInfo) -> bool:
        """OVERDUE(i, t): its date has passed, and it is no more than a plan."""
        return self.status(at, zone) == Status.OVERDUE

    @property
    def is_late(self) -> bool:
        """Whether an approved moment passed more than `GRACE` ago without Wagtail acting on it: its scheduler is not running."""
        approved = self.approval.go_live_at if self.approval else None
        expiry = self.expire_at if self.on_page and self.live else None
        return any(moment and moment + GRACE <= self.now for moment in (approved, expiry))

    def has_expired(self, at: datetime) -> bool:
        """EXPIRED(i, t): it was out there, and its expiry has passed."""
        if self.is_live(at):
            return False
        update = self.approval
        if update and update.expire_at and update.go_live_at < update.expire_at <= at:
            return True
        expiry = self.expire_at if self.on_page else self.expires_at
        return self.start is not None and self.start <= at and expiry is not None and expiry <= at

    def status(self, at: datetime, zone: ZoneInfo) -> Status:
        """The one word that screens show for it at `at`."""
        if self.is_live(at):
            updating = self.approval and self.live and at < self.approval.go_live_at
            return Status.LIVE_UPDATE if updating else Status.LIVE
        intervals = self.intervals()
        if any(interval.start > at for interval in intervals):
            return Status.SCHEDULED
        if self.has_expired(at):
            return Status.EXPIRED
        if self.on_page and any(interval.end <= at for interval in intervals):
            return Status.UNPUBLISHED
        if self.state == ContentItem.State.CANCELLED:
            return Status.CANCELLED
        due = self.due(zone)
        if due is not None and due <= at:
            return Status.OVERDUE
        return self._status_of_plan()

    def _status_of_plan(self) -> Status:
        if self.in_review:
            return Status.IN_REVIEW
        if self.aim:
            return Status.PLANNED
        return Status.IDEA if self.state == ContentItem.State.IDEA else Status.DRAFT


def _interval(start: datetime | None, end: datetime | None) -> list[Interval]:
    end = end or FOREVER
    return [Interval(start, end)] if start and start < end else []


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), tzinfo=zone)


def add_days(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """`at` moved by calendar days: the same wall-clock time in the zone, also across a clock change. In UTC."""
    local = at.astimezone(zone)
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone, fold=local.fold).astimezone(UTC)
