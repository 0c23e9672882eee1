"""What an address of the calendar or the board keeps as a saved view, and the address that opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from planner.saved_views import BOARD, Content
from planner.views.calendar_period import View

if TYPE_CHECKING:
    from planner.models import SavedView


def content_of(address: str) -> Content:
    """What an address asks for, with the screen that shows it; of the calendar the month goes without a name."""
    path, _mark, query = address.partition("#")[0].partition("?")
    asked = QueryDict(query)
    if path == path_of(BOARD):
        return Content.of_address(asked, BOARD)
    view = asked.get("view", "")
    return Content.of_address(asked, view if view in {View.WEEK, View.AGENDA} else "")


def path_of(view: str) -> str:
    """The screen that shows a saved view."""
    return reverse("planner_board:index" if view == BOARD else "planner_calendar:index")


def screen_of(view: str) -> str:
    """The same screen's name."""
    return _("Board") if view == BOARD else _("Calendar")


def address_of(content: Content, saved: SavedView | None = None) -> str:
    """The screen with these filters, with a saved view as the open one."""
    pairs = [] if content.view in {"", BOARD} else [("view", content.view)]
    pairs += [*content.pairs, *([("saved", str(saved.pk))] if saved else [])]
    return f"{path_of(content.view)}{'?' if pairs else ''}{urlencode(pairs)}"
