"""How many content items carry a persona, phase or channel: told to `personas`, which does not know the planner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from personas.models import Channel, Journey, Persona, Phase, Vocabulary
from planner.access import visible_items
from planner.models import ContentItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

CARRIED_AS = {
    Persona: ("personas", "persona_id"),
    Phase: ("phases", "phase_id"),
    Channel: ("channels", "channel_id"),
    Journey: ("phases", "phase__journey_id"),
}
"""By model: the dimension of an item that carries it, and where the link between them names it."""


class ContentItems:
    """The content items that carry a member, as far as a user may see them."""

    may_hide = True

    def __call__(self, user: AbstractBaseUser, model: type[Vocabulary], pks: Iterable[int]) -> dict[int, int]:
        """The number of visible items by member. Two queries at most, and the user's permissions."""
        links, key = _links(model)
        links = links.filter(**{f"{key}__in": list(pks)}, contentitem__in=visible_items(user).values("pk"))
        return dict(links.order_by().values_list(key).annotate(Count("contentitem", distinct=True)))

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        """Whether any item carries the member, whoever may see it."""
        links, key = _links(model)
        return links.filter(**{key: pk}).exists()

    def label(self, count: int) -> str:
        return ngettext("%(count)s content item", "%(count)s content items", count) % {"count": count}


def _links(model: type[Vocabulary]) -> tuple[QuerySet, str]:
    dimension, key = CARRIED_AS[model]
    return ContentItem._meta.get_field(dimension).remote_field.through.objects.all(), key
