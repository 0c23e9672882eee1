"""What is judged: the active personas and phases of a journey, and the cells they span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from personas.models import Journey, Persona, Phase


@dataclass(frozen=True, slots=True)
class Scope:
    """A journey with its active phases and personas, both in order."""

    journey: Journey
    personas: tuple[Persona, ...]
    phases: tuple[Phase, ...]

    @property
    def cells(self) -> Iterator[tuple[Persona, Phase]]:
        return ((persona, phase) for persona in self.personas for phase in self.phases)

    @property
    def heaviest_persona(self) -> float:
        """The weight of a finding that concerns every persona; 1 where the journey has none."""
        return max((float(persona.weight) for persona in self.personas), default=1.0)

    @classmethod
    def load(cls, slugs: list[str] | None = None) -> list[Scope]:
        """The active journeys, or the ones named; unknown slugs are simply absent. Three queries."""
        journeys = Journey.objects.active() if slugs is None else Journey.objects.filter(slug__in=slugs)
        journeys = journeys.select_related("owner").prefetch_related(
            Prefetch("personas", Persona.objects.active(), to_attr="judged_personas"),
            Prefetch("phases", Phase.objects.order_by("sort_order", "pk")),
        )
        return [
            cls(journey, tuple(journey.judged_personas), tuple(phase for phase in journey.phases.all() if phase.active))
            for journey in journeys
        ]
