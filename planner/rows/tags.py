"""What a copy or a translation starts with."""

from __future__ import annotations

from django.db import transaction

from planner.models import DIMENSIONS, ContentItem

COPIED = (
    "for_everyone",
    "team",
    "owner_id",
    "campaign_id",
    "occasion_id",
    *(f"{dimension}_by_hand" for dimension in DIMENSIONS),
)
"""What a copy and a translation start with, beside the tags."""

PART = ("series_id", "series_part")
"""What an alias and a translation share with their source. A copy does not: it will be another part."""


def copy_tags(source: ContentItem, target: ContentItem, *, same_content: bool = False) -> None:
    """Start `target` with the personas, phases, channels, themes and next steps of `source`, and with who set them.

    `same_content`: it is the same content again, as an alias or in another language, and so the same part of a series.
    """
    with transaction.atomic():
        for dimension in DIMENSIONS:
            getattr(target, dimension).set(getattr(source, dimension).all())
        target.themes.set(source.themes.all())
        target.leads_to.set(source.leads_to.exclude(pk=target.pk))
        for name in (*COPIED, *PART) if same_content else COPIED:
            setattr(target, name, getattr(source, name))
        target.save()
