"""The filters of calendar and coverage: OR within a dimension, AND across, all of them in the address."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.functional import cached_property

from planner import item_traits
from planner.filter_options import AUDIENCE, LABELS, SEARCH, Option, OptionGroup, option_groups, shortened
from planner.item_traits import Traits, read_traits
from planner.kept import asked_of, kept
from planner.members import Members
from planner.titles import titled
from planner.untagged import lacking

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import QueryDict

    from planner.gaps import Scope
    from planner.models.content_item import ContentItemQuerySet

MOST_VALUES = 100
"""More values of one filter than anybody ticks: the rest of a forged address is not read."""


LONGEST_VALUE = 250
"""Longer than "journey/phase" can be: what is cut off matches nothing, as the whole would."""


class Filters:
    """The chosen filters of one request, and what could be chosen. `keep`: other parameters of the screen's address.

    `members`: the vocabularies, where the screen has read them. `reader`: whose "mine" is meant. `visible`: what that
    reader may see; themes, owners, types, locales, sites and teams are offered as they occur in it, and not without it.
    `version`: of the plan, which these are kept for; without it they are read anew.
    """

    NAMES = tuple(name for name in LABELS if name != AUDIENCE)
    OF_COVERAGE = (AUDIENCE, "channel", "campaign", "theme", "locale", "site", "team")
    """Those of the screens that judge: the others are their rows and columns, or leave out part of what is there."""

    def __init__(
        self,
        query: QueryDict,
        *,
        names: tuple[str, ...] = NAMES,
        keep: tuple[str, ...] = (),
        members: Members | None = None,
        reader: AbstractBaseUser | None = None,
        visible: ContentItemQuerySet | None = None,
        version: int | None = None,
    ) -> None:
        self.chosen = {name: clean_values(query.getlist(name)) for name in names}
        if self.chosen.get(SEARCH):
            self.chosen[SEARCH] = self.chosen[SEARCH][-1:]
        self.kept = [(name, query[name]) for name in keep if query.get(name)]
        self.members = members or Members()
        self.reader = reader
        self.visible = visible
        self.version = version

    def __bool__(self) -> bool:
        return any(self.chosen.values())

    @property
    def statuses(self) -> set[str]:
        return set(self.chosen.get("status", ()))

    @property
    def search(self) -> str:
        """The words searched for in titles, or ""."""
        return next(iter(self.chosen.get(SEARCH, ())), "")

    @property
    def asks_of_items(self) -> bool:
        """Whether a filter asks for what items alone have: cells, which have personas, phases and channels, do not."""
        return any(values for name, values in self.chosen.items() if name not in {"persona", "phase", "channel"})

    def apply(self, items: ContentItemQuerySet) -> ContentItemQuerySet:
        """The items that pass the filters; the status is known only later.

        No query, but two for the vocabulary and the types where "untagged" and the type are asked for the first time;
        those of `titled` where words are searched for.
        """
        chosen = {name: values for name, values in self.chosen.items() if values}
        tags = {"persona": "personas", "phase": "phases", "channel": "channels"}
        items = items.tagged(**{tags[name]: values for name, values in chosen.items() if name in tags})
        if audiences := chosen.get(AUDIENCE):
            items = items.for_audience(audiences)
        if campaigns := chosen.get("campaign"):
            items = items.filter(campaign__slug__in=campaigns)
        if teams := chosen.get("team"):
            items = items.filter(team__in=teams)
        if owners := chosen.get("owner"):
            items = item_traits.owned_by(items, owners, self.reader.pk if self.reader else None)
        for name, having in (
            ("theme", item_traits.in_theme),
            ("type", item_traits.of_type),
            ("locale", item_traits.in_locale),
            ("site", item_traits.on_site),
        ):
            if values := chosen.get(name):
                items = having(items, values)
        if values := chosen.get("untagged"):
            items = self._lacking(items, values)
        return titled(items, self.search)

    def judged(self, scope: Scope) -> Scope:
        """A journey with those of its personas alone that the filters ask for."""
        audiences = self.chosen.get(AUDIENCE)
        if not audiences:
            return scope
        return replace(scope, personas=tuple(one for one in scope.personas if one.kind in audiences))

    def query(self, *, without: tuple[str, str] | None = None, **others: str) -> str:
        """The query string that leads back to these filters. `others` are set on top; empty ones are left out."""
        pairs = [(name, value) for name, value in self.kept if name not in others]
        pairs += [(name, value) for name, values in self.chosen.items() for value in values if (name, value) != without]
        return "?" + urlencode([*pairs, *((name, value) for name, value in others.items() if value)])

    @property
    def without_any(self) -> str:
        return "?" + urlencode(self.kept)

    @cached_property
    def groups(self) -> list[OptionGroup]:
        """What can be chosen, vocabularies in their order; what was chosen and exists no more stands at its end.

        A filter that leaves nothing to choose is left out. One query per vocabulary and those of `read_traits`, once.
        """
        return option_groups(self)

    @property
    def chosen_options(self) -> list[tuple[str, str, Option]]:
        """Each chosen value with its filter's name and label; one that no longer exists as it was asked for."""
        found = [
            (group.name, group.label, option) for group in self.groups for option in group.options if option.chosen
        ]
        if self.search:
            without = self.query(without=(SEARCH, self.search))
            option = Option(self.search, shortened(self.search), chosen=True, without=without)
            found.append((SEARCH, str(LABELS[SEARCH]), option))
        return found

    @property
    def unknown(self) -> list[tuple[str, Option]]:
        """The label of the filter and the value of all that nothing has, as far as the reader may see."""
        return [(label, option) for label, option in self.pills() if not option.known]

    def pills(self) -> list[tuple[str, Option]]:
        """Each chosen value with its filter's label."""
        return [(label, option) for _name, label, option in self.chosen_options]

    @cached_property
    def traits(self) -> Traits:
        """What occurs among the items that the reader may see."""
        if self.visible is None:
            return Traits()
        themes = self.chosen.get("theme", [])
        if self.version is None:
            return read_traits(self.visible, themes)
        return kept(
            "traits",
            asked_of(self.visible),
            themes,
            version=self.version,
            make=lambda: read_traits(self.visible, themes),
        )

    def _lacking(self, items: ContentItemQuerySet, values: list[str]) -> ContentItemQuerySet:
        conditions = lacking([phase.pk for phase in self.members.phases if phase.journey.active])
        return items.filter(reduce(or_, (conditions[value] for value in values if value in conditions), Q(pk__in=[])))


def clean_value(value: str) -> str:
    """What cannot be a slug, made harmless: PostgreSQL refuses NUL, and pages repeat what was asked."""
    return value[:LONGEST_VALUE].replace("\0", "\ufffd")


def clean_values(values: list[str]) -> list[str]:
    """Each once, in the order of the address."""
    return list(dict.fromkeys(clean_value(value) for value in values[:MOST_VALUES] if value.strip()))
