"""Saved views: what is kept of a screen's address, who sees which, and the writes. No request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from planner.filters import Filters
from planner.models import SavedView
from planner.refused import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import QueryDict

LONGEST_QUERY = 1500
"""Characters of the filters in an address: Django redirects to no address beyond 2,048."""

MOST_SHOWN = 200
"""Saved views that a menu lists."""

BOARD = "board"
"""What a view of the board keeps where one of the calendar keeps month, week or agenda."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a view keeps: by filter the values asked for; and `BOARD`, the calendar's view, or "" for its month."""

    filters: dict[str, list[str]]
    view: str

    @classmethod
    def of_address(cls, query: QueryDict, view: str) -> Content:
        """What an address filters by."""
        return cls({name: values for name, values in Filters(query).chosen.items() if values}, view)

    @classmethod
    def of_view(cls, saved: SavedView) -> Content:
        return cls(saved.filters, saved.view)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.filters.items() for value in values]

    def asks_the_same(self, other: Content) -> bool:
        return self.view == other.view and set(self.pairs) == set(other.pairs)


def seen_by(user: AbstractBaseUser) -> list[SavedView]:
    """One's own and the shared ones by name, each with its owner. One query."""
    return list(SavedView.objects.seen_by(user)[:MOST_SHOWN])


def create(owner: AbstractBaseUser, *, name: str, shared: bool, content: Content) -> SavedView:
    """Keep the filters under a name. Raises `Refused`."""
    return _write(SavedView(owner=owner, name=name, shared=shared), content, "wagtail.create", owner)


def rename(saved: SavedView, *, name: str, shared: bool, user: AbstractBaseUser) -> SavedView:
    """Another name, or shared from now on, or no more. Raises `Refused`."""
    before = {"name": saved.name, "shared": saved.shared}
    saved.name, saved.shared = name, shared
    return _write(saved, Content.of_view(saved), "wagtail.edit", user, before)


def replace(saved: SavedView, content: Content, *, user: AbstractBaseUser) -> SavedView:
    """Other filters under the same name; the log keeps the former ones. Raises `Refused`."""
    before = {"filters": saved.filters, "view": saved.view}
    return _write(saved, content, "wagtail.edit", user, before)


def delete(saved: SavedView, *, user: AbstractBaseUser) -> None:
    with transaction.atomic():
        log(saved, "wagtail.delete", user=user, deleted=True)
        saved.delete()


def _write(
    saved: SavedView, content: Content, action: str, user: AbstractBaseUser, before: dict[str, Any] | None = None
) -> SavedView:
    if len(urlencode(content.pairs)) > LONGEST_QUERY:
        raise Refused(_("These are too many filters for one view. Take some of them away, then save it."))
    saved.filters, saved.view = content.filters, content.view
    try:
        with transaction.atomic():
            saved.save()
            log(saved, action, user=user, data={"before": before} if before else None)
    except IntegrityError as error:
        text = _("You have a view “%(name)s” already. Choose another name, or open that one and replace it.")
        raise Refused(text % {"name": saved.name}) from error
    return saved
