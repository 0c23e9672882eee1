"""Days in a time zone: where one begins, and how far apart two are. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_date

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


YEARS = range(1970, 2101)
"""The years in which anything can be planned. A day beyond them is a slip, and near the ends of time a fault."""


def read_day(text: str) -> date | None:
    """The day that a text names as 2026-11-30; None where it names none, or one beyond YEARS."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), tzinfo=zone)


def add_days(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """`at` moved by calendar days: the same wall-clock time in the zone, also across a clock change. In UTC."""
    local = at.astimezone(zone)
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone, fold=local.fold).astimezone(UTC)
