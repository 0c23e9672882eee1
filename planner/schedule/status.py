"""The words for what an item is at a moment."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """What an item is at a moment. The first that holds, in the order of `Facts.status`."""

    LIVE = "live", pgettext_lazy("status", "Live")
    LIVE_UPDATE = "live_update", _("Live + update")
    SCHEDULED = "scheduled", _("Scheduled")
    EXPIRED = "expired", _("Expired")
    UNPUBLISHED = "unpublished", _("Unpublished")
    CANCELLED = "cancelled", _("Cancelled")
    OVERDUE = "overdue", _("Overdue")
    IN_REVIEW = "in_review", _("In review")
    PLANNED = "planned", _("Planned")
    DRAFT = "draft", _("Draft")
    IDEA = "idea", _("Idea")
