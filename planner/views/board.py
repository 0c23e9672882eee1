"""The board: what is not out yet, what went live lately, and what needs a decision, in columns by status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import Media
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets.button import HeaderButton

from planner import access
from planner.board_cards import ENDED_FOR, LIVE_FOR, MOST_READ, Board, Card, read_board
from planner.board_moves import board_token
from planner.models import ContentItem
from planner.reschedule import versions
from planner.schedule import Approvals, Status, approvals
from planner.views.filtered import FilteredScreen
from planner.views.ideas import plan_buttons
from planner.views.notices import moved_last

if TYPE_CHECKING:
    from planner.models import SavedView

CALENDAR_PARAMETERS = ("view", "month", "day")
"""The days that the calendar showed: kept, so that the way back leads there."""


class BoardView(FilteredScreen):
    """The address carries the filters, which are the calendar's, and the column that is shown in full."""

    template_name = "planner/board/board.html"
    media = FilteredScreen.media + Media(css={"all": ["planner/board.css"]}, js=["planner/calendar-move.js"])
    index_url_name = "planner_board:index"
    index_results_url_name = "planner_board:results"
    keep = (*CALENDAR_PARAMETERS, "show")
    page_title = gettext_lazy("Board")
    header_icon = "jp-board"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        calendar = reverse("planner_calendar:index") + self.filters.query(show="")
        return [
            *plan_buttons(self.request),
            HeaderButton(_("Calendar"), url=calendar, icon_name="calendar-alt"),
        ]

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @cached_property
    def board(self) -> Board:
        """What the reader may see and asked for."""
        return read_board(
            self.items,
            now=self.now,
            zone=self.site_zone,
            approved=self.approved,
            statuses=self.filters.statuses,
            whole=self.request.GET.get("show", ""),
            keep=moved_last(self.request),
            members=self.members,
        )

    def moves(self, cards: list[Card]) -> dict[int, str]:
        """By item the version that a move of it has to bring, for what the reader may work on. Three queries."""
        user = self.request.user
        visible = self.visible.filter(pk__in={card.item_id for card in cards})
        allowed = {*access.taggable_items(user, visible, self.reviews).values_list("pk", flat=True)}
        if not user.is_superuser:
            allowed |= {*access.publishable_items(user, visible).values_list("pk", flat=True)}
        tokens = versions(ContentItem.objects.filter(pk__in=allowed), self.approved)
        return {
            card.item_id: board_token(tokens[card.item_id], card.column) for card in cards if card.item_id in tokens
        }

    def dates_for(self, saved: SavedView) -> dict[str, str]:
        return {name: self.request.GET.get(name, "") for name in CALENDAR_PARAMETERS}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board = self.board
        return super().get_context_data(
            board=board,
            moves=self.moves(board.cards),
            whole=self.request.GET.get("show", ""),
            folded=self.filters.query(show=""),
            all_decisions=self.filters.query(show="decisions"),
            only_overdue=self.filters.query(status=Status.OVERDUE.value),
            only_expired=self.filters.query(status=Status.EXPIRED.value),
            live_days=LIVE_FOR.days,
            ended_days=ENDED_FOR.days,
            most_read=MOST_READ,
            **kwargs,
        )
