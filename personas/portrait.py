"""Everything that is written down about one persona, in the order of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.text import capfirst
from wagtail.coreutils import get_content_languages

from personas.fields import ListField
from personas.models import Evidence, Need, Pain, Persona, Pleasure, RouteStep

FACTS = (
    "kind",
    "market",
    "language",
    "relationships",
    "share",
    "weight",
    "motives",
    "sources",
    "devices",
    "demographics",
)
LISTS = ("goals", "considerations", "objections", "media", "competitors")
CARE = ("owner", "team", "review_due", "slug")
ELSEWHERE = ("name", "summary", "background", "quote", "photo", "themes", "active")
"""Shown by the page itself, each in a place of its own."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the persona in words."""

    name: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A persona with its rows. What is empty is named in `unknown`, so that it does not read as forgotten."""

    persona: Persona
    facts: list[Fact]
    lists: list[Fact]
    care: list[Fact]
    themes: list[str]
    needs: list[Need]
    pains: list[Pain]
    pleasures: list[Pleasure]
    route: list[RouteStep]
    evidence: list[Evidence]
    unknown: list[str]


def read_portrait(persona: Persona) -> Portrait:
    """The portrait. Six queries, whatever there is, besides the persona's owner and photo."""
    themes = sorted(persona.themes.names())
    rows: dict[str, list[Any]] = {
        name: list(getattr(persona, name).select_related("phase__journey")) for name in ("needs", "pains", "pleasures")
    }
    rows["route"] = list(persona.route.select_related("phase__journey", "channel"))
    evidence = list(persona.evidence.select_related("phase__journey"))
    facts, lists, care = ([_fact(persona, name) for name in names] for names in (FACTS, LISTS, CARE))
    known = rows | {"themes": themes} | {name: getattr(persona, name) for name in ELSEWHERE if name != "themes"}
    known |= {fact.name: fact.values for fact in (*facts, *lists, *care)}
    return Portrait(
        persona,
        *([fact for fact in found if fact.values] for found in (facts, lists, care)),
        themes=themes,
        **rows,
        evidence=evidence,
        unknown=[_label(name) for name, value in known.items() if value in (None, "", [], ())],
    )


def _fact(persona: Persona, name: str) -> Fact:
    return Fact(name, _label(name), tuple(_in_words(persona, name)))


def _label(name: str) -> str:
    field = Persona._meta.get_field(name)
    related: type[Model] | None = field.related_model if field.auto_created else None
    return capfirst(str(related._meta.verbose_name_plural if related else field.verbose_name))


def _in_words(persona: Persona, name: str) -> Sequence[str]:
    field, value = Persona._meta.get_field(name), getattr(persona, name)
    if isinstance(field, ListField):
        return field.texts(value)
    if value in (None, ""):
        return []
    if field.choices:
        return [str(getattr(persona, f"get_{name}_display")())]
    if name == "owner":
        return [value.get_full_name() or value.get_username()]
    if name == "language":
        return [get_content_languages().get(value, value)]
    if name == "review_due":
        return [date_format(value, "j F Y")]
    if name == "share":
        return [f"{value}%"]
    if name == "weight":
        return [floatformat(value, -2)]
    return [str(value)]
