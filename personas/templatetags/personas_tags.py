"""How a persona's trust looks: always a word with an icon."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from personas.evidence import Trust

register = template.Library()


@register.simple_tag
def trust_words(trust: Trust) -> SafeString:
    """What a persona rests on, as icon and word."""
    icon = render_to_string(
        "wagtailadmin/shared/icon.html",
        {"name": "help" if trust.is_assumption else "check", "classname": "default personas-trust__icon"},
    )
    modifier = "assumption" if trust.is_assumption else "evidence"
    return format_html('<span class="personas-trust personas-trust--{}">{} {}</span>', modifier, icon, trust.word)
