"""The common spine: the stages that every journey model can be laid along, in order. Pure data."""

from __future__ import annotations

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
