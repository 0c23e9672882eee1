"""Coverage: what is live, fresh and coming per persona x phase, per phase and per channel, as of a moment.

Counted in SQL: one statement whose cost grows with the items and whose number does not. No request, no clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import connections
from wagtail.models import Locale

from personas.evidence import OLD_AFTER
from planner import coverage_sql
from planner.coverage_sql import SECTIONS, TALLIED, Section
from planner.schedule import add_days, approvals, beyond_sql, read_facts
from planner.standing import Standing, standing

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, Facts


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the moment, how far to look ahead, and when content counts as old."""

    at: datetime
    now: datetime
    zone: ZoneInfo  # the site's: calendar days are its days
    horizon_days: int = 56
    stale_days: int | None = 365  # None: content never ages
    target: int = 2  # fresh items wanted per persona x phase
    upcoming: int = 1  # items wanted to be coming per phase
    evidence_days: int = OLD_AFTER  # of a persona's evidence, until it is old

    @property
    def horizon(self) -> datetime:
        """The last moment that is looked at: calendar days in the site's zone, not multiples of 24 hours."""
        return add_days(self.at, self.horizon_days, self.zone)

    @property
    def threshold(self) -> datetime | None:
        """Content that began, or was last checked, at or before this moment is old. None where content never ages."""
        return None if self.stale_days is None else add_days(self.at, -self.stale_days, self.zone)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


@dataclass(slots=True)
class Tally:
    """Distinct items of one cell, phase, channel or whole."""

    live: int = 0
    fresh: int = 0
    confirmed: int = 0
    tentative: int = 0
    at_horizon: int = 0  # live at the horizon
    kept: int = 0  # fresh or confirmed, and live at the horizon
    ending: int = 0  # live, and ending by the horizon
    generic: int = 0  # of `live`: those for everyone
    starts: dict[date, int] = field(default_factory=dict)  # confirmed items by the day they go live
    ends: dict[date, int] = field(default_factory=dict)  # live items that end by the horizon, by day
    last_fresh_end: date | None = None  # the day on which the last fresh or confirmed item that ends does so
    first_aim: date | None = None  # the first day that a tentative item aims at

    def score(self, target: int) -> float:
        """Between 0 and 1: fresh items count whole and stale ones half, up to the target."""
        return min(1.0, (self.fresh + 0.5 * (self.live - self.fresh)) / target) if target else 1.0

    def day_reaching(self, target: int) -> date | None:
        """The day on which coming items bring the fresh ones up to `target`; None where they do not."""
        reached = self.fresh
        for day, number in sorted(self.starts.items()):
            reached += number
            if reached >= target:
                return day
        return None


class Place(NamedTuple):
    """A cell: a persona in a phase, by their keys."""

    persona: int
    phase: int


Apart = dict[tuple[Place | int, str], Tally]
"""Tallies by place and by what tells its items apart: a channel's key as text, a team, a format, a language."""


