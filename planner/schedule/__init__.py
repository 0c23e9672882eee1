"""Schedule: from Wagtail's stored facts to the status of an item at a moment.

The only place that knows Wagtail's scheduling fields. `facts` decides for one item, `moments` asks the same of many in
SQL, `reading` fetches the facts.
"""

from __future__ import annotations

from .days import YEARS, add_days, midnight, read_day
from .facts import FOREVER, GRACE, Approval, Facts, Interval
from .reading import Approvals, ItemRecord, approvals, beyond_sql, read_facts, read_items
from .snippets import KEYS_PER_CONDITION, SnippetKey, read_titles, snippet_locale, snippet_start, snippets_where
from .status import Status

__all__ = [
    "FOREVER",
    "GRACE",
    "KEYS_PER_CONDITION",
    "YEARS",
    "Approval",
    "Approvals",
    "Facts",
    "Interval",
    "ItemRecord",
    "SnippetKey",
    "Status",
    "add_days",
    "approvals",
    "beyond_sql",
    "midnight",
    "read_day",
    "read_facts",
    "read_items",
    "read_titles",
    "snippet_locale",
    "snippet_start",
    "snippets_where",
]
