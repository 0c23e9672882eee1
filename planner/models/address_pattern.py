"""Addresses as rules compare them: a part of the site, or any text in place of `*`. No query, no model."""

from __future__ import annotations

import re
from urllib.parse import unquote

ANYTHING = "*"
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://")


def normalise_address(text: str) -> str:
    """An address or a pattern as they are compared: lower case, without scheme, query and last slash.

    `https://Example.org/News/?page=2` becomes `example.org/news`; the home page stays `/`.
    """
    # "%00" is a NUL, which PostgreSQL cannot keep.
    text = SCHEME.sub("", unquote(text.strip()).replace("\0", "").lower())
    text = re.split(r"[?#]", text, maxsplit=1)[0].strip()
    return text.rstrip("/ ") or text[:1]


def is_address(pattern: str) -> bool:
    """Whether a normal pattern can match anything: a path of this site, an address with its host, or any text."""
    host = pattern.split("/", 1)[0]
    return pattern.startswith(("/", ANYTHING)) or "." in host or host.startswith("localhost")


def address_matches(pattern: str, *, path: str, address: str) -> bool:
    """Whether the pattern means this content. All three in their normal form; `path` is empty off the site.

    A pattern that starts with `/` is compared with the path, any other with the address, its host included. Without
    `*` it means that address and everything below it; with `*` the whole must fit, `*` standing for any text.
    """
    subject = path if pattern.startswith("/") else address
    if not subject:
        return False
    if ANYTHING in pattern:
        return _fits(pattern, subject)
    return subject == pattern or subject.startswith(pattern.rstrip("/") + "/")


def _fits(pattern: str, text: str) -> bool:
    # Not a regular expression: with several `*` those take time that grows with a power of the text's length.
    first, *middle, last = pattern.split(ANYTHING)
    if not text.startswith(first):
        return False
    place = len(first)
    for piece in middle:
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return len(text) - place >= len(last) and text.endswith(last)
