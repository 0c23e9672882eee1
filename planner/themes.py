"""Themes by name: free tags, the same whatever their case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from taggit.models import Tag
from taggit.utils import parse_tags

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST_THEME = 100
MOST_THEMES = 50
"""More themes than anybody types for one item: each new one costs a few queries."""

_ASCII_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


def themes_in(text: str) -> set[str]:
    """The themes that somebody typed, separated by commas, each once: the case makes no difference.

    Raises ValidationError where one is too long, or where there are too many.
    """
    themes = _distinct(parse_tags(text))
    if len(themes) > MOST_THEMES:
        text = _("These are %(count)s themes. Type %(most)s at most.")
        raise ValidationError(text % {"count": len(themes), "most": MOST_THEMES})
    for theme in themes:
        if len(theme) > LONGEST_THEME:
            raise ValidationError(
                _("The theme “%(theme)s…” is too long: at most %(most)s characters.")
                % {"theme": theme[:30], "most": LONGEST_THEME}
            )
    return set(themes)


def themes_named(names: Iterable[str], *, make: bool) -> list[Tag]:
    """The themes of these names, in the order of their names. `make`: those that do not exist yet are made.

    A name that exists in other cases is that theme: "Roses" does not stand beside "roses". One query, and three or four
    for each theme that is made.
    """
    names = _distinct(sorted(names))
    if not names:
        return []
    # SQLite knows the case of ASCII only.
    lower = {name.lower() for name in names} | {name.translate(_ASCII_LOWER) for name in names}
    alike = Tag.objects.alias(lower=Lower("name")).filter(Q(lower__in=lower) | Q(name__in=names)).order_by("-pk")
    known: dict[str, Tag] = {}
    for theme in alike:
        known[theme.name.casefold()] = theme
    known |= {theme.name: theme for theme in alike}
    found = {name: known.get(name) or known.get(name.casefold()) for name in names}
    if make:
        # Not in bulk: taggit finds a free slug for each as it saves it.
        found |= {name: Tag.objects.get_or_create(name=name)[0] for name, theme in found.items() if theme is None}
    return list({theme.pk: theme for theme in found.values() if theme}.values())


def _distinct(names: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return list(found.values())
