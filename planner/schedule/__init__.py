"""Schedule: from Wagtail's stored facts to the status of an item at a moment.

The only place that knows Wagtail's scheduling fields. `facts` decides for one item, `moments` asks the same of many in
SQL, `reading` fetches the facts.
"""

from __future__ import annotations

from .days import add_days, midnight
from .facts import FOREVER, GRACE, Approval, Facts, Interval
from .reading import KEYS_PER_CONDITION, ItemRecord, approvals, read_facts, read_items
from .status import Status

__all__ = [
    "FOREVER",
    "GRACE",
    "KEYS_PER_CONDITION",
    "Approval",
    "Facts",
    "Interval",
    "ItemRecord",
    "Status",
    "add_days",
    "approvals",
    "midnight",
    "read_facts",
    "read_items",
]
