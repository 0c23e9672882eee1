"""Rules over the channels of a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Channel, Persona, Phase
from planner.coverage import Place, Tally
from planner.models import Applicability

from .catalogue import rule
from .gap import Gap, Severity
from .rules import Findings
from .scope import Scope

MISSING = {Applicability.REQUIRED: Severity.HIGH, Applicability.EXPECTED: Severity.LOW}


@rule(
    "MISSING_CHANNEL",
    name=gettext_lazy("Missing channel"),
    why=gettext_lazy("Somebody said that this channel belongs in this phase, and this persona finds nothing in it."),
    remedy=gettext_lazy("Publish content through this channel, or say that the channel is optional here."),
    on=False,
    apart=("cell channel",),
)
def missing_channel(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """MISSING_CHANNEL: a cell has no live item in a channel that its phase requires (high) or expects (low).

    A channel that nobody speaks of is optional: fifteen channels would otherwise make fifteen gaps of each cell.
    """
    for persona, phase in scope.cells:
        for channel in scope.channels:
            severity = MISSING.get(scope.targets.of_channel(channel, phase).applicability)
            if severity and not _tally(findings, persona, phase, channel).live:
                message = _("Nothing live in the channel “%(channel)s”.") % {"channel": channel}
                yield _gap("MISSING_CHANNEL", severity, persona, phase, message, _("Missing channel"), channel)


@rule(
    "SINGLE_CHANNEL",
    name=gettext_lazy("One channel"),
    why=gettext_lazy("Whoever does not use this one channel never meets the content."),
    remedy=gettext_lazy("Bring the same content through a second channel, or publish something new there."),
    on=False,
    apart=("cell channel",),
)
def single_channel(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """SINGLE_CHANNEL: all fresh items of a cell are in one channel, while at least two apply. Low."""
    names = {channel.pk: channel for channel in scope.channels}
    used: dict[Place, set[int]] = defaultdict(set)
    for (place, key), tally in findings.coverage.apart["cell channel"].items():
        if tally.fresh:
            used[place].add(int(key))
    for persona, phase in scope.cells:
        applicable = [channel for channel in scope.channels if scope.targets.of_channel(channel, phase).applies]
        here = used[Place(persona.pk, phase.pk)]
        if len(applicable) >= 2 and len(here) == 1 and (channel := names.get(*here)):
            message = _("All fresh content is in the channel “%(channel)s”.") % {"channel": channel}
            yield _gap("SINGLE_CHANNEL", Severity.LOW, persona, phase, message, _("One channel"))


def _tally(findings: Findings, persona: Persona, phase: Phase, channel: Channel) -> Tally:
    return findings.coverage.apart["cell channel"].get((Place(persona.pk, phase.pk), str(channel.pk)), Tally())


def _gap(
    code: str,
    severity: Severity,
    persona: Persona,
    phase: Phase,
    message: str,
    words: str,
    channel: Channel | None = None,
) -> Gap:
    weight = float(persona.weight) * float(phase.weight)
    return Gap(code, severity, weight, message, phase.journey, persona, phase, channel, words=words)
