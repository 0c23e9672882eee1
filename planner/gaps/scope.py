"""What is judged: the active personas and phases of a journey, and the cells they span."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Prefetch

from personas.models import Channel, Journey, Persona, Phase, PhaseLink
from planner.models import Applicability, CoverageTarget

from .catalogue import CATALOGUE, Rule
from .gap import Gap, Severity
from .targets import Rhythm, Targets

if TYPE_CHECKING:
    from planner.members import Members


ASK_FOR_STEPS = ("BROKEN_NEXT", "DEAD_END", "NO_INBOUND", "BROKEN_CHAIN", "SILO")
ASK_FOR_LINKS = ("UPSTREAM", *ASK_FOR_STEPS)
ASK_FOR_CHANNELS = ("MISSING_CHANNEL", "SINGLE_CHANNEL", "CADENCE", "SILO")
"""The rules for which more has to be read."""


class Link(NamedTuple):
    """A way from one active phase of a journey to another."""

    start: Phase
    end: Phase
    type: str = PhaseLink.Type.NEXT


@dataclass(frozen=True, slots=True)
class Scope:
    """A journey with its active phases and personas, both in order."""

    journey: Journey
    personas: tuple[Persona, ...]
    phases: tuple[Phase, ...]
    targets: Targets = field(default_factory=Targets)
    links: tuple[Link, ...] = ()  # these two only where a rule that is on asks for them
    channels: tuple[Channel, ...] = ()  # the active ones that are ours to steer

    @property
    def cells(self) -> Iterator[tuple[Persona, Phase]]:
        """All of them, also those in which nothing is wanted."""
        return ((persona, phase) for persona in self.personas for phase in self.phases)

    @property
    def judged_phases(self) -> tuple[Phase, ...]:
        """The phases in which something is wanted of anybody."""
        return tuple(
            phase
            for phase in self.phases
            if self.targets.of_phase(phase).applies
            and (not self.personas or any(self.targets.of_cell(one, phase).applies for one in self.personas))
        )

    def judged(self, gap: Gap) -> Gap | None:
        """The gap as its place allows: none where nothing is wanted, and never above low where content is optional.

        What is wrong with an item is wrong wherever it is.
        """
        if gap.phase is None or gap.item_id or gap.rule.of_placeless:
            return gap
        wanted = [self.targets.of_cell(gap.persona, gap.phase) if gap.persona else self.targets.of_phase(gap.phase)]
        if gap.channel:
            wanted.append(self.targets.of_channel(gap.channel, gap.phase))
        if not all(one.applies for one in wanted):
            return None
        if any(one.applicability == Applicability.OPTIONAL for one in wanted) and gap.severity > Severity.LOW:
            return replace(gap, severity=Severity.LOW)
        return gap

    @property
    def rules(self) -> list[Rule]:
        """The rules that are on."""
        return [rule for code, rule in CATALOGUE.items() if self.targets.judges(code)]

    @property
    def rhythms(self) -> set[Rhythm]:
        """How often something new is asked for anywhere in the journey."""
        of_cells = (self.targets.of_cell(persona, phase) for persona, phase in self.cells)
        of_channels = (self.targets.of_channel(channel, phase) for channel in self.channels for phase in self.phases)
        return {wanted.rhythm for wanted in (*of_cells, *of_channels) if wanted.rhythm}

    def judges_any(self, codes: Iterable[str]) -> bool:
        """Whether one of these rules is on."""
        return any(map(self.targets.judges, codes))

    @property
    def heaviest_persona(self) -> float:
        """The weight of a finding that concerns every persona; 1 where the journey has none."""
        return max((float(persona.weight) for persona in self.personas), default=1.0)

    @classmethod
    def load(cls, slugs: list[str] | None = None) -> list[Scope]:
        """The active journeys, or the ones named; unknown slugs are simply absent. Four to six queries."""
        journeys = Journey.objects.active() if slugs is None else Journey.objects.filter(slug__in=slugs)
        journeys = journeys.select_related("owner", "judgement").prefetch_related(
            Prefetch("personas", Persona.objects.active(), to_attr="judged_personas"),
            Prefetch("phases", Phase.objects.order_by("sort_order", "pk")),
            "phases__coverage_targets",
        )
        scopes = [
            cls(
                journey,
                tuple(journey.judged_personas),
                tuple(phase for phase in journey.phases.all() if phase.active),
                Targets(
                    (row for phase in journey.phases.all() for row in phase.coverage_targets.all()),
                    getattr(journey, "judgement", None),
                ),
            )
            for journey in journeys
        ]
        if any(scope.judges_any(ASK_FOR_LINKS) for scope in scopes):
            scopes = _with_links(scopes)
        return _with_channels(scopes) if any(scope.judges_any(ASK_FOR_CHANNELS) for scope in scopes) else scopes

    @classmethod
    def of(cls, members: Members) -> list[Scope]:
        """The active journeys, from vocabularies that have been read; their owners are not loaded. Two queries."""
        links = Journey.personas.through.objects.values_list("journey_id", "persona_id")
        meant: dict[int, set[int]] = defaultdict(set)
        for journey, persona in links:
            meant[journey].add(persona)
        rows: dict[int, list[CoverageTarget]] = defaultdict(list)
        for row in CoverageTarget.objects.all():
            rows[row.phase_id].append(row)
        return [
            cls(
                journey,
                tuple(one for one in members.personas if one.active and one.pk in meant[journey.pk]),
                tuple(phases),
                Targets((row for phase in phases for row in rows[phase.pk]), getattr(journey, "judgement", None)),
            )
            for journey, phases in members.journeys.items()
        ]


def _with_links(scopes: list[Scope]) -> list[Scope]:
    """The scopes with the links between their phases, in the order of these. One query."""
    phases = {phase.pk: phase for scope in scopes for phase in scope.phases}
    places = {key: place for place, key in enumerate(phases)}
    rows = PhaseLink.objects.filter(from_phase__in=phases, to_phase__in=phases).order_by("pk")
    by_journey: dict[int, list[Link]] = defaultdict(list)
    for start, end, kind in rows.values_list("from_phase", "to_phase", "type"):
        by_journey[phases[start].journey_id].append(Link(phases[start], phases[end], kind))
    for links in by_journey.values():
        links.sort(key=lambda link: (places[link.start.pk], places[link.end.pk]))
    return [replace(scope, links=tuple(by_journey[scope.journey.pk])) for scope in scopes]


def _with_channels(scopes: list[Scope]) -> list[Scope]:
    """The scopes with the channels that a journey can steer, where it asks for them. One query."""
    channels = tuple(Channel.objects.active().filter(influenceable=True))
    return [replace(scope, channels=channels) if scope.judges_any(ASK_FOR_CHANNELS) else scope for scope in scopes]
