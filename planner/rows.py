"""Keeps exactly one row for every page of a counted type, however the page comes into being."""

from __future__ import annotations


def connect() -> None:
    """Follow pages as they are saved, copied and translated."""
