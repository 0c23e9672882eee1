"""What teams and channels hand on to each other: the next steps between their content. Pure, over steps once read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from planner.next_step_facts import Steps

Whose = TypeVar("Whose", bound=Hashable)


@dataclass(frozen=True, slots=True)
class HandedOn:
    """By team or channel the live items that lead to one of another, and those that one of another leads to."""

    leading: dict[Hashable, set[Hashable]] = field(default_factory=lambda: defaultdict(set))
    led_to: dict[Hashable, set[Hashable]] = field(default_factory=lambda: defaultdict(set))


def handed_on(steps: Steps, whose: Mapping[int, Collection[Whose]], phases: Collection[int]) -> HandedOn:
    """The items of some phases that take part in steps between two teams, or two channels.

    `whose`: the teams or channels of the items that take part in steps. Of translations one stands for all. Each touch
    counts, the last no more than the first.
    """
    found, here = HandedOn(), set(phases)
    for start, ends in steps.ways.items():
        source, mine = steps.items[start], set(whose.get(start, ()))
        for end in ends:
            target, theirs = steps.items[end], set(whose.get(end, ()))
            for one in mine:
                if theirs - {one} and not here.isdisjoint(source.phases):
                    found.leading[one].add(source.identity)
            for one in theirs:
                if mine - {one} and not here.isdisjoint(target.phases):
                    found.led_to[one].add(target.identity)
    return found
