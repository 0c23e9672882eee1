"""A journey along its channels as the coverage shows it: a row per channel, a cell per persona or phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from personas.models import Channel, Persona, Phase
from planner.coverage import Tally
from planner.gaps import Gap, Wanted
from planner.pivots import Axes, Pivot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.gaps import Scope


@dataclass(frozen=True, slots=True)
class ChannelCell:
    """One channel for a persona, or in a phase."""

    member: Persona | Phase
    tally: Tally
    gaps: list[Gap]  # that this channel is missing here, the worst first
    wanted: Wanted | None  # of a channel in a phase; a persona asks for none

    @property
    def worst(self) -> Gap | None:
        return self.gaps[0] if self.gaps else None

    @property
    def applies(self) -> bool:
        return self.wanted is None or self.wanted.applies

    @property
    def missing(self) -> str:
        """How often the channel is missing here, in words."""
        if isinstance(self.member, Phase):
            text = ngettext("Missing for %(count)s persona", "Missing for %(count)s personas", len(self.gaps))
        else:
            text = ngettext("Missing in %(count)s phase", "Missing in %(count)s phases", len(self.gaps))
        return text % {"count": len(self.gaps)}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel, or what has none; with its distinct items, not the sum of its cells."""

    channel: Channel | None
    tally: Tally
    cells: list[ChannelCell]


def channel_rows(pivot: Pivot, scope: Scope, channels: Iterable[Channel], gaps: Iterable[Gap]) -> list[ChannelRow]:
    """A row for each active channel, for each other that still has content here, and for what has no channel."""
    missing = sorted((gap for gap in gaps if gap.code == "MISSING_CHANNEL"), key=lambda gap: gap.order)
    rows = [_row(pivot, scope, channel, missing) for channel in (*channels, None)]
    return [row for row in rows if (row.channel and row.channel.active) or row.tally != Tally()]


def _row(pivot: Pivot, scope: Scope, channel: Channel | None, missing: list[Gap]) -> ChannelRow:
    of_phases = pivot.axes == Axes.PHASE_CHANNEL
    cells = []
    for member in scope.phases if of_phases else scope.personas:
        here = [gap for gap in missing if gap.channel == channel and member in {gap.persona, gap.phase}]
        wanted = scope.targets.of_channel(channel, member) if of_phases and channel else None
        cells.append(ChannelCell(member, pivot.cell(member, channel), here, wanted))
    return ChannelRow(channel, pivot.of_channel(channel), cells)
