"""Facts of one item and its status at a moment, in Python. Pure: no query, no clock.

`at` is the moment asked about, `now` the moment at which the facts were read. The rules are the definitions of
docs/architecture.md, "What live means"; `moments` asks the same of many items in SQL, and a test holds them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from planner.models import ContentItem

from .days import midnight
from .status import Status

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for "no end" where an end is compared."""

GRACE = timedelta(minutes=15)
"""How long Wagtail's scheduler may lag before an approved moment is shown as overdue."""


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
    on_page: bool  # or in a snippet: Wagtail decides when it is live
    live: bool = False  # Wagtail's flag
    first_published_at: datetime | None = None
    published_since: datetime | None = None  # where first_published_at is empty on a live page: the next best date
    go_live_at: datetime | None = None  # the row's, approved or not
    expire_at: datetime | None = None
    unpublished_at: datetime | None = None  # the last unpublish in the log
    approval: Approval | None = None
    in_review: bool = False
    state: str = ""
    target_at: datetime | None = None
    target_has_time: bool = True
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    reviewed_on: date | None = None
    substantially_updated_on: date | None = None
    translation_key: UUID | None = None  # a snippet's; a page's is in SQL

    @property
    def start(self) -> datetime | None:
        """When it first went live, or None where nobody knows or it never did."""
        if not self.on_page:
            return self.starts_at if self.confirmed else None
        return self.first_published_at or (self.published_since if self.live else None)

    @property
    def confirmed(self) -> bool:
        """Whether a row without a page is more than a plan."""
        return not self.on_page and self.state == ContentItem.State.CONFIRMED

    @property
    def undated(self) -> bool:
        """Whether it is live and nobody knows since when."""
        return self.live and self.start is None

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
        if self.approval and not self.approval_is_void:
            # An update's earlier expiry cannot end what ended before it began.
            end = max(self.approval.expire_at, self.approval.go_live_at) if self.approval.expire_at else None
        return _interval(self.start or self.now, end)

    @property
    def approval_is_void(self) -> bool:
        """Whether the page expires before its update goes live: Wagtail cancels the approval then."""
        return bool(self.live and self.approval and self.expire_at and self.expire_at <= self.approval.go_live_at)

    def pending_approval(self, at: datetime) -> Approval | None:
        """The approval that waits at `at`: neither carried out by then nor cancelled."""
        approval = self.approval
        if approval is None or approval.go_live_at <= at or (self.approval_is_void and self.expire_at <= at):
            return None
        return approval

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
        if threshold is None or self.undated:
            return True
        today = at.astimezone(zone).date()
        checks = [day for day in (self.reviewed_on, self.substantially_updated_on) if day and day <= today]
        return max([self.start or interval.start, *(midnight(day, zone) for day in checks)]) > threshold

    def coming_interval(self, at: datetime, horizon: datetime) -> Interval | None:
        """CONFIRMED(i, t, H): the interval that begins after `at`, by `horizon` at the latest; None if it is live."""
        coming = None if self.is_live(at) else self._next_interval(at)
        return coming if coming and coming.start <= horizon else None

    def _next_interval(self, at: datetime) -> Interval | None:
        # Nobody saw an undated page go live: its interval begins at `now` only because it must begin somewhere.
        return None if self.undated else next((interval for interval in self.intervals() if interval.start > at), None)

    @property
    def aim(self) -> datetime | None:
        """The moment it is meant for: the target date, else the date of a draft that nobody approved or confirmed."""
        if self.target_at:
            return self.target_at
        if self.on_page:
            return None if self.live or self.approval else self.go_live_at
        return None if self.confirmed else self.starts_at

    @property
    def aim_has_time(self) -> bool:
        return self.target_has_time or not self.target_at

    def due(self, zone: ZoneInfo) -> datetime | None:
        """When the aim is missed: at its moment, or for a day without a time when that day ends in the site's zone."""
        if self.aim is None or self.aim_has_time:
            return self.aim
        return midnight(self.aim.astimezone(zone).date() + timedelta(days=1), zone)

    @property
    def cancelled(self) -> bool:
        return self.state == ContentItem.State.CANCELLED

    def is_tentative(self, at: datetime, horizon: datetime, zone: ZoneInfo) -> bool:
        """TENTATIVE(i, t, H): an unapproved plan whose date lies in the window, and that is not live or coming."""
        due = self.due(zone)
        if due is None or not (at < due and self.aim <= horizon):
            return False
        if self.cancelled or self.confirmed or self.pending_approval(at):
            return False
        return not self.is_live(at) and self.coming_interval(at, horizon) is None

    def is_overdue(self, at: datetime, zone: ZoneInfo) -> bool:
        """OVERDUE(i, t): its date has passed, and it is not live, was not since that date, and will not be.

        What was live on its date or later, and ended since, was on time.
        """
        due = self.due(zone)
        if due is None or due > at or self.cancelled or self._next_interval(at):
            return False
        return not self.was_live_since_aim(at)

    def was_live_since_aim(self, at: datetime) -> bool:
        """Whether it was live by `at`, at its aim or later."""
        return any(interval.start <= at and interval.end > self.aim for interval in self.intervals())

    @property
    def is_planned_anew(self) -> bool:
        """Whether a page that was taken off the site, or never was on it, aims at a later date."""
        return self.on_page and not self.live and self.aim is not None and not self.was_live_since_aim(self.now)

    @property
    def is_late(self) -> bool:
        """Whether Wagtail has not acted on an approved moment for `GRACE`: its scheduler is not running."""
        approved = self.approval.go_live_at if self.approval else None
        expiry = self.expire_at if self.on_page and self.live else None
        return any(moment and moment + GRACE <= self.now for moment in (approved, expiry))

    def has_expired(self, at: datetime) -> bool:
        """EXPIRED(i, t): it was out there, and its expiry has passed."""
        if self.is_live(at):
            return False
        start, expiry = (
            self.start or (self.now if self.live else None),
            self.expire_at if self.on_page else self.expires_at,
        )
        if self.approval and self.approval.go_live_at <= at and not self.approval_is_void:
            start, expiry = self.approval.go_live_at, self.approval.expire_at
        return start is not None and start <= at and expiry is not None and expiry <= at

    def ended_at(self, at: datetime) -> datetime | None:
        """When what was out there stopped being live, by expiry or by hand; None where it is live or never was."""
        if self.is_live(at):
            return None
        ended = max((interval.end for interval in self.intervals() if interval.end <= at), default=None)
        # What began with its end has no interval; that it expired is known all the same.
        return ended or (at if self.has_expired(at) else None)

    def status(self, at: datetime, zone: ZoneInfo) -> Status:
        """The one word that screens show for it at `at`."""
        if self.is_live(at):
            return Status.LIVE_UPDATE if self.live and self.pending_approval(at) else Status.LIVE
        if self._next_interval(at):
            return Status.SCHEDULED
        if self.has_expired(at):
            return Status.EXPIRED
        if self.on_page and any(interval.end <= at for interval in self.intervals()):
            return Status.UNPUBLISHED
        if self.cancelled:
            return Status.CANCELLED
        due = self.due(zone)
        if due is not None and due <= at:
            return Status.OVERDUE
        return self._status_of_plan()

    def next_change(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The next moment after `at` at which status or lateness may change by time alone; None where there is none."""
        moments = {moment for interval in self.intervals() for moment in (interval.start, interval.end)}
        # What ends before it begins has no interval, and yet counts as expired from its start on.
        moments |= {self.start, self.due(zone), self.expire_at, self.expires_at}
        if self.approval:
            moments |= {self.approval.go_live_at, self.approval.expire_at}
        known = moments - {None, FOREVER}
        return min((moment for moment in known | {moment + GRACE for moment in known} if moment > at), default=None)

    def _status_of_plan(self) -> Status:
        if self.in_review:
            return Status.IN_REVIEW
        if self.aim:
            return Status.PLANNED
        return Status.IDEA if self.state == ContentItem.State.IDEA else Status.DRAFT


def _interval(start: datetime | None, end: datetime | None) -> list[Interval]:
    end = end or FOREVER
    return [Interval(start, end)] if start and start < end else []
