"""The cards of calendar and board: an item at one moment, with the way to move it.

They are written here and not by templates: a month has hundreds, and to include a template with its tags for each of
them takes many times what it takes to write it. What cards say alike is put into words once per answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from planner.aims import is_approved, is_movable
from planner.board_cards import Card
from planner.entries import Entry, Kind
from planner.schedule import Status
from planner.templatetags.planner_board import card_status
from planner.templatetags.planner_tags import STATUS_ICONS, gap_words, hours_of_work, hue, phase_chip, small_icon
from planner.tray import Undated
from planner.views.notices import anchor

if TYPE_CHECKING:
    from personas.models import Persona
    from planner.gaps import Gap

register = template.Library()

AnyCard = Entry | Undated | Card

UNAPPROVED = {Status.IDEA, Status.PLANNED, Status.DRAFT, Status.IN_REVIEW}


@register.simple_tag(takes_context=True)
def cards(context: Context, shown: Iterable[AnyCard]) -> SafeString:
    """Cards as the items of a list. The screen says with `cards` what it knows of all of them."""
    return SafeString("".join(map(context["cards"].write, shown)))


class Cards:
    """Writes the cards of one answer.

    `moves`: the version that a move has to bring, for what the reader may move: of entries by item and whether what is
    shown is approved, on the board by item. `positions`: the number of each phase within its journey. `here`: where a
    move leads back to. `hints`: by item, what stands in the way of its publication.
    """

    def __init__(
        self,
        *,
        moves: dict[Any, str],
        positions: dict[int, int],
        here: str,
        hints: dict[int, list[str]] | None = None,
    ) -> None:
        self.moves, self.positions, self.hints = moves, positions, hints or {}
        self.queries = {kind: escape(urlencode({"kind": kind.value, "next": here})) for kind in Kind}
        self.zone = get_current_timezone()
        self.plan = _addresses("planner_item:plan")
        self.forms = {of: _addresses(f"planner_item:{name}") for of, name in ((True, "column"), (False, "move"))}
        self.move_icon, self.move_word = small_icon("jp-move"), escape(_("Move"))
        self.move_words = escape(_("Move “%(title)s”"))
        self.everyone = format_html('<span class="jp-initials">{}</span>', _("Everyone"))
        self.statuses: dict[tuple[Kind, Status, bool], SafeString] = {}
        self.names: dict[Any, SafeString] = {}

    def write(self, card: AnyCard) -> str:
        """HTML. What people wrote is escaped here; all else is ours."""
        token, title = self._token(card), escape(card.title)
        status = card_status(card) if isinstance(card, Card) else self._status(card)
        link = f' id="{anchor(card.item_id, card.kind)}"' if token else ""
        return (
            f'<li class="jp-entry {self._classes(card)}"{self._data(card, token) if token else ""}>'
            f"{self._move(card, title) if token else ''}"
            f'<p class="jp-entry__status">{status}</p>'
            f'<p class="jp-entry__title"><a{link} href="{self.plan(card.item_id)}">{title}</a></p>'
            f'<p class="jp-entry__tags">{self._tags(card)}</p>'
            f"{self._channels(card)}"
            f"{self._gap(card)}{self._effort(card)}{self._hints(card)}</li>\n"
        )

    def _token(self, card: AnyCard) -> str:
        if isinstance(card, Card):
            return self.moves.get(card.item_id, "")
        return self.moves.get((card.item_id, is_approved(card)), "") if is_movable(card) else ""

    def _classes(self, card: AnyCard) -> str:
        """Dashed where nothing is approved yet, red where overdue, and the hue of its first phase as a strip."""
        classes = f"jp-entry--{_tone(card)}"
        if card.kind == Kind.PUBLICATION and card.status in UNAPPROVED:
            classes += " jp-entry--unapproved"
        if card.phases:
            classes += f" jp-strip--{hue(self.positions.get(card.phases[0].pk, 1))}"
        return classes

    def _data(self, card: AnyCard, token: str) -> str:
        """What a script needs to move a card: where to ask, for which kind of entry, and the version that was shown."""
        asked = f'data-url="{self._form_of(card)}" data-kind="{card.kind.value}" data-token="{token}"'
        return f' data-planner-calendar-target="card" {asked}'

    def _move(self, card: AnyCard, title: str) -> str:
        """The way to the form, for everybody who may move the card and does not drag."""
        address, words = f"{self._form_of(card)}?{self.queries[card.kind]}", self.move_words % {"title": title}
        return (
            f'<a class="jp-move" href="{address}" title="{self.move_word}">'
            f'{self.move_icon}<span class="w-sr-only">{words}</span></a>'
        )

    def _form_of(self, card: AnyCard) -> str:
        """Where a card is moved: on the board to another column, in the calendar to another day."""
        return self.forms[isinstance(card, Card)](card.item_id)

    def _status(self, card: Entry | Undated) -> str:
        """What happens at this entry: icon, word and, where it has one, the time on the reader's clock."""
        seen = card.kind, card.status, card.late
        if seen not in self.statuses:
            self.statuses[seen] = _status_words(card)
        clock = "" if card.all_day else card.moment.astimezone(self.zone).isoformat()[11:16]
        return f'<span class="jp-status jp-status--{_tone(card)}">{self.statuses[seen]} {clock}</span>'

    def _tags(self, card: AnyCard) -> str:
        """Its phases, and for whom it is."""
        chips = [self._named(phase, self._phase) for phase in card.phases]
        everyone = [self.everyone] if card.for_everyone else []
        return " ".join([*chips, *everyone, *(self._named(one, _initials) for one in card.personas)])

    def _channels(self, card: AnyCard) -> str:
        """Through what it goes out, as far as a line holds it."""
        if not card.channels:
            return ""
        names = ", ".join(self._named(one, lambda channel: escape(channel.name)) for one in card.channels)
        return f'<p class="jp-entry__channels" title="{names}">{names}</p>'

    def _named(self, member: Any, write: Callable[[Any], SafeString]) -> SafeString:
        if member not in self.names:
            self.names[member] = write(member)
        return self.names[member]

    def _phase(self, phase: Any) -> SafeString:
        return phase_chip(phase, self.positions)

    def _gap(self, card: AnyCard) -> str:
        """Which gap an undated card would help to close, and where."""
        if not isinstance(card, Undated) or card.gap is None:
            return ""
        return self._named(card.gap, _gap_line)

    def _effort(self, card: AnyCard) -> str:
        """What an undated card takes to make, for whoever chooses among them."""
        if not isinstance(card, Undated) or card.effort is None:
            return ""
        return f'<p class="jp-entry__effort">{escape(hours_of_work(card.effort))}</p>'

    def _hints(self, card: AnyCard) -> str:
        """What stands in the way of a publication on its day, each in a line."""
        told = self.hints.get(card.item_id)
        if not told or card.kind != Kind.PUBLICATION or not isinstance(card, Entry):
            return ""
        return "".join(self._named(text, _hint) for text in told)


