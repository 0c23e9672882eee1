"""The table that `make bench` prints: work, budget, what was measured, against which baseline, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

KEY = pytest.StashKey["Table"]()
HEADINGS = ("work", "budget", "measured", "baseline", "verdict")


@dataclass
class Table:
    """The rows measured so far. Times are the best of several runs, in seconds."""

    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, work: str, budget: str, measured: str, baseline: str, *, within: bool) -> None:
        self.rows.append((work, budget, measured, baseline, "within" if within else "OVER"))

    def lines(self) -> list[str]:
        widths = [max(len(row[column]) for row in (HEADINGS, *self.rows)) for column in range(len(HEADINGS))]
        return [
            " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
            for row in (HEADINGS, tuple("-" * width for width in widths), *self.rows)
        ]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[KEY] = Table()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash[KEY].rows:
        terminalreporter.section(f"Budgets on {connection.vendor}")
        terminalreporter.write_line("\n".join(config.stash[KEY].lines()))


@pytest.fixture
def table(pytestconfig: pytest.Config) -> Table:
    return pytestconfig.stash[KEY]


@pytest.fixture
def seconds() -> Callable[[Callable[[], object]], float]:
    """How long something takes: the best of five runs after one that warms up."""

    def measure(work: Callable[[], object]) -> float:
        work()
        return min(_timed(work) for _run in range(5))

    return measure


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.fixture
def queries() -> Callable[[Callable[[], object]], int]:
    """How many queries something takes, after a run that warms up."""

    def measure(work: Callable[[], object]) -> int:
        work()
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    return measure
