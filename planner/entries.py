"""Entries: content items at their moments, as the calendar and every feed show them. No request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Persona, Phase
from planner.schedule import Status


class Kind(models.TextChoices):
    """What happens to the item at an entry's moment. Idea, target date, schedule and going live are one event."""

    PUBLICATION = "publication", _("Publication")
    UPDATE = "update", _("Update of a live page")
    EXPIRY = "expiry", _("Expiry")
    REVIEW = "review", _("Review due")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item at one moment."""

    uid: UUID  # the item's
    item_id: int
    page_id: int | None
    kind: Kind
    moment: datetime  # aware; for a day without a time, that day's midnight in the site's zone
    all_day: bool
    ends_at: datetime | None  # an event's end; None for what happens at a moment
    title: str
    status: Status  # at the moment the entries were asked for
    late: bool  # approved, its moment has passed, and Wagtail has not acted on it
    personas: tuple[Persona, ...]
    phases: tuple[Phase, ...]  # each with its journey loaded
    channels: tuple[Channel, ...]
    for_everyone: bool
    owner: str  # the owner's name, or ""
    url: str  # of content off the site, or ""

    def day(self, zone: object) -> date:
        """The day it stands on for somebody in a zone."""
        return self.moment.astimezone(zone).date()
