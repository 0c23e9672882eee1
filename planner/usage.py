"""What depends on members of the vocabularies, campaigns and occasions among them: told to `personas`, which does not
know the planner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from personas.models import Channel, Journey, Persona, Phase, Vocabulary
from planner.access import visible_items
from planner.models import Campaign, ContentItem, Occasion, Series, TagRule

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

CARRIED_AS = {
    Persona: ("personas", "persona_id"),
    Phase: ("phases", "phase_id"),
    Channel: ("channels", "channel_id"),
    Journey: ("phases", "phase__journey_id"),
}
"""By model: the dimension of an item that carries it, and where the link between them names it."""

NAMED_BY = {Campaign: "campaign", Series: "series", Occasion: "occasion"}
"""By model: the field of an item that names one of it."""


class ContentItems:
    """The content items that carry a member, as far as a user may see them."""

    may_hide = True

    def __call__(self, user: AbstractBaseUser, model: type[Vocabulary], pks: Iterable[int]) -> dict[int, int]:
        """The number of visible items by member. Two queries at most, and the user's permissions."""
        if name := NAMED_BY.get(model):
            items = visible_items(user).filter(**{f"{name}__in": list(pks)}).order_by()
            return dict(items.values_list(name).annotate(Count("pk")))
        links, key = _links(model)
        links = links.filter(**{f"{key}__in": list(pks)}, contentitem__in=visible_items(user).values("pk"))
        return dict(links.order_by().values_list(key).annotate(Count("contentitem", distinct=True)))

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        """Whether any item carries the member, whoever may see it."""
        if name := NAMED_BY.get(model):
            return ContentItem.objects.filter(**{name: pk}).exists()
        links, key = _links(model)
        return links.filter(**{key: pk}).exists()

    def label(self, count: int) -> str:
        return ngettext("%(count)s content item", "%(count)s content items", count) % {"count": count}


class Planned:
    """The campaigns or occasions that are meant for a member of a vocabulary. Everybody may know of them."""

    may_hide = False

    def __init__(self, model: type[Campaign | Occasion]) -> None:
        self.model = model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Planned) and other.model is self.model

    def __hash__(self) -> int:
        return hash(self.model)

    def __call__(self, user: AbstractBaseUser, model: type[Vocabulary], pks: Iterable[int]) -> dict[int, int]:
        """How many are meant for each member. One query at most."""
        if (key := self._key(model)) is None:
            return {}
        counted = self.model.objects.filter(**{f"{key}__in": list(pks)}).order_by()
        return dict(counted.values_list(key).annotate(Count("pk", distinct=True)))

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        key = self._key(model)
        return key is not None and self.model.objects.filter(**{key: pk}).exists()

    def label(self, count: int) -> str:
        if self.model is Campaign:
            return ngettext("%(count)s campaign", "%(count)s campaigns", count) % {"count": count}
        return ngettext("%(count)s occasion", "%(count)s occasions", count) % {"count": count}

    def _key(self, model: type[Vocabulary]) -> str | None:
        """The path to a member from a campaign or occasion; None where there is none."""
        key = {Persona: "personas", Phase: "phases", Channel: "channels", Journey: "phases__journey"}.get(model)
        return key if key and hasattr(self.model, key.split("__")[0]) else None


class Rules:
    """The classification rules that give a member. Everybody may know how many; what they ask is not told.

    What their runs added is no source of its own: while an item carries it that item is one, and then there is
    something to undo.
    """

    may_hide = False
    GIVEN_AS: ClassVar = {Persona: "persona", Phase: "phase", Channel: "channel", Journey: "phase__journey"}

    def __call__(self, user: AbstractBaseUser, model: type[Vocabulary], pks: Iterable[int]) -> dict[int, int]:
        """How many rules give each member. One query at most."""
        if (key := self.GIVEN_AS.get(model)) is None:
            return {}
        rules = TagRule.objects.filter(**{f"{key}__in": list(pks)}).order_by()
        return dict(rules.values_list(key).annotate(Count("pk")))

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        key = self.GIVEN_AS.get(model)
        return key is not None and TagRule.objects.filter(**{key: pk}).exists()

    def label(self, count: int) -> str:
        return ngettext("%(count)s classification rule", "%(count)s classification rules", count) % {"count": count}


def _links(model: type[Vocabulary]) -> tuple[QuerySet, str]:
    dimension, key = CARRIED_AS[model]
    return ContentItem._meta.get_field(dimension).remote_field.through.objects.all(), key
