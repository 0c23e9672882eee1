"""How a channel stands for a persona or in a phase: a word with an icon, then colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from personas.models import Persona, Phase
from planner.templatetags.planner_tags import phase_chip, small_icon

if TYPE_CHECKING:
    from planner.views.channel_matrix import ChannelCell

register = template.Library()


@register.simple_tag
def pivot_heading(member: Persona | Phase, positions: dict[int, int]) -> SafeString:
    """A phase with its number, or a persona with their initials."""
    if isinstance(member, Phase):
        return phase_chip(member, positions)
    initials = format_html('<span class="jp-initials jp-initials--round" aria-hidden="true">{}</span>', member.initials)
    return format_html('<span class="jp-phase">{} {}</span>', initials, member.name)


@register.simple_tag
def channel_words(cell: ChannelCell) -> SafeString:
    """What is missing, else how the content that is there stands. A channel that nobody asks for is no gap."""
    if not cell.applies:
        return _words("accepted", "minus", _("Not applicable"))
    if cell.worst:
        return _words(cell.worst.severity.value, "jp-empty", cell.missing)
    tally = cell.tally
    if tally.fresh:
        return _words("ok", "check", _("Fresh content"))
    if tally.live:
        return _words("plain", "history", _("Only old content"))
    if tally.confirmed:
        return _words("plain", "time", _("Coming"))
    if tally.tentative:
        return _words("plain", "jp-planned", _("Planned, not approved"))
    return _words("plain", "minus", _("Nothing"))


def _words(look: str, icon: str, text: str) -> SafeString:
    return format_html('<span class="jp-gap jp-gap--{}">{} {}</span>', look, small_icon(icon), text)
