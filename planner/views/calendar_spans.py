"""What stands in the calendar beside entries: occasions, campaigns, cells that run empty, words on collisions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from planner.collisions import collisions, in_blackouts
from planner.day_events import DayEvent, DayKind, day_events_between
from planner.gaps import Gap, Scope
from planner.kept import asked_of, kept
from planner.running_empty import dated, next_turn, open_cells
from planner.schedule import midnight

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from planner.coverage import Question
    from planner.entries import Entry
    from planner.filters import Filters
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals
    from planner.views.calendar_period import Period


@dataclass(frozen=True, slots=True)
class DayEvents:
    """The occasions and campaigns of the days shown."""

    all: list[DayEvent] = field(default_factory=list)

    @property
    def long(self) -> list[DayEvent]:
        """What is drawn as a bar: every campaign, and what lasts several days."""
        return [event for event in self.all if _is_long(event)]

    def on(self, day: date) -> list[DayEvent]:
        """What stands in a day: occasions of that one day."""
        return [event for event in self.all if not _is_long(event) and event.first_day == day]

    def starting(self, day: date, first: date) -> list[DayEvent]:
        """The occasions that an agenda tells of on a day: those that begin then, or were under way on its first."""
        return [
            event
            for event in self.all
            if event.kind == DayKind.OCCASION and max(event.first_day, first) == day and event.last_day >= day
        ]

    @property
    def campaigns(self) -> list[DayEvent]:
        return [event for event in self.all if event.kind == DayKind.CAMPAIGN]

    def closed(self, day: date) -> bool:
        """Whether nothing should go out on a day, at least for some."""
        return any(event.blackout and event.covers(day) for event in self.all)


def day_events(period: Period, filters: Filters) -> DayEvents:
    """The occasions and campaigns of these days that pass the filters. Two queries, and those of `filters.members`."""
    return DayEvents(
        day_events_between(
            period.first,
            date.fromordinal(period.last.toordinal() + 1),
            personas=filters.chosen["persona"],
            phases=filters.chosen["phase"],
            channels=filters.chosen["channel"],
            campaigns=filters.chosen["campaign"],
            members=filters.members,
        )
    )


def hints(entries: list[Entry], events: DayEvents, zone: ZoneInfo) -> dict[int, list[str]]:
    """By item, what to know before its content goes out on the day on which it stands. No query."""
    found: dict[int, list[str]] = defaultdict(list)
    collides = _("Same persona and channel on this day")
    for item in {item for collision in collisions(entries, zone) for item in collision.items}:
        found[item].append(collides)
    for one in in_blackouts(entries, events.all, zone):
        found[one.entry.item_id].append(_("In a blackout: %(name)s") % {"name": one.day.title})
    return dict(found)


@dataclass(frozen=True, slots=True)
class CellGaps:
    """The gaps of cells, as far as the reader sees the content, in the channels asked for."""

    filters: Filters
    visible: ContentItemQuerySet
    question: Question
    approved: Approvals

    @property
    def items(self) -> ContentItemQuerySet:
        return self.visible.tagged(channels=self.filters.chosen["channel"])

    def open(self, *, version: int) -> list[Gap]:
        """The strongest of each cell, the most pressing first, kept for the version of the plan.

        Seven queries at most, and where there are snippets one per type and one more.
        """
        question, items = self.question, self.items
        return kept(
            "cells",
            asked_of(items),
            (question.zone, question.horizon_days, question.stale_days, question.target, question.upcoming),
            version=version,
            make=lambda: open_cells(items, question, Scope.of(self.filters.members), approved=self.approved),
            now=question.now,
            until=self.hold_until,
        )

    def hold_until(self, made_at: datetime) -> datetime:
        """Until when time alone leaves what was found at a moment as it is. The queries of `next_turn`."""
        then = replace(self.question, at=made_at, now=made_at)
        tomorrow = midnight(then.day(made_at) + timedelta(days=1), then.zone)
        return next_turn(self.items, then, until=tomorrow, approved=self.approved)

    def by_day(self, gaps: Iterable[Gap], period: Period) -> dict[date, list[Gap]]:
        """Those that run empty, drop, or stop being empty on the days shown.

        None where the filters ask for what only items have.
        """
        found: dict[date, list[Gap]] = defaultdict(list)
        if not self.filters.asks_of_items:
            for gap in dated(gaps):
                if period.first <= gap.date <= period.last and _passes(gap, self.filters):
                    found[gap.date].append(gap)
        return found


def _passes(gap: Gap, filters: Filters) -> bool:
    personas, phases = filters.chosen["persona"], filters.chosen["phase"]
    names = {gap.phase.slug, f"{gap.phase.journey.slug}/{gap.phase.slug}"}
    return (not personas or gap.persona.slug in personas) and (not phases or not names.isdisjoint(phases))


def _is_long(event: DayEvent) -> bool:
    return event.kind == DayKind.CAMPAIGN or event.first_day < event.last_day
