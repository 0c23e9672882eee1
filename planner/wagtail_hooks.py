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

from planner import rows
from planner.admin_urls import item_viewset, planner_group, untagged_viewset
from planner.bulk_actions import TagPages
from planner.dashboard import panels_for
from planner.explorer import extend_listings
from planner.log_actions import register_plan_log_actions
from planner.views.subscriptions import register_feed_log_actions

ICONS = ("jp-idea", "jp-planned", "jp-empty", "jp-cliff", "jp-thin")


@hooks.register("register_admin_viewset")
def register_planner() -> list[Any]:
    return [planner_group, item_viewset, untagged_viewset]


@hooks.register("register_admin_viewset", order=1000)  # after the site's own page viewsets
def extend_explorer() -> list[Any]:
    extend_listings()
    return []


hooks.register("register_bulk_action", TagPages)


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    return [*icons, *(f"planner/icons/{name}.svg" for name in ICONS)]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    register_plan_log_actions(actions)
    register_feed_log_actions(actions)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet:
    return Permission.objects.filter(content_type__app_label="planner", codename="tag_content")


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels += panels_for(request)


@hooks.register("register_page_header_buttons")
def plan_button_in_header(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _plan_button(page)


@hooks.register("register_page_listing_more_buttons")
def plan_button_in_listing(page: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    return _plan_button(page)


@hooks.register("after_copy_page")
def copy_tags(request: HttpRequest, page: Any, new_page: Any) -> None:
    rows.copy_tags_of_tree(page, new_page)


def _plan_button(page: Any) -> Iterator[Button]:
    if page.pk and rows.is_counted(page):
        yield Button(_("Plan"), reverse("planner_item:page", args=[page.pk]), icon_name="calendar-check", priority=25)
