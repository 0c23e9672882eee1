"""Who sees the planner's entries in the menu of the admin."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from planner import access


class PlannerMenuItem(MenuItem):
    """Shown only to people who have something to see in the planner."""

    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_use_planner(request.user)
