"""The plan as an .ics file: the same bytes for the command and for the download in the admin."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from planner.feed_contents import Plan, Window, calendar_of, site_name, window_at
from planner.feed_filters import Selection
from planner.schedule import FOREVER, midnight
from planner.snapshots import Variety

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BEGINNING = datetime(1000, 1, 1, tzinfo=UTC)
END = FOREVER - timedelta(days=2)


def plan_file(
    user: AbstractBaseUser | None,
    *,
    first: date | None,
    last: date | None,
    language: str,
    now: datetime,
    selection: Selection | None = None,
) -> bytes:
    """Every kind of event on the days from `first` to `last`, both included and None for no limit; without a cap.

    `user`: None for the whole site. What returns every year would have no end: on a side without a limit, occasions
    reach as far as those of a feed.
    """
    selection = selection or Selection()
    plan = Plan(user, _window(first, last, now), now=now, selection=selection)
    return calendar_of(plan, selection, name=site_name(), variety=Variety(language))


def _window(first: date | None, last: date | None, now: datetime) -> Window:
    usual, zone = window_at(now), timezone.get_default_timezone()
    end_day = last + timedelta(days=1) if last else None
    return Window(
        start=midnight(first, zone) if first else BEGINNING,
        end=midnight(end_day, zone) if end_day else END,
        zone=zone,
        first_day=first or usual.first_day,
        end_day=end_day or usual.end_day,
    )
