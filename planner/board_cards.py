"""The cards of the board, read for somebody: its columns, and what needs a decision. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from django.db.models import F, Q

from planner.board import COLUMNS, column_of
from planner.entries import Kind, tags_of
from planner.schedule import FOREVER, Status, moments, read_items, snippets_where
from planner.schedule.page_facts import pages_in_review

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from personas.models import Channel, Persona, Phase
    from planner.entries import Tags
    from planner.members import Members
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals, Facts, ItemRecord

LIVE_FOR = timedelta(days=14)
"""So long what went live stays on the board: what is older stands in the calendar."""

ENDED_FOR = timedelta(days=30)
"""So long what expired, or was taken off the site, waits for a decision."""

REVIEW_AHEAD = timedelta(days=14)
"""So long before its day a review is shown."""

EXPIRY_AHEAD = timedelta(days=14)
"""So long before its day an expiry is shown."""

MOST_READ = 5_000
"""Of more than these the newest are on the board, and the board says so: nobody works through them by column."""

FOLDED_AT = 6
"""Cards of a column, or decisions, that are shown before one asks for all."""

MOST_SHOWN = 200
"""Cards of a column that are shown even then."""


class Why(Enum):
    """Why somebody should decide about an item now."""

    OVERDUE = "overdue"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Card:
    """One item on the board. Templates read it as they read an `Entry`."""

    kind: ClassVar = Kind.PUBLICATION
    has_passed: ClassVar = False

    item_id: int
    title: str
    column: Status | None  # None for what has ended
    status: Status
    late: bool  # approved, its moment has passed, and Wagtail has not acted on it
    moment: datetime | None  # aware; of a day without a time that day's midnight in the site's zone
    all_day: bool
    overdue_for: int  # whole days since it was due
    personas: tuple[Persona, ...]
    phases: tuple[Phase, ...]
    channels: tuple[Channel, ...]
    for_everyone: bool
    owner: str  # the owner's name, or ""

    @property
    def shown_status(self) -> Status:
        return Status.OVERDUE if self.late else self.status


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the cards that are shown, and how many it has."""

    status: Status
    cards: list[Card]
    count: int

    @property
    def left_out(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True, slots=True)
class Decision:
    """An item about which somebody should decide, and the day from which."""

    card: Card
    why: Why
    day: date


@dataclass(frozen=True, slots=True)
class Board:
    """All columns in their order, what needs a decision, and how many of it there is."""

    columns: list[Column]
    decisions: list[Decision]
    to_decide: int
    overdue: int
    expired: int
    is_cut: bool  # there are more items than are read

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)

    @property
    def cards(self) -> list[Card]:
        return [card for column in self.columns for card in column.cards] + [one.card for one in self.decisions]


