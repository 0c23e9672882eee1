"""A person's calendar link, and how it is served to calendar programs.

Served by RFC 9110: no session, no cookie, no redirect. The rights of the feed's owner are computed at every fetch, and
its filters only narrow them. A failure answers 503 and never an empty calendar, which would delete every event at the
client. The token stands in the address, so nothing here hands the address to a log, an error mail or a page.
"""

from __future__ import annotations

import gzip
import logging
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from planner import conf, ical
from planner.feed_access import may_have_feeds
from planner.feed_basis import bring_up_to_date
from planner.feed_limits import SECONDS, too_often
from planner.models import Feed

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


@csrf_exempt
@transaction.non_atomic_requests
@sensitive_variables()
def serve(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a token, as `GET /planner/feeds/<token>.ics`: 200, 304, 404, 405, 429 or 503."""
    if request.method not in {"GET", "HEAD"}:
        return _refusal(405, "A calendar can only be read.", Allow="GET, HEAD")
    now = timezone.now()
    try:
        feed = living_feed(token, now=now)
        if too_often(feed, request.META.get("REMOTE_ADDR", "")):
            return _refusal(429, "Asked too often. Try again later.", **{"Retry-After": str(SECONDS)})
        if feed is None:
            return _refusal(404, "There is no calendar here.")
        return _answer(request, feed, now=now)
    except Exception:
        logger.exception("A calendar feed could not be built.")
        return _refusal(503, "The calendar cannot be read now.", **{"Retry-After": str(RETRY_AFTER_SECONDS)})


@csrf_exempt
@sensitive_variables()
def nothing(_request: HttpRequest, mistyped: str) -> HttpResponse:  # noqa: ARG001
    """The answer to any other address below that of feeds: 404, as to an unknown token."""
    return _refusal(404, "There is no calendar here.")


@sensitive_variables()
def living_feed(token: str, *, now: datetime) -> Feed | None:
    """The feed that a token opens, its owner freshly read; None where it is unknown, over, or its owner is out.

    An owner who is inactive, or may no longer enter the admin or have feeds, has none. One query, and two for the
    permissions. What it served last is not read, only what that was made from.
    """
    if not conf.get("PLANNER_FEEDS_ENABLED"):
        return None
    feed = Feed.objects.alive(now).with_token(token).select_related("user", "body").defer("body__data").first()
    return feed if feed and may_have_feeds(feed.user) else None


@sensitive_variables()
def _answer(request: HttpRequest, feed: Feed, *, now: datetime) -> HttpResponse:
    zipped_body = bring_up_to_date(feed, now=now)
    client = ical.one_line(request.headers.get("User-Agent", ""))
    feed.record_fetch(client=client, now=now)
    zipped = conf.get("PLANNER_FEED_GZIP") and _accepts_gzip(request)
    headers = HEADERS | {
        # Two forms of one body are two representations: RFC 9110 8.8.3.3.
        "ETag": f'"{feed.stamp}-gzip"' if zipped else f'"{feed.stamp}"',
        "Last-Modified": http_date(feed.changed_at.timestamp()),
        "Content-Language": feed.language,
    }
    if _is_current(request, headers["ETag"], feed.changed_at):
        return HttpResponse(status=304, headers=headers)
    content = zipped_body() if zipped else gzip.decompress(zipped_body())
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
