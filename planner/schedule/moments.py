"""The rules of `facts` as SQL expressions, for many items at once.

Approved revisions are left out here: their expiry lies inside a JSON document whose dates SQLite cannot compare. So are
snippets, each type in a table of its own. Whoever counts reads both with `reading.read_facts` and lets `Facts` decide
(`reading.beyond_sql` says which).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, DateTimeField, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from wagtail.models import PageLogEntry

from planner.models import ContentItem

from .facts import FOREVER, midnight
from .snippets import UNPUBLISH_ACTIONS

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from planner.models.content_item import ContentItemQuerySet

CONFIRMED = ContentItem.State.CONFIRMED
CANCELLED = ContentItem.State.CANCELLED


def with_moments(items: ContentItemQuerySet, *, now: datetime, past: bool) -> ContentItemQuerySet:
    """Items with `live_from`, `live_until`, `began` and `aim` (see `Facts`), as if nothing were approved. No query.

    What never was live has FOREVER as `live_from`, not NULL: a negated condition would lose NULL. `past`: whether it
    matters what was live before `now` and is not any more; only then is the unpublish log asked.
    """
    never = _moment(FOREVER)
    return items.alias(
        live_from=Case(
            When(page__live=True, then=Coalesce(*(F(f"page__{name}") for name in PUBLISHED), _moment(now))),
            When(page__isnull=False, then=Coalesce("page__first_published_at", never) if past else never),
            When(state=CONFIRMED, then=Coalesce("starts_at", never)),
            default=never,
        ),
        live_until=Case(
            When(page__live=True, then=Coalesce("page__expire_at", never)),
            When(page__isnull=False, then=_past_end(now) if past else _moment(now)),
            default=Coalesce("expires_at", never),
        ),
        began=Case(When(page__live=False, then=Coalesce("page__first_published_at", never)), default=F("live_from")),
        aim=Coalesce(
            "target_at",
            Case(
                When(page__live=False, then=F("page__go_live_at")),
                When(Q(page__isnull=True) & ~Q(state=CONFIRMED), then=F("starts_at")),
                default=None,
            ),
        ),
    )


PUBLISHED = ("first_published_at", "last_published_at", "latest_revision_created_at")
"""Where a live page's start is looked for, in this order."""


def live(at: datetime) -> Q:
    """LIVE at a moment."""
    return Q(live_from__lte=at, live_until__gt=at)


def fresh(at: datetime, threshold: datetime | None, zone: ZoneInfo) -> Q:
    """FRESH, given that it is live. See `Facts.is_fresh`."""
    if threshold is None:
        return Q()
    after, until = threshold.astimezone(zone).date(), at.astimezone(zone).date()
    checked = Q(reviewed_on__gt=after, reviewed_on__lte=until)
    updated = Q(substantially_updated_on__gt=after, substantially_updated_on__lte=until)
    return Q(live_from__gt=threshold) | checked | updated | undated()


def undated() -> Q:
    """Live, and nobody knows since when. See `Facts.undated`."""
    return Q(page__live=True, **{f"page__{name}__isnull": True for name in PUBLISHED})


def confirmed(at: datetime, horizon: datetime, *, now: datetime) -> Q:
    """CONFIRMED: begins after `at`, up to and including `horizon`, for some time at least."""
    begins = Q(live_from__gt=at, live_from__lte=horizon, live_until__gt=F("live_from"))
    # An undated page counts from `now` on, which is no going live.
    return begins & ~undated() if at < now else begins


def tentative(at: datetime, horizon: datetime, zone: ZoneInfo, *, now: datetime) -> Q:
    """TENTATIVE: a plan whose date is neither missed nor beyond the horizon, and that is not live or coming anyway."""
    plan = ~Q(state=CANCELLED) & (Q(page__isnull=False) | ~Q(state=CONFIRMED))
    return Q(aim__lte=horizon) & ~missed(at, zone) & plan & ~live(at) & ~confirmed(at, horizon, now=now)


def missed(at: datetime, zone: ZoneInfo) -> Q:
    """Whether the aim has passed: its moment, or the whole of a day without a time. See `Facts.due`."""
    timed = Q(target_has_time=True) | Q(target_at__isnull=True)
    return timed & Q(aim__lte=at) | ~timed & Q(aim__lt=midnight(at.astimezone(zone).date(), zone))


def overdue(at: datetime, zone: ZoneInfo) -> Q:
    """OVERDUE, but for what goes live later. Needs the past. See `Facts.is_overdue`."""
    return missed(at, zone) & ~Q(state=CANCELLED) & ~Q(live_from__lte=at, live_until__gt=F("aim"))


def expired(at: datetime) -> Q:
    """EXPIRED: it was out there, and its expiry has passed."""
    ended = Q(page__expire_at__lte=at) | Q(page__isnull=True, expires_at__lte=at)
    return ended & Q(began__lte=at) & ~live(at)


def _moment(moment: datetime) -> Value:
    return Value(moment, output_field=DateTimeField())


def _past_end(now: datetime) -> Least:
    """When a page that is not live ended: the earlier of its expiry and its last unpublish."""
    log = PageLogEntry.objects.filter(page=OuterRef("page"), action__in=UNPUBLISH_ACTIONS).order_by()
    unpublished = Subquery(log.values("page").annotate(last=Max("timestamp")).values("last"))
    expiry = F("page__expire_at")
    known = Least(Coalesce(expiry, unpublished), Coalesce(unpublished, expiry))
    # With neither it never was live: it ends where it would begin.
    return Least(Coalesce(known, "page__first_published_at"), _moment(now))
