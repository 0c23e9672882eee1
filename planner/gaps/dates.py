"""Rules over days that ask for content."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


def _is_of(scope: Scope, due: Occasion) -> bool:
    if phases := due.phases.all():
        return any(phase in scope.phases for phase in phases)
    personas = due.personas.all()
    return not personas or any(persona in scope.personas for persona in personas)
