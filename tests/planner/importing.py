"""Makers for what an import reads, shared by its tests."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

RULES = {"persona": {"developer": ["code"], "designer": ["design"]}, "phase": {"see": ["code"], "do": ["design"]}}


def write_content(folder: Path, *rows: dict[str, str], name: str = "content.csv") -> str:
    """The path of a CSV file with these rows, the first on line 2. Missing ids and titles are made up."""
    columns = list(dict.fromkeys(["id", "title", "kind", *(column for row in rows for column in row)]))
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for number, row in enumerate(rows, start=1):
            writer.writerow({"id": f"id-{number}", "title": f"Title {number}", "kind": "news"} | row)
    return str(path)


def write_rules(folder: Path, rules: Any = RULES) -> str:
    path = folder / "rules.json"
    path.write_text(json.dumps(rules), encoding="utf-8")
    return str(path)


def run_import(file: str, *arguments: str, target: str = "pages") -> int:
    """The exit code of an import: 0, 1 where rows were refused, 2 where nothing could be done."""
    try:
        call_command("import_content", file, "--as", target, *arguments)
    except SystemExit as end:
        return int(end.code)
    except CommandError as refused:
        return refused.returncode
    return 0
