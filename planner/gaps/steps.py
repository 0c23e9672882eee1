"""Rules over next steps: items that lead nowhere or into nothing, cells nobody is led to, journeys that break off."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personas.models import Persona, Phase, PhaseLink
from planner.coverage import Coverage, Place, Tally
from planner.models import Applicability

from .catalogue import rule
from .gap import Gap, Severity
from .rules import Findings
from .scope import Link, Scope
from .ways import Ways

ITEMS_TOLD_APART = 20
"""A cell with more dead ends than this says how many there are: nobody reads a longer list."""

BACK = {PhaseLink.Type.LOOP, PhaseLink.Type.RENEWAL}
"""The links by which a journey begins anew."""


@rule(
    "BROKEN_NEXT",
    name=gettext_lazy("Leads into nothing"),
    why=gettext_lazy("Whoever follows this step finds a page that is gone, and trusts the next one less."),
    remedy=gettext_lazy("Choose another next step in its plan, or bring back what it leads to."),
)
def broken_next(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """BROKEN_NEXT: an item leads to one that was live and expired or was unpublished, or that was deleted. High.

    One row per item, whatever the number of such steps. What is itself over or cancelled leads nobody anywhere. An item
    belongs to the journeys of its phases; one without any phase is reported once, without a journey.
    """
    steps, question = findings.steps, findings.question
    for key, broken in steps.broken.items():
        item = steps.items[key]
        phases = [phase for phase in scope.phases if phase.pk in item.phases]
        if item.phases and not phases:
            continue
        personas = [persona for persona in scope.personas if item.is_for(persona.pk)]
        days = [question.day(steps.items[end].ended) for end in broken.ended]
        words = [
            _("“%(title)s” ended on %(day)s") % {"title": findings.names[end].title, "day": date_format(day, "j F Y")}
            for end, day in zip(broken.ended, days, strict=True)
        ]
        words += [_("what it led to was deleted")] if broken.deleted else []
        message = _("“%(title)s” leads to what is gone: %(reasons)s.")
        yield Gap(
            "BROKEN_NEXT",
            Severity.HIGH,
            max((float(one.weight) for one in personas), default=1.0)
            * max((float(one.weight) for one in phases), default=1.0),
            message % {"title": findings.names[key].title, "reasons": ", ".join(words)},
            scope.journey if phases else None,
            phase=phases[0] if phases else None,
            persona=personas[0] if personas and phases else None,
            item=str(findings.names[key].uid),
            item_id=key,
            date=min(days, default=None),
            words=_("Leads into nothing"),
        )


@rule(
    "DEAD_END",
    name=gettext_lazy("Dead end"),
    why=gettext_lazy("Whoever has read this finds nothing to go on with, and leaves."),
    remedy=gettext_lazy("Name a next step in its plan: live content for the same persona in a phase that follows."),
    per_persona=True,
)
def dead_end(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """DEAD_END: a live item without a next step to a live item for the same persona in a phase that one link leads to.

    Where no item of a cell leads to any live item one row for the cell, high; elsewhere one row per item, medium, and
    above twenty of them one row with their number. Low where content is optional. A phase from which no link leads to
    where something is wanted has no dead ends.
    """
    of_items: dict[tuple[int, int], Gap] = {}
    for place, count in dead_ends(scope, findings.ways, findings.coverage).items():
        persona, phase = _members(scope, place)
        if not findings.ways.begun[place]:
            message = _("Nothing here names a next step: whoever reads it is led nowhere.")
            yield _of_cell("DEAD_END", Severity.HIGH, persona, phase, message, _("Dead end"))
        elif count > ITEMS_TOLD_APART:
            message = ngettext(
                "%(count)s live item leads this persona nowhere.",
                "%(count)s live items lead this persona nowhere.",
                count,
            )
            yield _of_cell("DEAD_END", Severity.MEDIUM, persona, phase, message % {"count": count}, _("Dead ends"))
        else:
            for key in findings.stuck.get(place, ()):
                gap = _dead_item(scope, findings, persona, phase, key)
                known = of_items.setdefault((key, persona.pk), gap)
                if gap.severity > known.severity:
                    of_items[key, persona.pk] = gap
    yield from of_items.values()


def dead_ends(scope: Scope, ways: Ways, coverage: Coverage) -> dict[Place, int]:
    """How many live items of each cell lead its persona nowhere, where there are any and something could follow."""
    found = {}
    for persona, phase in scope.cells:
        if not scope.targets.of_cell(persona, phase).applies or not ways.leads_out(persona, phase):
            continue
        place = Place(persona.pk, phase.pk)
        if (count := coverage.cells.get(place, Tally()).live - ways.leads_on(persona, phase)) > 0:
            found[place] = count
    return found


def told_apart(scope: Scope, ways: Ways, coverage: Coverage) -> set[Place]:
    """The cells whose dead ends are told one by one: their items have to be read."""
    counts = dead_ends(scope, ways, coverage)
    return {place for place, count in counts.items() if ways.begun[place] and count <= ITEMS_TOLD_APART}


@rule(
    "NO_INBOUND",
    name=gettext_lazy("Nobody is led here"),
    why=gettext_lazy("There is content, but nothing that people read before leads them to it: they have to find it."),
    remedy=gettext_lazy("Let content of the phase before lead here: name this as its next step."),
    on=False,
)
def no_inbound(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """NO_INBOUND: no live item of a phase before leads to a live item of this cell. Low.

    A phase before is one from which a link of any type leads here. Silent where the journey may start, where nothing is
    live yet, and where no link comes from a phase in which something is wanted.
    """
    led_to = {(persona, end) for persona, _start, end in findings.ways.walked}
    for persona, phase in scope.cells:
        live = findings.coverage.cells.get(Place(persona.pk, phase.pk), Tally()).live
        if phase.entry or not live or (persona.pk, phase.pk) in led_to:
            continue
        if findings.ways.leads_in(persona, phase):
            message = _("No live content of the phases before leads here.")
            yield _of_cell("NO_INBOUND", Severity.LOW, persona, phase, message, _("Nobody is led here"))


@rule(
    "BROKEN_CHAIN",
    name=gettext_lazy("Broken chain"),
    why=gettext_lazy("Step by step nobody gets from the beginning of this journey to its end."),
    remedy=gettext_lazy("Let an item before the missing link lead to one after it."),
    on=False,
)
def broken_chain(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """BROKEN_CHAIN: next steps lead from no entry to the purchase, or from there never back. High, one row per persona.

    The purchase is the first phase of the group "buy", else the first of "post"; the way back begins at the first of
    "post" and ends with a link that loops or renews. What is said is the first link, of the shortest way that the
    journey has, that no step reaches. A journey without such a way is not judged by it, and neither are phases in which
    nothing is wanted.
    """
    for persona in scope.personas:
        if link := missing_link(scope, findings.ways, persona):
            message = _("For %(persona)s no next step gets from “%(start)s” to “%(end)s”: the chain breaks there.")
            names = {"persona": persona, "start": link.start, "end": link.end}
            weight = float(persona.weight)
            yield Gap("BROKEN_CHAIN", Severity.HIGH, weight, message % names, scope.journey, persona)


def missing_link(scope: Scope, ways: Ways, persona: Persona) -> Link | None:
    """The first link that breaks the chain of a persona; None where it holds."""
    phases = [phase for phase in scope.phases if scope.targets.of_cell(persona, phase).applies]
    entries = [phase for phase in phases if phase.entry]
    after = [phase for phase in phases if phase.group == Phase.Group.POST]
    purchase = next((phase for phase in phases if phase.group == Phase.Group.BUY), next(iter(after), None))
    if entries and purchase and purchase not in entries:
        reached = ways.phases_of(ways.reached(persona, entries))
        if purchase.pk not in reached:
            way = ways.shortest(entries, purchase)
            return next((link for link in way if link.end.pk not in reached), None)
    back = [link for link in scope.links if link.type in BACK]
    if after and (way := ways.shortest(after[:1], back)):
        found = ways.reached(persona, after[:1])
        if not ways.walks(persona, found, back):
            reached = ways.phases_of(found)
            return next((link for link in way[:-1] if link.end.pk not in reached), way[-1])
    return None


def _members(scope: Scope, place: Place) -> tuple[Persona, Phase]:
    return next((who, when) for who, when in scope.cells if Place(who.pk, when.pk) == place)


def _dead_item(scope: Scope, findings: Findings, persona: Persona, phase: Phase, key: int) -> Gap:
    named = findings.names[key]
    optional = scope.targets.of_cell(persona, phase).applicability == Applicability.OPTIONAL
    message = _("“%(title)s” leads %(persona)s to nothing live in a phase that follows.")
    return Gap(
        "DEAD_END",
        Severity.LOW if optional else Severity.MEDIUM,
        float(persona.weight) * float(phase.weight),
        message % {"title": named.title, "persona": persona},
        scope.journey,
        persona,
        phase,
        item=str(named.uid),
        item_id=key,
        words=_("Dead end"),
    )


def _of_cell(code: str, severity: Severity, persona: Persona, phase: Phase, message: str, words: str) -> Gap:
    weight = float(persona.weight) * float(phase.weight)
    return Gap(code, severity, weight, message, phase.journey, persona, phase, words=words)
