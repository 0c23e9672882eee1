from __future__ import annotations

from .classification import ClassificationRun, ClassifiedTag, TagRule
from .content_item import ContentItem, ThemedItem
from .feed import EventSnapshot, Feed

__all__ = ["ClassificationRun", "ClassifiedTag", "ContentItem", "EventSnapshot", "Feed", "TagRule", "ThemedItem"]
