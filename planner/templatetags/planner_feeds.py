"""The link that takes what a screen shows into a calendar program."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from personas.models import Persona, Phase
from planner.feed_access import may_make_feeds
from planner.filters import Filters

register = template.Library()


@register.inclusion_tag("planner/subscriptions/subscribe.html", takes_context=True)
def subscribe_to_view(context: dict[str, Any], query: str) -> dict[str, str]:
    """The button of a screen, for whoever may have feeds. `query`: its filters, as its own address has them."""
    return {"address": _address(context, query)}


@register.inclusion_tag("planner/subscriptions/subscribe.html", takes_context=True)
def subscribe_to_cell(context: dict[str, Any], persona: Persona, phase: Phase, filters: Filters) -> dict[str, str]:
    """The same for a cell of the coverage, in the channels that it is filtered by."""
    name = f"{persona.name}, {phase.name}"
    slugs = {"name": name, "persona": persona.slug, "phase": f"{phase.journey.slug}/{phase.slug}"}
    return {"address": _address(context, filters.query(**slugs))}


def _address(context: dict[str, Any], query: str) -> str:
    return reverse("planner_feeds:new") + query if may_make_feeds(context["request"].user) else ""
