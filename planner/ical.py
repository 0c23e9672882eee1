"""Calendar events as bytes: RFC 5545 and 7986, in the form that every client understands.

No request, no clock, no database. All times are written in UTC with a "Z": a go-live is an instant, and so no client
has to read a time zone definition, which half of them get wrong. The icalendar library writes every byte of an event;
what is joined here are whole events.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

REFRESH_EVERY = timedelta(hours=1)

CLOSING = b"END:VCALENDAR\r\n"

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
    component = icalendar.Event()
    for name, value in (
        ("UID", event.uid),
        ("DTSTAMP", modified),
        ("CREATED", created),
        ("LAST-MODIFIED", modified),
        ("SEQUENCE", sequence),
        ("DTSTART", event.start),
        ("DTEND", event.end),
        ("SUMMARY", Text(event.summary)),
        ("DESCRIPTION", Text(event.description)),
        ("URL", event.url),
        ("CATEGORIES", list(event.categories)),
        ("STATUS", event.status),
        ("TRANSP", "TRANSPARENT"),
        ("X-MICROSOFT-CDO-BUSYSTATUS", "FREE"),
        ("X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE" if event.all_day else None),
    ):
        if value is not None:
            component.add(name, value)
    if reminders:
        component.add_component(_alarm(event, reminders))
    return component.to_ical(sorted=False)


def _alarm(event: Event, reminders: str) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", Text(event.summary))
    alarm.add("TRIGGER", REMINDERS[reminders][event.all_day])
    return alarm


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
