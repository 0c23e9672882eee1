"""The calendar: the entries of a month or a week in a table of days, or of the coming days in a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.forms import Media
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from planner import access, conf
from planner.aims import is_approved, is_movable
from planner.campaigns import Part
from planner.day_events import DayEvent
from planner.entries import Entry, Kind, entries_between, with_tags
from planner.gaps import Gap
from planner.month import lanes, week_number
from planner.parts import missing_between
from planner.reschedule import versions
from planner.schedule import Status, approvals, midnight
from planner.templatetags.planner_cards import Cards
from planner.tray import Tray, Undated, read_tray
from planner.views import calendar_spans
from planner.views.calendar_period import Period, View, address_of, read_period
from planner.views.calendar_spans import DayEvents
from planner.views.filtered import FilteredScreen
from planner.views.ideas import plan_buttons

if TYPE_CHECKING:
    from planner.models import SavedView
    from planner.models.content_item import ContentItemQuerySet
    from planner.month import Lane
    from planner.schedule import Approvals

SHOWN_PER_DAY = 4
SHOWN_IN_TRAY = 5
OVERDUE_DAYS = 92
"""How far back an agenda looks for what is overdue."""

MOST_PER_DAY = 200


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: date
    entries: list[Entry]
    in_month: bool
    is_today: bool
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
        if not self.folds:
            return self.entries[:MOST_PER_DAY]
        return self.entries[:SHOWN_PER_DAY] if len(self.entries) > SHOWN_PER_DAY + 1 else self.entries

    @property
    def folded(self) -> list[Entry]:
        return self.entries[len(self.shown) : MOST_PER_DAY]

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


class CalendarView(FilteredScreen):
    """What goes out when, for whom. The address carries the days shown and the filters."""

    media = FilteredScreen.media + Media(js=["planner/calendar-move.js"])
    index_url_name = "planner_calendar:index"
    index_results_url_name = "planner_calendar:results"
    keep = ("view", "month", "day")
    page_title = gettext_lazy("Calendar")
    header_icon = "calendar-alt"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        board = reverse("planner_board:index") + self.filters.query()
        return [*plan_buttons(self.request), HeaderButton(_("Board"), url=board, icon_name="jp-board")]

    def get_template_names(self) -> list[str]:
        return ["planner/calendar/agenda.html" if self.period.view == View.AGENDA else "planner/calendar/month.html"]

    @cached_property
    def period(self) -> Period:
        first_weekday = (conf.get("PLANNER_FIRST_DAY_OF_WEEK") - 1) % 7
        period, complaint = read_period(self.request.GET, today=self.local_day, first_weekday=first_weekday)
        if complaint:
            messages.warning(self.request, complaint)
        return period

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @property
    def first_read(self) -> date:
        """The first day whose entries are read: an agenda that begins today also tells what is overdue by then."""
        from_today = self.period.view == View.AGENDA and self.period.first == self.local_day
        return self.period.first - timedelta(days=OVERDUE_DAYS if from_today else 0)

    @cached_property
    def read(self) -> dict[date, list[Entry]]:
        """Everything of each day from the first read to the last shown, whatever its status, without its tags."""
        first, last = self.first_read, self.period.last
        found = entries_between(
            self.items,
            # A day without a time is meant in the site's zone, which may be hours away from the reader's.
            start=self._start_of(first) - timedelta(days=1),
            end=self._start_of(last + timedelta(days=1)) + timedelta(days=1),
            now=self.now,
            zone=self.site_zone,
            approved=self.approved,
            tagged=False,
        )
        by_day, zone = defaultdict(list), self.zone
        for entry in found:
            by_day[entry.day(zone)].append(entry)
        return {day: entries for day, entries in by_day.items() if first <= day <= last}

    @cached_property
    def asked(self) -> dict[date, list[Entry]]:
        """The same of the statuses asked for; of the days before those shown only what is overdue."""
        statuses = self.filters.statuses or set(Status.values)
        found = {}
        for day, entries in self.read.items():
            wanted = statuses if day >= self.period.first else statuses & {Status.OVERDUE.value}
            found[day] = [entry for entry in entries if entry.shown_status.value in wanted]
        return {day: entries for day, entries in found.items() if entries}

    @cached_property
    def tagged(self) -> dict[tuple[int, Kind], Entry]:
        """The entries whose tags matter: what is shown, and as many of each day still to come for what collides."""
        days = [*self.asked.values(), *(entries for day, entries in self.read.items() if day >= self.local_day)]
        wanted = {(entry.item_id, entry.kind): entry for entries in days for entry in entries[:MOST_PER_DAY]}
        return {(entry.item_id, entry.kind): entry for entry in with_tags(wanted.values(), self.members)}

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
        days = [day for day in self.read if day >= max(self.local_day, self.period.first)]
        told = [self.tagged[entry.item_id, entry.kind] for day in days for entry in self.read[day][:MOST_PER_DAY]]
        return calendar_spans.hints(told, self.events, self.zone)

    @cached_property
    def events(self) -> DayEvents:
        return calendar_spans.day_events(self.period, self.filters)

    @cached_property
    def gaps(self) -> dict[date, list[Gap]]:
        question = conf.question(at=self.now, now=self.now)
        return calendar_spans.cells_by_day(
            self.period, self.filters, self.visible, question, approved=self.approved, version=self.version
        )

    @cached_property
    def promised(self) -> dict[date, list[Part]]:
        """The parts of series that were promised for the days shown and are not planned, for whoever can know that.

        Who does not see everything cannot tell a part without content from one whose content is elsewhere. Parts have
        nothing that the filters ask for. Three queries.
        """
        found: dict[date, list[Part]] = defaultdict(list)
        if not self.filters and access.sees_everything(self.request.user):
            for part in missing_between(self.request.user, self.period.first, self.period.last + timedelta(days=1)):
                found[part.promised_on].append(part)
        return found

    @property
    def running_empty(self) -> int:
        """How many cells run empty on the days that the screen is about."""
        return sum(gap.code == "CLIFF" for day, gaps in self.gaps.items() for gap in gaps if self.period.is_about(day))

    @property
    def shows_whole_tray(self) -> bool:
        return self.request.GET.get("tray") == "all"

    def tray(self) -> Tray:
        """What has no date yet."""
        return read_tray(
            self.items,
            now=self.now,
            zone=self.site_zone,
            approved=self.approved,
            most=None if self.shows_whole_tray else SHOWN_IN_TRAY,
            statuses=self.filters.statuses,
            members=self.members,
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
        return versions(may(self.request.user, self.visible, self.reviews).filter(pk__in=keys), self.approved)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tray, rows = self.tray(), self.rows()
        own = [entry for day, entries in self.asked.items() if self.period.is_about(day) for entry in entries]
        days = [*self.overdue_before, *(day for row in rows for day in row.days)]
        cards = [entry for day in days for entry in day.entries[:MOST_PER_DAY]]
        return super().get_context_data(
            period=self.period,
            weekdays=self.period.weeks[0],
            weeks=rows,
            agenda=[day for day in rows[0].days if day.is_today or not day.is_empty],
            overdue_before=self.overdue_before,
            overdue_before_count=sum(len(day.entries) for day in self.overdue_before),
            campaigns=self.events.campaigns,
            views=[(view, self._link(view, self.period.anchor(self.local_day))) for view in View],
            previous=self._link(self.period.view, self.period.previous),
            next=self._link(self.period.view, self.period.next),
            this_period=self._link(self.period.view, self.local_day),
            only_overdue=self.filters.query(status=Status.OVERDUE.value),
            count=len(own),
            overdue=sum(entry.shown_status == Status.OVERDUE for entry in own),
            running_empty=self.running_empty,
            nothing_yet=not any(day >= self.period.first for day in self.asked) and not tray.count and not self.filters,
            tray=tray,
            tray_all=self.filters.query(tray="all"),
            tray_fewer=self.filters.query(),
            tray_is_open=self.shows_whole_tray,
            cards=Cards(
                moves=self.moves([*cards, *tray.items]),
                positions=self.positions,
                here=self.request.get_full_path(),
                hints=self.hints,
            ),
            **kwargs,
        )

    def dates_for(self, saved: SavedView) -> dict[str, str]:
        view = View(saved.view) if saved.view in View.values else View.MONTH
        return address_of(view, self.period.anchor(self.local_day))

    def rows(self) -> list[WeekRow]:
        return [
            WeekRow(week_number(week), lanes(self.events.long, week), [self._day(day) for day in week])
            for week in self.period.weeks
        ]

    def _day(self, day: date) -> Day:
        is_agenda = self.period.view == View.AGENDA
        return Day(
            day,
            self.entries_on(day),
            in_month=self.period.is_about(day),
            is_today=day == self.local_day,
            folds=self.period.view == View.MONTH,
            events=self.events.starting(day, self.period.first) if is_agenda else self.events.on(day),
            gaps=self.gaps.get(day, []),
            promised=self.promised.get(day, []),
            closed=self.events.closed(day),
        )

    def _link(self, view: View, day: date) -> str:
        return self.filters.query(**address_of(view, day))

    def _start_of(self, day: date) -> datetime:
        return midnight(day, self.zone)
