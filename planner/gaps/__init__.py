"""Gaps: rules over the counts of coverage. Each rule is one small function; `RULES` lists them. Pure."""

from __future__ import annotations

from .cells import CELL_RULES, strongest
from .gap import Gap, Severity, rank
from .rules import RULES, Findings, find_gaps
from .scope import Scope

__all__ = ["CELL_RULES", "RULES", "Findings", "Gap", "Scope", "Severity", "find_gaps", "rank", "strongest"]
