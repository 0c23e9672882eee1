"""The gaps as a list: each with its state and the decision about it, and what of them somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.gaps import rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.gaps import Gap
    from planner.models import GapDecision
    from planner.report import Report


class State(models.TextChoices):
    """Where a gap stands. What is planned is open until it is live."""

    OPEN = "open", _("Open")
    PLANNED = "planned", _("Open, planned")
    ACCEPTED = "accepted", _("Accepted for now")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the gaps is asked for; what is empty asks for nothing. A value that does not exist matches nothing."""

    journey: str = ""
    persona: str = ""
    phase: str = ""  # "journey/phase"
    code: str = ""
    severity: str = ""
    state: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    def matches(self, listed: ListedGap) -> bool:
        gap = listed.gap
        phase = f"{gap.phase.journey.slug}/{gap.phase.slug}" if gap.phase else ""
        has = (
            gap.journey.slug if gap.journey else "",
            gap.persona.slug if gap.persona else "",
            phase,
            gap.code,
            gap.severity.value,
            listed.state.value,
        )
        wanted = (self.journey, self.persona, self.phase, self.code, self.severity, self.state)
        return all(not one or one == other for one, other in zip(wanted, has, strict=True))


@dataclass(frozen=True, slots=True)
class ListedGap:
    """A gap with what is decided about it, as the list and its downloads tell it."""

    gap: Gap
    decision: GapDecision | None
    since: date | None = None  # since when it is known to stand, where the reader may know

    @property
    def state(self) -> State:
        if self.decision:
            return State.ACCEPTED
        return State.PLANNED if self.gap.planned else State.OPEN

    @property
    def priority(self) -> float:
        return self.gap.priority

    @property
    def severity_label(self) -> str:
        return str(self.gap.severity.label)

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def name(self) -> str:
        return str(self.gap.rule.name)

    @property
    def code(self) -> str:
        return self.gap.code

    @property
    def journey(self) -> str:
        return str(self.gap.journey or "")

    @property
    def persona(self) -> str:
        return str(self.gap.persona or "")

    @property
    def phase(self) -> str:
        return str(self.gap.phase or "")

    @property
    def message(self) -> str:
        return self.gap.message

    @property
    def remedy(self) -> str:
        return str(self.gap.rule.remedy)

    @property
    def day(self) -> date | None:
        return self.gap.date

    @property
    def until(self) -> date | None:
        return self.decision.until if self.decision else None

    @property
    def reason(self) -> str:
        return self.decision.reason if self.decision else ""


def listed_gaps(report: Report, asked: Asked, since: Mapping[str, date] = MappingProxyType({})) -> list[ListedGap]:
    """The gaps of a report that are asked for, open and accepted, in their one order. No query.

    `since`: what `gap_history.open_since` gave, where the reader may know.
    """
    ranked = rank([*report.gaps, *report.accepted])
    listed = [ListedGap(gap, report.decision(gap), since.get(gap.key)) for gap in ranked]
    return [one for one in listed if asked.matches(one)]
