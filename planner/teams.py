"""Whose content is: the team that an item names, else the teams of its channels. An agency is a team like any other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from personas.models import Channel
from planner.access import visible_items
from planner.models import ContentItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def teams_known_to(user: AbstractBaseUser | None) -> list[str]:
    """The teams of channels, and of content that the user may see, by name. One query, and the user's permissions."""
    of_channels = Channel.objects.order_by().exclude(team="").values_list("team")
    of_items = visible_items(user).order_by().exclude(team="").values_list("team")
    return sorted((team for (team,) in of_channels.union(of_items)), key=str.casefold)


def read_teams(items: Collection[int]) -> dict[int, frozenset[str]]:
    """The teams of items, by their keys; what nobody's team is named for is absent. Two queries, none for no item.

    The same rule as `coverage_sql.TEAMS`.
    """
    if not items:
        return {}
    found: dict[int, set[str]] = defaultdict(set)
    of_channels = Channel.objects.exclude(team="").values_list("planner_items", "team")
    own = dict(ContentItem.objects.filter(pk__in=list(items)).exclude(team="").values_list("pk", "team"))
    for item, team in of_channels.filter(planner_items__in=list(items)):
        found[item].add(team)
    return {item: frozenset(teams) for item, teams in (found | {item: {team} for item, team in own.items()}).items()}
