"""Where a persona has its page. Whoever builds one says so here; this room never imports it."""

from __future__ import annotations

from django.urls import reverse

_view_names: list[str] = []


def register_page(view_name: str) -> None:
    """The view that shows a persona, with its slug as its one argument. Call it from `AppConfig.ready()`."""
    _view_names[:] = [view_name]


def page_of(slug: str) -> str:
    """The address of a persona's page; empty where nobody built one."""
    return reverse(_view_names[0], args=[slug]) if _view_names else ""
