"""How a move is offered on a card of the calendar or the board, and how it is told when it was made."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from planner.aims import is_approved, is_movable
from planner.board_cards import Card
from planner.entries import Entry
from planner.templatetags.planner_tags import small_icon
from planner.tray import Undated
from planner.views.notices import anchor, take_notice

register = template.Library()

AnyCard = Entry | Undated | Card


@register.simple_tag(takes_context=True)
def move_data(context: Context, card: AnyCard) -> SafeString | str:
    """What a script needs to move a card: where to ask, for which kind of entry, and the version that was shown."""
    token = _token(context, card)
    if not token:
        return ""
    return format_html(
        ' data-planner-calendar-target="card" data-url="{}" data-kind="{}" data-token="{}"',
        _form_of(card),
        card.kind.value,
        token,
    )


@register.simple_tag(takes_context=True)
def move_anchor(context: Context, card: AnyCard) -> SafeString | str:
    """The identity of a card's link, where a move leads back to it."""
    return format_html(' id="{}"', anchor(card.item_id, card.kind)) if _token(context, card) else ""


@register.simple_tag(takes_context=True)
def move_link(context: Context, card: AnyCard) -> SafeString | str:
    """The way to the form, for everybody who may move the card and does not drag."""
    if not _token(context, card):
        return ""
    query = urlencode({"kind": card.kind.value, "next": context["here"]})
    return format_html(
        '<a class="jp-move" href="{}?{}" title="{}">{}<span class="w-sr-only">{}</span></a>',
        _form_of(card),
        query,
        _("Move"),
        small_icon("jp-move"),
        _("Move “%(title)s”") % {"title": card.title},
    )


@register.inclusion_tag("planner/includes/notice.html", takes_context=True)
def move_notice(context: Context) -> dict[str, Any]:
    """What the last move did, said once on the next screen, with the way back."""
    request = context["request"]
    return {"notice": take_notice(request), "request": request, "csrf_token": context.get("csrf_token")}


def _form_of(card: AnyCard) -> str:
    """Where a card is moved: on the board to another column, in the calendar to another day."""
    return reverse("planner_item:column" if isinstance(card, Card) else "planner_item:move", args=[card.item_id])


def _token(context: Context, card: AnyCard) -> str:
    if isinstance(card, Card):
        return context["moves"].get(card.item_id, "")
    return context["moves"].get((card.item_id, is_approved(card)), "") if is_movable(card) else ""
