"""Accepting gaps until a day, and taking that back: who may, which decisions hold at a moment, and the two writes.

Only the owner of the gap's journey decides, and superusers. The caller has made sure that they may see the gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from personas.models import Journey
from planner.models import ContentItem, GapDecision
from planner.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from typing import Any
    from zoneinfo import ZoneInfo

    from django.contrib.auth.models import AbstractBaseUser

    from planner.gaps import Gap


def may_decide(user: AbstractBaseUser | None, journey: Journey | None) -> bool:
    """Whether the user may accept gaps of the journey: its one active owner, and superusers. No query."""
    if user is None or not user.is_active or journey is None:
        return False
    return user.is_superuser or journey.owner_id == user.pk


def decisions_at(moment: datetime, zone: ZoneInfo, journeys: Iterable[Journey]) -> dict[str, GapDecision]:
    """The decisions that hold at a moment, by the key of their gap; of those who took them the names. One query."""
    day = moment.astimezone(zone).date()
    holding = Q(accepted_at__lte=moment, until__gt=day) & (Q(ended_at__isnull=True) | Q(ended_at__gt=moment))
    # The latest one counts; two can only hold at once for a moment between the writes of two clocks.
    found = GapDecision.objects.filter(holding, journey__in=list(journeys)).select_related("accepted_by").reverse()
    return {decision.key: decision for decision in found}


@transaction.atomic
def accept(gap: Gap, *, reason: str, until: date, user: AbstractBaseUser, now: datetime, zone: ZoneInfo) -> GapDecision:
    """The new decision. One that stood is ended by it and kept. Raises `Refused`, and nothing is written."""
    journey = _locked_journey(gap, user)
    if until <= now.astimezone(zone).date():
        text = _("%(day)s is not to come. Choose a later day.")
        raise Refused(text % {"day": date_format(until, "j F Y")})
    if not reason.strip():
        raise Refused(_("Give the reason: whoever sees the gap wants to know why nothing is done about it."))
    _end_standing(gap.key, user=user, now=now)
    decision = GapDecision.objects.create(
        journey=journey, key=gap.key, reason=reason.strip(), until=until, accepted_by=user, accepted_at=now
    )
    _log(gap, "planner.accept_gap", user, {"until": until.isoformat(), "reason": decision.reason})
    return decision


@transaction.atomic
def take_back(gap: Gap, *, user: AbstractBaseUser, now: datetime) -> None:
    """End the decision that stands about a gap: it is open again at once. Raises `Refused` where none stands."""
    _locked_journey(gap, user)
    if not _end_standing(gap.key, user=user, now=now):
        raise Refused(_("This gap is open already: somebody else took the acceptance back."))
    _log(gap, "planner.reopen_gap", user, {})


def _locked_journey(gap: Gap, user: AbstractBaseUser) -> Journey:
    # The lock keeps two decisions apart, and the right is asked for again behind it: owners change.
    journey = gap.journey and Journey.objects.select_for_update().filter(pk=gap.journey.pk).first()
    if not may_decide(user, journey):
        raise Refused(_("Only the owner of this journey may accept its gaps."))
    return journey


def _end_standing(key: str, *, user: AbstractBaseUser, now: datetime) -> int:
    return GapDecision.objects.filter(key=key, ended_at__isnull=True).update(ended_at=now, ended_by=user)


def _log(gap: Gap, action: str, user: AbstractBaseUser, data: dict[str, Any]) -> None:
    """Into the history of the item that the gap is about, and of its journey otherwise.

    An item's title stands in no line of the journey: its readers may not know of the item.
    """
    about: Any = gap.journey
    if gap.item_id:
        item = ContentItem.objects.select_related("page").get(pk=gap.item_id)
        about = item.page or item.content_object or item
    log(about, action, user=user, data={"code": gap.code, "place": "" if gap.item_id else gap.place, **data})
