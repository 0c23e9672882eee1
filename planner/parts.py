"""Which promised parts of series have content, as far as a reader may see. No request, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from planner.access import visible_items
from planner.campaigns import Part, missing_parts, promised_parts
from planner.models import ContentItem, Series
from planner.models.series import MOST_PARTS

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Standing:
    """A series as one reader sees it: what was promised, and which of it has no content."""

    series: Series
    promised: list[Part]
    missing: list[Part]


def standing_of(user: AbstractBaseUser | None, series: QuerySet[Series]) -> list[Standing]:
    """How the series stand for a reader, in the queryset's order; None stands for the whole site.

    As in coverage, only content that the reader may see counts, cancelled content never does: to somebody else a part
    may look missing that a colleague has planned. Three queries, and the user's permissions.
    """
    found = list(series.prefetch_related("promises"))
    items = visible_items(user).filter(series__in=[one.pk for one in found])
    planned: dict[int, set[int]] = defaultdict(set)
    for key, number in items.exclude(state=ContentItem.State.CANCELLED).values_list("series_id", "series_part"):
        planned[key].add(number)
    standings = []
    for one in found:
        promised = promised_parts(one, one.promises.all())
        standings.append(Standing(one, promised, missing_parts(promised, planned[one.pk])))
    return standings


def next_part(series: Series) -> int | None:
    """The number for something new in a series: of the missing parts the one promised for the earliest day, else the
    one after the last; None where there is no room for more. Over all content, whoever asks. Three queries.
    """
    standing = standing_of(None, Series.objects.filter(pk=series.pk))[0]
    if standing.missing:
        return standing.missing[0].number
    taken = visible_items(None).filter(series=series).aggregate(last=Max("series_part"))["last"] or 0
    last = max([taken, *(part.number for part in standing.promised)])
    return last + 1 if last < MOST_PARTS else None


def missing_between(user: AbstractBaseUser | None, start: date, end: date) -> list[Part]:
    """The parts of active series that were promised for a day from `start` up to but not including `end` and have no
    content that the reader may see, by day. The queries of `standing_of`."""
    standings = standing_of(user, Series.objects.active())
    found = [part for one in standings for part in one.missing if part.promised_on and start <= part.promised_on < end]
    return sorted(found, key=lambda part: (part.promised_on, part.series.name, part.number))
