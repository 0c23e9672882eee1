"""A gap: something that needs work, its severity, its priority, and the total order of gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import total_ordering

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from personas.models import Channel, Journey, Persona, Phase

from .catalogue import CATALOGUE, Rule

PARTS = 6
"""Of a gap's key."""

LAST = 1_000_000
"""Where what has no phase, persona or channel stands among those that have one."""


@total_ordering
class Severity(models.TextChoices):
    """How bad it is. Compares by its points: `Severity.HIGH > Severity.LOW`."""

    INFO = "info", _("Info")
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")

    @property
    def points(self) -> int:
        return {"info": 0, "low": 1, "medium": 2, "high": 4, "critical": 8}[self.value]

    def __lt__(self, other: object) -> bool:
        return self.points < other.points if isinstance(other, Severity) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.points > other.points if isinstance(other, Severity) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.points <= other.points if isinstance(other, Severity) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.points >= other.points if isinstance(other, Severity) else NotImplemented

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Gap:
    """One rule that holds now. The key is made of slugs and codes that never change, so decisions about it survive."""

    code: str
    severity: Severity
    weight: float  # of persona and phase together
    message: str
    journey: Journey | None = None
    persona: Persona | None = None
    phase: Phase | None = None
    channel: Channel | None = None
    item: str = ""  # the uid of the item it is about, or a word for many items
    item_id: int | None = None
    date: date | None = None  # when it opens, closes or fell due
    words: str = ""  # in two or three words, for a cell
    planned: int = 0  # items that aim at its place within the horizon, approved or not

    @property
    def rule(self) -> Rule:
        """What the catalogue says of its code."""
        return CATALOGUE[self.code]

    @property
    def place(self) -> str:
        """Where it is, in the names of its persona, phase and channel, or of its journey."""
        names = [str(one) for one in (self.persona, self.phase, self.channel) if one]
        return " × ".join(names) or str(self.journey or "")

    @property
    def priority(self) -> float:
        return self.severity.points * self.weight

    @property
    def key(self) -> str:
        # Of one item only its journey and identity: a changed tag must not lose what was decided about it.
        of_item = (self.persona if self.rule.per_persona else None, None, None)
        places = (self.journey, *(of_item if self.item_id else (self.persona, self.phase, self.channel)))
        return ":".join([self.code, *(place.slug if place else "" for place in places), self.item])

    @property
    def order(self) -> tuple:
        """Priority and severity, highest first; then phase, persona, channel, code, and the key: a total order."""
        places = (_phase(self.phase), _place(self.persona), _place(self.channel))
        return (-self.priority, -self.severity.points, *places, self.code, self.key)


def parts_of(key: str) -> tuple[str, ...]:
    """Code, the slugs of journey, persona, phase and channel, and the item of a key; "" for what it does not say."""
    parts = key.split(":", PARTS - 1)
    return (*parts, *[""] * (PARTS - len(parts)))


def rank(gaps: list[Gap]) -> list[Gap]:
    """The gaps in their one order, the most pressing first. The order that they come in makes no difference."""
    return sorted(gaps, key=lambda gap: gap.order)


def _place(member: Persona | Channel | None) -> tuple[int, int]:
    return (member.sort_order, member.pk) if member else (LAST, 0)


def _phase(phase: Phase | None) -> tuple[int, int, int]:
    return (phase.sort_order, phase.journey_id, phase.pk) if phase else (LAST, 0, 0)


def long_day(day: date) -> str:
    return date_format(day, "j F Y")


def short_day(day: date) -> str:
    # Dutch writes its short months without a capital, which only another format can say.
    return date_format(day, pgettext("date format", "j M"))
