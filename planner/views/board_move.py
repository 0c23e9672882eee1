"""Moves one item to another column of the board: a plain form that says what each move means; a drag does the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder

from planner.aims import Reason, Refusal, means_of
from planner.board import AT_ONCE, COLUMNS, WRITES, Transition, column_of, lands_in
from planner.board_moves import Passed, board_token, move_to_column, outlook, put_back
from planner.entries import Kind
from planner.locked_rows import gone
from planner.publishing.warnings import warn_of_what_reviewers_lack
from planner.reschedule import obstacle, version
from planner.schedule import Status
from planner.views.moving import MovingView
from planner.views.notices import anchor, leave_column_notice, read_column_undo

MEANINGS = {
    Transition.SUBMIT: gettext_lazy("Submits it to the workflow “%(workflow)s”. Whoever reviews it there is told."),
    Transition.CANCEL_REVIEW: gettext_lazy("Cancels the review. The draft stays as it is."),
    Transition.TAKE_DATE_OFF: gettext_lazy("Takes the target date off."),
    Transition.TAKE_CONFIRMATION_BACK: gettext_lazy("Takes the confirmation back. It is a plan again, with its date."),
    Transition.BACK_TO_IDEA: gettext_lazy("Makes it an idea again."),
    Transition.UNSCHEDULE: gettext_lazy("Takes the schedule off. It does not go live by itself any more."),
    Transition.UNPUBLISH: gettext_lazy("Takes it off the site. Wagtail asks once more, about subpages too."),
    Transition.GIVE_DATE: gettext_lazy("Asks for a target date."),
    Transition.CHANGE_DATE: gettext_lazy("It goes live by itself. Asks for an earlier moment."),
    Transition.CREATE_PAGE: gettext_lazy("Makes it a page: asks where, and opens the draft."),
    Transition.CONFIRM: gettext_lazy("Opens its plan: confirm it there, with the moment from which it is live."),
    Transition.APPROVE: gettext_lazy("Opens the editor: to approve it takes the form there."),
    Transition.PUBLISH: gettext_lazy("Opens the editor: publish or schedule it there."),
    Transition.UPDATE: gettext_lazy("Opens the editor: an update of what is live is made there."),
    Transition.IN_ITS_EDITOR: gettext_lazy("Opens its own editor: it is no page."),
}
"""What each move does, before it is made."""

SAID_IN_EDITOR = {
    Transition.APPROVE: gettext_lazy("“%(title)s” is approved here. The board follows."),
    Transition.PUBLISH: gettext_lazy("“%(title)s” is published or scheduled here. The board follows."),
    Transition.UPDATE: gettext_lazy("Change “%(title)s” here, then submit or schedule the update."),
    Transition.IN_ITS_EDITOR: gettext_lazy("“%(title)s” is moved on here. The board follows."),
    Transition.CONFIRM: gettext_lazy("Set the state of “%(title)s” to confirmed, and from when it is live."),
}
"""What is said on the screen that such a move opens, which says nothing about it by itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """A column that an item may be moved to, and what that means; or why it may not."""

    column: Status
    meaning: str
    refusal: str
    lands_in: Status | None = None  # where it stands then, if that is another column

    @property
    def label(self) -> str:
        return _("Move to %(column)s") % {"column": self.column.label}


