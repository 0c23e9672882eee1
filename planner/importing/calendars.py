"""Reads occasions from an iCalendar file that anybody may have written: bounded, one event at a time, nothing expanded.

The file is split into lines here, and only the few lines of each event that matter go to the icalendar library. So a
time zone definition that repeats every second is never looked at, a broken event does not take the others along, and
no repetition is ever counted out: what returns every year becomes a rule, all else is refused.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from django.utils.translation import gettext as _

from planner.models.occasion import LONGEST, Nth, Rule
from planner.schedule import YEARS

MOST_BYTES = 1024 * 1024
MOST_EVENTS = 1000
DEEPEST = 8
LONGEST_LINE = 2000
LONGEST_NAME = 100
WEEKDAYS = {"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 7}
KEPT = {"UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS"}
"""The properties of an event that an occasion is made of, or that say that it cannot be one."""

PLAIN_RULE = {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"}
BY_DAY = re.compile(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)")
PROPERTY = re.compile(r"[A-Za-z0-9-]+")


class CalendarFileError(Exception):
    """The whole file cannot be read; the message says why and what to do."""


class EventRefused(Exception):
    """One event cannot become an occasion; the message says why."""


@dataclass(slots=True)
class RawEvent:
    """The lines of one event that matter, and where it begins in the file."""

    line: int
    lines: list[str] = field(default_factory=list)
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event as an occasion: fields of the model by name."""

    line: int
    origin: str
    name: str
    values: dict[str, Any]
    warning: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all that an occasion takes from the event."""
        parts = [self.name, *(f"{name}={self.values[name]}" for name in sorted(self.values))]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def read_events(data: bytes) -> list[RawEvent]:
    """The events of a calendar file, in their order. Raises CalendarFileError where it cannot be read as a whole."""
    if len(data) > MOST_BYTES:
        text = _("The file has more than %(most)s kB. Split it, or export fewer events.")
        raise CalendarFileError(text % {"most": MOST_BYTES // 1024})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("The file is not in UTF-8 (byte %(place)s). Export it again, or save it in UTF-8.")
        raise CalendarFileError(message % {"place": error.start}) from error
    events: list[RawEvent] = []
    stack: list[str] = []
    seen = False
    for number, line in _unfolded(text):
        name = line.partition(":")[0].upper()
        if name == "BEGIN":
            stack.append(line.partition(":")[2].strip().upper())
            seen = seen or stack[0] == "VCALENDAR"
            _check_depth(stack, number)
            if stack == ["VCALENDAR", "VEVENT"]:
                _check_number(events)
                events.append(RawEvent(number))
        elif name == "END":
            _close(stack, line.partition(":")[2].strip().upper(), number)
        elif stack == ["VCALENDAR", "VEVENT"]:
            _keep(events[-1], line)
    if not seen:
        raise CalendarFileError(_("This is no calendar file: it has no line BEGIN:VCALENDAR."))
    if stack:
        raise CalendarFileError(_("The file ends in the middle of %(part)s: it is incomplete.") % {"part": stack[-1]})
    return events


def event_of(raw: RawEvent, *, zone: ZoneInfo) -> CalendarEvent:
    """The occasion that an event stands for. `zone`: on whose days what has a time falls. Raises EventRefused."""
    if raw.too_long:
        raise EventRefused(_("a line of it is longer than %(most)s characters") % {"most": LONGEST_LINE})
    component = _parsed(raw)
    name = _one_line(str(component.get("SUMMARY", "")))
    uid = str(component.get("UID", "")).strip()
    if not name:
        raise EventRefused(_("it has no title (SUMMARY)"))
    if not uid:
        raise EventRefused(_("it has no UID, by which a second import would know it again"))
    _refuse_what_is_no_occasion(component)
    first, last = _days(component, zone)
    values = _rule(component.get("RRULE"), first, last) if "RRULE" in component else _once(first, last)
    warning = ""
    if len(name) > LONGEST_NAME:
        name, warning = name[: LONGEST_NAME - 1] + "…", _("its title was cut to %(most)s characters")
        warning %= {"most": LONGEST_NAME}
    return CalendarEvent(raw.line, "ics:" + hashlib.sha256(uid.encode()).hexdigest(), name, values, warning)


def title_of(raw: RawEvent) -> str:
    """The event's title for a report, as far as it can be read."""
    found = next((line.partition(":")[2] for line in raw.lines if line.upper().startswith("SUMMARY")), "")
    return _one_line(found)[:LONGEST_NAME]


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first line: a line that begins with a blank continues the one before."""
    number, parts = 0, [""]
    for place, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
        if line[:1] in {" ", "\t"} and number:
            parts.append(line[1:])
            continue
        if number:
            yield number, "".join(parts)
        number, parts = place, [line]
    yield number, "".join(parts)


def _check_depth(stack: list[str], number: int) -> None:
    if len(stack) > DEEPEST:
        text = _("Line %(line)s: parts are nested more than %(most)s deep. No calendar program writes that.")
        raise CalendarFileError(text % {"line": number, "most": DEEPEST})


def _check_number(events: list[RawEvent]) -> None:
    if len(events) >= MOST_EVENTS:
        text = _("The file has more than %(most)s events. Split it, or export a shorter time.")
        raise CalendarFileError(text % {"most": MOST_EVENTS})


def _close(stack: list[str], part: str, number: int) -> None:
    if not stack or stack[-1] != part:
        text = _("Line %(line)s: END:%(part)s closes nothing that was begun. The file is damaged.")
        raise CalendarFileError(text % {"line": number, "part": _one_line(part)[:40]})
    stack.pop()


def _keep(event: RawEvent, line: str) -> None:
    name = PROPERTY.match(line)
    if not name or name.group().upper() not in KEPT:
        return
    if len(line) > LONGEST_LINE:
        event.too_long = True
        return
    event.lines.append(line)


def _parsed(raw: RawEvent) -> icalendar.Event:
    body = "\r\n".join(["BEGIN:VEVENT", *(_writable(line) for line in raw.lines), "END:VEVENT", ""])
    try:
        component = icalendar.Event.from_ical(body)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise EventRefused(_("it cannot be read: %(reason)s") % {"reason": _one_line(str(error))[:100]}) from error
    if component.errors:
        name, reason = component.errors[0]
        text = _("its %(name)s cannot be read: %(reason)s")
        raise EventRefused(text % {"name": name or _("text"), "reason": _one_line(str(reason))[:100]})
    for name in ("UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS"):
        if isinstance(component.get(name), list):
            raise EventRefused(_("it has %(name)s more than once") % {"name": name})
    return component


def _refuse_what_is_no_occasion(component: icalendar.Event) -> None:
    if "RECURRENCE-ID" in component:
        raise EventRefused(_("it changes one date of another event; make that one by hand"))
    if "RDATE" in component or "EXDATE" in component:
        raise EventRefused(_("it has extra or left-out dates (RDATE, EXDATE); make these by hand"))
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        raise EventRefused(_("it is cancelled"))


def _days(component: icalendar.Event, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day, in the zone. An end is exclusive, as RFC 5545 has it."""
    start, end = _value(component, "DTSTART"), _value(component, "DTEND")
    if not isinstance(start, date):
        raise EventRefused(_("it has no day on which it starts (DTSTART)"))
    if end is not None and not isinstance(end, date):
        raise EventRefused(_("it has no day on which it ends (DTEND)"))
    duration = _value(component, "DURATION")
    try:
        if end is None and isinstance(duration, timedelta):
            end = start + duration
        first = _day(start, zone)
        last = first if end is None else _last_day(end, zone)
    except (OverflowError, ValueError) as error:
        raise EventRefused(_("its dates lie outside the years 1970 to 2100")) from error
    if first.year not in YEARS or last.year not in YEARS:
        raise EventRefused(_("its dates lie outside the years 1970 to 2100"))
    if end is not None and last < first and _day(end, zone) < first:
        raise EventRefused(_("it ends before it starts"))
    last = max(first, last)
    if (last - first).days >= LONGEST:
        raise EventRefused(_("it takes more than %(most)s days") % {"most": LONGEST})
    return first, last


