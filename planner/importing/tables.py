"""A CSV or XLSX file as records of text, each with its line. A file that cannot be read raises before any use."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext
from openpyxl import load_workbook

REQUIRED = ("id", "title")
COLUMNS = (*REQUIRED, "kind", "publish_at", "ends_at", "expires_at", "draft", "themes", "channel", "team", "url")


class Layout(NamedTuple):
    """The columns that a kind of file may have, and those that it must."""

    required: tuple[str, ...]
    columns: tuple[str, ...]


CONTENT = Layout(REQUIRED, COLUMNS)

DELIMITERS = (",", ";", "\t")
"""Excel writes semicolons where the comma is the decimal sign."""

ZIP_START = b"PK\x03\x04"


class FileError(ValueError):
    """The file cannot be imported at all. The message is one line: the file, what is wrong, and the way out."""


class Record(NamedTuple):
    """One row of the file: the physical line it begins on, its text per column, and values beyond the last column."""

    line: int
    values: dict[str, str]
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read once from end to end, so that reading it again cannot fail halfway."""

    path: Path
    total: int  # records, blank lines not counted
    delimiter: str = ""  # of a CSV file; empty for XLSX
    layout: Layout = CONTENT

    @property
    def name(self) -> str:
        return self.path.name

    def records(self) -> Iterator[Record]:
        """The records, one at a time. Reads the file again: memory does not grow with it."""
        lines = _csv_lines(self.path, self.delimiter) if self.delimiter else _xlsx_lines(self.path)
        return _records(lines, self.path.name, self.layout)


def open_table(path: str | Path, layout: Layout = CONTENT) -> Table:
    """The table in a CSV (UTF-8, with or without a byte order mark) or XLSX file. Raises FileError.

    What the file is follows from its first bytes, not from its name.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
        delimiter = "" if start == ZIP_START else _delimiter(path, layout)
        return Table(path, _count(Table(path, 0, delimiter, layout)), delimiter, layout)
    except FileNotFoundError:
        raise _refused(gettext("%(file)s does not exist."), path.name) from None
    except OSError as error:
        raise _refused(gettext("%(file)s cannot be read: %(reason)s."), path.name, reason=error.strerror) from None


def _count(table: Table) -> int:
    return sum(1 for _record in table.records())


def _refused(message: str, file: str, **values: Any) -> FileError:
    return FileError(message % ({"file": file} | values))


def _delimiter(path: Path, layout: Layout) -> str:
    first = next((line for line in _text_lines(path) if line.strip()), "")
    fitting = (mark for mark in DELIMITERS if set(layout.required) <= set(_header(first.replace('"', "").split(mark))))
    return next(fitting, DELIMITERS[0])


def _text_lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in file:
                if "\0" in line:
                    raise _refused(gettext("%(file)s is a binary file, not a CSV or XLSX file."), path.name)
                yield line
    except UnicodeDecodeError:
        message = gettext("%(file)s is not UTF-8 text: line %(line)s cannot be read. Save it as “CSV UTF-8”.")
        raise _refused(message, path.name, line=_undecodable_line(path)) from None


def _undecodable_line(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


LAST_ROW = 1_048_576
"""The last row of an Excel sheet: a file that names a later one makes openpyxl invent all the rows before it."""


def _csv_lines(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_text_lines(path), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        message = gettext("%(file)s is not a proper CSV file: line %(line)s cannot be read (%(reason)s).")
        raise _refused(message, path.name, line=line, reason=error) from None


def _xlsx_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            # Some programs write a wrong size into the file, and openpyxl would stop reading there.
            sheet.reset_dimensions()
            for line, cells in enumerate(sheet.iter_rows(values_only=True, max_row=LAST_ROW), start=1):
                yield line, [_as_text(cell) for cell in cells]
        finally:
            book.close()
    except Exception:
        # openpyxl lets through whatever its parsers raise: of a zip, of XML, of its own.
        raise _refused(gettext("%(file)s is not an XLSX file that can be read."), path.name) from None


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        # A spreadsheet has no day without a time: it shows midnight as the day alone.
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _records(lines: Iterable[tuple[int, list[str]]], file: str, layout: Layout) -> Iterator[Record]:
    filled = ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))
    _line, first = next(filled, (1, []))
    header = _checked(_header(first), file, layout)
    for line, cells in filled:
        surplus = sum(1 for cell in cells[len(header) :] if cell.strip())
        values = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in layout.columns}
        yield Record(line, dict.fromkeys(layout.columns, "") | values, surplus)


def _header(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lower() for cell in cells]


def _checked(header: list[str], file: str, layout: Layout) -> list[str]:
    missing = [name for name in layout.required if name not in header]
    if missing:
        message = gettext("%(file)s has no column %(missing)s. It begins with: %(header)s.")
        beginning = ", ".join(name[:40] for name in header[:8]) or gettext("nothing")
        raise _refused(message, file, missing=", ".join(missing), header=f"“{beginning}”")
    times = Counter(header)
    twice = sorted(name for name in layout.columns if times[name] > 1)
    if twice:
        raise _refused(gettext("%(file)s names the column %(name)s twice. Remove one of them."), file, name=twice[0])
    return header
