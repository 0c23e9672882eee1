"""Entries as calendar events: RFC 5545 and 7986, in the form that every client understands.

No request, no clock, no database. All times are written in UTC with a "Z": a go-live is an instant, and so no client
has to read a time zone definition, which half of them get wrong. The icalendar library writes every byte of an event;
what is joined here are whole events.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid5
from zoneinfo import ZoneInfo

import icalendar
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from planner.entries import Entry, Kind
from planner.schedule import Status

LENGTH_OF_A_MOMENT = timedelta(minutes=30)
"""What happens at a moment gets this length: without an end some clients show nothing, others an hour."""

REFRESH_EVERY = timedelta(hours=1)

CLOSING = b"END:VCALENDAR\r\n"

FORMAT = "1"
"""Part of every digest. Raise it when the same content is written differently: SEQUENCE then rises with the bytes."""

TENTATIVE = {Status.OVERDUE, Status.IN_REVIEW, Status.PLANNED, Status.DRAFT, Status.IDEA}
"""Nothing approved stands behind these."""

# RFC 5545 3.3.11 forbids control characters, and a lone surrogate cannot be written in UTF-8 at all. The library lets
# the first through and stumbles over the second.
LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SEPARATORS = re.compile(r"\s*[,;\\]\s*")


class Text(icalendar.vText):
    r"""A text of which every character arrives. The library takes the characters "\N" for a line break."""

    def to_ical(self) -> bytes:
        return rb"\\N".join(icalendar.vText(part).to_ical() for part in self.split(r"\N"))


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar shows of one entry, in one language. Two entries that look the same have the same digest."""

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


def event_of(entry: Entry, *, link: str, zone: ZoneInfo) -> Event:
    """What a calendar shows of an entry, in the active language.

    `link`: the absolute address of the item's plan in the admin. `zone`: the site's, which decides on which date a
    whole day falls. Idea, target date, schedule and live page are one event: the UID depends on item and kind only.
    """
    start, end = _times(entry, zone)
    return Event(
        uid=str(uuid5(entry.uid, entry.kind)),
        kind=entry.kind.value,
        start=start,
        end=end,
        summary=_summary(entry),
        description=_description(entry, link),
        url=link,
        categories=tuple(_categories(entry)),
        status="TENTATIVE" if entry.status in TENTATIVE else "CONFIRMED",
    )


def shown(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that belong in a calendar. What was cancelled is left out: clients disagree on STATUS:CANCELLED."""
    return [entry for entry in entries if entry.status != Status.CANCELLED]


def write(event: Event, *, sequence: int, created: datetime, modified: datetime) -> bytes:
    """The bytes of one VEVENT, folded and with CRLF. The same arguments always give the same bytes.

    DTSTAMP is the last change, as RFC 5545 3.8.7.2 wants it without METHOD; "now" would change a feed at every fetch.
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
    return component.to_ical(sorted=False)


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


def _times(entry: Entry, zone: ZoneInfo) -> tuple[date, date]:
    if not entry.all_day:
        start = _whole_second(entry.moment)
        end = _whole_second(entry.ends_at) if entry.ends_at else start
        return start, end if end > start else start + LENGTH_OF_A_MOMENT
    first = entry.day(zone)
    # An end at midnight belongs to the day before: DTEND is exclusive.
    last = (entry.ends_at - timedelta.resolution).astimezone(zone).date() if entry.ends_at else first
    return first, max(first, last) + timedelta(days=1)


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _summary(entry: Entry) -> str:
    """The title after its state in words: Outlook shows nothing of STATUS."""
    return f"{_state(entry)}: {one_line(entry.title) or _('Untitled')}"


def _state(entry: Entry) -> str:
    if entry.kind == Kind.REVIEW:
        return _("Review due")
    if entry.kind == Kind.UPDATE:
        return _("Late update") if entry.late else pgettext("state of an entry", "Update")
    if entry.kind == Kind.EXPIRY:
        done = _("Expired") if entry.status == Status.EXPIRED else _("Expires")
        return _("Late expiry") if entry.late else done
    if entry.has_passed:
        return _("Went live")
    return pgettext("state of an entry", "Late") if entry.late else str(entry.status.label)


def _description(entry: Entry, link: str) -> str:
    """One fact a line, the address last and alone on its line: Google and Outlook hide the URL property."""
    lines = [_("Status: %(status)s") % {"status": entry.status.label}]
    if entry.late:
        lines.append(_("Its moment has passed, but it was not published or taken down yet."))
    return clean("\n".join([*lines, *_facts(entry), _("Plan:"), link]))


def _facts(entry: Entry) -> Iterable[str]:
    """For whom, at which moment, where and by whom. No translation is looked up for what an entry does not have."""
    personas = [_("Everyone")] if entry.for_everyone else [persona.name for persona in entry.personas]
    phases = [f"{phase.name} ({phase.journey.name})" for phase in entry.phases]
    channels = [channel.name for channel in entry.channels]
    if personas:
        yield _listed(ngettext("Persona: %(names)s", "Personas: %(names)s", len(personas)), personas)
    if phases:
        yield _listed(ngettext("Phase: %(names)s", "Phases: %(names)s", len(phases)), phases)
    if channels:
        yield _listed(ngettext("Channel: %(names)s", "Channels: %(names)s", len(channels)), channels)
    if entry.owner:
        # Where people log in with their e-mail address it may stand for a name: a calendar provider need not learn it.
        yield _listed(_("Owner: %(names)s"), [entry.owner.partition("@")[0]])
    if entry.url:
        yield _listed(_("Address: %(names)s"), [entry.url])


def _listed(line: str, names: list[str]) -> str:
    return line % {"names": ", ".join(map(one_line, names))}


def _categories(entry: Entry) -> Iterable[str]:
    """Kind, status, personas and channels. No commas: some clients split at an escaped one all the same."""
    members = [*entry.personas, *entry.channels]
    for name in (str(entry.kind.label), str(entry.status.label), *(member.name for member in members)):
        category = SEPARATORS.sub(" / ", one_line(name)).strip(" /")
        if category:
            yield category
