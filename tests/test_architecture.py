"""The order of the rooms, read from the source: who imports whom, what the core must not know, what hooks may do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOOK_LINES = 6
CORE = ("schedule", "entries", "coverage", "coverage_sql", "gaps", "ical")
NOT_FOR_THE_CORE = (
    "planner.views",
    "planner.forms",
    "personas.views",
    "django.http",
    "django.forms",
)
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}


def sources(*places: Path) -> list[Path]:
    files = [place] if (place := places[0]).is_file() else sorted(place.rglob("*.py"))
    return [file for file in files if "migrations" not in file.parts]


def core_files() -> list[Path]:
    """Each core module, whether it is one file or a folder."""
    places = [ROOT / "planner" / f"{name}.py" for name in CORE] + [ROOT / "planner" / name for name in CORE]
    return [file for place in places if place.exists() for file in sources(place)]


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports, relative ones as absolute names; what is only for annotations counts too."""
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def offences(files: list[Path], forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imported(file)
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]


def test_the_reader_of_imports_sees_relative_and_absolute_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / "planner" / "gaps" / "rules.py"
    file.parent.mkdir(parents=True)
    file.write_text("import cms.models\nfrom ..views import month\nfrom .told import say\n")
    assert {"cms.models", "planner.views", "planner.views.month", "planner.gaps.told"} <= set(imported(file))


def test_personas_knows_neither_the_planner_nor_the_site() -> None:
    assert offences(sources(ROOT / "personas"), ("planner", "cms")) == []


def test_the_planner_does_not_know_the_site() -> None:
    assert offences(sources(ROOT / "planner"), ("cms",)) == []


def test_the_core_is_found() -> None:
    assert {"schedule", "entries", "coverage", "gaps", "ical"} <= {
        part for file in core_files() for part in (file.stem, file.parent.name)
    }


def test_the_core_knows_no_screen_and_no_request() -> None:
    assert offences(core_files(), NOT_FOR_THE_CORE) == []


def test_the_core_reads_no_clock_and_prints_nothing() -> None:
    calls = [
        f"{file.relative_to(ROOT)}:{node.lineno} calls {name}"
        for file in core_files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in {*CLOCKS, "print"}
    ]
    assert calls == []


def test_hooks_only_register() -> None:
    """A hook names what Wagtail should use. What takes more lines than that belongs in the room that does the work."""
    functions = [
        (file, node)
        for room in ("personas", "planner", "cms")
        for file in sources(ROOT / room)
        if file.name == "wagtail_hooks.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    too_long = [
        f"{file.relative_to(ROOT)}:{node.name} has {length} lines"
        for file, node in functions
        if (length := node.end_lineno - node.body[0].lineno + 1) > HOOK_LINES
    ]
    assert too_long == []
