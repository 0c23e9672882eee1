"""Reads `texts.md`: what each page says, by its title."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.utils.html import escape

SOURCE = Path(__file__).with_name("texts.md")


@dataclass
class PageText:
    """The words of one page. `body` holds (block type, value) pairs, as a StreamField takes them."""

    intro: str = ""
    tags: list[str] = field(default_factory=list)
    body: list[tuple[str, object]] = field(default_factory=list)


def read_texts() -> dict[str, PageText]:
    """Every page's text by its title. A page starts with "# title"; "tags:", then its introduction, then its body."""
    texts: dict[str, PageText] = {}
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            texts[line.removeprefix("# ")] = text = PageText()
        elif line.startswith("tags: "):
            text.tags = line.removeprefix("tags: ").split(", ")
        elif line and not text.intro:
            text.intro = line
        elif line:
            text.body.append(_block(line))
    return texts


def _block(line: str) -> tuple[str, object]:
    if line.startswith("## "):
        return "heading", line.removeprefix("## ")
    if line.startswith("> "):
        words, _dash, attribution = line.removeprefix("> ").partition(" — ")
        return "quote", {"text": words, "attribution": attribution}
    return "paragraph", f"<p>{escape(line)}</p>"
