"""The rule over how often something new goes live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from personas.models import Channel, Persona, Phase
from planner.begun import Starts, number_in
from planner.models import Period
from planner.periods import Span, judged_spans

from .catalogue import rule
from .gap import Gap, Severity, long_day
from .rules import Findings
from .scope import Scope
from .targets import Rhythm

ASKED = {
    Period.WEEK: ngettext_lazy("%(count)s new item a week", "%(count)s new items a week", "count"),
    Period.MONTH: ngettext_lazy("%(count)s new item a month", "%(count)s new items a month", "count"),
    Period.QUARTER: ngettext_lazy("%(count)s new item a quarter", "%(count)s new items a quarter", "count"),
    Period.HALF_YEAR: ngettext_lazy("%(count)s new item a half-year", "%(count)s new items a half-year", "count"),
    Period.YEAR: ngettext_lazy("%(count)s new item a year", "%(count)s new items a year", "count"),
}


@rule(
    "CADENCE",
    name=gettext_lazy("Out of rhythm"),
    why=gettext_lazy("Somebody decided how often there should be something new here, and there is a period without."),
    remedy=gettext_lazy("Have something approved that goes live in that period, or ask for less often."),
    on=False,
)
def cadence(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """CADENCE: fewer items than asked went live, or will by what is approved, in a calendar period. Low.

    Of a cell, or of a channel in a phase, that asks for a cadence. One row for all periods that fall short, dated the
    last day of the first that can still be filled, else of the last one that passed.
    """
    for persona, phase in scope.cells:
        if rhythm := scope.targets.of_cell(persona, phase).rhythm:
            starts = findings.begun.of_cell(persona.pk, phase.pk)
            yield from _out_of_rhythm(scope, findings, rhythm, starts, phase, persona=persona)
    for phase in scope.phases:
        for channel in scope.channels:
            if rhythm := scope.targets.of_channel(channel, phase).rhythm:
                starts = findings.begun.of_channel(phase.pk, channel.pk)
                yield from _out_of_rhythm(scope, findings, rhythm, starts, phase, channel=channel)


def _out_of_rhythm(
    scope: Scope,
    findings: Findings,
    rhythm: Rhythm,
    starts: Starts,
    phase: Phase,
    *,
    persona: Persona | None = None,
    channel: Channel | None = None,
) -> Iterator[Gap]:
    question = findings.question
    spans = judged_spans(rhythm.period, question)
    short = [span for span in spans if number_in(starts, span) < rhythm.minimum]
    if not short:
        return
    told = _told(short, question.day(question.at))
    text = _(
        "Asked is %(asked)s. Of the %(all)s periods from %(from)s to %(until)s, it is missed in %(short)s; "
        "from %(first)s to %(last)s: %(number)s."
    )
    words = {
        "asked": ASKED[rhythm.period] % {"count": rhythm.minimum},
        "all": len(spans),
        "short": len(short),
        "number": number_in(starts, told),
        "from": long_day(spans[0].first),
        "until": long_day(spans[-1].last),
        "first": long_day(told.first),
        "last": long_day(told.last),
    }
    yield Gap(
        "CADENCE",
        Severity.LOW,
        (float(persona.weight) if persona else scope.heaviest_persona) * float(phase.weight),
        text % words,
        scope.journey,
        persona,
        phase,
        channel,
        date=told.last,
        words=_("Out of rhythm"),
    )


def _told(short: list[Span], today: date) -> Span:
    """The first period that can still be filled, else the last that passed."""
    return next((span for span in short if span.last >= today), short[-1])
