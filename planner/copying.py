"""Copies of pages that are made through Wagtail's actions, as its API does, start with the tags of their source.

The admin's own copy does not ask for the registered action; it has a hook instead, see `wagtail_hooks.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swapper
from django.db import transaction
from wagtail.actions.copy_page import CopyPageAction

from planner.rows import copy_tags_of_tree

if TYPE_CHECKING:
    from wagtail.actions import ActionRegistry
    from wagtail.models import AbstractPage


def copy_tags_in_actions(registry: ActionRegistry) -> None:
    """Put an action that also copies tags in place of the registered one, be it Wagtail's or the site's own."""
    Page = swapper.load_model("wagtailcore", "Page")
    # Asked here, not by `get_action_class`: that would call this hook again.
    registered = registry.actions.get(Page, {}).get(CopyPageAction.action_name, CopyPageAction)
    registry.register(Page, type(f"Tagged{registered.__name__}", (TaggedCopy, registered), {}))


class TaggedCopy:
    """Mixed into an action that copies a page, with the pages below it or without."""

    @transaction.atomic
    def execute(self, *args: Any, **kwargs: Any) -> AbstractPage:
        copy = super().execute(*args, **kwargs)
        copy_tags_of_tree(self.page, copy)
        return copy
