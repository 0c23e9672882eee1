"""What single rules look at beside the counts, read only where a journey has such a rule on. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from personas.evidence import trust_of
from planner.begun import read_begun
from planner.day_events import DayKind, day_events_between
from planner.entries import Kind, entries_of, records_between
from planner.late_parts import late_series
from planner.periods import Span, judged_spans
from planner.schedule import midnight
from planner.teams import read_teams

if TYPE_CHECKING:
    from planner.coverage import Question
    from planner.gaps import Findings, Scope
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, Facts


@dataclass(frozen=True, slots=True)
class Sources:
    """What may be read: items that count, all that the reader may see, and what is known of them already."""

    items: ContentItemQuerySet
    visible: ContentItemQuerySet
    facts: dict[int, Facts]
    approved: Approvals


def with_facts_of_rules(each: dict[int, Findings], scopes: list[Scope], sources: Sources) -> dict[int, Findings]:
    """The findings of each journey with what its rules ask for.

    No query where none of these rules is on. Journeys that ask the same question share what is read: three queries for
    CADENCE, nine at most for SERIES, fifteen for COLLISION, two for SILO, one for EVIDENCE.
    """
    alike: dict[Question, list[Scope]] = defaultdict(list)
    for scope in scopes:
        alike[each[scope.journey.pk].question].append(scope)
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for question, asking in alike.items():
        for code, read in READERS.items():
            if judged := [scope for scope in asking if scope.targets.judges(code)]:
                facts = read(judged, each[judged[0].journey.pk], question, sources)
                for scope in judged:
                    found[scope.journey.pk] |= facts
    return {key: replace(its, **found[key]) for key, its in each.items()}


def _of_cadence(scopes: list[Scope], _findings: Findings, question: Question, sources: Sources) -> dict[str, Any]:
    rhythms = {rhythm for scope in scopes for rhythm in scope.rhythms}
    spans = [span for rhythm in rhythms for span in judged_spans(rhythm.period, question)]
    if not spans:
        return {}
    days = Span(min(span.first for span in spans), max(span.end for span in spans))
    phases = [phase.pk for scope in scopes for phase in scope.phases]
    return {"begun": read_begun(sources.items, question, days, phases, decided=sources.facts)}


def _of_series(_scopes: list[Scope], _findings: Findings, question: Question, sources: Sources) -> dict[str, Any]:
    # A promise is kept through any channel, also where the report is about one.
    return {"series": tuple(late_series(sources.visible, question, sources.approved))}


def _of_collisions(_scopes: list[Scope], _findings: Findings, question: Question, sources: Sources) -> dict[str, Any]:
    first, end = question.day(question.at), question.day(question.horizon) + timedelta(days=1)
    window = {"start": midnight(first, question.zone), "end": midnight(end, question.zone)}
    records = records_between(sources.items, **window, now=question.now, approved=sources.approved)
    entries = entries_of(records, **window, now=question.at, zone=question.zone, kinds=[Kind.PUBLICATION])
    days = day_events_between(first, end, kinds=[DayKind.OCCASION])
    return {"publications": tuple(entries), "blackouts": tuple(day for day in days if day.blackout)}


def _of_silos(_scopes: list[Scope], findings: Findings, _question: Question, _sources: Sources) -> dict[str, Any]:
    return {"teams": read_teams(findings.steps.items)}


def _of_evidence(scopes: list[Scope], _findings: Findings, question: Question, _sources: Sources) -> dict[str, Any]:
    personas = {persona.pk for scope in scopes for persona in scope.personas}
    return {"trust": trust_of(personas, day=question.day(question.at), old_after=question.evidence_days)}


READERS = {
    "CADENCE": _of_cadence,
    "SERIES": _of_series,
    "COLLISION": _of_collisions,
    "SILO": _of_silos,
    "EVIDENCE": _of_evidence,
}
"""By the code of a rule what reads its facts."""
