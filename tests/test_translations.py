"""The Dutch catalogues: complete, exact in their placeholders, and compiled from the text beside them."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import LazySettings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("personas", "planner", "cms")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
CONTEXT_END = "\x04"  # what stands between context and text in a compiled catalogue
LONG_ENTRY = """msgid ""
msgstr "the header"

#, fuzzy, python-format
msgctxt "week"
msgid ""
"W "
"“%(n)s”"
msgstr ""
"""


class Message(NamedTuple):
    """One entry of a catalogue: its texts in English and in Dutch, one or as many as there are plural forms."""

    key: str
    english: tuple[str, ...]
    dutch: tuple[str, ...]
    fuzzy: bool


def catalogue(room: str, extension: str, root: Path = ROOT) -> Path:
    return root / room / "locale" / "nl" / "LC_MESSAGES" / f"django.{extension}"


def parse(text: str) -> Iterator[Message]:
    """The messages of a .po file, without its header and without obsolete ones."""
    for block in text.split("\n\n")[1:]:
        fields, flags = read_block(block)
        if "msgid" in fields:
            context = fields.get("msgctxt")
            key = f"{context}{CONTEXT_END}{fields['msgid']}" if context else fields["msgid"]
            english = tuple(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
            dutch = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
            yield Message(key, english, dutch, "fuzzy" in flags)


def read_block(block: str) -> tuple[dict[str, str], str]:
    """The fields of one entry, with lines that go on put together, and its flags."""
    fields: dict[str, str] = {}
    flags, name = "", ""
    for line in block.splitlines():
        if line.startswith("#,"):
            flags += line
        elif not line.startswith("#"):
            start, quoted = line.split('"', 1)
            name = start.strip() or name
            fields[name] = fields.get(name, "") + ast.literal_eval(f'"{quoted}')
    return fields, flags


def messages(room: str) -> list[Message]:
    return list(parse(catalogue(room, "po").read_text(encoding="utf-8")))


def compiled(room: str) -> dict[str | tuple[str, int], str]:
    with catalogue(room, "mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def as_compiled(message: Message) -> dict[str | tuple[str, int], str]:
    if len(message.english) == 1:
        return {message.key: message.dutch[0]}
    return {(message.key, form): text for form, text in enumerate(message.dutch)}


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_a_dutch_one(room: str) -> None:
    found = messages(room)
    assert found
    assert [message.english[0] for message in found if not all(message.dutch)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_translation_is_a_guess(room: str) -> None:
    assert [message.english[0] for message in messages(room) if message.fuzzy] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_count_has_both_plural_forms(room: str) -> None:
    assert [message.english[0] for message in messages(room) if len(message.dutch) != len(message.english)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_dutch_text_has_the_placeholders_of_the_english_one(room: str) -> None:
    """Any form may say all the placeholders of its plural: “One item” leaves the count out."""
    for message in messages(room):
        known = set().union(*map(PLACEHOLDER.findall, message.english))
        for english, dutch in zip(message.english, message.dutch, strict=True):
            said = set(PLACEHOLDER.findall(dutch))
            assert set(PLACEHOLDER.findall(english)) <= said <= known, message.english


@pytest.mark.parametrize("room", ROOMS)
def test_the_compiled_catalogue_is_that_of_the_text(room: str) -> None:
    expected: dict[str | tuple[str, int], str] = {}
    for message in messages(room):
        expected |= as_compiled(message)
    built = {key: text for key, text in compiled(room).items() if key}
    assert built == expected, f"compile it again: cd {room} && django-admin compilemessages"


def test_rooms_agree_on_what_they_both_say() -> None:
    """All catalogues of a site are one in the end: of two translations of a text, only one is ever shown."""
    said: dict[str, tuple[str, ...]] = {}
    for room in ROOMS:
        for message in messages(room):
            assert said.setdefault(message.key, message.dutch) == message.dutch, message.english


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogues_hold_what_the_code_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    for place in (*ROOMS, "templates"):
        shutil.copytree(ROOT / place, tmp_path / place, ignore=shutil.ignore_patterns("__pycache__", "static"))
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "cms" / "locale"]
    call_command("makemessages", locale=["nl"], no_wrap=True, no_location=True, verbosity=0)
    for room in ROOMS:
        again = {message.key for message in parse(catalogue(room, "po", tmp_path).read_text(encoding="utf-8"))}
        assert again == {message.key for message in messages(room)}, f"collect the texts of {room} again"


def test_an_entry_over_many_lines_is_read_whole() -> None:
    (message,) = parse(LONG_ENTRY)
    assert message == Message("week\x04W “%(n)s”", ("W “%(n)s”",), ("",), fuzzy=True)
