"""Days in a time zone: where one begins, and how far apart two are. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), tzinfo=zone)


def add_days(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """`at` moved by calendar days: the same wall-clock time in the zone, also across a clock change. In UTC."""
    local = at.astimezone(zone)
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone, fold=local.fold).astimezone(UTC)
