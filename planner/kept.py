"""Answers that are kept until something is written: what takes a look at all items, and is asked for with each screen.

An answer is kept under the version of the plan (`plan_version`: it rises with each write, whichever process makes it)
and under the very statement that says which items it is about, or the reader it was made for. Whoever may see other
items asks another question, so nobody is told what was made for somebody else; and nothing outlives what it was made
from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.utils.translation import get_language

from planner import __version__

if TYPE_CHECKING:
    from planner.models.content_item import ContentItemQuerySet

Answer = TypeVar("Answer")

KEPT_FOR = 3600
"""Seconds. What nobody asks for any more need not be kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer and, where time alone changes it, from which moment until which it holds."""

    answer: Any
    made_at: datetime | None
    until: datetime | None = None


def asked_of(items: ContentItemQuerySet) -> tuple[str, tuple]:
    """The statement that says which items an answer is about."""
    try:
        return items.query.sql_with_params()
    except EmptyResultSet:
        return "nothing", ()


def kept(
    name: str,
    *about: object,
    version: int,
    make: Callable[[], Answer],
    now: datetime | None = None,
    until: Callable[[datetime], datetime] | None = None,
) -> Answer:
    """What `make` gives in the active language, as it was made since the last write.

    `about`: all else that it depends on, as `repr` tells it: the items by `asked_of`, or the reader. `version`: of the
    plan, read before anything that the answer is made from. Where time alone changes the answer it is made at `now`,
    and `until` tells from which moment on one that was made at a moment holds no more; that is asked for when the
    answer is wanted for the second time. No query from the third time on.
    """
    basis = repr((version, __version__, get_language(), about))
    key = f"planner.{name}.{hashlib.sha256(basis.encode()).hexdigest()}"
    found = cache.get(key)
    if found and until and not found.until:
        found = replace(found, until=until(found.made_at))
        cache.set(key, found, KEPT_FOR)
    if found and (until is None or found.made_at <= now < found.until):
        return found.answer
    answer = make()
    cache.set(key, Kept(answer, now), KEPT_FOR)
    return answer
