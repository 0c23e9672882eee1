"""A person's calendar link: what it contains, and how it is served to calendar programs.

Served by RFC 9110: no session, no cookie, no redirect. The rights of the feed's owner are computed at every fetch, and
its filters only narrow them. A failure answers 503 and never an empty calendar, which would delete every event at the
client. The token stands in the address, so nothing here hands the address to a log, an error mail or a page.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from planner import conf, ical, snapshots
from planner.access import visible_items
from planner.entries import Entry, entries_between
from planner.models import Feed
from planner.schedule import add_days, midnight

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from planner.models.content_item import ContentItemQuerySet

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 300

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def window_at(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment and end of what feeds show: whole days of the site, so that time alone changes a feed once a day."""
    today = midnight(now.astimezone(zone).date(), zone)
    past, future = conf.get("PLANNER_FEED_PAST_DAYS"), conf.get("PLANNER_FEED_FUTURE_DAYS")
    return add_days(today, -past, zone), add_days(today, future + 1, zone)


def entries_of(feed: Feed, *, now: datetime) -> list[Entry]:
    """All entries of a feed in its window, by moment. At most twenty queries, whatever their number.

    What its owner may see now, narrowed by its filters. A filter of a kind unknown here raises TypeError: to ignore it
    would widen the feed.
    """
    return _entries_in_window(visible_items(feed.user).tagged(**feed.filters), now=now)


def counts_of(feeds: Iterable[Feed], user: AbstractBaseUser, *, now: datetime) -> dict[int, int]:
    """How many entries each of a user's feeds has now, by the feed's key. One query per feed beyond `entries_of`."""
    visible = visible_items(user)
    entries = Counter(entry.item_id for entry in _entries_in_window(visible, now=now))
    counts = {}
    for feed in feeds:
        items = visible.filter(pk__in=entries).tagged(**feed.filters).values_list("pk", flat=True)
        counts[feed.pk] = sum(entries[item] for item in items) if feed.filters else entries.total()
    return counts


def _entries_in_window(items: ContentItemQuerySet, *, now: datetime) -> list[Entry]:
    zone = timezone.get_default_timezone()
    start, end = window_at(now, zone)
    return ical.shown(entries_between(items, start=start, end=end, now=now, zone=zone))


def body_of(feed: Feed, *, now: datetime) -> bytes:
    """The calendar of a feed: at most PLANNER_FEED_CAP events, the earliest."""
    cap = conf.get("PLANNER_FEED_CAP")
    return calendar_of(entries_of(feed, now=now), name=feed.name, language=feed.language, now=now, cap=cap)


def calendar_of(entries: list[Entry], *, name: str, language: str, now: datetime, cap: int | None = None) -> bytes:
    """The entries as a calendar, in a language; with a cap only the first ones, and the calendar says so."""
    zone = timezone.get_default_timezone()
    with translation.override(language):
        return ical.calendar(
            snapshots.render(entries[:cap], language=language, zone=zone, now=now),
            name=name,
            description=_description(len(entries), cap),
            url=snapshots.admin_address("planner/calendar/"),
            zone=zone,
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


def site_name() -> str:
    return getattr(settings, "WAGTAIL_SITE_NAME", "") or "Wagtail"


@csrf_exempt
@transaction.non_atomic_requests
@sensitive_variables()
def serve(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a token, as `GET /planner/feeds/<token>.ics`: 200, 304, 404, 405 or 503."""
    if request.method not in {"GET", "HEAD"}:
        return _refusal(405, "A calendar can only be read.", Allow="GET, HEAD")
    try:
        feed = living_feed(token)
        if feed is None:
            return _refusal(404, "There is no calendar here.")
        return _answer(request, feed, now=timezone.now())
    except Exception:
        logger.exception("A calendar feed could not be built.")
        return _refusal(503, "The calendar cannot be read now.", **{"Retry-After": str(RETRY_AFTER_SECONDS)})


@sensitive_variables()
def living_feed(token: str) -> Feed | None:
    """The feed that a token opens, its owner freshly read; None where it is unknown or revoked, or its owner is out.

    An owner who is inactive or may no longer enter the admin has no feeds. One query, and two for the permission.
    """
    if not conf.get("PLANNER_FEEDS_ENABLED"):
        return None
    feed = Feed.objects.alive().with_token(token).select_related("user").first()
    if feed is None or not feed.user.is_active or not feed.user.has_perm("wagtailadmin.access_admin"):
        return None
    return feed


@sensitive_variables()
def _answer(request: HttpRequest, feed: Feed, *, now: datetime) -> HttpResponse:
    body = body_of(feed, now=now)
    stamp = hashlib.sha256(body).hexdigest()
    feed.record_fetch(stamp=stamp, client=ical.one_line(request.headers.get("User-Agent", "")), now=now)
    zipped = conf.get("PLANNER_FEED_GZIP") and _accepts_gzip(request)
    headers = HEADERS | {
        # Two forms of one body are two representations: RFC 9110 8.8.3.3.
        "ETag": f'"{stamp}-gzip"' if zipped else f'"{stamp}"',
        "Last-Modified": http_date(feed.changed_at.timestamp()),
        "Content-Language": feed.language,
    }
    if _is_current(request, headers["ETag"], feed.changed_at):
        return HttpResponse(status=304, headers=headers)
    content = gzip.compress(body, mtime=0) if zipped else body
    headers |= {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f'inline; filename="{slugify(feed.name) or "planner"}.ics"',
        "Content-Length": str(len(content)),
    }
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(b"" if request.method == "HEAD" else content, headers=headers)


def _is_current(request: HttpRequest, etag: str, changed_at: datetime) -> bool:
    """Whether the client has this body already. Its ETag decides where it sends one: RFC 9110 13.2.2.

    Compared weakly: a proxy or middleware that compresses turns the tag into a weak one.
    """
    if "If-None-Match" in request.headers:
        known = [tag.removeprefix("W/") for tag in parse_etags(request.headers["If-None-Match"])]
        return etag in known or "*" in known
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and int(changed_at.timestamp()) <= since


def _accepts_gzip(request: HttpRequest) -> bool:
    for offer in request.headers.get("Accept-Encoding", "").lower().split(","):
        coding, _semicolon, quality = offer.replace(" ", "").partition(";")
        if coding == "gzip":
            return quality.rstrip("0") not in {"q=", "q=0."}
    return False


def _refusal(status: int, reason: str, **headers: str) -> HttpResponse:
    """The same few bytes for everybody: what is unknown, revoked and switched off cannot be told apart."""
    response = HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")
    for name, value in (HEADERS | {"Cache-Control": "no-store"} | headers).items():
        response[name] = value
    # Django would log the path of each refusal, and mail that of a 503 to the administrators: it holds the token.
    response._has_been_logged = True
    return response
