"""What a feed contains now: entries, occasions, campaigns and gaps, for one reader and one window, as a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from planner import conf, ical, snapshots
from planner.access import visible_items
from planner.calendar_events import begin_of, event_of, event_of_day, event_of_gap
from planner.day_events import DayEvent, DayKind, day_events_between
from planner.entries import Entry, entries_of, records_between
from planner.feed_filters import Selection
from planner.gaps import Gap, Scope
from planner.ical import Event
from planner.members import Members
from planner.running_empty import dated_cells, next_turn
from planner.schedule import add_days, approvals, midnight
from planner.snapshots import Variety, admin_address, site_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser

    from planner.models import Feed
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, ItemRecord

OPENS = "CLIFF"
"""The gap that has a day on which it opens: from then on there is no fresh content."""

DETAIL_PAGES = {DayKind.OCCASION: "planner_occasion:detail", DayKind.CAMPAIGN: "planner_campaign:detail"}


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to but not including `end`, in the site's zone; and the days whose occasions are shown."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    first_day: date
    end_day: date  # exclusive


@dataclass(frozen=True, slots=True)
class Contents:
    """What a selection lets through."""

    entries: list[Entry]
    days: list[DayEvent]
    gaps: list[Gap]

    def __len__(self) -> int:
        return len(self.entries) + len(self.days) + len(self.gaps)

    def first(self, number: int, zone: ZoneInfo) -> Contents:
        """Those that begin no later than the so manieth does: more than so many only where several begin at once."""
        if len(self) <= number:
            return self
        begins = [str(begin_of(entry, zone)) for entry in self.entries]
        latest = sorted([*begins, *(str(day.first_day) for day in self.days), *(str(gap.date) for gap in self.gaps)])
        last = latest[number - 1]
        return Contents(
            [entry for entry, begin in zip(self.entries, begins, strict=True) if begin <= last],
            [day for day in self.days if str(day.first_day) <= last],
            [gap for gap in self.gaps if str(gap.date) <= last],
        )


class Plan:
    """What a reader may see of the plan in a window; each part is read when it is first asked for, and once.

    `user`: None for the whole site. `selection`: the only one that will be asked about, where it is known.
    """

    def __init__(
        self, user: AbstractBaseUser | None, window: Window, *, now: datetime, selection: Selection | None = None
    ) -> None:
        self.user = user
        self.window = window
        self.now = now
        self.narrowed_to = selection
        self.members = Members()
        self._gaps: dict[tuple[str, ...], list[Gap]] = {}

    @cached_property
    def visible(self) -> ContentItemQuerySet:
        return visible_items(self.user)

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @cached_property
    def records(self) -> list[ItemRecord]:
        items = self.narrowed_to.items(self.visible, self.user) if self.narrowed_to else self.visible
        window = self.window
        return records_between(items, start=window.start, end=window.end, now=self.now, approved=self.approved)

    @cached_property
    def entries(self) -> list[Entry]:
        window = self.window
        return entries_of(
            self.records, start=window.start, end=window.end, now=self.now, zone=window.zone, members=self.members
        )

    @cached_property
    def days(self) -> list[DayEvent]:
        return day_events_between(self.window.first_day, self.window.end_day)

    @cached_property
    def scopes(self) -> list[Scope]:
        return Scope.of(self.members)

    def gaps(self, channels: Iterable[str]) -> list[Gap]:
        """The cells that run empty on a day of the window, as far as content in these channels is concerned."""
        asked = tuple(sorted(channels))
        if asked not in self._gaps:
            items, question = self.visible.tagged(channels=asked), conf.question(at=self.now, now=self.now)
            cells = dated_cells(items, question, self.scopes, approved=self.approved)
            days = self.window.first_day, self.window.end_day
            self._gaps[asked] = [gap for gap in cells if gap.code == OPENS and days[0] <= gap.date < days[1]]
        return self._gaps[asked]

    def contents(self, selection: Selection) -> Contents:
        """What the selection lets through. Without `selection` in the plan, one query more for the items."""
        return Contents(
            entries=self._entries(selection) if selection.wants_content else [],
            days=[day for day in self.days if selection.takes_day_event(day)] if selection.day_kinds else [],
            gaps=[gap for gap in self.gaps(selection.channels) if selection.takes_gap(gap)]
            if selection.wants_gaps
            else [],
        )

    def _entries(self, selection: Selection) -> list[Entry]:
        entries = [entry for entry in self.entries if selection.takes_entry(entry)]
        if self.narrowed_to or not selection.narrows_items:
            return entries
        own = set(selection.items(self.visible, self.user).values_list("pk", flat=True))
        return [entry for entry in entries if entry.item_id in own]

    def next_change(self, selection: Selection) -> datetime:
        """The next moment at which time alone may change what the selection lets through: midnight at the latest."""
        zone = self.window.zone
        tomorrow = midnight(self.now.astimezone(zone).date() + timedelta(days=1), zone)
        turns = [tomorrow]
        if selection.wants_content:
            turns += [turn for record in self.records if (turn := record.facts.next_change(self.now, zone))]
        if selection.wants_gaps:
            question = conf.question(at=self.now, now=self.now)
            turns.append(next_turn(self.visible, question, until=tomorrow, approved=self.approved))
        return min(turns)


def window_at(now: datetime) -> Window:
    """What feeds show: whole days of the site, so that time alone moves their window once a day."""
    zone = timezone.get_default_timezone()
    past, future = conf.get("PLANNER_FEED_PAST_DAYS"), conf.get("PLANNER_FEED_FUTURE_DAYS")
    today = now.astimezone(zone).date()
    first, end = today - timedelta(days=past), today + timedelta(days=future + 1)
    start = midnight(today, zone)
    return Window(add_days(start, -past, zone), add_days(start, future + 1, zone), zone, first, end)


def selection_of(feed: Feed) -> Selection:
    """The choices of a feed's owner. A name that this version does not know raises TypeError."""
    return Selection(**feed.filters)


