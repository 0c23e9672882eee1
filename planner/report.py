"""The coverage report: counts, cells and ranked gaps of some journeys, for one reader, as of a moment.

What the matrix, the cell page, the gap list, the dashboard and `coverage_report` all show. No request, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from personas.models import Channel, Persona, Phase
from planner.access import visible_items
from planner.coverage import Coverage, Place, Question, Tally, count_each
from planner.coverage_sql import SECTIONS
from planner.entries import Tags, tags_of
from planner.gap_decisions import decisions_at
from planner.gaps import (
    ASK_FOR_STEPS,
    Findings,
    Gap,
    Scope,
    Wanted,
    Ways,
    find_gaps,
    parts_of,
    rank,
    strongest,
    told_apart,
)
from planner.models import GapDecision
from planner.next_step_facts import Steps, read_live, read_names, read_steps
from planner.occasion_content import occasions_prepared
from planner.outlook import Outlook, Week, look_ahead
from planner.pivots import Axes, sections_along
from planner.rule_facts import Sources, with_facts_of_rules
from planner.schedule import ItemRecord, approvals, beyond_sql, moments, read_facts, read_items, snippets_where

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.contrib.auth.models import AbstractBaseUser

    from planner.filters import Filters
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, Facts


@dataclass(frozen=True)
class Report:
    """The answer to one question about some journeys."""

    question: Question
    scopes: list[Scope]
    coverage: Coverage  # of the site; of the journey, where one was asked about
    of_journeys: dict[int, Coverage]  # each as its journey asks, by key
    gaps: list[Gap]  # the open ones, the most pressing first
    accepted: list[Gap]  # those that their journey's owner accepted until a day, in the same order
    decisions: dict[str, GapDecision]  # that hold at the moment asked about, by the key of their gap
    unclassified_warning: float  # the share of live items without phase or persona above which numbers mislead
    outlooks: dict[int, Outlook]  # each journey's coming weeks, by key; empty where nobody asked to look ahead

    @cached_property
    def scope_of(self) -> dict[int, Scope]:
        """The scope of each journey reported, by key."""
        return {scope.journey.pk: scope for scope in self.scopes}

    def tally(self, persona: Persona, phase: Phase) -> Tally:
        return self.of_journeys[phase.journey_id].cells.get(Place(persona.pk, phase.pk), Tally())

    def tally_of_phase(self, phase: Phase) -> Tally:
        return self.of_journeys[phase.journey_id].phases.get(phase.pk, Tally())

    def weeks(self, persona: Persona, phase: Phase) -> list[Week]:
        """The coming weeks of a cell; none where nobody asked to look ahead."""
        outlook = self.outlooks.get(phase.journey_id)
        return outlook.of(Place(persona.pk, phase.pk)) if outlook else []

    def wanted(self, persona: Persona, phase: Phase) -> Wanted:
        """What the journey asks of this cell."""
        return self.scope_of[phase.journey_id].targets.of_cell(persona, phase)

    def cell_gaps(self, persona: Persona, phase: Phase) -> list[Gap]:
        """The gaps of a cell, the strongest first, EMPTY included where the list says EMPTY_PHASE instead."""
        scope = self.scope_of[phase.journey_id]
        return strongest(persona, phase, self.of_journeys[phase.journey_id], scope)

    def gaps_at(self, persona: Persona, phase: Phase) -> list[Gap]:
        """All that is wrong with a cell, accepted or not: its own gaps first, then what other rules say of it."""
        own = self.cell_gaps(persona, phase)
        known = {gap.key for gap in own}
        others = rank([*self.gaps, *self.accepted])
        here = [gap for gap in others if (gap.persona, gap.phase) == (persona, phase) and not gap.item_id]
        return [*own, *(gap for gap in here if gap.key not in known)]

    def decision(self, gap: Gap | None) -> GapDecision | None:
        """Until when the gap is accepted and why; None where it is open."""
        return self.decisions.get(gap.key) if gap else None

    def find(self, key: str) -> Gap | None:
        """The gap with this key, in the list or of a cell, open or accepted; None where no such gap holds."""
        of_cells = (gap for scope in self.scopes for cell in scope.cells for gap in self.cell_gaps(*cell))
        return next((gap for gap in chain(self.gaps, self.accepted, of_cells) if gap.key == key), None)

    def score(self, persona: Persona, phase: Phase) -> float:
        """Between 0 and 1, by the target of this cell."""
        return self.tally(persona, phase).score(self.wanted(persona, phase).target_of(self.question))

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


def report_around(user: AbstractBaseUser | None, key: str, question: Question) -> Report:
    """The report over the journey that the key of a gap names, in which it is found where it still stands."""
    return make_report(user, question, journeys=[parts_of(key)[1]])


def make_report(
    user: AbstractBaseUser | None,
    question: Question,
    *,
    journeys: list[str] | None = None,
    channels: Iterable[str] = (),
    filters: Filters | None = None,
    axes: Axes | None = None,
    among: ContentItemQuerySet | None = None,
    asked: Collection[str] = (),
    unclassified_warning: float = 0.2,
    ahead: bool = False,
) -> Report:
    """The report over what `user` may see (None: the whole site), for the named journeys or all active ones.

    `channels`: slugs; only items in one of them count. `filters`: only items that pass them count, and only personas of
    the kinds that they ask for are judged. `axes`: by which one journey is seen; then it is told as a whole, too.
    `among`: the items that count, where it is not those that count now. `asked`: names of the question that were asked
    for on purpose, so that a journey's own do not replace them. `ahead`: whether to tell the coming weeks of each cell
    as well: two queries for each question. At most 23 queries besides, whatever the number of items, and one more for
    each further question that journeys ask. Rules that are off by default may ask for more: see
    `rule_facts.with_facts_of_rules`.
    """
    scopes = Scope.load(journeys)
    visible = visible_items(user, among)
    items = visible.tagged(channels=channels)
    if filters:
        items, scopes = filters.apply(items), [filters.judged(scope) for scope in scopes]
    phases = [phase.pk for scope in scopes for phase in scope.journey.phases.all()]
    approved = approvals()
    own = {scope.journey.pk: scope.targets.question(question, asked) for scope in scopes}
    question = next(iter(own.values())) if len(own) == 1 else question
    apart = {name for scope in scopes for rule in scope.rules for name in rule.apart}
    seen = [phase.pk for scope in scopes for phase in scope.phases]
    sections = (*SECTIONS, *sections_along(axes, seen)) if axes else SECTIONS
    facts = read_facts(visible.filter(beyond_sql(approved)), now=question.now, approved=approved)
    counted = count_each(
        items,
        [question, *own.values()],
        phases=phases,
        approved=approved,
        facts=facts,
        apart=apart,
        sections=sections,
    )
    of_journeys = {key: counted[its] for key, its in own.items()}
    late = overdue_items(items, question, approved=approved)
    prepared = occasions_prepared(items, question, approved)
    findings = Findings(counted[question], tuple(late), tuple(prepared))
    each = {scope.journey.pk: replace(findings, coverage=of_journeys[scope.journey.pk]) for scope in scopes}
    if any(scope.judges_any(ASK_FOR_STEPS) for scope in scopes):
        steps = read_steps(visible, question, decided=facts, counted=items if channels or filters else None)
        each = _with_steps(each, scopes, steps, items, question, facts)
    each = with_facts_of_rules(each, scopes, Sources(items, visible, facts, approved))
    found: dict[str, Gap] = {}
    for scope in scopes:
        found |= {gap.key: gap for gap in find_gaps([scope], each[scope.journey.pk])}
    gaps = rank(list(found.values()))
    decisions = decisions_at(question.at, question.zone, [scope.journey for scope in scopes])
    opened = [gap for gap in gaps if gap.key not in decisions]
    accepted = [gap for gap in gaps if gap.key in decisions]
    looked = {one: look_ahead(items, one, facts=facts) for one in set(own.values())} if ahead else {}
    outlooks = {key: looked[its] for key, its in own.items() if its in looked}
    return Report(
        question, scopes, counted[question], of_journeys, opened, accepted, decisions, unclassified_warning, outlooks
    )


def _with_steps(
    each: dict[int, Findings],
    scopes: list[Scope],
    steps: Steps,
    items: ContentItemQuerySet,
    question: Question,
    facts: dict[int, Facts],
) -> dict[int, Findings]:
    """The findings of each journey with its next steps, and with the names of what they may have to name.

    Three queries at most, and where there are snippets one per type.
    """
    ways = {scope.journey.pk: Ways(scope, steps) for scope in scopes}
    places = {
        scope.journey.pk: told_apart(scope, ways[scope.journey.pk], each[scope.journey.pk].coverage)
        for scope in scopes
        if scope.targets.judges("DEAD_END")
    }
    live = read_live(items, question, set().union(*places.values()), decided=facts)
    stuck: dict[int, dict[Place, list[int]]] = {key: {} for key in ways}
    for key, told in places.items():
        for place in told:
            leading = ways[key].leading[place.persona]
            # Of translations one stands for all.
            others = {shared: item for item, shared in sorted(live[place].items(), reverse=True)}
            stuck[key][place] = sorted(item for shared, item in others.items() if shared not in leading)
    named = {item for cells in stuck.values() for found in cells.values() for item in found}
    named |= {item for start, broken in steps.broken.items() for item in (start, *broken.ended)}
    names = read_names(named)
    return {key: replace(its, steps=steps, ways=ways[key], stuck=stuck[key], names=names) for key, its in each.items()}


def overdue_items(
    items: ContentItemQuerySet, question: Question, *, approved: Approvals | None = None
) -> list[tuple[ItemRecord, Tags]]:
    """The items that are overdue at the question's moment, with their tags.

    Nine queries at most, and where there are snippets among them two per type and one more.

    `approved`: what `schedule.approvals` gave, where the caller has it.
    """
    approved = approvals() if approved is None else approved
    # Only their facts can tell of pages with an approval, which are few, and of snippets. Whose target date has passed
    # is a candidate already, as if it were off the site.
    late_drafts = snippets_where(Q(live=False, go_live_at__lte=question.at))
    candidates = moments.with_moments(items, now=question.now, past=True).filter(
        moments.overdue(question.at, question.zone) | Q(page__in=list(approved.pages)) | late_drafts
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
        "accepted": [_gap(gap) | _decision(report.decisions[gap.key]) for gap in report.accepted],
    }


def _phase(report: Report, phase: Phase) -> dict[str, Any]:
    tally = report.tally_of_phase(phase)
    counts = {name: getattr(tally, name) for name in ("live", "fresh", "confirmed", "at_horizon")}
    return {"journey": phase.journey.slug, "phase": phase.slug, **counts}


def _channel(coverage: Coverage, channel: Channel) -> dict[str, Any]:
    return {"channel": channel.slug, "live": coverage.channels.get(channel.pk, Tally()).live}


def _cell(report: Report, persona: Persona, phase: Phase) -> dict[str, Any]:
    tally, gaps, wanted = (ask(persona, phase) for ask in (report.tally, report.cell_gaps, report.wanted))
    names = ("live", "fresh", "confirmed", "tentative", "generic", "at_horizon")
    return {
        "journey": phase.journey.slug,
        "persona": persona.slug,
        "phase": phase.slug,
        **{name: getattr(tally, name) for name in names},
        "applicability": wanted.applicability.value,
        "score": round(report.score(persona, phase), 4) if wanted.applies else None,
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


def _decision(decision: GapDecision) -> dict[str, Any]:
    return {"until": decision.until.isoformat(), "reason": decision.reason}
