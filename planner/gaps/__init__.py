"""Gaps: rules over the counts of coverage. Each rule is one small function, entered in `CATALOGUE`. Pure."""

from __future__ import annotations

from . import balance, channels, dates  # noqa: F401  (enter their rules)
from .catalogue import CATALOGUE, Rule
from .cells import strongest
from .gap import Gap, Severity, rank
from .rules import Findings, find_gaps
from .scope import Scope
from .targets import Targets, Wanted

__all__ = [
    "CATALOGUE",
    "Findings",
    "Gap",
    "Rule",
    "Scope",
    "Severity",
    "Targets",
    "Wanted",
    "find_gaps",
    "rank",
    "strongest",
]
