"""Classification: what content has (tags, type, section, address) -> persona, phase, channel.

A rule fills only what no person has set, every run keeps what it added, and a run can be taken back.
"""

from __future__ import annotations

from planner.models.classification import normalise_tag as normalise

from .batches import go_on, start, started
from .inventory import Found, sections_in_use, tags_in_use, types_in_use
from .matching import Addition, Preview, RuleCount, additions, preview
from .recorded import fingerprint, in_words, recorded, revived
from .runs import AlreadyUndone, Undone, apply, foresee_undo, lies_within, undo
from .tags import tags_of

__all__ = [
    "Addition",
    "AlreadyUndone",
    "Found",
    "Preview",
    "RuleCount",
    "Undone",
    "additions",
    "apply",
    "fingerprint",
    "foresee_undo",
    "go_on",
    "in_words",
    "lies_within",
    "normalise",
    "preview",
    "recorded",
    "revived",
    "sections_in_use",
    "start",
    "started",
    "tags_in_use",
    "tags_of",
    "types_in_use",
    "undo",
]
