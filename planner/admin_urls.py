"""The planner's screens in the admin, and where they hang in its menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from planner import access
from planner.editor import add_plan_tab_to_pages
from planner.views.calendar import CalendarView
from planner.views.coverage import CellView, CoverageView
from planner.views.hints import HintsView
from planner.views.plan import PlanView
from planner.views.subscriptions import subscriptions_viewset
from planner.views.tag_rules import tag_rule_viewset
from planner.views.untagged import UntaggedView


class PlannerMenuItem(MenuItem):
    """Shown only to people who have something to see in the planner."""

    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_use_planner(request.user)


class PlannerViewSet(ViewSet):
    menu_item_class = PlannerMenuItem


class CalendarViewSet(PlannerViewSet):
    name = "planner_calendar"
    url_prefix = "planner/calendar"
    icon = "calendar-alt"
    menu_label = _("Calendar")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.construct_view(CalendarView), name="index")]


class CoverageViewSet(PlannerViewSet):
    name = "planner_coverage"
    url_prefix = "planner/coverage"
    icon = "table"
    menu_label = _("Coverage")

    def get_urlpatterns(self) -> list[URLPattern]:
        cell = path("<slug:journey>/<slug:persona>/<slug:phase>/", self.construct_view(CellView), name="cell")
        return [path("", self.construct_view(CoverageView), name="index"), cell]


class ItemViewSet(PlannerViewSet):
    name = "planner_item"
    url_prefix = "planner/items"
    icon = "calendar-check"
    add_to_admin_menu = False

    def on_register(self) -> None:
        # Here, because Wagtail gives pages their editor only after it has loaded everybody's hooks.
        super().on_register()
        add_plan_tab_to_pages()

    def get_urlpatterns(self) -> list[URLPattern]:
        plan = self.construct_view(PlanView)
        return [
            path("<int:pk>/", plan, name="plan"),
            path("page/<int:page_id>/", plan, name="page"),
            path("hints/", self.construct_view(HintsView), name="hints"),
        ]


class UntaggedViewSet(PlannerViewSet):
    name = "planner_untagged"
    url_prefix = "planner/untagged"
    icon = "tag"
    menu_label = _("Untagged content")
    menu_hook = "register_reports_menu_item"

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(UntaggedView, results_only=True)
        return [path("", self.construct_view(UntaggedView), name="index"), path("results/", results, name="results")]


class PlannerGroup(ViewSetGroup):
    """The menu "Planner" and everything under it."""

    menu_label = _("Planner")
    menu_icon = "calendar-alt"
    menu_order = 150  # right below Pages
    submenu_hook = "register_planner_submenu"  # the vocabularies of `personas` hang themselves in here

    items = (
        CalendarViewSet(),
        CoverageViewSet(),
        subscriptions_viewset,
        tag_rule_viewset,
    )


planner_group = PlannerGroup()
item_viewset = ItemViewSet()
untagged_viewset = UntaggedViewSet()
