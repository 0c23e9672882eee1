"""The coverage report: counts, cells and ranked gaps of some journeys, for one reader, as of a moment.

What the matrix, the cell page, the gap list, the dashboard and `coverage_report` all show. No request, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from personas.models import Channel, Persona, Phase
from planner.access import visible_items
from planner.coverage import Coverage, Place, Question, Tally, count
from planner.entries import Tags, tags_of
from planner.gaps import Findings, Gap, Scope, find_gaps, strongest
from planner.schedule import ItemRecord, approvals, moments, read_items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser

    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approval


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to one question about some journeys."""

    question: Question
    scopes: list[Scope]
    coverage: Coverage
    gaps: list[Gap]
    unclassified_warning: float  # the share of live items without phase or persona above which numbers mislead

    def tally(self, persona: Persona, phase: Phase) -> Tally:
        return self.coverage.cells.get(Place(persona.pk, phase.pk), Tally())

    def tally_of_phase(self, phase: Phase) -> Tally:
        return self.coverage.phases.get(phase.pk, Tally())

    def cell_gaps(self, persona: Persona, phase: Phase) -> list[Gap]:
        """The gaps of a cell, the strongest first, EMPTY included where the list says EMPTY_PHASE instead."""
        return strongest(persona, phase, self.coverage)

    def score(self, persona: Persona, phase: Phase) -> float:
        return self.tally(persona, phase).score(self.question.target)

    @property
    def warnings(self) -> list[str]:
        """What a reader has to know before they trust the numbers."""
        share = self.coverage.unclassified_share
        if share <= self.unclassified_warning:
            return []
        text = _(
            "Coverage is unreliable: %(count)s of %(live)s live items have no phase or no persona and count in no cell."
        )
        return [text % {"count": self.coverage.live_unclassified, "live": self.coverage.total.live}]


def make_report(
    user: AbstractBaseUser | None,
    question: Question,
    *,
    journeys: list[str] | None = None,
    channels: Iterable[str] = (),
    unclassified_warning: float = 0.2,
) -> Report:
    """The report over what `user` may see (None: the whole site), for the named journeys or all active ones.

    `channels`: slugs; only items in one of them count. At most twenty queries, whatever the number of items.
    """
    scopes = Scope.load(journeys)
    items = visible_items(user).tagged(channels=channels)
    phases = [phase.pk for scope in scopes for phase in scope.journey.phases.all()]
    approved = approvals()
    coverage = count(items, question, phases=phases, approved=approved)
    findings = Findings(coverage, tuple(overdue_items(items, question, approved=approved)))
    return Report(question, scopes, coverage, find_gaps(scopes, findings), unclassified_warning)


def overdue_items(
    items: ContentItemQuerySet, question: Question, *, approved: dict[int, Approval] | None = None
) -> list[tuple[ItemRecord, Tags]]:
    """The items that are overdue at the question's moment, with their tags. Eight queries at most.

    `approved`: what `schedule.approvals` gave, where the caller has it.
    """
    approved = approvals() if approved is None else approved
    # Pages with an approval are few, and only their facts can tell.
    candidates = moments.with_moments(items, now=question.now, past=True).filter(
        moments.overdue(question.at, question.zone) | Q(page__in=list(approved))
    )
    records = [
        record
        for record in read_items(candidates, now=question.now, approved=approved)
        if record.facts.is_overdue(question.at, question.zone)
    ]
    tags = tags_of(record.item_id for record in records)
    return [(record, tags[record.item_id]) for record in records]


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data. The names are a public contract, listed in docs/commands.md."""
    question, coverage = report.question, report.coverage
    return {
        "as_of": question.at.isoformat(),
        "time_zone": str(question.zone),
        "horizon_days": question.horizon_days,
        "stale_days": question.stale_days,
        "journeys": [scope.journey.slug for scope in report.scopes],
        "warnings": report.warnings,
        "totals": {
            "live": coverage.total.live,
            "fresh": coverage.total.fresh,
            "confirmed": coverage.total.confirmed,
            "tentative": coverage.total.tentative,
            "expired": coverage.expired,
            "live_without_persona": coverage.live_without_persona,
            "live_without_phase": coverage.live_without_phase,
            "live_without_channel": coverage.live_without_channel,
        },
        "phases": [_phase(report, phase) for scope in report.scopes for phase in scope.phases],
        "channels": [_channel(coverage, channel) for channel in Channel.objects.active()],
        "cells": [_cell(report, *cell) for scope in report.scopes for cell in scope.cells],
        "gaps": [_gap(gap) for gap in report.gaps],
    }


def _phase(report: Report, phase: Phase) -> dict[str, Any]:
    tally = report.tally_of_phase(phase)
    counts = {name: getattr(tally, name) for name in ("live", "fresh", "confirmed", "at_horizon")}
    return {"journey": phase.journey.slug, "phase": phase.slug, **counts}


def _channel(coverage: Coverage, channel: Channel) -> dict[str, Any]:
    return {"channel": channel.slug, "live": coverage.channels.get(channel.pk, Tally()).live}


def _cell(report: Report, persona: Persona, phase: Phase) -> dict[str, Any]:
    tally, gaps = report.tally(persona, phase), report.cell_gaps(persona, phase)
    names = ("live", "fresh", "confirmed", "tentative", "generic", "at_horizon")
    return {
        "journey": phase.journey.slug,
        "persona": persona.slug,
        "phase": phase.slug,
        **{name: getattr(tally, name) for name in names},
        "score": round(report.score(persona, phase), 4),
        "gap": gaps[0].code if gaps else None,
        "severity": gaps[0].severity.value if gaps else None,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "key": gap.key,
        "code": gap.code,
        "severity": gap.severity.value,
        "priority": gap.priority,
        "journey": gap.journey.slug if gap.journey else None,
        "persona": gap.persona.slug if gap.persona else None,
        "phase": gap.phase.slug if gap.phase else None,
        "channel": gap.channel.slug if gap.channel else None,
        "item": gap.item or None,
        "date": gap.date.isoformat() if gap.date else None,
        "message": gap.message,
    }
