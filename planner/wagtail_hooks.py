"""What the planner registers with Wagtail. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from planner import publishing, rows
from planner.admin_urls import item_viewset, persona_viewsets, planner_group, untagged_viewset
from planner.bulk_actions import TagItems, TagPages
from planner.content_check import add_content_check
from planner.copying import copy_tags_in_actions
from planner.dashboard import panels_for
from planner.editor import add_plan_tab_to_snippets, say_that_it_does_not_count
from planner.explorer import extend_listings
from planner.feed_urls import register_feed_log_actions
from planner.log_actions import register_plan_log_actions
from planner.notifications.account_panel import account_panel
from planner.views.saved_views import saved_view_viewset
from planner.views.tag_rules import tag_rule_viewset

ICONS = ("jp-idea", "jp-planned", "jp-empty", "jp-cliff", "jp-thin", "jp-move", "jp-flag", "jp-blackout", "jp-board")


@hooks.register("register_admin_viewset")
def register_planner() -> list[Any]:
    return [planner_group, item_viewset, *persona_viewsets, untagged_viewset, tag_rule_viewset, saved_view_viewset]


@hooks.register("register_admin_viewset", order=1000)  # after the site's own page and snippet viewsets
def extend_the_sites_own() -> list[Any]:
    extend_listings()
    add_plan_tab_to_snippets()
    return []


hooks.register("register_bulk_action", TagPages)
hooks.register("register_bulk_action", TagItems)


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    return [*icons, *(f"planner/icons/{name}.svg" for name in ICONS)]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    register_plan_log_actions(actions)
    register_feed_log_actions(actions)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet:
    return Permission.objects.filter(
        content_type__app_label="planner",
        codename__in=["tag_content", "change_leftouttype", "change_coveragetarget", "use_feeds"],
    )


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels += panels_for(request)


@hooks.register("register_page_header_buttons")
def plan_button_in_header(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _plan_button(page)


@hooks.register("register_page_listing_more_buttons")
def plan_button_in_listing(page: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    return _plan_button(page)


hooks.register("register_account_settings_panel", account_panel)
hooks.register("construct_wagtail_userbar", add_content_check, order=1000)  # after the site's own checkers
hooks.register("before_publish_page", publishing.refuse_what_changed)
hooks.register("before_publish", publishing.refuse_what_changed)
hooks.register("after_publish_page", publishing.warn_after_publishing)
hooks.register("after_publish", publishing.warn_after_publishing)
hooks.register("after_create_page", publishing.warn_after_submitting)
hooks.register("after_edit_page", publishing.warn_after_submitting)
hooks.register("after_create_snippet", publishing.warn_after_saving)
hooks.register("after_edit_snippet", publishing.warn_after_saving)
hooks.register("after_edit_page", say_that_it_does_not_count)
hooks.register("after_edit_snippet", say_that_it_does_not_count)
hooks.register("before_bulk_action", publishing.refuse_bulk_publishing)
hooks.register("after_bulk_action", publishing.warn_after_bulk_publishing)
hooks.register("register_actions", publishing.extend_actions, order=1000)  # after the site's own


@hooks.register("after_copy_page")
def copy_tags(request: HttpRequest, page: Any, new_page: Any) -> None:
    rows.copy_tags_of_tree(page, new_page)


@hooks.register("register_actions", order=1000)  # after the site's own
def register_actions(registry: Any) -> None:
    copy_tags_in_actions(registry)


def _plan_button(page: Any) -> Iterator[Button]:
    if page.pk and rows.is_counted(page):
        yield Button(_("Plan"), reverse("planner_item:page", args=[page.pk]), icon_name="calendar-check", priority=25)