def _value(component: icalendar.Event, name: str) -> Any:
    return getattr(component.get(name), "dt", None)


def _day(moment: date, zone: ZoneInfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def _last_day(end: date, zone: ZoneInfo) -> date:
    if not isinstance(end, datetime):
        return end - timedelta(days=1)
    local = end if end.tzinfo is None else end.astimezone(zone)
    return local.date() - timedelta(days=1) if local.time() == time() else local.date()


def _once(first: date, last: date) -> dict[str, Any]:
    return {"rule": Rule.DATES.value, "first_day": first, "last_day": last if last > first else None}


def _rule(repeats: icalendar.vRecur, first: date, last: date) -> dict[str, Any]:
    """A rule for what returns every year without end. All else is refused: nothing is ever counted out."""
    parts = {str(name).upper(): value if isinstance(value, list) else [value] for name, value in repeats.items()}
    if [str(one).upper() for one in parts.get("FREQ", [])] != ["YEARLY"]:
        raise EventRefused(_("it repeats, but not every year; make its dates by hand"))
    if parts.get("INTERVAL", [1]) != [1]:
        raise EventRefused(_("it does not return every year, but every so many; make its dates by hand"))
    if {"COUNT", "UNTIL"} & set(parts):
        raise EventRefused(_("its repetition ends (COUNT, UNTIL); only what returns every year without end is a rule"))
    if unknown := sorted(set(parts) - PLAIN_RULE):
        raise EventRefused(
            _("its repetition uses %(parts)s, which no rule here can say") % {"parts": ", ".join(unknown)}
        )
    days = (last - first).days + 1
    return _by_weekday(parts, days) if "BYDAY" in parts else _by_date(parts, first, days)


def _by_date(parts: dict[str, list[Any]], first: date, days: int) -> dict[str, Any]:
    month, day = _only(parts, "BYMONTH", first.month), _only(parts, "BYMONTHDAY", first.day)
    if "BYMONTHDAY" in parts and "BYMONTH" not in parts or day < 1:
        raise EventRefused(_("it falls on several dates in a year; make these by hand"))
    return {"rule": Rule.YEARLY.value, "month": month, "day": day, "days": days}


def _by_weekday(parts: dict[str, list[Any]], days: int) -> dict[str, Any]:
    found = BY_DAY.fullmatch(str(_only(parts, "BYDAY", "")).upper())
    nth = int(found[1]) if found and found[1].lstrip("+-") else 0
    if "BYMONTH" not in parts or "BYMONTHDAY" in parts or nth not in Nth.values:
        raise EventRefused(_("it falls on a weekday that no rule here can say; make its dates by hand"))
    weekday = WEEKDAYS[found[2]]
    return {
        "rule": Rule.WEEKDAY.value,
        "month": _only(parts, "BYMONTH", 0),
        "weekday": weekday,
        "nth": nth,
        "days": days,
    }


def _only(parts: dict[str, list[Any]], name: str, otherwise: Any) -> Any:
    values = parts.get(name, [otherwise])
    # Leap months belong to other calendars.
    if len(values) != 1 or getattr(values[0], "leap", False):
        raise EventRefused(_("it falls on several dates in a year; make these by hand"))
    return values[0] if isinstance(otherwise, str) else int(values[0])


def _writable(line: str) -> str:
    """The line without control characters, which no property may hold and databases refuse."""
    return "".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in line)


def _one_line(text: str) -> str:
    """The text as one line of visible characters: also without marks that turn the direction of what stands behind."""
    visible = "".join(" " if unicodedata.category(one)[0] == "C" and one != "\u200d" else one for one in text)
    return " ".join(visible.split())
