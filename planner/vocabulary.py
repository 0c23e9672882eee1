"""All personas, phases and channels in one query, for lists that name many of them and may ask little."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from django.db.models import CharField, F, IntegerField, Value

from personas.models import Channel, Persona, Phase


class Member(NamedTuple):
    """One persona, phase or channel. It looks enough like a phase for its chip."""

    dimension: str
    pk: int
    slug: str
    name: str
    active: bool
    sort_order: int
    journey: str = ""  # the slug; phases only, like the rest
    journey_name: str = ""
    journey_order: int = 0

    @property
    def full_slug(self) -> str:
        """The slug as filters name it: a phase with its journey."""
        return f"{self.journey}/{self.slug}" if self.journey else self.slug


def read_vocabularies() -> dict[str, list[Member]]:
    """The members of each dimension in their order, the inactive ones too. One query."""
    no_text, no_number = Value("", output_field=CharField()), Value(0, output_field=IntegerField())
    own = ("pk", "slug", "name", "active", "sort_order")
    journey = ("journey__slug", "journey__name", "journey__sort_order", F("journey__active"))
    parts = [
        Phase.objects.order_by().values_list(Value("phases"), *own, *journey),
        *(
            model.objects.order_by().values_list(Value(name), *own, no_text, no_text, no_number, F("active"))
            for name, model in (("personas", Persona), ("channels", Channel))
        ),
    ]
    members: dict[str, list[Member]] = {"personas": [], "phases": [], "channels": []}
    for *fields, journey_active in parts[0].union(*parts[1:], all=True):
        member = Member(*fields)
        members[member.dimension].append(member._replace(active=bool(member.active and journey_active)))
    for found in members.values():
        found.sort(key=lambda member: (member.journey_order, member.journey, member.sort_order, member.pk))
    return members


def numbers(phases: list[Member]) -> dict[int, int]:
    """The number of each phase within its journey, counting from one, by its key. See `phase_positions`."""
    counted: dict[str, int] = defaultdict(int)
    positions = {}
    for phase in phases:
        counted[phase.journey] += 1
        positions[phase.pk] = counted[phase.journey]
    return positions
