"""The history of coverage: a snapshot per journey and day of the whole site, and what has changed since one.

Snapshots are written by a command, never by looking at a screen: what a reader sees is a part of the site, and the days
on which somebody looks are chance. Only who sees the whole site sees the history. No request, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from personas.models import Channel, Journey, Persona, Phase
from planner import access
from planner.coverage import Tally
from planner.gaps import CATALOGUE, Gap, Rule, Severity, parts_of, rank
from planner.matrix import columns_of, rows_of, verdict_of
from planner.models import ContentItem, CoverageSnapshot, GapPeriod
from planner.report import as_json, make_report
from planner.titles import titles_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet

    from planner.coverage import Question
    from planner.report import Report

COMPARED = ("live", "fresh", "confirmed")
KEPT_OF_A_CELL = ("persona", "phase", *COMPARED, "score", "gap")


def may_see_history(user: AbstractBaseUser) -> bool:
    """Whether the user may know since when the gaps of a journey stand. The queries of `access.sees_everything`."""
    return access.sees_everything(user)


def take_snapshot(journey: Journey, question: Question) -> CoverageSnapshot | None:
    """What the journey has and lacks now, kept; None where its snapshot of that day is there already.

    Opens and closes the periods of its gaps. One transaction; the queries of `report.make_report` and six.
    """
    day = question.day(question.at)
    with transaction.atomic():
        # The lock keeps two commands that run at once from opening the same gap twice.
        Journey.objects.select_for_update().get(pk=journey.pk)
        if CoverageSnapshot.objects.filter(journey=journey, day__gte=day).exists():
            return None
        report = make_report(None, question, journeys=[journey.slug])
        snapshot = snapshot_of(report)
        snapshot.save(force_insert=True)
        _keep_periods(journey, {gap["key"] for gap in snapshot.gaps}, day)
    return snapshot


def snapshot_of(report: Report) -> CoverageSnapshot:
    """The report over one journey as it would be kept. Nothing is written; one query."""
    (scope,) = report.scopes
    verdict = verdict_of(report, scope, columns_of(report, rows_of(report, scope), scope))
    gaps = {gap.key: gap for gap in _of_journey(report)}
    accepted = {gap.key for gap in report.accepted}
    return CoverageSnapshot(
        journey=scope.journey,
        day=report.question.day(report.question.at),
        taken_at=report.question.at,
        verdict=verdict.verdict,
        weakest=verdict.weakest.score if verdict.weakest else 0,
        mean=verdict.mean,
        empty_cells=verdict.empty,
        open_gaps=len(gaps.keys() - accepted),
        accepted_gaps=len(gaps.keys() & accepted),
        cells=[{name: cell[name] for name in KEPT_OF_A_CELL} for cell in as_json(report)["cells"]],
        # Not their sentences: those are in one language, and may hold the title of what is deleted tomorrow.
        gaps=[{"key": key, "severity": gap.severity.value, "accepted": key in accepted} for key, gap in gaps.items()],
    )


def _of_journey(report: Report) -> list[Gap]:
    """The gaps of the one journey of a report, open and accepted. What belongs to no journey has no history."""
    return [gap for gap in rank([*report.gaps, *report.accepted]) if gap.journey]


def _keep_periods(journey: Journey, keys: set[str], day: date) -> None:
    standing = GapPeriod.objects.filter(journey=journey, closed__isnull=True)
    known = dict(standing.values_list("key", "pk"))
    GapPeriod.objects.filter(pk__in=[pk for key, pk in known.items() if key not in keys]).update(closed=day)
    opened = [GapPeriod(journey=journey, key=key, opened=day) for key in sorted(keys - known.keys())]
    GapPeriod.objects.bulk_create(opened)


@dataclass(frozen=True, slots=True)
class PastGap:
    """A gap that a snapshot tells of, in today's names."""

    key: str
    rule: Rule | None  # None where no such rule exists any more
    severity: Severity | None  # None where nobody kept it
    place: str

    @property
    def name(self) -> str:
        return str(self.rule.name) if self.rule else self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class ChangedGap:
    """A gap that stood then and stands now, but not alike."""

    gap: Gap
    before: Severity
    was_accepted: bool
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell whose counts are not what they were."""

    persona: Persona
    phase: Phase
    before: Tally
    after: Tally


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed since a snapshot."""

    since: CoverageSnapshot
    opened: list[Gap]
    closed: list[PastGap]
    changed: list[ChangedGap]
    cells: list[ChangedCell]


def compare(since: CoverageSnapshot, report: Report) -> Comparison:
    """What has changed between a snapshot and a report over the same journey and the whole site.

    Gaps in their one order, the closed ones by severity. Four queries at most, and one per type of snippet.
    """
    (scope,) = report.scopes
    before = {gap["key"]: gap for gap in since.gaps}
    accepted = {gap.key for gap in report.accepted}
    gaps = {gap.key: gap for gap in _of_journey(report)}
    changed = [
        ChangedGap(gap, Severity(before[key]["severity"]), before[key]["accepted"], key in accepted)
        for key, gap in gaps.items()
        if key in before and (before[key]["severity"], before[key]["accepted"]) != (gap.severity.value, key in accepted)
    ]
    ended = {key: Severity(gap["severity"]) for key, gap in before.items() if key not in gaps}
    closed = past_gaps(ended, scope.journey)
    return Comparison(
        since=since,
        opened=[gap for key, gap in gaps.items() if key not in before],
        closed=sorted(closed, key=lambda gap: (-gap.severity.points, gap.name, gap.place, gap.key)),
        changed=changed,
        cells=_changed_cells(since, report, list(scope.cells)),
    )


def _changed_cells(since: CoverageSnapshot, report: Report, cells: list[tuple[Persona, Phase]]) -> list[ChangedCell]:
    before = {(cell["persona"], cell["phase"]): cell for cell in since.cells}
    changed = []
    for persona, phase in cells:
        then, now = before.get((persona.slug, phase.slug)), report.tally(persona, phase)
        if then and any(then[name] != getattr(now, name) for name in COMPARED):
            changed.append(ChangedCell(persona, phase, Tally(**{name: then[name] for name in COMPARED}), now))
    return changed


def past_gaps(keys: Mapping[str, Severity | None], journey: Journey) -> list[PastGap]:
    """Gaps that do not stand any more, in today's names; of what was deleted since, the slug.

    Four queries at most, and one per type of snippet. Only for whoever may see the whole site: it names items.
    """
    parts = {key: parts_of(key) for key in keys}
    members = (Persona.objects.all(), Phase.objects.filter(journey=journey), Channel.objects.all())
    names = [_names(kind, {part[place] for part in parts.values()}) for place, kind in enumerate(members, start=2)]
    titles = _titles({part[-1] for part in parts.values()})
    return [
        PastGap(
            key,
            CATALOGUE.get(part[0]),
            severity,
            titles.get(part[-1])
            or " × ".join(known.get(slug, slug) for known, slug in zip(names, part[2:5], strict=True) if slug)
            or str(journey),
        )
        for (key, severity), part in zip(keys.items(), parts.values(), strict=True)
    ]


def _names(members: QuerySet, slugs: set[str]) -> dict[str, str]:
    slugs -= {""}
    return dict(members.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}


def _titles(identities: set[str]) -> dict[str, str]:
    """The titles of the items among these identities; some of them are words."""
    uids = [found for found in map(_uuid, identities) if found]
    items = list(ContentItem.objects.filter(uid__in=uids).select_related("page")) if uids else []
    titles = titles_of(items)
    return {str(item.uid): titles[item.pk] for item in items}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
