"""The rule over what a journey knows of its personas."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .catalogue import rule
from .gap import Gap, Severity
from .rules import Findings
from .scope import Scope


@rule(
    "EVIDENCE",
    name=gettext_lazy("Persona is an assumption"),
    why=gettext_lazy("Content for somebody whom nobody counted and nobody asked may be content for nobody."),
    remedy=gettext_lazy("Add what was counted and what people said, with its source and date."),
    on=False,
)
def evidence(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """EVIDENCE: a persona without both kinds of evidence, or whose newest is older than the interval. Low."""
    for persona in scope.personas:
        trust = findings.trust.get(persona.pk)
        if trust and trust.is_assumption:
            message = _("“%(persona)s” is an assumption. %(reason)s") % {"persona": persona, "reason": trust.reason}
            weight = float(persona.weight)
            yield Gap("EVIDENCE", Severity.LOW, weight, message, scope.journey, persona, words=_("Assumption"))
