"""Tag rules at work: free tags -> persona, phase, channel.

A rule fills only what no person has set, every run keeps what it added, and a run can be taken back.
"""

from __future__ import annotations

from planner.models.classification import normalise_tag as normalise

from .matching import Addition, Preview, RuleCount, additions, preview
from .runs import AlreadyUndone, Undone, apply, undo
from .tags import tags_of

__all__ = [
    "Addition",
    "AlreadyUndone",
    "Preview",
    "RuleCount",
    "Undone",
    "additions",
    "apply",
    "normalise",
    "preview",
    "tags_of",
    "undo",
]
