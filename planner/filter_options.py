"""What the filters of a screen offer, in words, and what was asked for and is offered no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Persona
from planner.item_traits import ME, NOBODY, OFF_SITE
from planner.schedule import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.filters import Filters

LONGEST_SHOWN = 60
"""Characters of a value that nobody knows, as a screen repeats it."""

SEARCH = "q"
"""The name of the words searched for, which are typed and not ticked. Wagtail's lists have it too."""

AUDIENCE = "audience"
"""The kind of persona, in an address. "kind" is that of an event in the addresses of feeds."""

LABELS = {
    "persona": gettext_lazy("Persona"),
    AUDIENCE: gettext_lazy("Kind of persona"),
    "phase": gettext_lazy("Phase"),
    "channel": gettext_lazy("Channel"),
    "status": gettext_lazy("Status"),
    "campaign": gettext_lazy("Campaign"),
    "theme": gettext_lazy("Theme"),
    "owner": gettext_lazy("Owner"),
    "type": gettext_lazy("Type"),
    "locale": gettext_lazy("Locale"),
    "site": gettext_lazy("Site"),
    "team": gettext_lazy("Team"),
    "untagged": gettext_lazy("Untagged"),
    SEARCH: gettext_lazy("Search"),
}
"""What each filter is called, in the order of the screens."""

LEAST_OPTIONS = {"type": 2, "locale": 2, "site": 2, AUDIENCE: 2}
"""All content has one of these: with fewer to choose from there is nothing to filter."""

LACKING = {"persona": gettext_lazy("No persona"), "phase": gettext_lazy("No phase")}


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a filter offers."""

    value: str
    label: str
    chosen: bool
    without: str  # the query string of this screen without this value
    known: bool = True  # False: nothing that the reader may see has it; it can only be taken away


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The options of one filter, or of one journey within the filter of phases."""

    name: str
    label: str
    options: list[Option] = field(default_factory=list)
    journey: str = ""  # its name, of a group of phases


def option_groups(filters: Filters) -> list[OptionGroup]:
    """The options of each filter; one that leaves nothing to choose has none and is left out."""
    groups = []
    for name in filters.chosen:
        if name == "phase":
            groups += _phases(filters)
        elif name != SEARCH:
            groups.append(_group(filters, name, _offers(filters, name)))
    return [group for group in groups if group.options]


def shortened(value: str) -> str:
    """A value as a screen repeats it."""
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"


def _offers(filters: Filters, name: str) -> list[tuple[str, Any]]:
    """Values and words of what a filter offers."""
    match name:
        case "persona" | "channel" | "campaign":
            members = getattr(filters.members, f"{name}s")
            return [(member.slug, member.name) for member in members if member.active]
        case "status":
            return Status.choices
        case "audience":
            kinds = {persona.kind for persona in filters.members.personas if persona.active}
            return [(kind, label) for kind, label in Persona.Kind.choices if kind in kinds]
        case "theme" | "locale" | "site" | "team":
            return list(getattr(filters.traits, f"{name}s").items())
        case "owner":
            return _owners(filters)
        case "type":
            off_site = [(OFF_SITE, _("Off-site"))] if filters.traits.any_off_site else []
            return [*filters.traits.types.items(), *off_site]
        case "untagged":
            return list(LACKING.items()) if filters.members.personas or filters.members.phases else []
    return []


def _owners(filters: Filters) -> list[tuple[str, str]]:
    others = dict(filters.traits.owners)
    if not others:
        return []
    own = others.pop(str(filters.reader.pk) if filters.reader else "", "")
    nobody = [(NOBODY, _("Nobody"))] if filters.traits.any_unowned else []
    return [*([(ME, _("Me"))] if own else []), *others.items(), *nobody]


def _phases(filters: Filters) -> list[OptionGroup]:
    groups = []
    for journey, members in filters.members.journeys.items():
        label = _("Phase in %(journey)s") % {"journey": journey.name}
        phases = [(f"{journey.slug}/{phase.slug}", phase.name) for phase in members]
        options = [_option(filters, "phase", *phase) for phase in phases]
        groups.append(OptionGroup("phase", label, options, journey.name))
    offered = {option.value for group in groups for option in group.options}
    return [*groups, OptionGroup("phase", str(LABELS["phase"]), _not_offered(filters, "phase", offered))]


def _group(filters: Filters, name: str, offers: list[tuple[str, Any]]) -> OptionGroup:
    label = str(LABELS[name])
    if not filters.chosen[name] and len(offers) < LEAST_OPTIONS.get(name, 1):
        return OptionGroup(name, label)
    rest = _not_offered(filters, name, {value for value, _text in offers})
    return OptionGroup(name, label, [*(_option(filters, name, *offer) for offer in offers), *rest])


def _not_offered(filters: Filters, name: str, offered: Iterable[str]) -> list[Option]:
    rest = {value: _known(filters, name, value) for value in filters.chosen[name] if value not in offered}
    return [_option(filters, name, value, text or shortened(value), known=bool(text)) for value, text in rest.items()]


def _known(filters: Filters, name: str, value: str) -> str:
    """What a value is called that is not offered and matches all the same, else nothing."""
    match name:
        case "audience":
            return str(dict(Persona.Kind.choices).get(value, ""))
        case "owner":
            return ({ME: _("Me"), NOBODY: _("Nobody")} | filters.traits.owners).get(value, "")
        case "persona" | "channel" | "campaign":
            members = getattr(filters.members, f"{name}s")
            return next((member.name for member in members if member.slug == value), "")
        case "phase":
            phases = filters.members.phases
            return next((one.name for one in phases if value in {one.slug, f"{one.journey.slug}/{one.slug}"}), "")
    return ""


def _option(filters: Filters, name: str, value: str, text: Any, *, known: bool = True) -> Option:
    return Option(value, str(text), value in filters.chosen[name], filters.query(without=(name, value)), known)
