"""The links that plan something new, on a day of the calendar and for a gap, and the one that accepts a gap."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from personas.models import Persona, Phase
from planner.gaps import Gap
from planner.idea_form import new_idea_url
from planner.templatetags.planner_tags import small_icon

register = template.Library()


@register.simple_tag(takes_context=True)
def plan_on(context: dict[str, Any], day: date) -> SafeString | str:
    """A "+" that plans something on this day; nothing on a day that has passed, or for whoever may not plan."""
    if not context.get("may_plan") or day < context["local_day"]:
        return ""
    label = _("Plan content on %(day)s") % {"day": date_format(day, "j F")}
    return format_html(
        '<a class="jp-day__plan" href="{}" title="{}">{}<span class="w-sr-only">{}</span></a>',
        new_idea_url(context["request"], day=day.isoformat()),
        _("Plan"),
        small_icon("plus"),
        label,
    )


@register.simple_tag(takes_context=True)
def plan_for(context: dict[str, Any], gap: Gap) -> SafeString | str:
    """The action of a gap that new content would close: its tags are filled in, and the last day that is in time."""
    if not context.get("may_plan") or not gap.phase or gap.item_id:
        return ""
    in_time = gap.date - timedelta(days=1) if gap.date else None
    address = new_idea_url(
        context["request"],
        personas=gap.persona.slug if gap.persona else "",
        phases=f"{gap.phase.journey.slug}/{gap.phase.slug}",
        channels=gap.channel.slug if gap.channel else "",
        day=max(in_time, context["local_day"]).isoformat() if in_time else "",
        gap=gap.key if gap.journey else "",
    )
    return format_html('<a class="jp-button" href="{}">{} {}</a>', address, small_icon("plus"), _("Plan content here"))


@register.simple_tag
def gap_history_url(key: str) -> str:
    """The address of what happened to a gap."""
    return f"{reverse('planner_gap:history')}?{urlencode({'gap': key})}"


@register.simple_tag(takes_context=True)
def plan_in(context: dict[str, Any], persona: Persona, phase: Phase) -> SafeString | str:
    """The action that plans something for a persona in a phase; nothing for whoever may not."""
    if not context.get("may_plan"):
        return ""
    address = new_idea_url(context["request"], personas=persona.slug, phases=f"{phase.journey.slug}/{phase.slug}")
    told = format_html('<span class="w-sr-only">: {} × {}</span>', persona, phase)
    return format_html(
        '<a class="jp-button" href="{}">{} {}{}</a>', address, small_icon("plus"), _("Plan content"), told
    )


@register.simple_tag(takes_context=True)
def accept_url(context: dict[str, Any], gap: Gap) -> str:
    """The address of the form that accepts a gap and leads back to the present screen."""
    asked = urlencode({"gap": gap.key, "next": context["request"].get_full_path()})
    return f"{reverse('planner_gap:accept')}?{asked}"


@register.simple_tag(takes_context=True)
def accept_link(context: dict[str, Any], gap: Gap) -> SafeString | str:
    """The action that accepts an open gap until a day; nothing for whoever may not.

    The screen says it with `may_decide`, or with the keys of the reader's journeys in `mine`.
    """
    mine = context.get("mine", ())
    if not gap.journey or not (context.get("may_decide") or gap.journey.pk in mine):
        return ""
    told = format_html('<span class="w-sr-only">: {}, {}</span>', gap.rule.name, gap.place)
    return format_html('<a class="jp-button" href="{}">{}{}</a>', accept_url(context, gap), _("Accept until…"), told)
