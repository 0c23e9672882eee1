"""What happened to a gap: when it opened and closed, who accepted it until when, what was planned for it. No clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models import CoverageSnapshot, GapDecision, GapPeriod, PlannedGap
from planner.schedule import midnight
from planner.titles import titles_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from django.contrib.auth.models import AbstractBaseUser

    from personas.models import Journey
    from planner.models.content_item import ContentItemQuerySet


class Happened(models.TextChoices):
    """What may happen to a gap."""

    THERE = "there", _("Stood already when the first snapshot was taken")
    OPENED = "opened", _("Opened")
    REOPENED = "reopened", _("Opened again")
    CLOSED = "closed", _("Closed")
    ACCEPTED = "accepted", _("Accepted")
    TAKEN_BACK = "taken_back", _("Acceptance taken back")
    RAN_OUT = "ran_out", _("Acceptance ran out")
    PLANNED = "planned", _("Planned")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a gap, at a moment, or where no more is known on a day, of the site's zone."""

    moment: datetime
    what: Happened
    day: date | None = None
    by: AbstractBaseUser | None = None
    decision: GapDecision | None = None
    item_id: int | None = None  # what was planned
    title: str = ""


def events_of(
    key: str, *, visible: ContentItemQuerySet, whole_site: bool, now: datetime, zone: ZoneInfo
) -> list[Event]:
    """What happened to the gap with this key, the latest first.

    `visible`: the items that the reader may see; what is planned out of their sight is left out. `whole_site`: whether
    they may know when it opened and closed. Five queries at most, and one per type of snippet.
    """
    events = [*_decided(key, now, zone), *_planned(key, visible)]
    if whole_site:
        events += _stood(key, zone)
    return sorted(events, key=lambda event: event.moment, reverse=True)


def open_since(journeys: Iterable[Journey]) -> dict[str, date]:
    """Since which day each standing gap of these journeys is known to stand, by its key. One query.

    Only for whoever may see the whole site.
    """
    standing = GapPeriod.objects.filter(journey__in=list(journeys), closed__isnull=True)
    return dict(standing.values_list("key", "opened"))


def _stood(key: str, zone: ZoneInfo) -> Iterator[Event]:
    periods = list(GapPeriod.objects.filter(key=key))
    if not periods:
        return
    first = CoverageSnapshot.objects.filter(journey=periods[0].journey_id).aggregate(day=models.Min("day"))["day"]
    for number, period in enumerate(periods):
        what = Happened.REOPENED if number else Happened.THERE if period.opened == first else Happened.OPENED
        yield Event(midnight(period.opened, zone), what, period.opened)
        if period.closed:
            yield Event(midnight(period.closed, zone), Happened.CLOSED, period.closed)


def _decided(key: str, now: datetime, zone: ZoneInfo) -> Iterator[Event]:
    decisions = list(GapDecision.objects.filter(key=key).select_related("accepted_by", "ended_by"))
    taken_anew = {decision.accepted_at for decision in decisions}
    for decision in decisions:
        yield Event(decision.accepted_at, Happened.ACCEPTED, by=decision.accepted_by, decision=decision)
        until = midnight(decision.until, zone)
        if decision.ended_at is None or decision.ended_at >= until:
            if until <= now:
                yield Event(until, Happened.RAN_OUT, decision.until)
        elif decision.ended_at not in taken_anew:
            yield Event(decision.ended_at, Happened.TAKEN_BACK, by=decision.ended_by)


def _planned(key: str, visible: ContentItemQuerySet) -> Iterator[Event]:
    # Not joined: what the reader may see is a query of its own, with parts that do not survive in another's.
    plans = {plan.item_id: plan for plan in PlannedGap.objects.filter(key=key).select_related("planned_by")}
    items = list(visible.filter(pk__in=plans).select_related("page")) if plans else []
    titles = titles_of(items)
    for item in items:
        plan = plans[item.pk]
        yield Event(plan.planned_at, Happened.PLANNED, by=plan.planned_by, item_id=item.pk, title=titles[item.pk])
