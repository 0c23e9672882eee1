"""The definitions of docs/architecture.md, "What live means", moment by moment and without any code of the planner.

Slow and simple on purpose: tests hold the planner's answers against these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.planner.plans import Stored


def same_time(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time so many days away."""
    local = at.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=days), local.time(), tzinfo=zone).astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True)
class Definitions:
    """How an item stands at `at`, read at `now`."""

    at: datetime
    now: datetime
    zone: ZoneInfo
    horizon_days: int = 56
    stale_days: int | None = 365

    @property
    def horizon(self) -> datetime:
        return same_time(self.at, self.horizon_days, self.zone)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def start(self, item: Stored) -> datetime | None:
        if not item.page:
            return item.starts_at if item.state == "confirmed" else None
        if item.live:
            return item.first_published_at or item.last_published_at or item.latest_revision_created_at
        return item.first_published_at

    def update_counts(self, item: Stored) -> bool:
        """Whether Wagtail will carry out the approval: an earlier expiry of the live page cancels it."""
        return bool(item.approved_for) and not (item.live and item.expire_at and item.expire_at <= item.approved_for)

    def live_at(self, item: Stored, moment: datetime) -> bool:
        start = self.start(item)
        if not item.page:
            return bool(start) and start <= moment and not (item.expires_at and item.expires_at <= moment)
        coming = self.update_counts(item) and item.approved_for <= moment
        still = not (item.approved_expiry and item.approved_expiry <= moment)
        if item.live:
            if moment < (start or self.now):
                return False
            return still if coming else not (item.expire_at and item.expire_at <= moment)
        ends = [end for end in (item.expire_at, *item.unpublished[-1:]) if end]
        was = bool(start and ends) and start <= moment < min([*ends, self.now])
        return was or (coming and still)

    def live(self, item: Stored) -> bool:
        return self.live_at(item, self.at)

    def coming(self, item: Stored) -> datetime | None:
        """When it goes live after `at` and by the horizon."""
        if self.live(item):
            return None
        starts = [self.start(item), None if item.live else item.approved_for]
        found = [start for start in starts if start and self.at < start <= self.horizon and self.live_at(item, start)]
        return min(found, default=None)

    def begun(self, item: Stored) -> list[datetime]:
        """Each moment at which it went or goes live; none where nobody knows."""
        starts = [self.start(item), None if item.live else item.approved_for]
        return [start for start in starts if start and self.live_at(item, start)]

    def end(self, item: Stored) -> datetime | None:
        """When what is live or coming ends, by the horizon."""
        start = self.at if self.live(item) else self.coming(item)
        if start is None:
            return None
        moments = [
            item.expire_at,
            item.approved_expiry,
            item.expires_at,
            *item.unpublished,
            self.now,
            item.approved_for,
        ]
        found = [m for m in moments if m and start < m <= self.horizon and not self.live_at(item, m)]
        return min(found, default=None)

    def fresh(self, item: Stored) -> bool:
        if not self.live(item):
            return False
        start = self.start(item) or (None if item.live else item.approved_for)
        if self.stale_days is None or start is None:
            return True
        checked = [day for day in (item.reviewed_on, item.substantially_updated_on) if day and day <= self.day(self.at)]
        moments = [start, *(datetime.combine(day, datetime.min.time(), tzinfo=self.zone) for day in checked)]
        return max(moments) > same_time(self.at, -self.stale_days, self.zone)

    def tentative(self, item: Stored) -> datetime | None:
        """The date that a plan aims at, where it lies between `at` and the horizon."""
        unapproved_date = (
            item.starts_at if not item.page else None if item.live or item.approved_for else item.go_live_at
        )
        aim = item.target_at or unapproved_date
        if not aim or item.state == "cancelled" or (not item.page and item.state == "confirmed"):
            return None
        cancelled = not self.update_counts(item) and item.expire_at and item.expire_at <= self.at
        approved = item.approved_for and item.approved_for > self.at and not cancelled
        if approved or self.live(item) or self.coming(item):
            return None
        whole_day = bool(item.target_at) and not item.target_has_time
        ahead = self.day(aim) >= self.day(self.at) if whole_day else aim > self.at
        return aim if ahead and aim <= self.horizon else None

    def expired(self, item: Stored) -> bool:
        if self.live(item):
            return False
        start, expiry = (
            self.start(item) or (self.now if item.live else None),
            item.expire_at if item.page else item.expires_at,
        )
        if self.update_counts(item) and item.approved_for <= self.at:
            start, expiry = item.approved_for, item.approved_expiry
        return bool(start and start <= self.at and expiry and expiry <= self.at)


def distinct(items: Iterable[Stored], holds: Callable[[Stored], object]) -> int:
    """How many items hold, translations of one another counted once."""
    return len({("page" if item.page else "row", item.identity) for item in items if holds(item)})


def by_day(items: Iterable[Stored], moment: Callable[[Stored], datetime | None], zone: ZoneInfo) -> dict[date, int]:
    """How many items have their moment on which day."""
    pairs = {(item.identity, found.astimezone(zone).date()) for item in items if (found := moment(item))}
    return dict(Counter(day for _identity, day in pairs))
