"""Rows as content off the site: a newsletter, a folder, a post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from planner.models import ContentItem

from .batches import Pending, Placed, Problem
from .rows import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from wagtail.models import AbstractPage


FIELDS = ["title", "state", "starts_at", "expires_at"]


@dataclass(frozen=True)
class ItemTarget:
    """Makes and changes off-site items. `section` decides who may work on the new ones."""

    section: AbstractPage | None
    at: datetime

    def misfit(self, item: ContentItem) -> str:
        """Why an item that was imported before cannot be one of these, or nothing."""
        return "" if item.is_off_site else gettext("it is a page of this site by now; import it with --as pages")

    def refusals(self, pending: Sequence[Pending]) -> list[Problem]:
        """Nothing stands in the way of an off-site item that its row does not tell."""
        return []

    def invalid(self, pending: Sequence[Pending]) -> list[Problem]:
        """What writing would refuse: nothing, the row was checked."""
        return []

    def place(self, pending: Sequence[Pending]) -> tuple[list[Placed], list[Problem]]:
        """The items, written. Two queries."""
        placed = [Placed(one.row, self._filled(one), new=one.item is None) for one in pending]
        ContentItem.objects.bulk_create(one.item for one in placed if one.new)
        ContentItem.objects.bulk_update((one.item for one in placed if not one.new), FIELDS)
        return placed, []

    def _filled(self, pending: Pending) -> ContentItem:
        item = pending.item or ContentItem(section=self.section)
        row = pending.row
        item.title, item.expires_at = row.title, row.expires_at
        planned = row.moment(self.at) == Moment.DRAFT
        item.starts_at = None if planned else row.publish_at
        if planned:
            item.target_at, item.target_has_time = row.publish_at, row.publish_has_time
        if item.state != ContentItem.State.CANCELLED:
            item.state = ContentItem.State.DRAFT if planned else ContentItem.State.CONFIRMED
        return item
