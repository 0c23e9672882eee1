"""Calendar events as bytes: RFC 5545 and 7986, in the form that every client understands.

No request, no clock, no database. All times are written in UTC with a "Z": a go-live is an instant, and so no client
has to read a time zone definition, which half of them get wrong. The icalendar library writes every line of an event;
what is joined here are whole lines and whole events.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar.parser import Contentline

REFRESH_EVERY = timedelta(hours=1)

CLOSING = b"END:VCALENDAR\r\n"
LINE_END = b"\r\n"

REMINDERS = {
    "15m": (timedelta(minutes=-15), timedelta(hours=9)),
    "1h": (timedelta(hours=-1), timedelta(hours=9)),
    "1d": (timedelta(days=-1), timedelta(hours=-15)),
}
"""How long before the start of an event its reminder rings, and of a whole day, which starts at midnight."""

FORMAT = "1"
"""Part of every digest. Raise it when the same content is written differently: SEQUENCE then rises with the bytes."""

# RFC 5545 3.3.11 forbids control characters, and a lone surrogate cannot be written in UTF-8 at all. The library lets
# the first through and stumbles over the second.
LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Text(icalendar.vText):
    r"""A text of which every character arrives. The library takes the characters "\N" for a line break."""

    def to_ical(self) -> bytes:
        return rb"\\N".join(icalendar.vText(part).to_ical() for part in self.split(r"\N"))


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar shows of one thing, in one language. Two events that look the same have the same digest."""

    uid: str
    kind: str
    start: date  # an aware datetime in UTC; a plain date for a whole day
    end: date  # exclusive
    summary: str
    description: str
    url: str
    categories: tuple[str, ...]
    status: str

    @property
    def digest(self) -> str:
        """SHA-256 of everything visible, in hexadecimal. No text holds the separators: they are control characters."""
        visible = [FORMAT, str(self.start), str(self.end), self.summary, self.description, self.url, *self.categories]
        return hashlib.sha256("\x1f".join([*visible, self.status]).encode()).hexdigest()

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)


def write(event: Event, *, sequence: int, created: datetime, modified: datetime, reminders: str = "") -> bytes:
    """The bytes of one VEVENT, folded and with CRLF. The same arguments always give the same bytes.

    `reminders`: a key of REMINDERS, or "" for none. DTSTAMP is the last change, as RFC 5545 3.8.7.2 wants it without
    METHOD; "now" would change a feed at every fetch.
    """
    lines = [
        _shared("BEGIN", "VEVENT"),
        _line("UID", icalendar.vUid(event.uid)),
        _shared("DTSTAMP", modified),
        _shared("CREATED", created),
        _shared("LAST-MODIFIED", modified),
        _shared("SEQUENCE", sequence),
        _line("DTSTART", icalendar.vDDDTypes(event.start)),
        _line("DTEND", icalendar.vDDDTypes(event.end)),
        _line("SUMMARY", Text(event.summary)),
        _line("DESCRIPTION", Text(event.description)),
        _line("URL", icalendar.vUri(event.url)),
        _shared("CATEGORIES", event.categories),
        _shared("STATUS", event.status),
        _shared("TRANSP", "TRANSPARENT"),
        _shared("X-MICROSOFT-CDO-BUSYSTATUS", "FREE"),
    ]
    if event.all_day:
        lines.append(_shared("X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE"))
    if reminders:
        lines += _alarm(event, reminders)
    return b"".join([*lines, _shared("END", "VEVENT")])


def _alarm(event: Event, reminders: str) -> list[bytes]:
    return [
        _shared("BEGIN", "VALARM"),
        _shared("ACTION", "DISPLAY"),
        _line("DESCRIPTION", Text(event.summary)),
        _shared("TRIGGER", REMINDERS[reminders][event.all_day]),
        _shared("END", "VALARM"),
    ]


def _line(name: str, value: Any) -> bytes:
    """A property with its value in the library's own type, as the library writes it."""
    return Contentline.from_parts(name, value.params, value).to_ical() + LINE_END


# Most lines of an event stand in many others too. Writing them once takes away most of what a first build costs.
@lru_cache(maxsize=2000)
def _shared(name: str, value: object) -> bytes:
    """A property with any value that the library knows what to do with; a tuple for several."""
    component = icalendar.Component()
    component.add(name, list(value) if isinstance(value, tuple) else value)
    return _line(name, component[name])


def calendar(
    events: Iterable[bytes], *, name: str, description: str, url: str, zone: ZoneInfo, method: str = ""
) -> bytes:
    """A whole VCALENDAR around written events, in their order. `url`: where people find the same plan on the site.

    It has no UID (some clients would take the calendar for one event), no SOURCE (it would copy a secret address into
    whatever is exported), and METHOD only where a site asks for it.
    """
    header = icalendar.Calendar()
    for property_name, value in (
        ("VERSION", "2.0"),
        ("PRODID", "-//wagtail-journey-planner//planner//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", method),
        ("NAME", Text(one_line(name))),
        ("X-WR-CALNAME", Text(one_line(name))),
        ("DESCRIPTION", Text(one_line(description))),
        ("X-WR-CALDESC", Text(one_line(description))),
        ("X-WR-TIMEZONE", str(zone)),
        ("COLOR", "teal"),
        ("X-APPLE-CALENDAR-COLOR", "#008080"),
    ):
        if value:
            header.add(property_name, value)
    # RFC 7986 5.7: without VALUE it would be read as text.
    header.add("REFRESH-INTERVAL", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
    header.add("X-PUBLISHED-TTL", icalendar.vDuration(REFRESH_EVERY))
    header.add("URL", url)
    return b"".join([header.to_ical(sorted=False).removesuffix(CLOSING), *events, CLOSING])


def clean(text: str) -> str:
    """The text as a calendar can carry it: every kind of line break is a newline, other control characters are gone."""
    return UNWRITABLE.sub("", LINE_BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())