@dataclass(slots=True)
class _Found:
    """What is on the board before anything is left out: each item's record, with what decides about its place."""

    columns: dict[Status, list[_Place]] = field(default_factory=lambda: defaultdict(list))
    decisions: list[tuple[_Place, Why, date]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    record: ItemRecord
    column: Status | None
    status: Status
    moment: datetime | None
    all_day: bool
    overdue_for: int

    @property
    def shown_status(self) -> Status:
        return Status.OVERDUE if self.record.facts.is_late else self.status


def read_board(
    items: ContentItemQuerySet,
    *,
    now: datetime,
    zone: ZoneInfo,
    approved: Approvals,
    statuses: Collection[str] = (),
    whole: str = "",
    keep: int | None = None,
    members: Members | None = None,
) -> Board:
    """The board of these items: everything that is not out yet, what went live lately, and what needs a decision.

    `zone`: the site's. `statuses`: only these, all where there are none. `whole`: the column that is shown in full, or
    "decisions". `keep`: an item that is shown even in a column that is folded. `members`: the vocabularies, where the
    caller has them. Ten queries at most, whatever the number of items, and where snippets count two per type.
    """
    found, read = _Found(), read_items(on_board(items, now=now, approved=approved), now=now, approved=approved)
    today = now.astimezone(zone).date()
    for record in read[:MOST_READ]:
        place = _place(record, zone, today)
        if statuses and place.shown_status.value not in statuses:
            continue
        if place.column and _is_recent(place):
            found.columns[place.column].append(place)
        found.decisions += ((place, why, day) for why, day in _reasons(place, zone, today))
    columns = {column: _sorted(found.columns[column], column) for column in COLUMNS}
    shown = {column: _unfolded(columns[column], keep, whole=whole == column.value) for column in COLUMNS}
    decisions = sorted(found.decisions, key=_urgency)
    most = MOST_SHOWN if whole == "decisions" else FOLDED_AT
    places = [place for column in COLUMNS for place in shown[column]] + [one[0] for one in decisions[:most]]
    tags = tags_of({place.record.item_id for place in places}, members)
    cards = {place.record.item_id: _card(place, tags[place.record.item_id]) for place in places}
    reasons = [why for _place, why, _day in decisions]
    return Board(
        columns=[
            Column(column, [cards[place.record.item_id] for place in shown[column]], len(columns[column]))
            for column in COLUMNS
        ],
        decisions=[Decision(cards[place.record.item_id], why, day) for place, why, day in decisions[:most]],
        to_decide=len(decisions),
        overdue=reasons.count(Why.OVERDUE),
        expired=reasons.count(Why.EXPIRED),
        is_cut=len(read) > MOST_READ,
    )


def on_board(items: ContentItemQuerySet, *, now: datetime, approved: Approvals) -> ContentItemQuerySet:
    """The items that may stand on the board, the newest first: a wide net, `Facts` decide. One query of its own."""
    own = Q(content_type__isnull=True)
    recent = now - LIVE_FOR
    ended = (now - ENDED_FOR, now + EXPIRY_AHEAD)
    net = own & Q(live_from__gte=recent) & ~moments.undated()
    net |= own & Q(live_until__range=ended)
    net |= Q(page__live=False, live_from__lt=FOREVER, aim__gte=F("live_until"))
    net |= Q(page__live=True, page__expire_at__lte=now + EXPIRY_AHEAD)
    net |= Q(page__in=[*approved.pages, *pages_in_review()])
    net |= Q(review_due__lte=(now + REVIEW_AHEAD).date())
    net |= snippets_where(Q(live=False) | Q(first_published_at__gte=recent) | Q(expire_at__range=ended))
    net |= Q(content_type__isnull=False, created_at__gte=recent)
    net |= Q(content_type__isnull=False, object_id__in={key.object_id for key in approved.snippets})
    return moments.with_moments(items, now=now, past=True).filter(net).order_by("-pk")[: MOST_READ + 1]


def _place(record: ItemRecord, zone: ZoneInfo, today: date) -> _Place:
    facts = record.facts
    status, column = facts.status(facts.now, zone), column_of(facts, zone)
    moment, all_day = _moment(facts, column, status)
    overdue_for = 0
    if moment and (facts.is_late or status == Status.OVERDUE):
        overdue_for = (today - moment.astimezone(zone).date()).days
    return _Place(record, column, status, moment, all_day, overdue_for)


def _moment(facts: Facts, column: Status | None, status: Status) -> tuple[datetime | None, bool]:
    """The moment that a card names, and whether it stands for the whole day."""
    if facts.is_late:
        late = [facts.approval.go_live_at] if facts.approval else []
        late += [facts.expire_at] if facts.live and facts.expire_at else []
        return min(late), False
    if column == Status.LIVE:
        return facts.approval.go_live_at if status == Status.LIVE_UPDATE else facts.start, False
    if column == Status.SCHEDULED:
        return facts.approval.go_live_at if facts.approval else facts.start, False
    if column is None:
        return _end(facts), False
    return facts.aim, not facts.aim_has_time


def _end(facts: Facts) -> datetime | None:
    """When it was over."""
    return max((one.end for one in facts.intervals() if one.end <= facts.now), default=None) or facts.expire_at


def _is_recent(place: _Place) -> bool:
    """Whether it is work in hand: what went out, or was taken off the site, long ago is not."""
    facts = place.record.facts
    if place.column == Status.LIVE and not facts.is_late and place.status != Status.LIVE_UPDATE:
        return bool(facts.start and facts.start >= facts.now - LIVE_FOR)
    if place.column == Status.DRAFT and place.status == Status.UNPUBLISHED:
        end = _end(facts)
        return bool(end and end >= facts.now - ENDED_FOR)
    return True


def _reasons(place: _Place, zone: ZoneInfo, today: date) -> list[tuple[Why, date]]:
    """Why somebody should decide about it, each with the day from which."""
    facts, found = place.record.facts, []
    if place.moment and place.shown_status == Status.OVERDUE:
        found.append((Why.OVERDUE, place.moment.astimezone(zone).date()))
    ended = place.moment if place.column is None and place.status == Status.EXPIRED else None
    if ended and ended >= facts.now - ENDED_FOR:
        found.append((Why.EXPIRED, ended.astimezone(zone).date()))
    live = facts.live_interval(facts.now)
    if live and live.end <= facts.now + EXPIRY_AHEAD:
        found.append((Why.EXPIRING, live.end.astimezone(zone).date()))
    due = place.record.review_due
    if due and due <= today + REVIEW_AHEAD and place.status in {Status.LIVE, Status.LIVE_UPDATE}:
        found.append((Why.REVIEW, due))
    return found


def _urgency(decision: tuple[_Place, Why, date]) -> tuple[int, int, int]:
    """What is overdue first, the longest overdue before; then what expired last; the rest by its day."""
    place, why, day = decision
    number = -day.toordinal() if why == Why.EXPIRED else day.toordinal()
    return list(Why).index(why), number, place.record.item_id


def _sorted(places: list[_Place], column: Status) -> list[_Place]:
    """What is overdue first; then by date, in Live the latest first; what has no date last, the newest first."""

    def order(place: _Place) -> tuple[bool, bool, float, int]:
        moment = place.moment.timestamp() if place.moment else 0
        is_first = place.shown_status == Status.OVERDUE
        return not is_first, place.moment is None, -moment if column == Status.LIVE else moment, -place.record.item_id

    return sorted(places, key=order)


def _unfolded(places: list[_Place], keep: int | None, *, whole: bool) -> list[_Place]:
    """The first of a column, or all; and the one that must be in sight, wherever it stands."""
    most = MOST_SHOWN if whole else FOLDED_AT
    # To fold one card away would save nothing.
    shown = places if len(places) <= most + 1 else places[:most]
    return shown + [place for place in places[len(shown) :] if place.record.item_id == keep]


def _card(place: _Place, tags: Tags) -> Card:
    record = place.record
    return Card(
        item_id=record.item_id,
        title=record.title,
        column=place.column,
        status=place.status,
        late=record.facts.is_late,
        moment=place.moment,
        all_day=place.all_day,
        overdue_for=place.overdue_for,
        personas=tags.personas,
        phases=tags.phases,
        channels=tags.channels,
        for_everyone=record.for_everyone,
        owner=record.owner,
    )
