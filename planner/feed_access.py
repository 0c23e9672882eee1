"""Who may have calendar feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner import conf
from planner.access import may_use_planner

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

PERMISSION = "planner.use_feeds"


def may_have_feeds(user: AbstractBaseUser) -> bool:
    """Whether a user's links open. Two queries for the permissions, none for a superuser."""
    return user.is_active and user.has_perm("wagtailadmin.access_admin") and user.has_perm(PERMISSION)


def may_make_feeds(user: AbstractBaseUser) -> bool:
    """Whether the screens about feeds are for this user: they may have feeds, and there is something to put in one."""
    return conf.get("PLANNER_FEEDS_ENABLED") and may_have_feeds(user) and may_use_planner(user)
