"""Coverage of a journey along its channels as well: persona x channel and phase x channel, and the journey as a whole.

The phases first, or the channels first, and the same distinct items in both. Totals never add cells up. Sections of the
one statement that counts; no request, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from personas.models import Persona
from planner.coverage_sql import CHANNEL_TAGS, PHASE_TAGS, PHASES, Section
from planner.models import ContentItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personas.models import Channel, Phase
    from planner.coverage import Coverage, Tally

PERSONA_TAGS = ContentItem._meta.get_field("personas").remote_field.through._meta.db_table

NO_CHANNEL = 0
"""Where items without a channel stand, so that both views hold the same ones."""


class Axes(models.TextChoices):
    """What a journey is seen by."""

    PERSONA_PHASE = "persona-phase", _("Persona × phase")
    PERSONA_CHANNEL = "persona-channel", _("Persona × channel")
    PHASE_CHANNEL = "phase-channel", _("Phase × channel")


def sections_along(axes: Axes, phases: Iterable[int]) -> tuple[Section, ...]:
    """What has to be counted of the journey that has these phases, beside its cells and phases."""
    keys = listed(phases)
    within = f"({items_in(keys)}) AS within"
    whole = Section("whole", "0", within)
    if axes == Axes.PERSONA_PHASE:
        return (whole,)
    channels = Section("whole channel", CHANNEL, _with_channels(within, "within"))
    if axes == Axes.PHASE_CHANNEL:
        here = f"""(SELECT facts.*, moment.phase_id AS phase FROM facts
            JOIN {PHASE_TAGS} moment ON moment.contentitem_id = facts.item WHERE moment.phase_id IN ({keys})) AS here"""  # noqa: S608
        return (
            whole,
            channels,
            Section("phase by channel", f"{_wide('phase')} + {CHANNEL}", _with_channels(here, "here")),
        )
    met = f"({_met(within)}) AS met"
    return (
        whole,
        channels,
        Section("whole persona", "persona", met),
        Section("persona by channel", f"{_wide('persona')} + {CHANNEL}", _with_channels(met, "met")),
    )


def _met(within: str) -> str:
    """The items by persona: each once, where going through the cells would count an item in each of its phases."""
    return f"""SELECT within.*, who.persona_id AS persona FROM {within}
            JOIN {PERSONA_TAGS} who ON who.contentitem_id = within.item WHERE everyone <> 1
        UNION ALL
        SELECT within.*, who.id AS persona FROM {within} CROSS JOIN {Persona._meta.db_table} who WHERE everyone = 1"""  # noqa: S608


CHANNEL = f"COALESCE(tagged.channel_id, {NO_CHANNEL})"


def listed(keys: Iterable[int]) -> str:
    """Keys as SQL has them between parentheses; of none what nothing equals."""
    return ", ".join(str(int(key)) for key in keys) or "NULL"


def items_in(keys: str) -> str:
    """The items that carry one of these phases, each once."""
    return f"SELECT * FROM facts WHERE item IN (SELECT contentitem_id FROM {PHASE_TAGS} WHERE phase_id IN ({keys}))"  # noqa: S608


def _with_channels(source: str, name: str) -> str:
    return f"{source} LEFT JOIN {CHANNEL_TAGS} tagged ON tagged.contentitem_id = {name}.item"


def _wide(column: str) -> str:
    return f"CAST({column} AS BIGINT) * {PHASES}"


@dataclass(frozen=True, slots=True)
class Pivot:
    """What was counted along these axes. `channel`: None for the items without one."""

    axes: Axes
    coverage: Coverage

    @property
    def whole(self) -> Tally:
        """The distinct items of the journey: the same along all axes."""
        return self.coverage.along["whole"][0]

    def of_channel(self, channel: Channel | None) -> Tally:
        return self.coverage.along["whole channel"][channel.pk if channel else NO_CHANNEL]

    def of_member(self, member: Persona | Phase) -> Tally:
        """All of a persona in this journey, or all of a phase."""
        if self.axes == Axes.PHASE_CHANNEL:
            return self.coverage.phases[member.pk]
        return self.coverage.along["whole persona"][member.pk]

    def cell(self, member: Persona | Phase, channel: Channel | None) -> Tally:
        section = "phase by channel" if self.axes == Axes.PHASE_CHANNEL else "persona by channel"
        return self.coverage.along[section][member.pk * PHASES + (channel.pk if channel else NO_CHANNEL)]
