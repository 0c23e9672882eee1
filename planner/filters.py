"""The filters of calendar and coverage: OR within a dimension, AND across, all of them in the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Journey, Persona
from planner.schedule import Status

if TYPE_CHECKING:
    from django.http import QueryDict

    from planner.models.content_item import ContentItemQuerySet

MOST_VALUES = 100
"""More values of one filter than anybody ticks: the rest of a forged address is not read."""


LONGEST_VALUE = 250
"""Longer than "journey/phase" can be: what is cut off matches nothing, as the whole would."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a filter offers."""

    value: str
    label: str
    chosen: bool
    without: str  # the query string of this screen without this value


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The options of one filter, or of one journey within the filter of phases."""

    name: str
    label: str
    options: list[Option] = field(default_factory=list)


class Filters:
    """The chosen filters of one request, and what could be chosen. `keep`: other parameters of the screen's address."""

    NAMES = ("persona", "phase", "channel", "status")

    def __init__(self, query: QueryDict, *, names: tuple[str, ...] = NAMES, keep: tuple[str, ...] = ()) -> None:
        self.chosen = {name: [_clean(value) for value in query.getlist(name)[:MOST_VALUES] if value] for name in names}
        self.kept = [(name, query[name]) for name in keep if query.get(name)]

    def __bool__(self) -> bool:
        return any(self.chosen.values())

    @property
    def statuses(self) -> set[str]:
        return set(self.chosen.get("status", ()))

    def apply(self, items: ContentItemQuerySet) -> ContentItemQuerySet:
        """The items that pass the filters on tags; the status is known only later."""
        names = {"persona": "personas", "phase": "phases", "channel": "channels"}
        return items.tagged(**{names[name]: values for name, values in self.chosen.items() if name in names})

    def query(self, *, without: tuple[str, str] | None = None, **others: str) -> str:
        """The query string that leads back to these filters. `others` are set on top."""
        pairs = [(name, value) for name, value in self.kept if name not in others]
        pairs += [(name, value) for name, values in self.chosen.items() for value in values if (name, value) != without]
        return "?" + urlencode([*pairs, *others.items()])

    @property
    def without_any(self) -> str:
        return "?" + urlencode(self.kept)

    @cached_property
    def groups(self) -> list[OptionGroup]:
        """What can be chosen, vocabularies in their order. One query per vocabulary, once."""
        groups = []
        if "persona" in self.chosen:
            groups.append(self._group("persona", _("Persona"), _members(Persona.objects.active())))
        if "phase" in self.chosen:
            groups += self._phases()
        if "channel" in self.chosen:
            groups.append(self._group("channel", _("Channel"), _members(Channel.objects.active())))
        if "status" in self.chosen:
            groups.append(self._group("status", _("Status"), Status.choices))
        return [group for group in groups if group.options]

    def pills(self) -> list[tuple[str, Option]]:
        """Each chosen value with its filter's label; a value that no longer exists is shown as it was asked."""
        groups = self.groups
        found = [(group.label, option) for group in groups for option in group.options if option.chosen]
        known = {(group.name, option.value) for group in groups for option in group.options}
        for name, values in self.chosen.items():
            for value in values:
                if (name, value) not in known:
                    found.append((name, Option(value, value, True, self.query(without=(name, value)))))  # noqa: FBT003
        return found

    def _phases(self) -> list[OptionGroup]:
        journeys = Journey.objects.active().prefetch_related("phases")
        groups = []
        for journey in journeys:
            phases = [(f"{journey.slug}/{phase.slug}", phase.name) for phase in journey.phases.all() if phase.active]
            groups.append(self._group("phase", _("Phase in %(journey)s") % {"journey": journey.name}, phases))
        return groups

    def _group(self, name: str, label: str, choices: list[tuple[str, str]]) -> OptionGroup:
        chosen = self.chosen[name]
        options = [
            Option(value, str(text), value in chosen, self.query(without=(name, value))) for value, text in choices
        ]
        return OptionGroup(name, str(label), options)


def _clean(value: str) -> str:
    """What cannot be a slug, made harmless: PostgreSQL refuses NUL, and pages repeat what was asked."""
    return value[:LONGEST_VALUE].replace("\0", "\ufffd")


def _members(vocabulary: object) -> list[tuple[str, str]]:
    return [(member.slug, member.name) for member in vocabulary]
