"""What a move did, kept for the next screen: the sentence, and the way back."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from planner.aims import Aim, Reason, Refusal
from planner.board import Transition
from planner.board_moves import Passed
from planner.entries import Kind
from planner.reschedule import Moved

NOTICE = "planner_moved"
UNDO = "planner.undo"
UNDO_COLUMN = "planner.undo_column"


def leave_notice(request: HttpRequest, done: Moved, text: str = "") -> None:
    """Keep what happened for the next screen, where it is said once, with the way back. `text`: in other words."""
    undo = "" if done.before == done.after else sign_undo(done)
    _leave(request, done.item_id, text or done.sentence, undo, "planner_item:move", kind=done.kind.value)


def leave_words(request: HttpRequest, item: int, text: str) -> None:
    """A sentence about an item that nothing can take back."""
    _leave(request, item, text, "", "planner_item:move")


def leave_column_notice(request: HttpRequest, done: Passed) -> None:
    """The same for a move between columns; what cannot be taken back, or nobody should, has no way back."""
    if done.dated:
        leave_notice(request, done.dated, done.sentence)
        return
    back = {}
    if done.transition == Transition.SUBMIT:
        back = {"column": done.came_from.value}
    elif done.transition in {Transition.BACK_TO_IDEA, Transition.TAKE_CONFIRMATION_BACK}:
        back = {"state": done.state_before}
    undo = signing.dumps({"item": done.item_id, "token": done.token} | back, salt=UNDO_COLUMN) if back else ""
    _leave(request, done.item_id, done.sentence, undo, "planner_item:column")


def _leave(request: HttpRequest, item: int, text: str, undo: str, view: str, kind: str = "") -> None:
    url = reverse(view, args=[item])
    request.session[NOTICE] = {"text": text, "undo": undo, "kind": kind, "url": url, "item": item}


def moved_last(request: HttpRequest) -> int | None:
    """The item that the waiting notice is about, so that its card can be in sight."""
    return request.session.get(NOTICE, {}).get("item")


def take_notice(request: HttpRequest) -> dict[str, str] | None:
    """What was left for this screen, if anything; it is said once."""
    return request.session.pop(NOTICE, None)


def sign_undo(done: Moved) -> str:
    """A move back, as only we can have written it: a plan may go back to a day that has passed."""
    moment = done.before.moment.isoformat() if done.before else ""
    return signing.dumps(
        {
            "item": done.item_id,
            "kind": done.kind.value,
            "to": moment,
            "time": done.before.has_time,
            "token": done.token,
        },
        salt=UNDO,
    )


def read_undo(signed: str, item: int, kind: Kind) -> tuple[Aim, str]:
    """Where to move back, and the version that makes it safe. Raises `Refusal` for what is not our own."""
    try:
        data = signing.loads(signed, salt=UNDO)
    except signing.BadSignature:
        data = {}
    if data.get("item") != item or data.get("kind") != kind.value:
        raise _not_ours()
    return Aim(parse_datetime(data["to"]) if data["to"] else None, has_time=data["time"]), data["token"]


def read_column_undo(signed: str, item: int) -> dict[str, str]:
    """The column or state to go back to, and the version that makes it safe. Raises `Refusal` for what is not ours."""
    try:
        data = signing.loads(signed, salt=UNDO_COLUMN)
    except signing.BadSignature:
        data = {}
    if data.get("item") != item:
        raise _not_ours()
    return data


def _not_ours() -> Refusal:
    return Refusal(Reason.IMPOSSIBLE, _("This is no move that can be taken back. Use Move."))


def anchor(item: int, kind: Kind) -> str:
    """The fragment of the card of an item in the calendar."""
    return f"jp-review-{item}" if kind == Kind.REVIEW else f"jp-entry-{item}"
