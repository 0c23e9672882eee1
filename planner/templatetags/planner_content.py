"""Tags for the templates of a site: live public content by persona, phase and channel. See docs/templates.md."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils import timezone
from wagtail.models import AbstractPage

from planner import public
from planner.models import ContentItem
from planner.models.content_item import ContentItemQuerySet
from planner.public import PublicContent

register = template.Library()

AT_MOST = 5


@register.simple_tag(takes_context=True)
def content_for(
    context: Context,
    *,
    persona: str | None = None,
    phase: str | None = None,
    channel: str | None = None,
    limit: int = AT_MOST,
) -> list[PublicContent]:
    """The newest live public content for a persona, in a phase ("journey/phase" too), in a channel: slugs.

    What is not named does not narrow it down; an empty name, as of a variable that is not set, finds nothing.
    """
    items = ContentItem.objects.all()
    if persona is not None:
        items = items.for_persona(persona)
    if phase is not None:
        items = items.in_phase(phase)
    if channel is not None:
        items = items.in_channel(channel)
    return _read(context, items, limit)


@register.simple_tag(takes_context=True)
def content_like(context: Context, page: AbstractPage, *, limit: int = AT_MOST) -> list[PublicContent]:
    """The newest live public content for the same personas in the same phases as this page."""
    return _read(context, public.like(page), limit)


@register.simple_tag(takes_context=True)
def next_steps(context: Context, page: AbstractPage, *, limit: int = AT_MOST) -> list[PublicContent]:
    """The live public content that this page's plan names as its next step, the newest first.

    Where it names none that any visitor may read: the newest for its personas in the phase that follows its own.
    """
    return _read(context, public.steps(page), limit) or _read(context, public.after(page), limit)


def _read(context: Context, items: ContentItemQuerySet, limit: int) -> list[PublicContent]:
    return public.read_public(items.live(timezone.now()), limit=limit, request=context.get("request"))
