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
from planner.board_cards import ENDED_FOR, LIVE_FOR, MOST_READ, Board, Why, read_board
from planner.board_moves import board_token
from planner.models import ContentItem
from planner.reschedule import versions
from planner.schedule import Approvals, Status, approvals
from planner.templatetags.planner_cards import Cards
from planner.views.filtered import FilteredScreen
from planner.views.ideas import plan_buttons
from planner.views.notices import moved_last

if TYPE_CHECKING:
    from planner.models import SavedView
    from planner.models.content_item import ContentItemQuerySet

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

    @cached_property
    def shown(self) -> ContentItemQuerySet:
        """The items of the cards that are shown."""
        return self.visible.filter(pk__in={card.item_id for card in self.board.cards})

    @cached_property
    def taggable(self) -> set[int]:
        return {*access.taggable_items(self.request.user, self.shown, self.reviews).values_list("pk", flat=True)}

    @cached_property
    def renewable(self) -> set[int]:
        """What has ended, or will soon, and the reader may edit. One query at most."""
        ending = {one.card.item_id for one in self.board.decisions if one.why in {Why.EXPIRED, Why.EXPIRING}}
        if not ending:
            return set()
        editable = access.editable_items(self.request.user, self.shown, self.reviews)
        return {*editable.filter(pk__in=ending).values_list("pk", flat=True)}

    @cached_property
    def tokens(self) -> dict[int, str]:
        """By item the version that was shown, of what the reader may work on. Three queries."""
        user, allowed = self.request.user, self.taggable
        if not user.is_superuser:
            allowed = allowed | {*access.publishable_items(user, self.shown).values_list("pk", flat=True)}
        return versions(ContentItem.objects.filter(pk__in=allowed), self.approved)

    @property
    def moves(self) -> dict[int, str]:
        """By item what a move of it has to bring."""
        return {
            card.item_id: board_token(self.tokens[card.item_id], card.column)
            for card in self.board.cards
            if card.item_id in self.tokens
        }

    def dates_for(self, saved: SavedView) -> dict[str, str]:
        return {name: self.request.GET.get(name, "") for name in CALENDAR_PARAMETERS}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board, here = self.board, self.request.get_full_path()
        moves = self.moves
        return super().get_context_data(
            board=board,
            moves=moves,
            cards=Cards(moves=moves, positions=self.positions, here=here),
            markable={key: token for key, token in self.tokens.items() if key in self.taggable},
            renewable=self.renewable,
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
