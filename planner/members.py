"""Personas, phases, channels and campaigns, read once where one answer asks for them several times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from functools import cached_property
from typing import TypeVar

from django.db.models import Model

from personas.models import Channel, Journey, Persona, Phase
from planner.models import Campaign

Member = TypeVar("Member", bound=Model)
Carrier = TypeVar("Carrier", bound=Hashable)


class Members:
    """The whole vocabularies, inactive members included, each in its order. A query for each, when first asked for."""

    @cached_property
    def personas(self) -> list[Persona]:
        return list(Persona.objects.all())

    @cached_property
    def phases(self) -> list[Phase]:
        """Each with its journey loaded, and how that is judged."""
        return list(Phase.objects.select_related("journey__judgement"))

    @cached_property
    def channels(self) -> list[Channel]:
        return list(Channel.objects.all())

    @cached_property
    def campaigns(self) -> list[Campaign]:
        return list(Campaign.objects.all())

    @cached_property
    def journeys(self) -> dict[Journey, list[Phase]]:
        """The active journeys that have phases, with their active phases."""
        found: dict[Journey, list[Phase]] = {}
        for phase in self.phases:
            if phase.journey.active and phase.active:
                found.setdefault(phase.journey, []).append(phase)
        return found

    @cached_property
    def positions(self) -> dict[int, int]:
        """The number of each phase within its journey, counting from one, by its key. As `phase_positions`."""
        counted: dict[int, int] = defaultdict(int)
        positions = {}
        for phase in self.phases:
            counted[phase.journey_id] += 1
            positions[phase.pk] = counted[phase.journey_id]
        return positions


def in_order(vocabulary: list[Member], carried: dict[Carrier, set[int]]) -> dict[Carrier, tuple[Member, ...]]:
    """For each carrier of keys its members of a vocabulary, in the vocabulary's order."""
    places = {member.pk: place for place, member in enumerate(vocabulary)}
    return {
        carrier: tuple(vocabulary[place] for place in sorted(places[key] for key in keys if key in places))
        for carrier, keys in carried.items()
    }
