from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from planner.importing import FileError, Record, open_table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "content.csv"


def records(path: Path) -> list[tuple[int, str, str]]:
    return [(record.line, record.values["id"], record.values["title"]) for record in open_table(path).records()]


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as refused:
        open_table(path)
    return str(refused.value)


def test_columns_may_come_in_any_order_and_others_are_ignored(file: Path) -> None:
    file.write_text("Title,colour, ID \nHello,red,1\n", encoding="utf-8")
    assert records(file) == [(2, "1", "Hello")]


def test_a_byte_order_mark_is_no_part_of_the_first_column(file: Path) -> None:
    file.write_text("id,title\n1,Één\n", encoding="utf-8-sig")
    assert records(file) == [(2, "1", "Één")]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_too(file: Path, mark: str) -> None:
    file.write_text(f"id{mark}title\n1{mark}Red, white\n", encoding="utf-8")
    assert records(file) == [(2, "1", "Red, white")]


def test_a_record_has_the_physical_line_on_which_it_begins(file: Path) -> None:
    file.write_bytes(b'id,title\r\n1,"One\r\nand more"\r\n\r\n2,Two\r\n')
    assert records(file) == [(2, "1", "One\r\nand more"), (5, "2", "Two")]


def test_the_total_leaves_out_blank_lines(file: Path) -> None:
    file.write_text("id,title\n\n1,One\n,\n2,Two\n\n", encoding="utf-8")
    assert open_table(file).total == 2


def test_a_short_row_is_empty_at_its_end_and_a_long_one_says_so(file: Path) -> None:
    file.write_text("id,title,team\n1,One\n2,Two,web,oops\n", encoding="utf-8")
    short, long = open_table(file).records()
    assert (short.values["team"], short.surplus, long.surplus) == ("", 0, 1)


def test_it_refuses_a_file_that_does_not_exist(file: Path) -> None:
    assert refusal(file) == "content.csv does not exist."


def test_it_refuses_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path.name} cannot be read: Is a directory."


@pytest.mark.parametrize(("content", "message"), [
    (b"", "content.csv has no column id, title. It begins with: “nothing”."),
    (b"id,name\n1,One\n", "content.csv has no column title. It begins with: “id, name”."),
    (b"<!doctype html>\n<p>Hi</p>\n", "content.csv has no column id, title. It begins with: “<!doctype html>”."),
    (b"id,title,Title\n", "content.csv names the column title twice. Remove one of them."),
    (b"id,title\n1,\x00\n", "content.csv is a binary file, not a CSV or XLSX file."),
    (b"id,title\n1,caf\xe9\n", "content.csv is not UTF-8 text: line 2 cannot be read. Save it as “CSV UTF-8”."),
    (b"\x89PNG\r\n", "content.csv is not UTF-8 text: line 1 cannot be read. Save it as “CSV UTF-8”."),
    (b'id,title\n1,One\n2,"Two\n3,Three\n',
     "content.csv is not a proper CSV file: line 3 cannot be read (unexpected end of data)."),
    (b"PK\x03\x04 and no more", "content.csv is not an XLSX file that can be read."),
])  # fmt: skip
def test_it_refuses_what_is_no_table_in_one_line(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    assert refusal(file) == message


def test_it_refuses_a_field_without_an_end(file: Path) -> None:
    file.write_text("id,title\n1," + "x" * 200_000 + "\n", encoding="utf-8")
    assert "line 2 cannot be read" in refusal(file)


def test_a_workbook_reads_like_a_csv_file(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "title", "publish_at", "expires_at", "draft"])
    book.active.append([])
    book.active.append([12, "Twelve", datetime(2026, 3, 2, 9, 30), datetime(2026, 4, 1), True])
    book.save(tmp_path / "content.xlsx")
    [record] = open_table(tmp_path / "content.xlsx").records()
    assert isinstance(record, Record)
    assert record.line == 3
    assert [record.values[name] for name in ("id", "title", "publish_at", "expires_at", "draft")] == [
        "12",
        "Twelve",
        "2026-03-02T09:30:00",
        "2026-04-01",
        "1",
    ]
