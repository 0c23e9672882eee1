"""The common spine: the stages that every journey model can be laid along, in order. Pure data."""

from __future__ import annotations

from collections.abc import Sequence

SPINE: tuple[str, ...] = (
    "trigger",
    "awareness",
    "consideration",
    "evaluation",
    "purchase",
    "use",
    "support",
    "loyalty",
    "advocacy",
)


def counterparts(stages: Sequence[str], phases: Sequence[Sequence[str]]) -> list[int]:
    """The places of the phases that hold one of these stages, in the order of the stages: the first one is meant.

    Each phase is given as its stages. Empty where none holds any of them; of several, which one is meant is a guess.
    """
    held = (place for stage in stages for place, others in enumerate(phases) if stage in others)
    return list(dict.fromkeys(held))
