"""Rules over how the content of a journey lies: too much, in the wrong place, or in one part of it only."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personas.models import Persona, Phase, PhaseLink
from planner.coverage import Place, Tally
from planner.models import Applicability

from .catalogue import rule
from .gap import Gap, Severity
from .rules import Findings
from .scope import Scope

FIRST_STAGES = {"trigger", "awareness"}
"""The stages of the spine that everybody likes to write for."""

LARGEST_SHARE = 0.6
"""Of all fresh content, in one phase: more is out of balance whatever is asked."""


@rule(
    "MISPLACED",
    name=gettext_lazy("Content where none is wanted"),
    why=gettext_lazy(
        "Somebody decided that nothing is needed here, and yet there is content. One of the two is wrong."
    ),
    remedy=gettext_lazy("Give the content another persona or phase, or say that content is wanted here after all."),
    on=False,
    of_placeless=True,
)
def misplaced(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """MISPLACED: a live item in a cell that does not apply. Info."""
    for persona, phase in scope.cells:
        live = _tally(findings, persona, phase).live
        if live and not scope.targets.of_cell(persona, phase).applies:
            message = ngettext(
                "%(count)s live item where no content is wanted.",
                "%(count)s live items where no content is wanted.",
                live,
            )
            yield _of_cell("MISPLACED", Severity.INFO, persona, phase, message % {"count": live}, _("Not wanted here"))


@rule(
    "EXCESS",
    name=gettext_lazy("Too much"),
    why=gettext_lazy("Nobody can choose from so much, and all of it has to be kept up to date."),
    remedy=gettext_lazy("Merge or end what serves least, or raise the maximum."),
    on=False,
)
def excess(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """EXCESS: more live items in a cell than its maximum. Info."""
    for persona, phase in scope.cells:
        live, maximum = _tally(findings, persona, phase).live, scope.targets.of_cell(persona, phase).maximum
        if maximum is not None and live > maximum:
            message = _("%(live)s live items, maximum %(maximum)s.") % {"live": live, "maximum": maximum}
            yield _of_cell("EXCESS", Severity.INFO, persona, phase, message, _("Too much"))


@rule(
    "UPSTREAM",
    name=gettext_lazy("Nothing leads there"),
    why=gettext_lazy("There is content for a later step, but nobody gets there: the step before it has nothing."),
    remedy=gettext_lazy("Publish content in the step before."),
    on=False,
)
def upstream(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """UPSTREAM: a cell without live items although a phase that follows it has some. High, at the cell without.

    What follows are the phases that a link of the type "next" leads to. A phase with several ways in needs content in
    one of them; a way on which nothing is wanted is a way all the same.
    """
    before: dict[int, list[Phase]] = {}
    for link in scope.links:
        if link.type == PhaseLink.Type.NEXT:
            before.setdefault(link.end.pk, []).append(link.start)
    for persona, phase in scope.cells:
        if not _tally(findings, persona, phase).live or not scope.targets.of_cell(persona, phase).applies:
            continue
        ways = before.get(phase.pk, [])
        open_way = (
            _tally(findings, persona, way).live or not scope.targets.of_cell(persona, way).applies for way in ways
        )
        for way in () if any(open_way) else ways:
            message = _("“%(later)s” has live content, but “%(phase)s” before it has none.")
            words = message % {"later": phase, "phase": way}
            yield _of_cell("UPSTREAM", Severity.HIGH, persona, way, words, _("Nothing leads on"))


@rule(
    "AFTER_SALES",
    name=gettext_lazy("Nothing after the purchase"),
    why=gettext_lazy("Who has bought is easiest to keep, and most often forgotten."),
    remedy=gettext_lazy("Publish something for every persona in each phase after the purchase."),
    on=False,
)
def after_sales(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """AFTER_SALES: a phase after the purchase has nothing live for some persona. High, one row that counts them.

    Cells that are optional or do not apply are passed over.
    """
    asked = {Applicability.REQUIRED, Applicability.EXPECTED}
    empty = [
        f"{persona} × {phase}"
        for persona, phase in scope.cells
        if phase.group == Phase.Group.POST
        and scope.targets.of_cell(persona, phase).applicability in asked
        and not _tally(findings, persona, phase).live
    ]
    if empty:
        message = ngettext(
            "After the purchase %(cells)s has no live content.",
            "After the purchase %(count)s cells have no live content: %(cells)s.",
            len(empty),
        )
        words = message % {"count": len(empty), "cells": ", ".join(empty)}
        yield Gap("AFTER_SALES", Severity.HIGH, scope.heaviest_persona, words, scope.journey)


@rule(
    "IMBALANCE",
    name=gettext_lazy("Out of balance"),
    why=gettext_lazy("Most of the work goes into one phase while the others do with what is left."),
    remedy=gettext_lazy("Plan the next pieces for the phases that have less than their share."),
    on=False,
    limit=0.15,
    limit_label=gettext_lazy("Largest difference in share"),
)
def imbalance(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """IMBALANCE: a phase's share of the fresh content differs by more than 0.15 from its share of the targets, or is
    above 0.6. Low, one row that names the phase that differs most; too much at the start of the journey is said.
    """
    phases, question = scope.judged_phases, findings.question
    wanted = {
        phase.pk: sum(
            scope.targets.of_cell(persona, phase).target_of(question)
            for persona in scope.personas
            if scope.targets.of_cell(persona, phase).applies
        )
        for phase in phases
    }
    fresh = {phase.pk: findings.coverage.phases.get(phase.pk, Tally()).fresh for phase in phases}
    if len(phases) < 2 or not sum(fresh.values()) or not sum(wanted.values()):
        return
    share, due = ({key: one / sum(counts.values()) for key, one in counts.items()} for counts in (fresh, wanted))
    # The one above its share is named before the one below, and of equal ones the first of the journey.
    worst = max(phases, key=lambda phase: (round(abs(share[phase.pk] - due[phase.pk]), 9), share[phase.pk]))
    largest = max(phases, key=lambda phase: share[phase.pk])
    if abs(share[worst.pk] - due[worst.pk]) <= scope.targets.limit("IMBALANCE"):
        if share[largest.pk] <= LARGEST_SHARE:
            return
        worst = largest
    message = _("“%(phase)s” has %(share)s%% of the fresh content; by the targets it should have %(due)s%%.")
    numbers = {"share": round(100 * share[worst.pk]), "due": round(100 * due[worst.pk])}
    message %= {"phase": worst, **numbers}
    if share[worst.pk] > due[worst.pk] and not FIRST_STAGES.isdisjoint(worst.spine[:1]):
        message += " " + _("That is the beginning of the journey: what comes after it gets too little.")
    yield Gap("IMBALANCE", Severity.LOW, 1.0, message, scope.journey)


def _tally(findings: Findings, persona: Persona, phase: Phase) -> Tally:
    return findings.coverage.cells.get(Place(persona.pk, phase.pk), Tally())


def _of_cell(code: str, severity: Severity, persona: Persona, phase: Phase, message: str, words: str) -> Gap:
    weight = float(persona.weight) * float(phase.weight)
    return Gap(code, severity, weight, message, phase.journey, persona, phase, words=words)
