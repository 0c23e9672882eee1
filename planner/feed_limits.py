"""How often one link may be fetched: calendar programs come every few minutes at most, a broken one every second.

Counted per token. Google, Microsoft and Apple fetch everybody's calendars from a few addresses, so the address of a
client counts only where its token opens nothing. Where the shared cache does not answer nobody is refused.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from django.core.cache import cache

from planner import conf

if TYPE_CHECKING:
    from planner.models import Feed

logger = logging.getLogger(__name__)

SECONDS = 3600
"""An hour: the time in which fetches are counted, and after which to try again."""


def too_often(feed: Feed | None, address: str) -> bool:
    """Count this fetch; whether it is one too many within the hour. `address`: the client's, for an unknown token."""
    most = conf.get("PLANNER_FEED_FETCHES_PER_HOUR")
    if not most:
        return False
    who = f"feed-{feed.pk}-{feed.token_hint}" if feed else f"nobody-{hashlib.sha256(address.encode()).hexdigest()}"
    key = f"planner-fetches-{who}"
    try:
        return cache.add(key, 1, SECONDS) is False and cache.incr(key) > most
    except ValueError:  # it ran out between the two
        return False
    except Exception:
        logger.warning("The cache does not answer: fetches of calendar feeds are not counted.", exc_info=True)
        return False