def variety_of(feed: Feed) -> Variety:
    return Variety(feed.language, feed.detail, feed.reminders)


def build(feed: Feed, *, now: datetime) -> tuple[bytes, datetime]:
    """The calendar of a feed as its owner may see it now, and until when time alone leaves it so.

    At most PLANNER_FEED_CAP events, the earliest. Up to some thirty queries, whatever the number of events.
    """
    selection = selection_of(feed)
    plan = Plan(feed.user, window_at(now), now=now, selection=selection)
    cap = conf.get("PLANNER_FEED_CAP")
    body = calendar_of(plan, selection, name=feed.name, variety=variety_of(feed), cap=cap)
    return body, plan.next_change(selection)


def events_of(plan: Plan, selection: Selection, variety: Variety, *, cap: int | None = None) -> tuple[list[Event], int]:
    """What the selection lets through as events, in the variety's language, by day, time and identity; at most `cap`,
    the first ones, and how many there are in all."""
    plans, zone, titles_only = admin_address("planner/items/"), plan.window.zone, variety.titles_only
    reader = str(plan.user.pk) if plan.user else "site"
    with translation.override(variety.language):
        found = plan.contents(selection)
        contents = found if cap is None else found.first(cap, zone)
        events = [
            event_of(entry, link=f"{plans}{entry.item_id}/", zone=zone, titles_only=titles_only)
            for entry in contents.entries
        ]
        events += [event_of_day(day, link=_page_of(day), titles_only=titles_only) for day in contents.days]
        events += [
            event_of_gap(gap, reader=reader, link=_cell_of(gap), titles_only=titles_only) for gap in contents.gaps
        ]
    return sorted(events, key=lambda event: (str(event.start), event.uid))[:cap], len(found)


def calendar_of(plan: Plan, selection: Selection, *, name: str, variety: Variety, cap: int | None = None) -> bytes:
    """What the selection lets through as a calendar; with a cap only the first events, and the calendar says so."""
    events, total = events_of(plan, selection, variety, cap=cap)
    with translation.override(variety.language):
        return ical.calendar(
            snapshots.render(events, variety, now=plan.now),
            name=name,
            description=_description(total, cap),
            url=admin_address("planner/calendar/"),
            zone=plan.window.zone,
            method=conf.get("PLANNER_FEED_METHOD"),
        )


def _description(total: int, cap: int | None) -> str:
    description = _("The content plan of %(site)s.") % {"site": site_name()}
    if cap is None or total <= cap:
        return description
    return _("%(description)s It shows the first %(cap)s of %(total)s entries.") % {
        "description": description,
        "cap": cap,
        "total": total,
    }


def _page_of(day: DayEvent) -> str:
    return site_address() + reverse(DETAIL_PAGES[day.kind], args=[day.key])


def _cell_of(gap: Gap) -> str:
    slugs = [gap.phase.journey.slug, gap.persona.slug, gap.phase.slug]
    return site_address() + reverse("planner_coverage:cell", args=slugs)


def site_name() -> str:
    return getattr(settings, "WAGTAIL_SITE_NAME", "") or "Wagtail"
