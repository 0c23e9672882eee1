"""Guided classification: what is there, the rules, a preview, runs with progress and undo."""

from __future__ import annotations

from .viewset import classify_viewset

__all__ = ["classify_viewset"]
