"""What the days of the calendar hold, and the tray beside them: read at once, for one reader and one address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from planner import access, conf
from planner.aims import is_approved, is_movable
from planner.campaigns import Part
from planner.entries import Entry, Kind, entries_of, records_between, with_tags
from planner.gaps import Gap
from planner.month import lanes, week_number
from planner.parts import missing_between
from planner.reschedule import versions
from planner.schedule import Status, approvals, midnight
from planner.templatetags.planner_cards import Cards
from planner.tray import Tray, Undated, read_tray
from planner.views import calendar_spans
from planner.views.calendar_day import MOST_PER_DAY, Day, WeekRow
from planner.views.calendar_period import Period, View
from planner.views.calendar_spans import CellGaps, DayEvents

if TYPE_CHECKING:
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, ItemRecord
    from planner.views.filtered import FilteredScreen

SHOWN_IN_TRAY = 5
OVERDUE_DAYS = 92
"""How far back an agenda looks for what is overdue."""


class CalendarDays:
    """What a reader sees on the days of a period, each part read when it is first asked for, and once.

    `screen`: who asks, when, and for what.
    """

    def __init__(self, screen: FilteredScreen, period: Period) -> None:
        self.screen = screen
        self.period = period

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @property
    def first_read(self) -> date:
        """The first day whose entries are read: an agenda that begins today also tells what is overdue by then."""
        from_today = self.period.view == View.AGENDA and self.period.first == self.screen.local_day
        return self.period.first - timedelta(days=OVERDUE_DAYS if from_today else 0)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when until when entries are read: a day more at both ends than is shown.

        A day without a time is meant in the site's zone, which may be hours away from the reader's.
        """
        zone = self.screen.zone
        day_before, day_after = self.first_read - timedelta(days=1), self.period.last + timedelta(days=2)
        return midnight(day_before, zone), midnight(day_after, zone)

    def records(self, at: datetime) -> list[ItemRecord]:
        """The items of which something may happen in the window, as they stand at `at`."""
        start, end = self.window
        return records_between(self.screen.items, start=start, end=end, now=at, approved=self.approved)

    def next_change(self, at: datetime) -> datetime:
        """The next moment after `at` at which time alone may change what is shown: midnight at the latest.

        The queries of the entries and of `running_empty.next_turn`.
        """
        site_zone = self.screen.site_zone
        turns = [
            midnight(at.astimezone(zone).date() + timedelta(days=1), zone) for zone in (self.screen.zone, site_zone)
        ]
        turns += [turn for record in self.records(at) if (turn := record.facts.next_change(at, site_zone))]
        return min(*turns, self.cells.hold_until(at))

    @cached_property
    def read(self) -> dict[date, list[Entry]]:
        """Everything of each day from the first read to the last shown, whatever its status, without its tags."""
        first, last = self.first_read, self.period.last
        records, (start, end) = self.records(self.screen.now), self.window
        found = entries_of(records, start=start, end=end, now=self.screen.now, zone=self.screen.site_zone, tagged=False)
        by_day, zone = defaultdict(list), self.screen.zone
        for entry in found:
            by_day[entry.day(zone)].append(entry)
        return {day: entries for day, entries in by_day.items() if first <= day <= last}

    @cached_property
    def asked(self) -> dict[date, list[Entry]]:
        """The same of the statuses asked for; of the days before those shown only what is overdue."""
        statuses = self.screen.filters.statuses or set(Status.values)
        found = {}
        for day, entries in self.read.items():
            wanted = statuses if day >= self.period.first else statuses & {Status.OVERDUE.value}
            found[day] = [entry for entry in entries if entry.shown_status.value in wanted]
        return {day: entries for day, entries in found.items() if entries}

    @cached_property
    def tagged(self) -> dict[tuple[int, Kind], Entry]:
        """The entries whose tags matter: what is shown, and as many of each day still to come for what collides."""
        days = [*self.asked.values(), *(entries for day, entries in self.read.items() if day >= self.screen.local_day)]
        wanted = {(entry.item_id, entry.kind): entry for entries in days for entry in entries[:MOST_PER_DAY]}
        return {(entry.item_id, entry.kind): entry for entry in with_tags(wanted.values(), self.screen.members)}

    def entries_on(self, day: date) -> list[Entry]:
        """What stands in a day; of a great many the tags only of those that are shown."""
        return [self.tagged.get((entry.item_id, entry.kind), entry) for entry in self.asked.get(day, ())]

    @cached_property
    def overdue_before(self) -> list[Day]:
        """The days before those shown on which something overdue stands, as far as they were read."""
        days = [day for day in self.asked if day < self.period.first]
        return [Day(day, self.entries_on(day), in_month=False, is_today=False, folds=False) for day in days]

    @property
    def hints(self) -> dict[int, list[str]]:
        """By item, what stands in its way; of days that have passed nothing, for nobody can act on it any more."""
        days = [day for day in self.read if day >= max(self.screen.local_day, self.period.first)]
        told = [self.tagged[entry.item_id, entry.kind] for day in days for entry in self.read[day][:MOST_PER_DAY]]
        return calendar_spans.hints(told, self.events, self.screen.zone)

    @cached_property
    def events(self) -> DayEvents:
        return calendar_spans.day_events(self.period, self.screen.filters)

    @cached_property
    def cells(self) -> CellGaps:
        question = conf.question(at=self.screen.now, now=self.screen.now)
        return CellGaps(self.screen.filters, self.screen.visible, question, self.approved)

    @cached_property
    def open_gaps(self) -> list[Gap]:
        return self.cells.open(version=self.screen.version)

    @cached_property
    def gaps(self) -> dict[date, list[Gap]]:
        return self.cells.by_day(self.open_gaps, self.period)

    @cached_property
    def promised(self) -> dict[date, list[Part]]:
        """The parts of series that were promised for the days shown and are not planned, for whoever can know that.

        Who does not see everything cannot tell a part without content from one whose content is elsewhere. Parts have
        nothing that the filters ask for. Three queries.
        """
        found: dict[date, list[Part]] = defaultdict(list)
        if not self.screen.filters and access.sees_everything(self.screen.request.user):
            for part in missing_between(
                self.screen.request.user, self.period.first, self.period.last + timedelta(days=1)
            ):
                found[part.promised_on].append(part)
        return found

    @property
    def running_empty(self) -> int:
        """How many cells run empty on the days that the screen is about."""
        return sum(gap.code == "CLIFF" for day, gaps in self.gaps.items() for gap in gaps if self.period.is_about(day))

    @property
    def shows_whole_tray(self) -> bool:
        return self.screen.request.GET.get("tray") == "all"

    def tray(self) -> Tray:
        """What has no date yet, and which gaps it would help to close."""
        return read_tray(
            self.screen.items,
            gaps=self.open_gaps,
            now=self.screen.now,
            zone=self.screen.site_zone,
            approved=self.approved,
            most=None if self.shows_whole_tray else SHOWN_IN_TRAY,
            statuses=self.screen.filters.statuses,
            members=self.screen.members,
        )

    def moves(self, cards: Iterable[Entry | Undated]) -> dict[tuple[int, bool], str]:
        """By item, and whether what the card shows is approved: the version that a move of it has to bring.

        Only what the reader may move. Seven queries at most, whatever the number of cards.
        """
        offered = {(card.item_id, is_approved(card)) for card in cards if is_movable(card)}
        tokens = {
            False: self._versions(access.taggable_items, {item for item, approved in offered if not approved}),
            True: self._versions(access.reschedulable_items, {item for item, approved in offered if approved}),
        }
        return {(item, approved): tokens[approved][item] for item, approved in offered if item in tokens[approved]}

    def _versions(self, may: Callable[..., ContentItemQuerySet], keys: set[int]) -> dict[int, str]:
        if not keys:
            return {}
        return versions(
            may(self.screen.request.user, self.screen.visible, self.screen.reviews).filter(pk__in=keys), self.approved
        )

    def rows(self) -> list[WeekRow]:
        return [
            WeekRow(week_number(week), lanes(self.events.long, week), [self._day(day) for day in week])
            for week in self.period.weeks
        ]

    @property
    def begins_today(self) -> bool:
        """Whether a phone leaves out the days before today. Who filters looks for something, on whichever day it is."""
        period, today = self.period, self.screen.local_day
        return period.view != View.AGENDA and period.first < today <= period.last and not self.screen.filters

    def _day(self, day: date) -> Day:
        is_agenda = self.period.view == View.AGENDA
        return Day(
            day,
            self.entries_on(day),
            in_month=self.period.is_about(day),
            is_today=day == self.screen.local_day,
            has_passed=self.begins_today and day < self.screen.local_day,
            folds=self.period.view == View.MONTH,
            events=self.events.starting(day, self.period.first) if is_agenda else self.events.on(day),
            gaps=self.gaps.get(day, []),
            promised=self.promised.get(day, []),
            closed=self.events.closed(day),
        )

    def context(self) -> dict[str, Any]:
        """For the templates of the days."""
        tray, rows = self.tray(), self.rows()
        own = [entry for day, entries in self.asked.items() if self.period.is_about(day) for entry in entries]
        days = [*self.overdue_before, *(day for row in rows for day in row.days)]
        cards = [entry for day in days for entry in day.entries[:MOST_PER_DAY]]
        return {
            "weekdays": self.period.weeks[0],
            "weeks": rows,
            "agenda": [day for day in rows[0].days if day.is_today or not day.is_empty],
            "overdue_before": self.overdue_before,
            "overdue_before_count": sum(len(day.entries) for day in self.overdue_before),
            "campaigns": self.events.campaigns,
            "begins_today": self.begins_today,
            "count": len(own),
            "effort": sum(entry.effort or 0 for entry in own if entry.kind == Kind.PUBLICATION),
            "overdue": sum(entry.shown_status == Status.OVERDUE for entry in own),
            "running_empty": self.running_empty,
            "nothing_yet": self.nothing_yet and not tray.count,
            "tray": tray,
            "tray_is_open": self.shows_whole_tray,
            "cards": Cards(
                moves=self.moves([*cards, *tray.items]),
                positions=self.screen.positions,
                here=self.screen.request.get_full_path(),
                hints=self.hints,
            ),
        }

    @property
    def nothing_yet(self) -> bool:
        """Whether the days shown are empty without a filter's doing."""
        return not self.screen.filters and not any(day >= self.period.first for day in self.asked)
