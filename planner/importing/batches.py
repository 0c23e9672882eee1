"""What the steps of an import hand to each other, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from planner.models import ContentItem

from .rows import Row


class Pending(NamedTuple):
    """A row that is new or changed, with the item that an earlier import made of it."""

    row: Row
    item: ContentItem | None


class Placed(NamedTuple):
    """A row and the item that now stands for it. What all targets keep alike is for the import to fill in and save."""

    row: Row
    item: ContentItem
    new: bool
    revision: int | None = None  # of the page, made by this import


class Problem(NamedTuple):
    """Something about one line of the file, in words."""

    line: int
    text: str


class Target(Protocol):
    """What rows become: pages, or items off the site."""

    def misfit(self, item: ContentItem) -> str: ...

    def refusals(self, pending: Sequence[Pending]) -> list[Problem]: ...

    def invalid(self, pending: Sequence[Pending]) -> list[Problem]: ...

    def place(self, pending: Sequence[Pending]) -> tuple[list[Placed], list[Problem]]: ...
