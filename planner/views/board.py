"""The board: what is not out yet, what went live lately, and what needs a decision, in columns by status."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets.button import HeaderButton

from planner import access
from planner.board_cards import ENDED_FOR, LIVE_FOR, MOST_READ, Board, Card, read_board
from planner.board_moves import board_token
from planner.filters import Filters
from planner.members import Members
from planner.models import ContentItem
from planner.reschedule import versions
from planner.schedule import Approvals, Status, approvals
from planner.views.base import PlannerView
from planner.views.ideas import plan_buttons
from planner.views.notices import moved_last

CALENDAR_PARAMETERS = ("view", "month", "day")
"""The days that the calendar showed: kept, so that the way back leads there."""


class BoardView(PlannerView):
    """The address carries the filters, which are the calendar's, and the column that is shown in full."""

    template_name = "planner/board/board.html"
    media = PlannerView.media + Media(css={"all": ["planner/board.css"]}, js=["planner/calendar-move.js"])
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
    def members(self) -> Members:
        return Members()

    @property
    def positions(self) -> dict[int, int]:
        return self.members.positions

    @cached_property
    def filters(self) -> Filters:
        return Filters(self.request.GET, keep=(*CALENDAR_PARAMETERS, "show"), members=self.members)

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @cached_property
    def board(self) -> Board:
        """What the reader may see and asked for."""
        return read_board(
            self.filters.apply(access.visible_items(self.request.user, reviews=self.reviews)),
            now=self.now,
            zone=self.site_zone,
            approved=self.approved,
            statuses=self.filters.statuses,
            whole=self.request.GET.get("show", ""),
            keep=moved_last(self.request),
            members=self.members,
        )

    @cached_property
    def reviews(self) -> access.Reviews | None:
        """Read once for the questions about rights; of a superuser none of them looks at it."""
        user = self.request.user
        return None if user.is_superuser else access.reviews_of(user)

    def moves(self, cards: list[Card]) -> dict[int, str]:
        """By item the version that a move of it has to bring, for what the reader may work on. Three queries."""
        user = self.request.user
        visible = access.visible_items(user, reviews=self.reviews).filter(pk__in={card.item_id for card in cards})
        allowed = {*access.taggable_items(user, visible, self.reviews).values_list("pk", flat=True)}
        if not user.is_superuser:
            allowed |= {*access.publishable_items(user, visible).values_list("pk", flat=True)}
        tokens = versions(ContentItem.objects.filter(pk__in=allowed), self.approved)
        return {
            card.item_id: board_token(tokens[card.item_id], card.column) for card in cards if card.item_id in tokens
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board = self.board
        return super().get_context_data(
            board=board,
            moves=self.moves(board.cards),
            filters=self.filters,
            whole=self.request.GET.get("show", ""),
            folded=self.filters.query(show=""),
            all_decisions=self.filters.query(show="decisions"),
            only_overdue=self.filters.query(status=Status.OVERDUE.value),
            only_expired=self.filters.query(status=Status.EXPIRED.value),
            here=self.request.get_full_path(),
            live_days=LIVE_FOR.days,
            ended_days=ENDED_FOR.days,
            most_read=MOST_READ,
            **kwargs,
        )
