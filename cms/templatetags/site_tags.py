"""What the templates of the public site need beyond their own page."""

from __future__ import annotations

from django import template
from django.template import Context
from wagtail.models import Page, Site

register = template.Library()


@register.simple_tag(takes_context=True)
def site_root(context: Context) -> Page | None:
    """The home page of the site that was asked for; None where there is none yet."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    return site.root_page if site else None


@register.filter
def menu(root: Page | None) -> list[Page]:
    """The public pages directly below the home page that are marked for the menu. One query."""
    return list(root.get_children().live().public().in_menu()) if root else []


@register.filter
def is_within(page: Page | str, ancestor: Page) -> bool:
    """Whether a page is, or lies below, another one. False for what is no page, as on the 404 page."""
    return isinstance(page, Page) and page.path.startswith(ancestor.path)
