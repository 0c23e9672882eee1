from __future__ import annotations

from .classification import ClassificationRun, ClassifiedTag, TagRule
from .content_item import DIMENSIONS, ContentItem, ThemedItem, excluded_page_types
from .feed import EventSnapshot, Feed

__all__ = [
    "DIMENSIONS",
    "ClassificationRun",
    "ClassifiedTag",
    "ContentItem",
    "EventSnapshot",
    "Feed",
    "TagRule",
    "ThemedItem",
    "excluded_page_types",
]
