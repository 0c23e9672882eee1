"""The real content that REAL_CONTENT points at, and what can be known about it by reading the file alone."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

FOLDER = Path(os.environ.get("REAL_CONTENT", "/nonexistent"))
CONTENT, RULES = FOLDER / "digitalgov.csv", FOLDER / "digitalgov-rules.json"
DATES = ("publish_at", "ends_at", "expires_at")

needs_real_content = pytest.mark.skipif(not CONTENT.exists(), reason="REAL_CONTENT names no folder with the content")


@contextmanager
def for_now() -> Iterator[None]:
    """What is written in here is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def coverage(at: datetime) -> dict[str, Any]:
    """What coverage_report says about a moment."""
    out = io.StringIO()
    call_command("coverage_report", "--as-of", at.isoformat(), "--format", "json", stdout=out)
    return json.loads(out.getvalue())


@dataclass(frozen=True)
class Line:
    """One line of the file, as far as counting needs it."""

    id: str
    draft: bool
    starts: datetime
    ends: datetime | None
    personas: frozenset[str]
    phases: frozenset[str]

    def live(self, at: datetime) -> bool:
        return not self.draft and self.starts <= at and not (self.ends and self.ends <= at)

    def expired(self, at: datetime) -> bool:
        return not self.draft and self.starts <= at and bool(self.ends and self.ends <= at)

    def confirmed(self, at: datetime, horizon: datetime) -> bool:
        return at < self.starts <= horizon and self.live(self.starts)


def lines(path: Path = CONTENT) -> list[Line]:
    """The lines that can be imported, read without any code of the importer."""
    rules = json.loads(RULES.read_text(encoding="utf-8"))
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [_line(row, rules) for row in csv.DictReader(file) if row["title"]]


def _line(row: dict[str, str], rules: dict[str, dict[str, list[str]]]) -> Line:
    tags = {tag.lower().replace("_", "-") for tag in row["themes"].split()}
    carried = {
        part: frozenset(slug for slug, wanted in rules[part].items() if tags & set(wanted))
        for part in ("persona", "phase")
    }
    return Line(
        row["id"],
        row["draft"] == "1",
        datetime.fromisoformat(row["publish_at"]),
        datetime.fromisoformat(row["expires_at"]) if row["expires_at"] else None,
        carried["persona"],
        carried["phase"],
    )


def moved(folder: Path, middle: datetime) -> Path:
    """A third of the file's lines with all dates moved by whole days, so that half of them come after `middle`."""
    starts = sorted(line.starts for line in lines())
    by = timedelta(days=(middle - starts[len(starts) // 2]).days)
    path = folder / "moved.csv"
    with CONTENT.open(newline="", encoding="utf-8-sig") as source, path.open("w", newline="", encoding="utf-8") as file:
        reader = csv.DictReader(source)
        third = islice(reader, 0, None, 3)
        writer = csv.DictWriter(file, reader.fieldnames)
        writer.writeheader()
        writer.writerows(_moved_rows(third, lambda text: (datetime.fromisoformat(text) + by).isoformat()))
    return path


def _moved_rows(rows: Iterable[dict[str, str]], move: Callable[[str], str]) -> Iterator[dict[str, str]]:
    for row in rows:
        yield row | {name: move(row[name]) for name in DATES if row[name]}
