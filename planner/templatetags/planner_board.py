"""How the board says what its columns mean, what a card is, and why somebody should decide about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planner.board_cards import LIVE_FOR, Card, Decision, Why
from planner.entries import Kind
from planner.schedule import Status
from planner.templatetags.planner_tags import STATUS_ICONS, small_icon

register = template.Library()

MEANINGS = {
    Status.IDEA: gettext_lazy("No date yet"),
    Status.PLANNED: gettext_lazy("Has a target date"),
    Status.DRAFT: gettext_lazy("Being written"),
    Status.IN_REVIEW: gettext_lazy("In a workflow"),
    Status.SCHEDULED: gettext_lazy("Approved, waiting"),
}


@register.simple_tag
def column_meaning(column: Status) -> str:
    """What stands in a column, in three words."""
    if column == Status.LIVE:
        return ngettext("Last %(days)s day", "Last %(days)s days", LIVE_FOR.days) % {"days": LIVE_FOR.days}
    return MEANINGS[column]


@register.simple_tag
def card_status(card: Card) -> SafeString:
    """The date of a card, and its status where the column does not say it: as icon and word."""
    day = _day(card)
    if card.shown_status == card.column:
        return format_html('<span class="jp-status">{}</span>', day or _("No date"))
    word = card.shown_status.label
    if card.shown_status == Status.OVERDUE and card.overdue_for:
        # The days say enough of the date.
        word, day = _overdue(card), ""
    return format_html(
        '<span class="jp-status jp-status--{}">{} {}</span> {}',
        card.shown_status.value,
        small_icon(STATUS_ICONS[card.shown_status]),
        word,
        day,
    )


@register.simple_tag
def decision_status(decision: Decision) -> SafeString:
    """What is the matter, as icon and word."""
    if decision.why == Why.OVERDUE:
        name, icon, words = "overdue", "warning", _overdue(decision.card)
    else:
        day = {"day": date_format(decision.day, _("j M"))}
        if decision.why == Why.EXPIRING:
            name, icon, words = "expired", STATUS_ICONS[Status.EXPIRED], _("Expires %(day)s") % day
        elif decision.why == Why.EXPIRED:
            name, icon, words = "expired", STATUS_ICONS[Status.EXPIRED], _("Expired %(day)s") % day
        else:
            name, icon, words = "review", "history", _("Review due %(day)s") % day
    return format_html('<span class="jp-status jp-status--{}">{} {}</span>', name, small_icon(icon), words)


@register.simple_tag
def decision_reason(decision: Decision) -> str:
    """The same in a sentence, with whose it is."""
    card, day = decision.card, date_format(decision.day, "j F")
    if decision.why == Why.REVIEW:
        text = _("Live, and to be looked at again by %(day)s.")
    elif decision.why == Why.EXPIRING:
        text = _("Live, and goes off the site on %(day)s.")
    elif decision.why == Why.EXPIRED:
        text = _("Off the site since %(day)s.")
    elif card.late:
        text = _("Approved for %(day)s, but Wagtail has not acted on it. Ask whoever runs the site.")
    else:
        text = _("Its date, %(day)s, has passed, and it is not approved.")
    owner = _("Owner %(name)s.") % {"name": card.owner} if card.owner else _("No owner.")
    return f"{text % {'day': day}} {owner}"


@register.simple_tag(takes_context=True)
def decision_link(context: Context, decision: Decision) -> SafeString:
    """The way to a decision: another end or date for whoever may give it, else the plan."""
    card, query = decision.card, {"next": context["here"]}
    if card.item_id in context["renewable"] and decision.why in {Why.EXPIRED, Why.EXPIRING}:
        address, word, described = "planner_item:renew", _("Renew"), _("Renew “%(title)s”")
    elif decision.why in {Why.EXPIRED, Why.EXPIRING} or card.item_id not in context["moves"]:
        address, word, described = "planner_item:plan", _("Open the plan"), _("Open the plan of “%(title)s”")
    else:
        kind = Kind.REVIEW if decision.why == Why.REVIEW else Kind.PUBLICATION
        address, word, described = "planner_item:move", _("Move"), _("Move “%(title)s” to another date")
        query["kind"] = kind.value
    return format_html(
        '<a class="jp-button" href="{}?{}" aria-label="{}">{}</a>',
        reverse(address, args=[card.item_id]),
        urlencode(query),
        described % {"title": card.title},
        word,
    )


@register.simple_tag(takes_context=True)
def mark_token(context: Context, decision: Decision) -> str:
    """The version that marking an item as reviewed has to bring, where its review is due and the reader may mark it."""
    return context["markable"].get(decision.card.item_id, "") if decision.why == Why.REVIEW else ""


def _overdue(card: Card) -> str:
    if card.overdue_for < 1:
        return str(Status.OVERDUE.label)
    text = ngettext("Overdue %(days)s day", "Overdue %(days)s days", card.overdue_for)
    return text % {"days": card.overdue_for}


def _day(card: Card) -> str:
    """The day of a card, with the time where it has one and that is still to come."""
    if card.moment is None:
        return ""
    local: Any = localtime(card.moment, get_default_timezone()) if card.all_day else localtime(card.moment)
    day = date_format(local, _("j M"))
    if card.all_day or card.column != Status.SCHEDULED:
        return day
    return f"{day}, {time_format(local, 'H:i')}"
