"""Which cells of the coverage have a gap, and on which days they run empty, drop or fill. No request, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Min, Q

from planner.coverage import count
from planner.gap_decisions import decisions_at
from planner.gaps import Gap, Scope, rank, strongest
from planner.schedule import add_days, beyond_sql, read_facts
from planner.schedule.moments import with_moments

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Approvals

CODES = {"CLIFF", "DROP", "EMPTY"}


def dated_cells(
    items: ContentItemQuerySet, question: Question, scopes: Iterable[Scope], *, approved: Approvals
) -> list[Gap]:
    """The gap of each cell that changes on a day within the horizon, by that day.

    Left out are those that are accepted for now. `items`: what the reader may see, of the channels asked for. One query
    more than `coverage.count`: six, and where there are snippets one per type and one more.
    """
    return dated(open_cells(items, question, scopes, approved=approved))


def dated(gaps: Iterable[Gap]) -> list[Gap]:
    """Those of the gaps of cells that change on a day within the horizon, by that day."""
    return sorted((gap for gap in gaps if gap.code in CODES and gap.date), key=lambda gap: (gap.date, gap.order))


def open_cells(
    items: ContentItemQuerySet, question: Question, scopes: Iterable[Scope], *, approved: Approvals
) -> list[Gap]:
    """The strongest gap of each cell that has one, the most pressing first; without those that are accepted for now."""
    scopes = list(scopes)
    coverage = count(items, question, approved=approved)
    accepted = decisions_at(question.at, question.zone, [scope.journey for scope in scopes])
    found = [gap for scope in scopes for cell in scope.cells for gap in strongest(*cell, coverage, scope)[:1]]
    return rank([gap for gap in found if gap.key not in accepted])


def next_turn(items: ContentItemQuerySet, question: Question, *, until: datetime, approved: Approvals) -> datetime:
    """The next moment at which time alone may change `open_cells`, `until` at the latest.

    That is where an item begins, ends, grows old or misses its aim, or where one of these comes within the horizon.
    Days, such as that of a review, turn at midnight. Three queries, and where there are snippets one per type and one
    more.
    """
    now, zone = question.now, question.zone
    shifts = [0, question.horizon_days] + ([] if question.stale_days is None else [-question.stale_days])
    windows = [(add_days(now, shift, zone), add_days(until, shift, zone), -shift) for shift in shifts]
    known = with_moments(items.exclude(beyond_sql(approved)), now=now, past=False)
    known = known.annotate(begins=F("live_from"), ends=F("live_until"), aims=F("aim"))
    found = known.aggregate(
        **{
            f"{name}_{number}": Min(name, filter=Q(**{f"{name}__gt": first, f"{name}__lte": last}))
            for number, (first, last, _back) in enumerate(windows)
            for name in ("begins", "ends", "aims")
        }
    )
    turns = [
        add_days(moment, windows[int(name.rpartition("_")[2])][2], zone) for name, moment in found.items() if moment
    ]
    facts = read_facts(items.filter(beyond_sql(approved)), now=now, approved=approved).values()
    moments = [moment for one in facts for span in one.intervals() for moment in (span.start, span.end)]
    moments += [one.aim for one in facts if one.aim]
    turns += [
        add_days(moment, back, zone) for moment in moments for first, last, back in windows if first < moment <= last
    ]
    return min([until, *(turn for turn in turns if turn > now)])
