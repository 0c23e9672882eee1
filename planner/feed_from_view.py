"""A new feed from the address of a screen: its first choices, its name, and in words what a feed cannot do of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.access import visible_items
from planner.feed_forms import absent_from
from planner.filter_options import AUDIENCE
from planner.filters import Filters, clean_values
from planner.item_traits import ME
from planner.members import Members
from planner.saved_views import Content, seen_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import QueryDict

    from planner.feed_forms import FeedForm

LONGEST_NAME = 100
FROM_A_VIEW = {
    "persona": "personas",
    "phase": "phases",
    "channel": "channels",
    "status": "statuses",
    "campaign": "campaigns",
    "owner": "owners",
    "kind": "kinds",
    "journey": "journey",
}
"""The names that addresses of screens have for the fields of a feed. Others narrow nothing, or cannot narrow a feed."""

NARROWS_NOTHING = {"view", "month", "day", "tray", "group", "as_of", "horizon", "by", "show", "p", "name"}


def initial_from(query: QueryDict, form: FeedForm) -> tuple[dict[str, Any], list[str]]:
    """What a screen's address asks for as first choices of a form, and in words what of it a feed cannot do.

    The name is the one that the address brings, else that of a saved view with the same filters, else what they say.
    Where it filters: the queries of the filters' words, and one for the saved views.
    """
    initial: dict[str, Any] = {}
    carried, lost = [], []
    words = _words(query, form)
    for name in query:
        values = [] if name in NARROWS_NOTHING else clean_values(query.getlist(name))
        for value in values:
            label, word = words.get((name, value), (name, value))
            if _take(initial, name, str(form.user.pk) if value == ME and len(values) > 1 else value, form):
                carried.append(str(form.fields["mine"].label) if value == ME and initial.get("mine") else word)
            else:
                lost.append(f"{label}: {word}")
    name = query.get("name") or (_name_of_view(query, form.user) if words else "") or ", ".join(carried)
    return initial | {"name": name[:LONGEST_NAME]}, lost


def _take(initial: dict[str, Any], name: str, value: str, form: FeedForm) -> bool:
    """Put one value among the first choices; False where a feed cannot be narrowed by it."""
    if name == "mine" or (name, value) == ("owner", ME):
        initial["mine"] = True
        return True
    field = FROM_A_VIEW.get(name)
    if field is None or absent_from(form.fields[field].choices, [value]):
        return False
    if field == "journey":
        initial.setdefault(field, value)
    else:
        initial.setdefault(field, []).append(value)
    return True


def _words(query: QueryDict, form: FeedForm) -> dict[tuple[str, str], tuple[str, str]]:
    """The label and the words of each value that filters, as the filters of the screen have them."""
    names = (*Filters.NAMES, AUDIENCE)
    filters = Filters(query, names=names, members=Members(), reader=form.user, visible=visible_items(form.user))
    if not filters:
        return {}
    return {(name, option.value): (label, option.label) for name, label, option in filters.chosen_options}


def _name_of_view(query: QueryDict, user: AbstractBaseUser) -> str:
    """The name of a saved view that filters by the same, the user's own first; "" where there is none."""
    asked = set(Content.of_address(query, []).pairs)
    views = sorted(seen_by(user), key=lambda saved: saved.owner_id != user.pk)
    return next((saved.name for saved in views if set(Content.of_view(saved).pairs) == asked), "")
