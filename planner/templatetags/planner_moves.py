"""How a move is offered on a card of the calendar or the board, and how it is told when it was made."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from planner.views.notices import take_notice

register = template.Library()


@register.inclusion_tag("planner/includes/notice.html", takes_context=True)
def move_notice(context: Context) -> dict[str, Any]:
    """What the last move did, said once on the next screen, with the way back."""
    request = context["request"]
    return {"notice": take_notice(request), "request": request, "csrf_token": context.get("csrf_token")}
