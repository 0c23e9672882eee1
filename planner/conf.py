"""The planner's settings: each with its default, read when asked for so that tests may override them.

Every name is documented in docs/settings.md; a test holds this list and that page together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from personas.evidence import OLD_AFTER
from planner.coverage import Question

DEFAULTS: dict[str, Any] = {
    "PLANNER_EXCLUDED_TYPES": [],
    "PLANNER_REQUIRED": {},
    "PLANNER_IMPORT_PAGE_TYPES": {},
    "PLANNER_HORIZON_DAYS": 56,
    "PLANNER_STALE_DAYS": 365,
    "PLANNER_TARGET": 2,
    "PLANNER_UPCOMING_MINIMUM": 1,
    "PLANNER_UNCLASSIFIED_WARNING": 0.2,
    "PLANNER_EVIDENCE_DAYS": OLD_AFTER,
    "PLANNER_FIRST_DAY_OF_WEEK": 1,
    "PLANNER_EXPLORER": True,
    "PLANNER_NOTIFICATIONS_ENABLED": True,
    "PLANNER_NOTIFICATIONS_DELAY": 5,
    "PLANNER_FEEDS_ENABLED": True,
    "PLANNER_FEED_PAST_DAYS": 30,
    "PLANNER_FEED_FUTURE_DAYS": 365,
    "PLANNER_FEED_CAP": 2000,
    "PLANNER_FEED_METHOD": "",
    "PLANNER_FEED_GZIP": True,
    "PLANNER_FEED_FETCHES_PER_HOUR": 60,
}


def get(name: str) -> Any:
    """The site's value of a setting, or its default. A misspelt name is an error of ours and raises at once."""
    if name not in DEFAULTS:
        raise ImproperlyConfigured(f"{name} is no setting of the planner. Known are: {', '.join(DEFAULTS)}.")
    return getattr(settings, name, DEFAULTS[name])


def question(*, at: datetime, now: datetime) -> Question:
    """What this site asks of its coverage as of `at`: its own zone, horizon, age of old content and targets."""
    return Question(
        at=at,
        now=now,
        zone=timezone.get_default_timezone(),
        horizon_days=get("PLANNER_HORIZON_DAYS"),
        stale_days=get("PLANNER_STALE_DAYS"),
        target=get("PLANNER_TARGET"),
        upcoming=get("PLANNER_UPCOMING_MINIMUM"),
        evidence_days=get("PLANNER_EVIDENCE_DAYS"),
    )


def notification_delay() -> timedelta:
    """How long a change has to stand before its owner is told."""
    return timedelta(minutes=get("PLANNER_NOTIFICATIONS_DELAY"))
