"""The catalogue of rules. One decorator enters a rule with its name, why it is a gap, and what would close it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Finds = TypeVar("Finds", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: how it is called, why what it finds is a gap, and how it is evaluated."""

    code: str
    name: str  # these three are lazy translations, for the marketer
    why: str
    remedy: str
    find: Callable[..., Any]
    of_cells: bool = False  # asked of one cell, and only the strongest of these is the cell's gap
    on: bool = True  # unless the journey says otherwise
    limit: float | None = None  # the number it goes by, unless the journey says otherwise
    limit_label: str = ""
    per_persona: bool = False  # whether what it finds of an item is one finding for each persona
    of_placeless: bool = False  # whether it speaks of places where nothing is wanted
    apart: tuple[str, ...] = ()  # by what else places have to be told apart for it, names of `coverage_sql.APART`


CATALOGUE: dict[str, Rule] = {}
"""All rules by code, in the order in which they are evaluated; of the rules over cells that is their strength."""


def rule(code: str, *, name: str, why: str, remedy: str, **options: Any) -> Callable[[Finds], Finds]:
    """Enter the decorated function into the catalogue. `options`: the other fields of `Rule`."""

    def enter(find: Finds) -> Finds:
        CATALOGUE[code] = Rule(code, name, why, remedy, find, **options)
        return find

    return enter
