"""How the live items of a journey lead from phase to phase, for each persona. Pure: a graph over steps once read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from planner.coverage import Place

if TYPE_CHECKING:
    from personas.models import Persona, Phase
    from planner.next_step_facts import Steps

    from .scope import Link, Scope


class Ways:
    """The next steps of one journey. A step counts for a persona where both of its items are for that persona."""

    def __init__(self, scope: Scope, steps: Steps) -> None:
        self.scope = scope
        self.steps = steps
        self.begun: dict[Place, set[Hashable]] = defaultdict(set)  # the live items of a cell that lead to any live item
        self.walked: set[tuple[int, int, int]] = set()  # persona, from phase, to phase: a link that a step follows
        self.leading: dict[int, set[Hashable]] = defaultdict(set)  # by persona the items that lead on along a link
        for start, ends in steps.ways.items():
            self._enter(start, ends)

    def _enter(self, start: int, ends: Iterable[int]) -> None:
        source = self.steps.items[start]
        targets = [self.steps.items[end] for end in ends]
        for persona in self._personas:
            if not source.is_for(persona):
                continue
            for phase in source.phases & self._phases:
                self.begun[Place(persona, phase)].add(source.identity)
            reached = {phase for target in targets if target.is_for(persona) for phase in target.phases}
            followed = {(persona, phase, end) for phase in source.phases for end in self._onward[phase] & reached}
            self.walked |= followed
            if followed:
                self.leading[persona].add(source.identity)

    @cached_property
    def _personas(self) -> list[int]:
        return [persona.pk for persona in self.scope.personas]

    @cached_property
    def _phases(self) -> set[int]:
        return {phase.pk for phase in self.scope.phases}

    @cached_property
    def _onward(self) -> dict[int, set[int]]:
        onward: dict[int, set[int]] = defaultdict(set)
        for link in self.scope.links:
            onward[link.start.pk].add(link.end.pk)
        return onward

    def leads_on(self, persona: Persona, phase: Phase) -> int:
        """How many live items of a cell that lead anywhere also lead this persona on along a link."""
        return len(self.begun[Place(persona.pk, phase.pk)] & self.leading[persona.pk])

    def leads_out(self, persona: Persona, phase: Phase) -> bool:
        """Whether a link leads from the phase to one in which something is wanted for the persona."""
        return any(self._is_wanted(persona, link.end) for link in self.scope.links if link.start == phase)

    def leads_in(self, persona: Persona, phase: Phase) -> bool:
        """Whether a link leads to the phase from one in which something is wanted for the persona."""
        return any(self._is_wanted(persona, link.start) for link in self.scope.links if link.end == phase)

    def reached(self, persona: Persona, phases: Collection[Phase]) -> set[int]:
        """The live items for a persona in these phases, and all that their steps lead to, directly or not."""
        begin = {phase.pk for phase in phases}
        items = self.steps.items
        found = {
            item
            for item, one in items.items()
            if one.live and one.is_for(persona.pk) and not begin.isdisjoint(one.phases)
        }
        waiting = list(found)
        while waiting:
            for end in self.steps.ways.get(waiting.pop(), ()):
                if end not in found and items[end].is_for(persona.pk):
                    found.add(end)
                    waiting.append(end)
        return found

    def phases_of(self, found: Iterable[int]) -> set[int]:
        return {phase for item in found for phase in self.steps.items[item].phases}

    def walks(self, persona: Persona, found: Collection[int], links: Iterable[Link]) -> bool:
        """Whether a step of one of these items follows one of the links for the persona."""
        items = self.steps.items
        wanted = {(link.start.pk, link.end.pk) for link in links}
        return any(
            (phase, other) in wanted
            for start in found
            for end in self.steps.ways.get(start, ())
            if items[end].is_for(persona.pk)
            for phase in items[start].phases
            for other in items[end].phases
        )

    def shortest(self, begin: Collection[Phase], goal: Collection[Link] | Phase) -> list[Link]:
        """The fewest links that lead from one of the phases to a phase, or up to and along one of some links.

        Of equally short ways the first in the order of the journey; empty where none leads there.
        """
        ways: list[list[Link]] = [[]]
        seen: set[Phase] = set()
        while ways:
            longer = []
            for way in ways:
                for link in self.scope.links:
                    follows = link.start == way[-1].end if way else link.start in begin
                    if not follows:
                        continue
                    if link in goal if isinstance(goal, Collection) else link.end == goal:
                        return [*way, link]
                    if link.end not in seen:
                        seen.add(link.end)
                        longer.append([*way, link])
            ways = longer
        return []

    def _is_wanted(self, persona: Persona, phase: Phase) -> bool:
        return self.scope.targets.of_cell(persona, phase).applies
