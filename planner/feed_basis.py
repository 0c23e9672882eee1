"""What a served calendar was made from: while that stands, it is served again without being made.

The basis of a calendar is the version of the plan (`plan_version`: it rises with each write to anything that may show,
the rights of its owner included), the rights that its owner was read with, the feed's own fields, and the settings that
words and limits come from. Beside it stands the moment at which time alone may change something: an approved go-live,
an expiry, a missed date, midnight.
So nothing is ever served that is out of date, and nothing is made twice.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from planner import __version__, access, conf, feed_contents, plan_version
from planner.ical import FORMAT
from planner.models import Feed, FeedBody
from planner.snapshots import admin_address

SETTINGS = [name for name in conf.DEFAULTS if name != "PLANNER_FEED_GZIP"]


def bring_up_to_date(feed: Feed, *, now: datetime) -> Callable[[], bytes]:
    """Make the feed's calendar where it is out of date, and keep it; what is returned reads it, compressed.

    One query where it stands, and one when it is read. `feed.stamp` and `feed.changed_at` tell of it afterwards.
    """
    # Before anything is read for the calendar: a change that comes between must leave it out of date.
    basis = basis_of(feed)
    body = getattr(feed, "body", None)
    if body and body.basis == basis and now < body.valid_until:
        return lambda: bytes(FeedBody.objects.values_list("data", flat=True).get(pk=feed.pk))
    plain, valid_until = feed_contents.build(feed, now=now)
    zipped = gzip.compress(plain, compresslevel=6, mtime=0)
    with transaction.atomic():
        feed.record_body(stamp=hashlib.sha256(plain).hexdigest(), now=now)
        FeedBody.objects.update_or_create(
            feed=feed, defaults={"basis": basis, "valid_until": valid_until, "data": zipped}
        )
    return lambda: zipped


def basis_of(feed: Feed) -> str:
    """A hash of all that the feed's calendar is made from, but for time. One query, and the owner's permissions."""
    own = (
        access.rights_of(feed.user),
        feed.name,
        feed.language,
        feed.detail,
        feed.reminders,
        sorted(feed.filters.items()),
    )
    site = (feed_contents.site_name(), admin_address(""), str(timezone.get_default_timezone()), __version__, FORMAT)
    asked = [(name, conf.get(name)) for name in SETTINGS]
    return hashlib.sha256(repr((plan_version.current(), own, site, asked)).encode()).hexdigest()
