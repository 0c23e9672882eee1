"""What takes whole days in the calendar: an icon and words."""

from __future__ import annotations

from datetime import date

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from planner.campaigns import Part
from planner.day_events import DayEvent, DayKind
from planner.templatetags.planner_tags import small_icon

register = template.Library()


@register.simple_tag
def day_event(event: DayEvent) -> SafeString:
    """A campaign, an occasion or a blackout with its name as a link, and its days where they are several."""
    icon, word, detail = "jp-flag", DayKind.OCCASION.label, "planner_occasion:detail"
    if event.kind == DayKind.CAMPAIGN:
        icon, word, detail = "tag", DayKind.CAMPAIGN.label, "planner_campaign:detail"
    elif event.blackout:
        icon, word = "jp-blackout", _("Blackout")
    # Of an occasion the flag says enough to whoever sees it.
    kind = format_html('<span class="w-sr-only">{}:</span>' if icon == "jp-flag" else "{}:", word)
    days: SafeString | str = ""
    if event.first_day < event.last_day:
        days = format_html('<span class="jp-span">, {}</span>', span_in_words(event.first_day, event.last_day))
    address = reverse(detail, args=[event.key])
    return format_html('{} {} <a href="{}">{}</a>{}', small_icon(icon), kind, address, event.title, days)


def span_in_words(first: date, last: date) -> str:
    """The first and the last day; with years only where these differ."""
    if first.year != last.year:
        before, after = date_format(first, "j F Y"), date_format(last, "j F Y")
    else:
        before, after = date_format(first, "j" if first.month == last.month else "j F"), date_format(last, "j F")
    return _("%(first)s – %(last)s") % {"first": before, "last": after}


@register.simple_tag
def promise_words(part: Part, today: date) -> str:
    """How a promised part stands that nothing is planned for."""
    return _("Late, not planned") if part.is_late(today) else _("Promised, not planned")
