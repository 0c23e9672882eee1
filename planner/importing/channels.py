"""The channel of each imported item, from the closed vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from personas.models import Channel
from planner.models import ClassifiedTag, ContentItem

from .vocabulary import create_channels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .batches import Placed
    from .rows import Row


class Channels:
    """The vocabulary by slug. Reads it once; makes what is missing only where it may."""

    def __init__(self, *, create: bool) -> None:
        self.create = create
        self.known = {channel.slug: channel.pk for channel in Channel.objects.all()}

    def refusal(self, row: Row) -> str:
        if not row.channel or self.create or row.channel_slug in self.known:
            return ""
        message = gettext("there is no channel “%(channel)s”; make it in the admin, or use --create-vocabulary")
        return message % {"channel": row.channel_slug}

    def attach(self, placed: Sequence[Placed]) -> None:
        """Give each item its row's channel, unless a person chose its channels. Four queries at most.

        What an earlier import said goes; what a tag rule added stays.
        """
        rows = [one for one in placed if one.row.channel and not one.item.channels_by_hand]
        self._make_missing(rows)
        through = ContentItem.channels.through
        wanted = {one.item.pk: self.known[one.row.channel_slug] for one in rows}
        by_rule = ClassifiedTag.objects.filter(
            item=OuterRef("contentitem"), channel=OuterRef("channel"), run__undone_at__isnull=True
        )
        changed = [one.item.pk for one in rows if not one.new]
        for link in through.objects.filter(~Exists(by_rule), contentitem__in=changed) if changed else ():
            if link.channel_id != wanted[link.contentitem_id]:
                link.delete()
        links = (through(contentitem_id=item, channel_id=channel) for item, channel in wanted.items())
        through.objects.bulk_create(links, ignore_conflicts=True)

    def _make_missing(self, rows: Sequence[Placed]) -> None:
        missing = {
            one.row.channel_slug: one.row.channel for one in reversed(rows) if one.row.channel_slug not in self.known
        }
        if missing:
            self.known |= {channel.slug: channel.pk for channel in create_channels(missing)}
