"""What a page type needs before it is published: persona, phase, channel; as the setting PLANNER_REQUIRED says.

No request, no clock. `publishing` asks this wherever Wagtail publishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Case, Q, Value, When
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from personas.models import Channel, Persona, Phase
from planner import conf
from planner.models import DIMENSIONS, ContentItem, is_left_out
from planner.standing import tagged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import Model
    from wagtail.models import AbstractPage

    from planner.models.content_item import ContentItemQuerySet
    from planner.plan import PlanChange

SILENT, WARN, REFUSE = LEVELS = ("silent", "warn", "refuse")
EVERY_TYPE = "*"


@dataclass(frozen=True, slots=True)
class Lacking:
    """What an item lacks, by what that means: names of dimensions, in their order."""

    refused: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()

    @property
    def all(self) -> list[str]:
        return [name for name in DIMENSIONS if name in {*self.refused, *self.warned}]


def required_of(model: type[Model]) -> dict[str, str]:
    """The level of each dimension that is required of this type. Its own entry goes before that of every type.

    Subclasses have an entry of their own or none. LookupError names a type that does not exist. No query.
    """
    levels: dict[str, str] = {}
    for label, entry in conf.get("PLANNER_REQUIRED").items():
        if label != EVERY_TYPE and apps.get_model(label) is model:
            levels = entry
    levels = conf.get("PLANNER_REQUIRED").get(EVERY_TYPE, {}) | levels
    return {name: level for name, level in levels.items() if level != SILENT}


def lacking(model: type[Model], present: Collection[str]) -> Lacking:
    """What an item of this type lacks that carries the dimensions `present`.

    Nothing is required of a type that is left out, and no dimension of which nothing can be chosen: a site without
    channels asks for none. A query for the type and for each dimension that is lacking, none where nothing is.
    """
    absent = {name: level for name, level in required_of(model).items() if name not in present}
    if not absent or is_left_out(model):
        return Lacking()
    absent = {name: level for name, level in absent.items() if _can_be_chosen(name)}
    by_level = {level: tuple(name for name in DIMENSIONS if absent.get(name) == level) for level in (REFUSE, WARN)}
    return Lacking(refused=by_level[REFUSE], warned=by_level[WARN])


def lacking_in_pages(pages: Iterable[AbstractPage]) -> list[tuple[AbstractPage, Lacking]]:
    """The pages that lack something, each with what. A query for all, and those of `lacking` per type of page."""
    pages = [page for page in pages if page.alias_of_id is None and required_of(page.specific_class)]
    if not pages:
        return []
    present = present_on(ContentItem.objects.filter(page__in=[page.pk for page in pages]))
    kinds: dict[tuple, Lacking] = {}
    for page in pages:
        kind = (page.specific_class, present.get(page.pk, frozenset()))
        if kind not in kinds:
            kinds[kind] = lacking(*kind)
    found = [(page, kinds[page.specific_class, present.get(page.pk, frozenset())]) for page in pages]
    return [(page, lacks) for page, lacks in found if lacks.all]


def present_on(items: ContentItemQuerySet) -> dict[int | None, frozenset[str]]:
    """The dimensions that items carry, by the page's key; of what is no page, only the last is told. One query.

    Content for everyone has its personas.
    """
    flags = {name: Case(When(tagged(name), then=Value(1)), default=Value(0)) for name in DIMENSIONS}
    flags["personas"] = Case(When(Q(for_everyone=True) | tagged("personas"), then=Value(1)), default=Value(0))
    carried = {f"has_{name}": flag for name, flag in flags.items()}
    rows = items.annotate(**carried).values("page", *carried)
    return {row["page"]: frozenset(name for name in DIMENSIONS if row[f"has_{name}"]) for row in rows}


def present_after(item: ContentItem, change: PlanChange | None, *, among: Collection[str] = DIMENSIONS) -> set[str]:
    """The dimensions that an item carries as it is stored now, with a change that is still to be written.

    What a form shows tells nothing: it may be an hour old, or forged. The caller brings an item that was just read, or
    one that is not stored. A query per dimension of `among`.
    """
    present = set()
    for name in among:
        members = set(getattr(item, name).all()) if item.pk else set()
        if change:
            members = members - set(change.remove.get(name, ())) | set(change.add.get(name, ()))
        if members:
            present.add(name)
    for_everyone = change.values.get("for_everyone", item.for_everyone) if change else item.for_everyone
    return present | {"personas"} if for_everyone else present


def in_words(names: Collection[str]) -> str:
    """What is lacking: "no persona and no phase"."""
    words = {"personas": _("no persona"), "phases": _("no phase"), "channels": _("no channel")}
    last = pgettext("no persona and no phase", "and")
    return get_text_list([words[name] for name in DIMENSIONS if name in names], last)


def _can_be_chosen(dimension: str) -> bool:
    vocabularies = {
        "personas": Persona.objects.active(),
        "phases": Phase.objects.filter(active=True, journey__active=True),
        "channels": Channel.objects.active(),
    }
    return vocabularies[dimension].exists()
