"""Gaps: rules over the counts of coverage. Each rule is one small function, entered in `CATALOGUE`. Pure."""

from __future__ import annotations

from . import balance, cadence, channels, collisions, dates, evidence, silos, steps, variety  # noqa: F401  (enter their rules)
from .catalogue import CATALOGUE, Rule
from .cells import strongest
from .gap import Gap, Severity, parts_of, rank
from .rules import Findings, find_gaps
from .scope import ASK_FOR_STEPS, Link, Scope
from .steps import told_apart
from .targets import Rhythm, Targets, Wanted
from .ways import Ways

__all__ = [
    "ASK_FOR_STEPS",
    "CATALOGUE",
    "Findings",
    "Gap",
    "Link",
    "Rhythm",
    "Rule",
    "Scope",
    "Severity",
    "Targets",
    "Wanted",
    "Ways",
    "find_gaps",
    "parts_of",
    "rank",
    "strongest",
    "told_apart",
]
