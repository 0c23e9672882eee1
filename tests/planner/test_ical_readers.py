"""Parsers agree with what we meant, property by property: icalendar, ical.js (Thunderbird), node-ical, libical."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import icalendar
import pytest
from django.conf import settings
from django.utils import translation

from planner import ical
from planner.entries import Kind
from planner.schedule import Status
from tests.planner.test_ical import GOLDEN, GOLDEN_ENTRIES, GOLDEN_EVENTS, WRITTEN, calendar, make_event, write

HERE = Path(__file__).parent
NODE_MODULES = [Path(settings.BASE_DIR) / "node_modules", *map(Path, filter(None, [os.environ.get("NODE_PATH")]))]

Properties = list[tuple[str, str]]
"""Names and values as people read them, sorted. A name that is there several times stands there several times."""

TRIGGERS = {("15m", False): "-PT15M", ("1h", False): "-PT1H", ("1d", False): "-P1D"} | {
    ("15m", True): "PT9H",
    ("1h", True): "PT9H",
    ("1d", True): "-PT15H",
}
CALENDAR: Properties = sorted(
    {
        "VERSION": "2.0",
        "PRODID": "-//wagtail-journey-planner//planner//EN",
        "CALSCALE": "GREGORIAN",
        "NAME": "Team verkoop",
        "X-WR-CALNAME": "Team verkoop",
        "DESCRIPTION": "The content plan of De Lindehof.",
        "X-WR-CALDESC": "The content plan of De Lindehof.",
        "X-WR-TIMEZONE": "Europe/Amsterdam",
        "COLOR": "teal",
        "X-APPLE-CALENDAR-COLOR": "#008080",
        "REFRESH-INTERVAL": "PT1H",
        "X-PUBLISHED-TTL": "PT1H",
        "URL": "https://cms.example.com/admin/planner/calendar/",
    }.items()
)


HOSTILE = ("\u202eneplut", "a\r\nSTATUS:x", r"C:\Tulpen; a,b", "\u2028END:VEVENT", "é" * 300)


def events() -> list[ical.Event]:
    """One event of each kind and status, with hostile texts, and the ones of the golden files.

    None has a backslash before an "n": node-ical 0.26 takes the two for a line break, however they are written.
    """
    moment = datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC)
    made = [
        make_event(uid=UUID(int=number), kind=kind, status=status, moment=moment + timedelta(days=17 * number))
        for number, (kind, status) in enumerate((kind, status) for kind in Kind for status in Status)
    ]
    hostile = [make_event(uid=UUID(int=500 + number), title=text, owner=text) for number, text in enumerate(HOSTILE)]
    golden = [
        make_event(uid=UUID(int=1000 + number), **fields) for number, fields in enumerate(GOLDEN_ENTRIES.values())
    ]
    return [*made, *hostile, *golden, GOLDEN_EVENTS["gap"](), GOLDEN_EVENTS["occasion"]()]


def meant(event: ical.Event, *, sequence: int = 0, reminders: str = "") -> Properties:
    """Every property of an event, as we want it read."""
    written = _moment(WRITTEN)
    found = [
        ("UID", event.uid),
        ("DTSTAMP", written),
        ("CREATED", written),
        ("LAST-MODIFIED", written),
        ("SEQUENCE", str(sequence)),
        ("DTSTART", _moment(event.start)),
        ("DTEND", _moment(event.end)),
        ("SUMMARY", event.summary),
        ("DESCRIPTION", event.description),
        ("URL", event.url),
        *(("CATEGORIES", category) for category in event.categories),
        ("STATUS", event.status),
        ("TRANSP", "TRANSPARENT"),
        ("X-MICROSOFT-CDO-BUSYSTATUS", "FREE"),
    ]
    if event.all_day:
        found.append(("X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE"))
    if reminders:
        found += [
            ("VALARM ACTION", "DISPLAY"),
            ("VALARM DESCRIPTION", event.summary),
            ("VALARM TRIGGER", TRIGGERS[reminders, event.all_day]),
        ]
    return sorted(found)


def _moment(moment: date) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def run(command: list[str | Path], content: bytes, **environment: str) -> list[Properties]:
    ended = subprocess.run(  # noqa: S603
        command, input=content, capture_output=True, check=False, env=os.environ | environment, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    return [sorted(map(_property, block.split("\n"))) for block in ended.stdout.decode().strip("\n").split("\n\n")]


def _property(line: str) -> tuple[str, str]:
    name, _tab, value = line.partition("\t")
    return name, value.replace("\x1f", "\n")


Reader = Callable[[bytes], list[Properties]]
"""Gives the properties of the calendar, then those of each event."""


def read_with_icalendar(content: bytes) -> list[Properties]:
    parsed = icalendar.Calendar.from_ical(content)
    assert not parsed.errors
    return [sorted(_read(parsed)), *(sorted(_read(event)) for event in parsed.walk("VEVENT"))]


def _read(component: icalendar.Component, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in component.items():
        if hasattr(value, "cats"):
            yield from ((name, str(category)) for category in value.cats)
        else:
            is_time = hasattr(value, "dt") or name == "SEQUENCE"
            yield prefix + name, value.to_ical().decode() if is_time else str(value)
    if not isinstance(component, icalendar.Calendar):
        for alarm in component.subcomponents:
            yield from _read(alarm, f"{alarm.name} ")


@pytest.fixture(scope="session")
def libical_program(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    compiler = shutil.which("gcc")
    if not compiler or not Path("/usr/include/libical/ical.h").exists():
        return None
    program = tmp_path_factory.mktemp("libical") / "libical_check"
    subprocess.run([compiler, HERE / "libical_check.c", "-o", program, "-lical"], check=True)  # noqa: S603
    return program


@pytest.fixture
def read_with_libical(libical_program: Path | None) -> Reader:
    if not libical_program:
        pytest.skip("libical cannot be asked: install gcc and libical-dev")
    return lambda content: run([libical_program], content)


@pytest.fixture(params=["icalendar", "ical.js", "node-ical", "libical"])
def read(request: pytest.FixtureRequest) -> Reader:
    """Each of the parsers."""
    if request.param == "icalendar":
        return read_with_icalendar
    if request.param == "libical":
        return request.getfixturevalue("read_with_libical")
    node = shutil.which("node")
    folder = next((folder for folder in NODE_MODULES if (folder / request.param).is_dir()), None)
    if not node or not folder:
        pytest.skip(f"{request.param} cannot be asked: install node and run `npm install {request.param}`")
    script = HERE / f"{request.param.replace('.', '').replace('-', '')}_check.js"
    return lambda content: run([node, script], content, NODE_PATH=str(folder))


@pytest.mark.parametrize("name", GOLDEN_EVENTS)
def test_a_golden_file_is_read_as_we_meant_it(name: str, read: Reader) -> None:
    with translation.override("nl" if name == "dutch" else "en"):
        event = GOLDEN_EVENTS[name]()
    assert read((GOLDEN / f"{name}.ics").read_bytes()) == [CALENDAR, meant(event)]


def test_the_golden_file_with_a_reminder_is_read_as_we_meant_it(read: Reader) -> None:
    assert read((GOLDEN / "reminder.ics").read_bytes()) == [CALENDAR, meant(make_event(), reminders="1d")]


@pytest.mark.parametrize("reminders", ["15m", "1h", "1d"])
@pytest.mark.parametrize("name", ["scheduled", "all-day"])
def test_each_reminder_is_read_as_we_meant_it(name: str, reminders: str, read: Reader) -> None:
    event = GOLDEN_EVENTS[name]()
    written = ical.write(event, sequence=0, created=WRITTEN, modified=WRITTEN, reminders=reminders)
    assert read(calendar(written)) == [CALENDAR, meant(event, reminders=reminders)]


def test_many_events_in_one_calendar_are_read_as_we_meant_them(read: Reader) -> None:
    made = events()
    written = calendar(*(write(event, sequence=number) for number, event in enumerate(made)))
    head, *found = read(written)
    assert head == CALENDAR
    assert sorted(found) == sorted(meant(event, sequence=number) for number, event in enumerate(made))


def test_a_calendar_without_events_is_read_as_one(read: Reader) -> None:
    assert read(calendar()) == [CALENDAR]


@pytest.mark.parametrize("broken", [b"DTSTART:x2026", b"STATUS:NEVER"])
def test_the_strict_check_can_fail(broken: bytes, read_with_libical: Reader) -> None:
    name = broken.partition(b":")[0]
    content = calendar(write(make_event())).replace(name + b":", broken + b"\r\n" + name + b":", 1)
    with pytest.raises(AssertionError):
        read_with_libical(content)
