"""One record of the file as a row: everything checked, or the reason why not. No database, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify
from django.utils.translation import gettext

if TYPE_CHECKING:
    from .tables import Record

LIMITS = {"id": 255, "title": 255, "kind": 50, "channel": 100, "team": 100, "url": 2000}
"""How long a value may be: the widths of the columns that keep it."""

THEME_LIMIT = 100
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Beyond these no calendar program agrees on a date. "Never" is often written as the year 9999."""

_is_address = URLValidator(schemes=["http", "https"])


class Refused(ValueError):
    """The reason why one row is not imported, in words for the person who made the file."""


class Moment(StrEnum):
    """What a row is at the moment of the import."""

    LIVE = "live"
    EXPIRED = "expired"
    SCHEDULED = "scheduled"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Row:
    """One content item as the file tells it. All moments are in UTC."""

    line: int
    id: str
    title: str
    kind: str = ""
    publish_at: datetime | None = None
    publish_has_time: bool = True
    ends_at: datetime | None = None
    expires_at: datetime | None = None
    draft: bool = False
    themes: tuple[str, ...] = ()
    channel: str = ""  # as the file writes it
    team: str = ""
    url: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def channel_slug(self) -> str:
        return slugify(self.channel)

    @property
    def never_live(self) -> bool:
        """Whether it expires before it is published, or at that very moment."""
        return bool(self.publish_at and self.expires_at and self.expires_at <= self.publish_at)

    def moment(self, at: datetime) -> Moment:
        """What it is at `at`. Without a date nobody has published it, and what would never be live is not scheduled."""
        if self.draft or self.publish_at is None:
            return Moment.DRAFT
        if self.publish_at > at:
            return Moment.DRAFT if self.never_live else Moment.SCHEDULED
        return Moment.EXPIRED if self.expires_at and self.expires_at <= at else Moment.LIVE

    def digest(self) -> str:
        """A fingerprint of everything that the import uses: the same for the same content on another line."""
        content = asdict(self)
        del content["line"], content["warnings"]
        text = json.dumps(content, default=datetime.isoformat, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def parse_row(record: Record, zone: ZoneInfo) -> Row:
    """The row that a record holds. Times without a zone are in `zone`. Raises Refused with the first reason found."""
    values = record.values
    _refuse_misplaced(record)
    warnings: list[str] = []
    publish_at, has_time = _moment(values, "publish_at", zone, warnings.append)
    ends_at, _has_time = _moment(values, "ends_at", zone, warnings.append)
    expires_at, _has_time = _moment(values, "expires_at", zone, warnings.append)
    if publish_at and ends_at and ends_at < publish_at:
        warnings.append(gettext("it ends before it is published; its end is left out"))
        ends_at = None
    if publish_at and expires_at and expires_at <= publish_at:
        warnings.append(gettext("it expires before it is published, so it is never live"))
    return Row(
        line=record.line,
        id=_text(values, "id", required=True),
        title=_text(values, "title", required=True),
        kind=_text(values, "kind"),
        publish_at=publish_at,
        publish_has_time=has_time,
        ends_at=ends_at,
        expires_at=expires_at,
        draft=_flag(values, "draft"),
        themes=_themes(values["themes"]),
        channel=_channel(values),
        team=_text(values, "team"),
        url=_url(values),
        warnings=tuple(warnings),
    )


def _refuse_misplaced(record: Record) -> None:
    if record.surplus:
        raise Refused(gettext("it has more values than the first line has columns; is a comma not quoted?"))
    for name, value in record.values.items():
        if "\0" in value:
            raise Refused(gettext("%(column)s holds a character that is no text") % {"column": name})


def _text(values: dict[str, str], name: str, *, required: bool = False) -> str:
    text = " ".join(values[name].split())
    if required and not text:
        raise Refused(gettext("%(column)s is empty") % {"column": name})
    if len(text) > LIMITS[name]:
        message = gettext("%(column)s is %(length)s characters long, at most %(limit)s are possible")
        raise Refused(message % {"column": name, "length": len(text), "limit": LIMITS[name]})
    return text


def _flag(values: dict[str, str], name: str) -> bool:
    if values[name] not in {"", "0", "1"}:
        raise Refused(
            gettext("%(column)s is “%(value)s”, it may be 0 or 1") % {"column": name, "value": values[name][:40]}
        )
    return values[name] == "1"


def _themes(text: str) -> tuple[str, ...]:
    themes = {theme.casefold(): theme for theme in reversed(text.split())}
    for theme in themes.values():
        if len(theme) > THEME_LIMIT:
            message = gettext("the theme “%(theme)s…” is longer than %(limit)s characters")
            raise Refused(message % {"theme": theme[:40], "limit": THEME_LIMIT})
    return tuple(sorted(themes.values(), key=str.casefold))


def _channel(values: dict[str, str]) -> str:
    channel = _text(values, "channel")
    if channel and not slugify(channel):
        raise Refused(
            gettext("the channel “%(channel)s” has no letter or digit to name it by") % {"channel": channel[:40]}
        )
    return channel


def _url(values: dict[str, str]) -> str:
    url = _text(values, "url")
    try:
        if url:
            _is_address(url)
    except ValidationError:
        message = gettext("url is “%(url)s”, which is no web address with http:// or https://")
        raise Refused(message % {"url": url[:80]}) from None
    return url


def _moment(
    values: dict[str, str], name: str, zone: ZoneInfo, warn: Callable[[str], None]
) -> tuple[datetime | None, bool]:
    text = values[name]
    if not text:
        return None, True
    try:
        moment, has_time = _parsed(text)
    except ValueError:
        message = gettext("%(column)s is “%(value)s”, write a time like 2026-03-02T09:00:00+01:00")
        raise Refused(message % {"column": name, "value": text[:40]}) from None
    limited = _within_limits(moment)
    if limited is not moment:
        message = gettext("%(column)s is %(value)s, taken as %(limit)s")
        warn(message % {"column": name, "value": text[:40], "limit": limited.date().isoformat()})
        return limited, has_time
    return _in_utc(moment, zone, name), has_time


def _parsed(text: str) -> tuple[datetime, bool]:
    try:
        return datetime.combine(date.fromisoformat(text), time()), False
    except ValueError:
        return datetime.fromisoformat(text), True


def _within_limits(moment: datetime) -> datetime:
    if moment.year < EARLIEST.year:
        return EARLIEST
    return LATEST if moment.year > LATEST.year else moment


def _in_utc(moment: datetime, zone: ZoneInfo, name: str) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    in_utc = moment.replace(tzinfo=zone).astimezone(UTC)
    # In the hour that a clock skips, the way there and back leads to another time.
    if in_utc.astimezone(zone).replace(tzinfo=None) != moment:
        message = gettext("%(column)s is %(value)s, a time that the clock skips in %(zone)s")
        raise Refused(message % {"column": name, "value": moment.isoformat(" ", "minutes"), "zone": zone.key})
    return in_utc
