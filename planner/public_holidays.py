"""Public holidays by country, from the package `holidays`: names as the country itself writes them.

A name identifies a holiday, so it is always read in the country's own language, whoever asks: the package would
otherwise take the language of the machine's environment.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What the package calls the countries has no translation; these are the ones that a European site needs most.
NAMES = {
    "AT": _("Austria"),
    "BE": _("Belgium"),
    "CH": _("Switzerland"),
    "CZ": _("Czechia"),
    "DE": _("Germany"),
    "DK": _("Denmark"),
    "ES": _("Spain"),
    "FI": _("Finland"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "GR": _("Greece"),
    "HU": _("Hungary"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "LU": _("Luxembourg"),
    "NL": _("Netherlands"),
    "NO": _("Norway"),
    "PL": _("Poland"),
    "PT": _("Portugal"),
    "RO": _("Romania"),
    "SE": _("Sweden"),
    "US": _("United States"),
}

SPOKEN_IN = {
    "cs": ("CZ",),
    "da": ("DK",),
    "de": ("DE", "AT", "CH"),
    "el": ("GR",),
    "en": ("GB", "IE", "US"),
    "es": ("ES",),
    "fi": ("FI",),
    "fr": ("FR", "BE", "CH", "LU"),
    "hu": ("HU",),
    "it": ("IT", "CH"),
    "nb": ("NO",),
    "nl": ("NL", "BE"),
    "pl": ("PL",),
    "pt": ("PT",),
    "ro": ("RO",),
    "sv": ("SE", "FI"),
}
"""The countries, of those with a name here, where a site in this language is most likely read."""

CLOCKS = {
    "Europe/Amsterdam": "NL",
    "Europe/Athens": "GR",
    "Europe/Berlin": "DE",
    "Europe/Brussels": "BE",
    "Europe/Bucharest": "RO",
    "Europe/Budapest": "HU",
    "Europe/Copenhagen": "DK",
    "Europe/Dublin": "IE",
    "Europe/Helsinki": "FI",
    "Europe/Lisbon": "PT",
    "Europe/London": "GB",
    "Europe/Luxembourg": "LU",
    "Europe/Madrid": "ES",
    "Europe/Oslo": "NO",
    "Europe/Paris": "FR",
    "Europe/Prague": "CZ",
    "Europe/Rome": "IT",
    "Europe/Stockholm": "SE",
    "Europe/Vienna": "AT",
    "Europe/Warsaw": "PL",
    "Europe/Zurich": "CH",
}

YEARS_LOOKED_AT = 3
"""For the names to choose from: a holiday that falls on another's day one year is found in the next."""

REMARK = re.compile(r"\s*\([^()]*\)$")
"""What stands behind some names: "(observed)", "(estimated)"."""


class Holiday(NamedTuple):
    day: date
    name: str


def countries() -> dict[str, str]:
    """The countries by code, with their names in the active language where there is one, in the order of the names."""
    codes = _known()
    return dict(sorted(((code, str(NAMES.get(code, name))) for code, name in codes.items()), key=lambda one: one[1]))


def countries_near(zone: str, language: str) -> list[str]:
    """The codes of the countries where a site on this clock and in this language is likely read, the likeliest first.

    `language`: a code as Django has it, whose region counts before the countries of the language.
    """
    spoken, _dash, region = language.partition("-")
    likely = (CLOCKS.get(zone, ""), region.upper(), *SPOKEN_IN.get(spoken, ()))
    return [code for code in dict.fromkeys(likely) if code in NAMES]


def grouped_countries(near: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Code and name of each country under the heading of its group: those near, those that have a name in the active
    language, and the rest in English, as the package calls them."""
    named = countries()
    others = [(code, name) for code, name in named.items() if code not in near]
    return [
        (gettext("Near this site"), [(code, named[code]) for code in near]),
        (gettext("Other countries"), [one for one in others if one[0] in NAMES]),
        (gettext("Other countries, by their English names"), [one for one in others if one[0] not in NAMES]),
    ]


def country_name(code: str) -> str:
    """A country's name in the active language; its code where nobody knows it."""
    return str(NAMES.get(code) or _known().get(code, code))


@lru_cache(maxsize=512)
def holidays_of(country: str, year: int) -> tuple[Holiday, ...]:
    """The public holidays of a country in a year, by day, with the days off that stand in for one at the weekend.

    Empty for a country that the package does not know (any more) and for years that it does not cover.
    """
    import holidays  # large, and only sites with such an occasion need it

    try:
        kind = getattr(holidays, country) if country in _known() else None
        found = kind(years=[year], language=kind.default_language) if kind else {}
    except (AttributeError, NotImplementedError):
        return ()
    return tuple(Holiday(day, name) for day in sorted(found) if day.year == year for name in found.get_list(day))


def names_of(country: str, year: int) -> list[str]:
    """The names of a country's public holidays from a year on, each once, in the order of their days."""
    years = range(year, year + YEARS_LOOKED_AT)
    found = [holiday for each in years for holiday in holidays_of(country, each)]
    first = {}
    for holiday in found:
        first.setdefault(plain(holiday.name), (holiday.day.month, holiday.day.day))
    return sorted(first, key=lambda name: (first[name], name))


def days_of(country: str, name: str, year: int) -> list[date]:
    """The days of one holiday in a year: the day itself; where it moved, the days that stand in for it."""
    found = holidays_of(country, year)
    itself = [holiday.day for holiday in found if holiday.name == name]
    return itself or [holiday.day for holiday in found if plain(holiday.name) == name]


def plain(name: str) -> str:
    """A holiday's name without the remark that the package puts behind some of them."""
    return REMARK.sub("", name)


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    return {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, code, *_rest in COUNTRIES.values()}
