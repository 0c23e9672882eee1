"""Other parsers agree with what we meant: icalendar, ical.js (Thunderbird), node-ical, and libical (Evolution)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import icalendar
import pytest
from django.conf import settings

from planner import ical
from planner.entries import Kind
from planner.schedule import Status
from tests.planner.test_ical import GOLDEN_ENTRIES, WRITTEN, calendar, make_event, make_gap_event, make_occasion_event

HERE = Path(__file__).parent
NODE_MODULES = [Path(settings.BASE_DIR) / "node_modules", *map(Path, filter(None, [os.environ.get("NODE_PATH")]))]
Read = tuple[str, int, str, int, str]


def events() -> list[ical.Event]:
    """One event of each kind and status, and the ones of the golden files."""
    moment = datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC)
    made = [
        make_event(uid=UUID(int=number), kind=kind, status=status, moment=moment + timedelta(days=17 * number))
        for number, (kind, status) in enumerate((kind, status) for kind in Kind for status in Status)
    ]
    golden = [
        make_event(uid=UUID(int=1000 + number), **fields) for number, fields in enumerate(GOLDEN_ENTRIES.values())
    ]
    return [*made, *golden, make_gap_event(), make_occasion_event()]


def meant() -> list[Read]:
    return [(event.uid, _seconds(event), event.status, number, event.summary) for number, event in enumerate(events())]


def _seconds(event: ical.Event) -> int:
    start = datetime(event.start.year, event.start.month, event.start.day, tzinfo=UTC) if event.all_day else event.start
    return int(start.timestamp())


def written() -> bytes:
    return calendar(
        *(
            ical.write(event, sequence=number, created=WRITTEN, modified=WRITTEN)
            for number, event in enumerate(events())
        )
    )


def run(command: list[str | Path], content: bytes, **environment: str) -> list[Read]:
    ended = subprocess.run(  # noqa: S603
        command, input=content, capture_output=True, check=False, env=os.environ | environment, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    rows = [line.split("\t") for line in ended.stdout.decode().splitlines()]
    return [(uid, int(start), status, int(sequence), title) for uid, start, status, sequence, title in rows]


@pytest.fixture(scope="session")
def read_with_libical(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[Read]]:
    compiler = shutil.which("gcc")
    if not compiler or not Path("/usr/include/libical/ical.h").exists():
        pytest.skip("libical cannot be asked: install gcc and libical-dev")
    program = tmp_path_factory.mktemp("libical") / "libical_check"
    subprocess.run([compiler, HERE / "libical_check.c", "-o", program, "-lical"], check=True)  # noqa: S603
    return lambda content: run([program], content)


@pytest.fixture(scope="session")
def read_with_icaljs() -> Callable[[bytes], list[Read]]:
    return node_reader("ical.js", HERE / "icaljs_check.js")


@pytest.fixture(scope="session")
def read_with_nodeical() -> Callable[[bytes], list[Read]]:
    return node_reader("node-ical", HERE / "nodeical_check.js")


def node_reader(package: str, script: Path) -> Callable[[bytes], list[Read]]:
    node = shutil.which("node")
    folder = next((folder for folder in NODE_MODULES if (folder / package).is_dir()), None)
    if not node or not folder:
        pytest.skip(f"{package} cannot be asked: install node and run `npm install {package}`")
    return lambda content: run([node, script], content, NODE_PATH=str(folder))


def test_icalendar_reads_what_we_meant() -> None:
    parsed = icalendar.Calendar.from_ical(written())
    assert not parsed.errors
    assert [
        (
            str(event["UID"]),
            int(event["DTSTART"].dt.timestamp()) if isinstance(event["DTSTART"].dt, datetime) else _midnight(event),
            str(event["STATUS"]),
            event["SEQUENCE"],
            str(event["SUMMARY"]),
        )
        for event in parsed.walk("VEVENT")
    ] == meant()


def _midnight(event: icalendar.Event) -> int:
    return int(datetime.combine(event["DTSTART"].dt, datetime.min.time(), tzinfo=UTC).timestamp())


def test_libical_reads_what_we_meant(read_with_libical: Callable[[bytes], list[Read]]) -> None:
    assert read_with_libical(written()) == meant()


def test_icaljs_reads_what_we_meant(read_with_icaljs: Callable[[bytes], list[Read]]) -> None:
    assert read_with_icaljs(written()) == meant()


def test_nodeical_reads_what_we_meant(read_with_nodeical: Callable[[bytes], list[Read]]) -> None:
    assert sorted(read_with_nodeical(written())) == sorted(meant())


def test_libical_accepts_reminders(read_with_libical: Callable[[bytes], list[Read]]) -> None:
    event = ical.write(make_event(), sequence=0, created=WRITTEN, modified=WRITTEN, reminders="1d")
    assert len(read_with_libical(calendar(event))) == 1


def test_libical_accepts_an_empty_calendar(read_with_libical: Callable[[bytes], list[Read]]) -> None:
    assert read_with_libical(calendar()) == []


def test_the_libical_check_can_fail(read_with_libical: Callable[[bytes], list[Read]]) -> None:
    with pytest.raises(AssertionError):
        read_with_libical(written().replace(b"DTSTART:", b"DTSTART:x", 1))
