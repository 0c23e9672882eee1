from __future__ import annotations

from .campaign import Campaign
from .classification import ClassificationRun, ClassifiedTag, TagRule
from .content_item import DIMENSIONS, ContentItem, ThemedItem
from .counted import LeftOutType, counted_snippets, excluded_types, is_left_out, left_out_types
from .coverage_snapshot import CoverageSnapshot, GapPeriod
from .coverage_target import NEVER, Applicability, CoverageTarget, JourneyJudgement, Period
from .feed import EventSnapshot, Feed, FeedBody, PlanChange
from .gap_decision import GapDecision
from .next_step import NextStep
from .notification import Notification, NotificationPreferences
from .occasion import Occasion, ThemedOccasion
from .planned_gap import PlannedGap
from .saved_view import SavedView
from .series import PromisedPart, Series

__all__ = [
    "DIMENSIONS",
    "NEVER",
    "Applicability",
    "Campaign",
    "ClassificationRun",
    "ClassifiedTag",
    "ContentItem",
    "CoverageSnapshot",
    "CoverageTarget",
    "EventSnapshot",
    "Feed",
    "FeedBody",
    "GapDecision",
    "GapPeriod",
    "JourneyJudgement",
    "LeftOutType",
    "NextStep",
    "Notification",
    "NotificationPreferences",
    "Occasion",
    "Period",
    "PlanChange",
    "PlannedGap",
    "PromisedPart",
    "SavedView",
    "Series",
    "TagRule",
    "ThemedItem",
    "counted_snippets",
    "ThemedOccasion",
    "excluded_types",
    "is_left_out",
    "left_out_types",
]
