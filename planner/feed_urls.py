"""The subscriptions screens, and what Wagtail's history calls what happens to a feed."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from planner.feed_access import may_make_feeds
from planner.views.feed_lists import AllFeedsView, ContentsView, DownloadView, RevokeAnyView
from planner.views.subscriptions import EditView, IndexView, NewView, RenewView, RevokeView


class SubscriptionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_make_feeds(request.user)


class SubscriptionsViewSet(ViewSet):
    icon = "calendar-check"
    menu_label = _("Subscriptions")
    menu_item_class = SubscriptionsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", IndexView.as_view(), name="index"),
            path("new/", NewView.as_view(), name="new"),
            path("download/", DownloadView.as_view(), name="download"),
            path("<int:pk>/", ContentsView.as_view(), name="contents"),
            path("<int:pk>/edit/", EditView.as_view(), name="edit"),
            path("<int:pk>/renew/", RenewView.as_view(), name="renew"),
            path("<int:pk>/revoke/", RevokeView.as_view(), name="revoke"),
            path("all/", AllFeedsView.as_view(), name="all"),
            path("all/<int:pk>/revoke/", RevokeAnyView.as_view(), name="revoke_any"),
        ]


subscriptions_viewset = SubscriptionsViewSet("planner_feeds", url_prefix="planner/subscriptions")


def register_feed_log_actions(actions: LogActionRegistry) -> None:
    """Teach Wagtail's history the four things that happen to a feed."""
    for name, does, done in (
        ("create", _("Make a calendar feed"), _("Calendar feed made")),
        ("edit", _("Change a calendar feed"), _("Calendar feed changed")),
        ("renew", _("Renew the link of a calendar feed"), _("Link of the calendar feed renewed")),
        ("revoke", _("Revoke a calendar feed"), _("Calendar feed revoked")),
    ):
        actions.register_action(f"planner.feed.{name}", does, done)
