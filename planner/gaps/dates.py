"""Rules over days that ask for content: occasions, and promises of series."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planner.models import Occasion

from .catalogue import rule
from .gap import Gap, Severity, long_day
from .rules import Findings
from .scope import Scope


@rule(
    "OCCASION",
    name=gettext_lazy("Occasion without content"),
    why=gettext_lazy("On this day people expect to hear from you, and by now its content should be planned."),
    remedy=gettext_lazy("Plan content for it and choose the occasion in its plan, or switch the occasion off."),
)
def occasion(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """OCCASION: within its lead time no item linked to the occasion is live or approved. Medium; low where one aims.

    An occasion belongs to the journeys of its phases; one without phases to those of its personas, and one without
    either to all. Each time that it returns is a gap of its own.
    """
    for one in findings.occasions:
        due = one.occurrence
        if one.has_content or not _is_of(scope, due.occasion):
            continue
        text = _("“%(occasion)s” is on %(day)s, and no content for it is live or approved.")
        severity = Severity.MEDIUM
        if one.has_plan:
            text, severity = _("Content for “%(occasion)s” on %(day)s is planned, but not approved yet."), Severity.LOW
        concerned = [persona for persona in due.occasion.personas.all() if persona in scope.personas]
        yield Gap(
            "OCCASION",
            severity,
            max((float(persona.weight) for persona in concerned), default=scope.heaviest_persona),
            text % {"occasion": due.title, "day": long_day(due.first_day)},
            scope.journey,
            item=f"{due.occasion.uid}-{due.first_day.isoformat()}",
            date=due.first_day,
            planned=int(one.has_plan),
        )


@rule(
    "SERIES",
    name=gettext_lazy("Promised part is missing"),
    why=gettext_lazy("Readers were told when it would be there. Whoever comes back for it finds that you forgot."),
    remedy=gettext_lazy("Publish the part or have it approved, or change in the series what was promised."),
    on=False,
)
def series(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """SERIES: a promised part whose day has passed is neither live nor approved to go live by the horizon. Medium.

    One row per series, dated the day promised first. A series belongs to the journeys of its content; one whose content
    has no phase is reported once, without a journey.
    """
    for late in findings.series:
        phases = [phase for phase in scope.phases if phase.pk in late.phases]
        if late.phases and not phases:
            continue
        first = late.parts[0]
        text = ngettext(
            "Part %(numbers)s of “%(series)s”, promised for %(day)s, is neither live nor approved.",
            "Parts %(numbers)s of “%(series)s”, the first promised for %(day)s, are neither live nor approved.",
            len(late.parts),
        )
        numbers = ", ".join(str(part.number) for part in late.parts)
        yield Gap(
            "SERIES",
            Severity.MEDIUM,
            max((float(phase.weight) for phase in phases), default=1.0),
            text % {"numbers": numbers, "series": late.series, "day": long_day(first.promised_on)},
            scope.journey if phases else None,
            item=str(late.series.uid),
            date=first.promised_on,
        )


def _is_of(scope: Scope, due: Occasion) -> bool:
    if phases := due.phases.all():
        return any(phase in scope.phases for phase in phases)
    personas = due.personas.all()
    return not personas or any(persona in scope.personas for persona in personas)