@dataclass(slots=True)
class Coverage:
    """The answer: tallies by key. A key without an entry has nothing at all."""

    question: Question
    cells: dict[Place, Tally] = field(default_factory=lambda: defaultdict(Tally))
    phases: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    channels: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    journeys: dict[int, JourneyTally] = field(default_factory=lambda: defaultdict(JourneyTally))
    apart: dict[str, Apart] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))  # where asked for
    along: dict[str, dict[int, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    """By section and place, what was asked for beside these."""
    total: Tally = field(default_factory=Tally)
    expired: int = 0
    live_without_persona: int = 0
    live_without_phase: int = 0
    live_without_channel: int = 0
    live_unclassified: int = 0  # without any phase, or without persona

    @property
    def unclassified_share(self) -> float:
        return self.live_unclassified / self.total.live if self.total.live else 0.0


@dataclass(slots=True)
class JourneyTally:
    """What a journey as a whole holds: distinct items of its phases."""

    live_without_persona: int = 0
    live_without_owner: int = 0


TOLD_OF_ALL = ("expired", "live_without_persona", "live_without_phase", "live_without_channel", "live_unclassified")
TOLD_OF_JOURNEYS = ("live_without_persona", "live_without_owner")


def count(
    items: ContentItemQuerySet,
    question: Question,
    *,
    phases: list[int] | None = None,
    approved: Approvals | None = None,
) -> Coverage:
    """Coverage of the given items: the caller chose whose, and of which channel.

    `phases`: the keys that count as "has a phase" (default: all). `approved`: what `schedule.approvals` gave, where the
    caller has it. Five queries at most, whatever the number of items, and where there are snippets among them one per
    type and one more.
    """
    return count_each(items, [question], phases=phases, approved=approved)[question]


def count_each(
    items: ContentItemQuerySet,
    questions: Iterable[Question],
    *,
    phases: list[int] | None = None,
    approved: Approvals | None = None,
    facts: dict[int, Facts] | None = None,
    apart: Collection[str] = (),
    sections: tuple[Section, ...] = SECTIONS,
) -> dict[Question, Coverage]:
    """The coverage for several questions about one moment, which differ in how far they look ahead or what is old.

    `facts`: those of the items that SQL cannot judge, where the caller has them. `apart`: by what places are
    told apart as well, names of `coverage_sql.APART`. `sections`: what is to be told of the items. The queries of
    `count`, and one for each further question.
    """
    approved = approvals() if approved is None else approved
    coverages: dict[Question, Coverage] = {}
    several_locales = Locale.objects.count() > 1
    for question in dict.fromkeys(questions):
        if facts is None:
            facts = read_facts(items.filter(beyond_sql(approved)), now=question.now, approved=approved)
        decided = {
            item: coverage_sql.Decided(standing(one, question), one.translation_key) for item, one in facts.items()
        }
        statement = coverage_sql.Statement(
            items, question, decided, phases, several_locales=several_locales, apart=apart, sections=sections
        )
        coverages[question] = coverage = Coverage(question)
        with connections[items.db].cursor() as cursor:
            cursor.execute(*statement.compile())
            for row in cursor.fetchall():
                _enter(coverage, coverage_sql.Row(*row))
    return coverages


def _enter(coverage: Coverage, row: coverage_sql.Row) -> None:
    place, mask = divmod(row.key, coverage_sql.MASKS)
    match row.section:
        case "total":
            _add(coverage.total, TALLIED, mask, row.number)
            _add(coverage, TOLD_OF_ALL, mask, row.number)
        case "cell":
            _add(coverage.cells[_cell(place)], TALLIED, mask, row.number)
        case section if section in coverage_sql.APART:
            where = _cell(place) if section.startswith("cell") else place
            _add(coverage.apart[section][where, row.day], TALLIED, mask, row.number)
        case "phase":
            _add(coverage.phases[place], TALLIED, mask, row.number)
        case "channel":
            _add(coverage.channels[place], TALLIED, mask, row.number)
        case "journey":
            _add(coverage.journeys[place], TOLD_OF_JOURNEYS, mask, row.number)
        case "phase start":
            _enter_day(coverage.phases[place], "start", row.day, mask, row.number)
        case "start" | "aim" | "end":
            _enter_day(coverage.cells[_cell(place)], row.section, row.day, mask, row.number)
        case _:
            _add(coverage.along[row.section][place], TALLIED, mask, row.number)


def _cell(place: int) -> Place:
    return Place(*divmod(place, coverage_sql.PHASES))


def _add(counts: Tally | JourneyTally | Coverage, names: Iterable[str], mask: int, number: int) -> None:
    for name in names:
        if mask & coverage_sql.BITS[name]:
            setattr(counts, name, getattr(counts, name) + number)


def _enter_day(tally: Tally, section: str, text: str, mask: int, number: int) -> None:
    day, bits = date.fromisoformat(text), coverage_sql.BITS
    match section:
        case "start":
            tally.starts[day] = tally.starts.get(day, 0) + number
        case "aim":
            tally.first_aim = min(day, tally.first_aim or day)
        case "end":
            if mask & bits["live"]:
                tally.ends[day] = tally.ends.get(day, 0) + number
            if mask & (bits["fresh"] | bits["confirmed"]):
                tally.last_fresh_end = max(day, tally.last_fresh_end or day)


__all__ = ["Coverage", "JourneyTally", "Place", "Question", "Standing", "Tally", "count", "standing"]
