"""Where an item stands in time and what a move of it means. Pure: no query, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from planner.entries import Kind
from planner.schedule import GRACE, Status, midnight

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from planner.entries import Entry
    from planner.schedule import ItemRecord
    from planner.tray import Undated

ABOUT_TO_GO_LIVE = timedelta(minutes=1)
"""So long before an approved moment it is left alone: the clock of the scheduler's machine may be ahead."""


STILL_TO_COME = {
    Status.IDEA,
    Status.DRAFT,
    Status.IN_REVIEW,
    Status.PLANNED,
    Status.OVERDUE,
    Status.SCHEDULED,
}


class Means(Enum):
    """What a move changes, and so whose right it takes."""

    SCHEDULE = "schedule"  # what Wagtail will publish: the right to publish
    START = "start"  # confirmed content off the site: the right to publish in its section
    TARGET = "target"  # a plan that nobody approved: the right to tag
    REVIEW = "review"  # the day on which somebody looks at it again: the right to tag


class Reason(Enum):
    """Why a move is refused, as HTTP would say it."""

    GONE = 404
    FORBIDDEN = 403
    CONFLICT = 409
    IMPOSSIBLE = 422


class Refusal(Exception):
    """A move that was not made, with the sentence for whoever asked. Nothing has changed."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence


@dataclass(frozen=True, slots=True)
class Aim:
    """A moment, a day of the site's zone without a time, or neither."""

    moment: datetime | None = None  # aware; of a day its midnight in the site's zone
    has_time: bool = False

    def __bool__(self) -> bool:
        return self.moment is not None

    def __str__(self) -> str:
        """As people write it, a moment on the reader's clock: Wagtail activates their zone."""
        if self.moment is None:
            return _("no date")
        if self.has_time:
            return date_format(localtime(self.moment), "j F Y, H:i")
        return date_format(localtime(self.moment, get_default_timezone()), "j F Y")

    def day(self, zone: ZoneInfo, site_zone: ZoneInfo) -> date | None:
        """The day it falls on for somebody in `zone`."""
        return self.moment.astimezone(zone if self.has_time else site_zone).date() if self.moment else None

    def has_passed(self, now: datetime, site_zone: ZoneInfo) -> bool:
        """Whether its moment is over; a day only is when it has ended."""
        if self.moment is None:
            return False
        end = self.moment if self.has_time else midnight(self.day(site_zone, site_zone) + timedelta(days=1), site_zone)
        return end <= now


def is_movable(card: Entry | Undated) -> bool:
    """Whether what a card of the calendar shows can still be moved. Expiries, and what has gone out, cannot."""
    if card.kind == Kind.PUBLICATION:
        return card.late or card.status in STILL_TO_COME
    return card.kind in {Kind.UPDATE, Kind.REVIEW}


def is_approved(card: Entry | Undated) -> bool:
    """Whether a move of what the card shows changes something approved."""
    return card.kind == Kind.UPDATE or card.kind == Kind.PUBLICATION and (card.late or card.status == Status.SCHEDULED)


def means_of(record: ItemRecord, kind: Kind) -> Means:
    """What a move of the item's entry of this kind changes."""
    if kind == Kind.REVIEW:
        return Means.REVIEW
    if record.facts.approval:
        return Means.SCHEDULE
    return Means.START if record.facts.confirmed else Means.TARGET


def present_aim(record: ItemRecord, means: Means, site_zone: ZoneInfo) -> Aim:
    """Where the item stands now."""
    facts = record.facts
    if means == Means.REVIEW:
        return Aim(midnight(record.review_due, site_zone)) if record.review_due else Aim()
    if means == Means.SCHEDULE:
        return Aim(facts.approval.go_live_at, has_time=True)
    if means == Means.START:
        return Aim(facts.starts_at, has_time=True) if facts.starts_at else Aim()
    if facts.aim is None or facts.aim_has_time:
        return Aim(facts.aim, has_time=facts.aim is not None)
    return Aim(midnight(facts.aim.astimezone(site_zone).date(), site_zone))


def why_it_stays(record: ItemRecord, means: Means, now: datetime) -> str:
    """Why an item cannot be moved anywhere, as a sentence; "" where it can."""
    facts, title = record.facts, {"title": record.title}
    if facts.cancelled:
        return _("“%(title)s” is cancelled. Restore it before you give it another date.") % title
    if means == Means.TARGET and facts.live:
        return _("“%(title)s” is live. What has gone out cannot be moved; schedule an update in its editor.") % title
    if means == Means.START and facts.starts_at and facts.starts_at <= now:
        start = Aim(facts.starts_at, has_time=True)
        return _("“%(title)s” started on %(day)s. What has happened cannot be moved.") % (title | {"day": start})
    if (
        means == Means.SCHEDULE
        and facts.approval.go_live_at - ABOUT_TO_GO_LIVE <= now < facts.approval.go_live_at + GRACE
    ):
        due = Aim(facts.approval.go_live_at, has_time=True)
        text = _("“%(title)s” was approved for %(day)s and is going live now. Unpublish it once it is live.")
        return text % (title | {"day": due})
    return ""


def on_day(present: Aim, day: date, *, zone: ZoneInfo, site_zone: ZoneInfo) -> Aim:
    """The same time of day on another day, on the clock of `zone`; the whole day where there is no time.

    Refused where a clock change makes that time doubtful, as `at_time` says.
    """
    if not present or not present.has_time:
        return Aim(midnight(day, site_zone))
    return at_time(day, present.moment.astimezone(zone).time(), zone=zone)


def at_time(day: date, clock: time, *, zone: ZoneInfo) -> Aim:
    """A time of a day in a zone. Refused where the clock skips that time, or shows it twice."""
    wanted = datetime.combine(day, clock, tzinfo=zone)
    first, second = wanted.replace(fold=0).utcoffset(), wanted.replace(fold=1).utcoffset()
    if first == second:
        return Aim(wanted, has_time=True)
    if first < second:
        text = _("On %(day)s there is no %(time)s in %(zone)s: the clock goes forward. Choose another time.")
    else:
        text = _("On %(day)s it is %(time)s twice in %(zone)s: the clock goes back. Choose another time.")
    said = {"day": date_format(day, "j F Y"), "time": date_format(wanted, "H:i"), "zone": str(zone)}
    raise Refusal(Reason.IMPOSSIBLE, text % said)
