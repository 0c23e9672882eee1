"""How one item stands at a moment, as coverage counts it: from its facts in Python, and for many items in SQL.

The same rules twice, held together by a test: SQL is fast, and cannot read the expiry that an approved revision brings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate

from planner.models import ContentItem
from planner.schedule import moments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.schedule import Facts

FLAGS = ("live", "fresh", "confirmed", "tentative", "at_horizon", "expired")
DAYS = ("end_day", "start_day", "aim_day")
TRAITS = ("everyone", "no_persona", "no_phase", "no_channel", "no_owner")


class Standing(NamedTuple):
    """What one item counts as. Its fields are FLAGS and DAYS, in their order."""

    live: bool
    fresh: bool
    confirmed: bool
    tentative: bool
    at_horizon: bool
    expired: bool
    end_day: date | None  # live or confirmed, and ending by the horizon
    start_day: date | None  # confirmed
    aim_day: date | None  # tentative


def standing(facts: Facts, question: Question) -> Standing:
    """How one item stands at the question's moment. The same rules as `standings`."""
    at, horizon, zone = question.at, question.horizon, question.zone
    now_live = facts.live_interval(at)
    coming = facts.coming_interval(at, horizon)
    interval = now_live or coming
    ends = interval is not None and interval.end <= horizon
    tentative = facts.is_tentative(at, horizon, zone)
    return Standing(
        live=now_live is not None,
        fresh=facts.is_fresh(at, question.threshold, zone),
        confirmed=coming is not None,
        tentative=tentative,
        at_horizon=facts.is_live(horizon),
        expired=facts.has_expired(at),
        end_day=question.day(interval.end) if ends else None,
        start_day=question.day(coming.start) if coming else None,
        aim_day=question.day(facts.aim) if tentative else None,
    )


def standings(
    items: ContentItemQuerySet,
    question: Question,
    phases: list[int] | None = None,
    *,
    by_translation: bool = True,
    labels: Mapping[str, Any] | None = None,
) -> ContentItemQuerySet:
    """How each item stands, as rows of (key, identity, FLAGS, DAYS, TRAITS, labels); approvals are not known here.

    `by_translation`: whether translations share one identity. `labels`: what else is to be told, as expressions.
    """
    told = {f"label_{name}": expression for name, expression in (labels or {}).items()}
    at, now, horizon, zone = question.at, question.now, question.horizon, question.zone
    live, coming = moments.live(at), moments.confirmed(at, horizon, now=now)
    conditions = {
        "live": live,
        "fresh": live & moments.fresh(at, question.threshold, zone),
        "confirmed": coming,
        "tentative": moments.tentative(at, horizon, zone, now=now),
        "at_horizon": moments.live(horizon),
        "expired": moments.expired(at),
        "everyone": Q(for_everyone=True),
        "no_persona": Q(for_everyone=False) & ~tagged("personas"),
        "no_phase": ~tagged("phases", phases),
        "no_channel": ~tagged("channels"),
        "no_owner": Q(owner__isnull=True, team=""),
    }
    days = {
        "end_day": ((live | coming) & Q(live_until__lte=horizon), "live_until"),
        "start_day": (coming, "live_from"),
        "aim_day": (conditions["tentative"], "aim"),
    }
    flags = {f"is_{name}": _flag(condition) for name, condition in conditions.items()}
    dates = {name: _day(condition, moment, zone) for name, (condition, moment) in days.items()}
    identity = Coalesce("page__translation_key", "uid") if by_translation else F("pk")
    return (
        moments.with_moments(items.order_by(), now=now, past=at < now)
        .annotate(identity=identity, **flags, **dates, **told)
        .values_list(
            "pk", "identity", *(f"is_{name}" for name in FLAGS), *DAYS, *(f"is_{name}" for name in TRAITS), *told
        )
    )


def tagged(dimension: str, keys: list[int] | None = None) -> Q:
    """Whether an item has any tag of this dimension, or one of these keys. For use on content items."""
    field = ContentItem._meta.get_field(dimension)
    tags = field.remote_field.through.objects.all()
    if keys is not None:
        tags = tags.filter(**{f"{field.m2m_reverse_field_name()}__in": keys})
    # Not Exists: PostgreSQL would think it dear, and spend longer on compiling the statement than on running it.
    return Q(pk__in=tags.values("contentitem_id"))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _day(condition: Q, moment: str, zone: Any) -> Case:
    day = Cast(TruncDate(F(moment), tzinfo=zone), CharField())
    return Case(When(condition, then=day), default=Value(None, output_field=CharField()))