def _addresses(name: str) -> Callable[[int], str]:
    """The addresses of items by their key, resolved once."""
    before, _zero, after = reverse(name, args=[0]).rpartition("0")
    return lambda key: f"{before}{key}{after}"


def _initials(persona: Persona) -> SafeString:
    return format_html(
        '<abbr class="jp-initials" title="{name}" aria-hidden="true">{initials}</abbr>'
        '<span class="w-sr-only">{name}</span>',
        name=persona.name,
        initials=persona.initials,
    )


def _hint(text: str) -> SafeString:
    return format_html('<p class="jp-entry__hint">{} {}</p>', small_icon("info-circle"), text)


def _gap_line(gap: Gap) -> SafeString:
    words = format_html('{} <span class="jp-entry__cell">{} × {}</span>', gap_words(gap), gap.persona, gap.phase)
    return format_html('<p class="jp-entry__gap">{}</p>', words)


def _status_words(card: Entry | Undated) -> SafeString:
    """The icon and the word of a kind and status."""
    icon, word = STATUS_ICONS[card.shown_status], card.shown_status.label
    if card.late:
        word = _("Overdue, approved")
    elif card.has_passed:
        word = _("Went live")
    elif card.kind == Kind.EXPIRY:
        icon, word = STATUS_ICONS[Status.EXPIRED], _("Expired") if card.status == Status.EXPIRED else _("Expires")
    elif card.kind == Kind.REVIEW:
        icon, word = "history", _("Review due")
    elif card.kind == Kind.UPDATE:
        icon, word = "rotate", pgettext("state of an entry", "Update")
    return format_html("{} {}", small_icon(icon), word)


def _tone(card: AnyCard) -> str:
    if card.kind in {Kind.EXPIRY, Kind.REVIEW} and not card.late:
        return "quiet"
    return card.shown_status.value
