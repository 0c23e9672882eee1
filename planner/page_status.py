"""The status of pages as screens show it: from facts for a screenful, in SQL for a filter over all of them.

The same rules twice, held together by a test. An approval's expiry lies in a JSON document, so the few pages that have
an approval are decided by their facts in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, CharField, F, Q, Value, When

from planner.models import ContentItem
from planner.schedule import FOREVER, GRACE, Facts, Status, moments
from planner.schedule.page_facts import pages_in_review, pages_with_approval, read_page_facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from wagtail.models import AbstractPage

    from planner.models.content_item import ContentItemQuerySet


def shown_status(facts: Facts, zone: ZoneInfo) -> Status:
    """The one word for an item now. What Wagtail's scheduler should have done already is overdue."""
    return Status.OVERDUE if facts.is_late else facts.status(facts.now, zone)


def says_more(status: Status, page: AbstractPage) -> bool:
    """Whether the word says more than Wagtail's own for the page, which stands in the same row of its lists."""
    if status == Status.EXPIRED:
        return not page.expired
    return status not in {Status.LIVE, Status.DRAFT}


def day_ahead(status: Status, facts: Facts, zone: ZoneInfo) -> date | None:
    """The day in the site's zone that a status points to: of going live, of the update, or the one it is meant for."""
    if status == Status.PLANNED:
        ahead = facts.aim
    elif status in {Status.SCHEDULED, Status.LIVE_UPDATE} and facts.approval:
        ahead = facts.approval.go_live_at
    else:
        ahead = None
    return ahead.astimezone(zone).date() if ahead else None


def with_status(pages: ContentItemQuerySet, *, now: datetime, zone: ZoneInfo) -> ContentItemQuerySet:
    """Items that are pages, with `shown_status` as a condition can ask for it. Three queries, whatever their number."""
    approved = read_page_facts(pages.filter(page__in=pages_with_approval()), now=now)
    decided: dict[Status, list[int]] = {}
    for page, facts in approved.items():
        decided.setdefault(shown_status(facts, zone), []).append(page)
    ended = Q(live_from__lt=F("live_until"), live_until__lte=now)
    rules = [
        *((Q(page__in=keys), status) for status, keys in decided.items()),
        (Q(page__live=True, page__expire_at__lte=now - GRACE), Status.OVERDUE),
        (moments.live(now), Status.LIVE),
        (Q(live_from__gt=now, live_from__lt=FOREVER, live_until__gt=F("live_from")), Status.SCHEDULED),
        (moments.expired(now), Status.EXPIRED),
        (ended, Status.UNPUBLISHED),
        (Q(state=ContentItem.State.CANCELLED), Status.CANCELLED),
        (moments.missed(now, zone), Status.OVERDUE),
        (Q(page__in=pages_in_review()), Status.IN_REVIEW),
        (Q(aim__isnull=False), Status.PLANNED),
        (Q(state=ContentItem.State.IDEA), Status.IDEA),
    ]
    return moments.with_moments(pages, now=now, past=True).annotate(
        shown_status=Case(
            *(When(condition, then=Value(status.value)) for condition, status in rules),
            default=Value(Status.DRAFT.value),
            output_field=CharField(),
        )
    )


def in_status(
    pages: ContentItemQuerySet, statuses: Iterable[str], *, now: datetime, zone: ZoneInfo
) -> ContentItemQuerySet:
    """The items among these pages that have one of the statuses now. Three queries."""
    return with_status(pages, now=now, zone=zone).filter(shown_status__in=list(statuses))
