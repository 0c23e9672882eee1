"""One day and one week of the calendar, as its templates read them: what stands there, and what is folded away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from planner.schedule import Status

if TYPE_CHECKING:
    from planner.campaigns import Part
    from planner.day_events import DayEvent
    from planner.entries import Entry
    from planner.gaps import Gap
    from planner.month import Lane

SHOWN_PER_DAY = 4
MOST_PER_DAY = 200


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: date
    entries: list[Entry]
    in_month: bool
    is_today: bool
    has_passed: bool = False  # of the period that today is in: a phone begins with today
    folds: bool = True  # a week and an agenda show all
    events: list[DayEvent] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    promised: list[Part] = field(default_factory=list)  # parts of series that nothing is planned for
    closed: bool = False  # nothing should go out on it, at least for some

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.events or self.gaps or self.promised)

    @property
    def shown(self) -> list[Entry]:
        return [entry for position, entry in enumerate(self.entries[:MOST_PER_DAY]) if self._shows(position, entry)]

    @property
    def folded(self) -> list[Entry]:
        return [entry for position, entry in enumerate(self.entries[:MOST_PER_DAY]) if not self._shows(position, entry)]

    def _shows(self, position: int, entry: Entry) -> bool:
        """The first of a full day; what is overdue is never folded away."""
        all_fit = not self.folds or len(self.entries) <= SHOWN_PER_DAY + 1
        return all_fit or position < SHOWN_PER_DAY or entry.shown_status == Status.OVERDUE

    @property
    def left_out(self) -> int:
        """How many stay out even when the day is unfolded: nobody reads hundreds in a cell."""
        return max(len(self.entries) - MOST_PER_DAY, 0)


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week of the table: bars over its days, and the days."""

    number: int
    lanes: list[Lane]
    days: list[Day]