class BoardMoveView(MovingView):
    """Where an item stands, where it may go and what that means, before anything is changed."""

    template_name = "planner/board/move.html"
    media = MovingView.media + Media(css={"all": ["planner/board.css"]})
    page_title = gettext_lazy("Move")
    header_icon = "jp-board"
    read_of_item = ("record", "column")

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": self.home, "label": _("Board")}]

    @property
    def home(self) -> str:
        return reverse("planner_board:index")

    @cached_property
    def column(self) -> Status | None:
        """Where it stands now."""
        return column_of(self.record.facts, self.site_zone)

    @cached_property
    def asked(self) -> Status | None:
        """The column that was asked for, if there is one of that name."""
        name = self.request.POST.get("column") or self.request.GET.get("column", "")
        return next((column for column in COLUMNS if column.value == name), None)

    @property
    def back_to(self) -> str:
        """The screen one came from, at the item's card."""
        return f"{(self.next or self.home).partition('#')[0]}#{anchor(self.item.pk, Kind.PUBLICATION)}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            done = self._undo() if "undo" in request.POST else self._move()
        except Http404:
            return self.refuse(gone())
        except Refusal as refusal:
            return self.refuse(refusal)
        if not done.is_done:
            return self._ask(done.transition)
        leave_column_notice(request, done)
        if done.transition == Transition.SUBMIT:
            warn_of_what_reviewers_lack(request, self.item.page.specific)
        if self.asks_for_json:
            return JsonResponse({"message": done.sentence, "anchor": anchor(done.item_id, Kind.PUBLICATION)})
        return HttpResponseRedirect(self.back_to)

    def _move(self) -> Passed:
        if self.asked is None:
            raise Refusal(Reason.IMPOSSIBLE, _("Choose a column of the board."))
        carry_out = WRITES
        if "drop" in self.request.POST:
            # Whoever dragged it has not read yet what it means, or who has it open.
            carry_out = set() if self.editors else AT_ONCE
        token, user = self.request.POST.get("token", ""), self.request.user
        return move_to_column(self.item, self.asked, user=user, token=token, now=self.now, carry_out=carry_out)

    def _undo(self) -> Passed:
        back = read_column_undo(self.request.POST["undo"], self.item.pk)
        asked = {"user": self.request.user, "token": back["token"], "now": self.now}
        if "state" in back:
            return put_back(self.item, back["state"], **asked)
        return move_to_column(self.item, Status(back["column"]), **asked)

    def _ask(self, transition: Transition) -> HttpResponse:
        """Lead to the screen that does it; a drop first to this form, unless that screen asks by itself."""
        is_drop = "drop" in self.request.POST
        if is_drop and (transition in WRITES or transition in SAID_IN_EDITOR):
            query = {"column": self.asked.value, "next": self.next or self.home}
            return JsonResponse({"ask": f"{self.request.path}?{urlencode(query)}"})
        if transition in SAID_IN_EDITOR:
            messages.info(self.request, SAID_IN_EDITOR[transition] % {"title": self.record.title})
        address = f"{self._screen_of(transition)}?{urlencode({'next': self.back_to})}"
        return JsonResponse({"ask": address}) if self.asks_for_json else HttpResponseRedirect(address)

    def _screen_of(self, transition: Transition) -> str:
        item = self.item
        if transition == Transition.UNPUBLISH:
            return reverse("wagtailadmin_pages:unpublish", args=[item.page_id])
        if transition in {Transition.GIVE_DATE, Transition.CHANGE_DATE}:
            return reverse("planner_item:move", args=[item.pk])
        if transition == Transition.CREATE_PAGE:
            return reverse("planner_item:create_page", args=[item.pk])
        if transition == Transition.CONFIRM:
            return self.plan_url
        if transition == Transition.IN_ITS_EDITOR:
            return AdminURLFinder(self.request.user).get_edit_url(item.content_object) or self.plan_url
        return reverse("wagtailadmin_pages:edit", args=[item.page_id])

    def fresh(self) -> dict[str, str]:
        return {
            "token": board_token(version(self.item), self.column),
            "stands": self.column.value if self.column else "",
        }

    def get_context_data(self, refusal: str = "", **kwargs: Any) -> dict[str, Any]:
        ways = [self._way(column) for column in COLUMNS if column != self.column]
        means = means_of(self.record, Kind.PUBLICATION)
        return super().get_context_data(
            item=self.item,
            facts=self.record.facts,
            status=self.record.facts.status(self.now, self.site_zone),
            column=self.column,
            # What was asked for stands first, where the eye and the keyboard begin.
            ways=sorted((way for way in ways if not way.refusal), key=lambda way: way.column != self.asked),
            refused=[way for way in ways if way.refusal] if self.column else [],
            asked=self.asked,
            # What stands in no column has one reason for all of them.
            refusal=refusal or (ways[0].refusal if self.column is None else ""),
            editors=self.editors,
            token=board_token(version(self.item), self.column),
            may_move_date=not obstacle(self.item, self.record, means, user=self.request.user, now=self.now),
            next=self.next or self.home,
            back_to=self.back_to,
            **kwargs,
        )

    def _way(self, column: Status) -> Way:
        transition, refusal = outlook(self.item, self.record, column, user=self.request.user, now=self.now)
        if transition is None:
            return Way(column, "", refusal)
        landing = lands_in(transition, self.record.facts, column)
        said = {"workflow": self._workflow if transition == Transition.SUBMIT else ""}
        return Way(column, MEANINGS[transition] % said, "", landing if landing != column else None)

    @cached_property
    def _workflow(self) -> str:
        page = self.item.page.specific
        state = page.current_workflow_state
        return (state.workflow if state else page.get_workflow()).name
