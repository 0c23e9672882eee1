"""What imports cost: 2,415 real items as pages, in seconds and memory, and the largest calendar file."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import pytest

from planner.importing.calendars import MOST_BYTES, read_events
from tests.planner.importing import run_import
from tests.planner.real_content import CONTENT, RULES, needs_real_content

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

SECONDS = 90
MEGABYTES = 50
SECONDS_OF_A_CALENDAR = 1


@needs_real_content
def test_importing_real_content(table: Any) -> None:
    memory, started = _peak_memory(), time.perf_counter()
    run_import(str(CONTENT), "--rules", str(RULES), "--create-vocabulary", target="pages")
    took, grown = time.perf_counter() - started, _peak_memory() - memory
    table.add(
        "import of 2,415 items as pages",
        f"{SECONDS} s, {MEGABYTES} MB",
        f"{took:.0f} s, {grown:.0f} MB",
        "none",
        within=took <= SECONDS and grown <= MEGABYTES,
    )


def test_reading_the_largest_calendar(table: Any, seconds: Callable[..., float]) -> None:
    line = "SUMMARY:" + "x" * 60
    folded = "\r\n ".join([line] * ((MOST_BYTES - 1000) // (len(line) + 3)))
    event = f"BEGIN:VEVENT\r\nUID:1@example.com\r\n{folded}\r\nDTSTART:20260512\r\nEND:VEVENT\r\n"
    data = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}END:VCALENDAR\r\n".encode()
    took = seconds(lambda: read_events(data))
    within = took <= SECONDS_OF_A_CALENDAR
    table.add("reading the largest calendar file", f"{SECONDS_OF_A_CALENDAR} s", f"{took:.2f} s", "none", within=within)


def _peak_memory() -> float:
    """Megabytes. The highest so far, so that what ran before in this process can only hide growth."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
