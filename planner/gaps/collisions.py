"""The rule over content that stands in each other's way, or goes out when nothing should."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner.collisions import MOST_AT_ONCE, Collision, InBlackout, collisions, in_blackouts
from planner.entries import Entry

from .catalogue import rule
from .gap import Gap, Severity, long_day
from .rules import Findings
from .scope import Scope


@rule(
    "COLLISION",
    name=gettext_lazy("Collision"),
    why=gettext_lazy("Who gets two things at once reads one of them. On some days nobody should get anything."),
    remedy=gettext_lazy("Move one of them to another day or channel."),
    on=False,
    limit=float(MOST_AT_ONCE),
    limit_label=gettext_lazy("Most items for one persona, channel and day"),
)
def collision(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """COLLISION: from today to the horizon more items go out to one persona through one channel on one day than the
    limit, one row per persona, channel and day; or an item goes out within a blackout, one row per item. Low.

    Both belong to the journeys of the phases of their items; what has no phase at all is told once, without a journey.
    Personas that the journey has not, and channels that are inactive or not ours to steer, are passed over.
    """
    zone, entries = findings.question.zone, {one.item_id: one for one in findings.publications}
    most = int(scope.targets.limit("COLLISION"))
    for one in collisions(findings.publications, zone, most=most):
        together = [entries[item] for item in one.items]
        known = one.persona is None or one.persona in scope.personas
        if known and one.channel.active and one.channel.influenceable and _concerns(scope, together):
            yield _at_once(scope, one, together)
    told = {one.entry.item_id: one for one in reversed(in_blackouts(findings.publications, findings.blackouts, zone))}
    for item in sorted(told):
        if _concerns(scope, [told[item].entry]):
            yield _in_blackout(scope, findings, told[item])


def _concerns(scope: Scope, entries: list[Entry]) -> bool:
    """Whether one of them lies in a phase of the journey, or none of them in any phase at all."""
    phases = {phase for entry in entries for phase in entry.phases}
    return not phases or not phases.isdisjoint(scope.phases)


def _at_once(scope: Scope, found: Collision, together: list[Entry]) -> Gap:
    weight = float(found.persona.weight) if found.persona else scope.heaviest_persona
    text = _("On %(day)s %(count)s items go out through “%(channel)s”: %(titles)s.")
    titles = ", ".join(f"“{entry.title}”" for entry in together)
    return Gap(
        "COLLISION",
        Severity.LOW,
        weight,
        text % {"day": long_day(found.day), "count": len(together), "channel": found.channel, "titles": titles},
        scope.journey if any(entry.phases for entry in together) else None,
        found.persona,
        channel=found.channel,
        item=found.day.isoformat(),
        date=found.day,
        words=_("Collision"),
    )


def _in_blackout(scope: Scope, findings: Findings, found: InBlackout) -> Gap:
    entry, day = found.entry, found.entry.day(findings.question.zone)
    phases = [phase for phase in scope.phases if phase in entry.phases]
    personas = [persona for persona in scope.personas if entry.for_everyone or persona in entry.personas]
    text = _("“%(title)s” goes out on %(day)s, but on “%(occasion)s” nothing should.")
    return Gap(
        "COLLISION",
        Severity.LOW,
        max((float(one.weight) for one in personas), default=1.0)
        * max((float(one.weight) for one in phases), default=1.0),
        text % {"title": entry.title, "day": long_day(day), "occasion": found.day.title},
        scope.journey if phases else None,
        phase=phases[0] if phases else None,
        persona=personas[0] if personas and phases else None,
        item=str(entry.uid),
        item_id=entry.item_id,
        date=day,
        words=_("In a blackout"),
    )
