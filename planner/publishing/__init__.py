"""Where Wagtail publishes, and lets a plugin say no: the editor, its workflows, the explorer's bulk action, API v3.

What publishes without asking anybody (`Revision.publish()` in a script, `publish_scheduled`) is not refused.
"""

from __future__ import annotations

from .api import extend_actions
from .bulk import refuse_bulk_publishing, warn_after_bulk_publishing
from .editor import may_be_published, refuse_what_changed
from .warnings import warn_after_publishing, warn_after_saving, warn_after_submitting
from .workflows import guard_approvals, guard_disabling

__all__ = [
    "extend_actions",
    "guard_approvals",
    "guard_disabling",
    "may_be_published",
    "refuse_bulk_publishing",
    "refuse_what_changed",
    "warn_after_bulk_publishing",
    "warn_after_publishing",
    "warn_after_saving",
    "warn_after_submitting",
]
