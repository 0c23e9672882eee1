"""The planner's screens in the admin, and where they hang in its menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from planner.editor import add_plan_tab_to_pages
from planner.feed_urls import subscriptions_viewset
from planner.menu import PlannerMenuItem
from planner.plan_only import keep_plans_out_of_revisions
from planner.publishing import guard_approvals, guard_disabling
from planner.views.board import BoardView
from planner.views.board_move import BoardMoveView
from planner.views.calendar import CalendarView
from planner.views.campaigns import campaign_viewset
from planner.views.classify import classify_viewset
from planner.views.contributions import ContributionsView
from planner.views.coverage import CoverageView
from planner.views.coverage_cell import CellView
from planner.views.coverage_history import CoverageHistoryView
from planner.views.create_page import CreatePageView
from planner.views.crosswalk import CrosswalkView
from planner.views.figure_import import FigureImportView
from planner.views.gap_decisions import AcceptGapView, ReopenGapView
from planner.views.gap_history import GapHistoryView
from planner.views.gap_list import GapListView
from planner.views.hints import HintsView
from planner.views.ideas import NewIdeaView
from planner.views.item import QuickView
from planner.views.item_actions import CancelView, DuplicateView, RestoreView
from planner.views.move import MoveView
from planner.views.next_steps import FindStepsView
from planner.views.occasions import occasion_viewset
from planner.views.persona import PersonaView
from planner.views.plan import PlanView
from planner.views.reviewed import RenewView, ReviewedView
from planner.views.series import series_viewset
from planner.views.targets import TargetsView
from planner.views.untagged import UntaggedView
from planner.views.what_counts import PERMISSION, EffectView, WhatCountsView


class PlannerViewSet(ViewSet):
    menu_item_class = PlannerMenuItem


class CalendarViewSet(PlannerViewSet):
    name = "planner_calendar"
    url_prefix = "planner/calendar"
    icon = "calendar-alt"
    menu_label = _("Calendar")

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(CalendarView, results_only=True)
        return [path("", self.construct_view(CalendarView), name="index"), path("results/", results, name="results")]


class BoardViewSet(PlannerViewSet):
    name = "planner_board"
    url_prefix = "planner/board"
    icon = "jp-board"
    menu_label = _("Board")

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(BoardView, results_only=True)
        return [path("", self.construct_view(BoardView), name="index"), path("results/", results, name="results")]


class CoverageViewSet(PlannerViewSet):
    name = "planner_coverage"
    url_prefix = "planner/coverage"
    icon = "table"
    menu_label = _("Coverage")

    def get_urlpatterns(self) -> list[URLPattern]:
        cell = path("<slug:journey>/<slug:persona>/<slug:phase>/", self.construct_view(CellView), name="cell")
        targets = path("<slug:journey>/targets/", self.construct_view(TargetsView), name="targets")
        history = path("<slug:journey>/history/", self.construct_view(CoverageHistoryView), name="history")
        shares = path("<slug:journey>/teams/", self.construct_view(ContributionsView), name="contributions")
        through = path("<slug:journey>/through/", self.construct_view(CrosswalkView), name="through")
        return [path("", self.construct_view(CoverageView), name="index"), targets, history, shares, through, cell]


class GapViewSet(PlannerViewSet):
    name = "planner_gap"
    url_prefix = "planner/gaps"
    icon = "warning"
    menu_label = _("Gaps")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.construct_view(GapListView), name="index"),
            path("accept/", self.construct_view(AcceptGapView), name="accept"),
            path("reopen/", self.construct_view(ReopenGapView), name="reopen"),
            path("history/", self.construct_view(GapHistoryView), name="history"),
        ]


class ItemViewSet(PlannerViewSet):
    name = "planner_item"
    url_prefix = "planner/items"
    icon = "calendar-check"
    add_to_admin_menu = False

    def on_register(self) -> None:
        # Here, because Wagtail gives pages their editor only after it has loaded everybody's hooks.
        super().on_register()
        add_plan_tab_to_pages()
        keep_plans_out_of_revisions()
        guard_approvals()
        guard_disabling()

    def get_urlpatterns(self) -> list[URLPattern]:
        plan = self.construct_view(PlanView)
        return [
            path("<int:pk>/", plan, name="plan"),
            path("<int:pk>/move/", self.construct_view(MoveView), name="move"),
            path("<int:pk>/column/", self.construct_view(BoardMoveView), name="column"),
            path("page/<int:page_id>/", plan, name="page"),
            path("new/", self.construct_view(NewIdeaView), name="new"),
            path("<int:pk>/quick/", self.construct_view(QuickView), name="quick"),
            path("<int:pk>/create-page/", self.construct_view(CreatePageView), name="create_page"),
            path("<int:pk>/cancel/", self.construct_view(CancelView), name="cancel"),
            path("<int:pk>/restore/", self.construct_view(RestoreView), name="restore"),
            path("<int:pk>/duplicate/", self.construct_view(DuplicateView), name="duplicate"),
            path("<int:pk>/reviewed/", self.construct_view(ReviewedView), name="reviewed"),
            path("<int:pk>/renew/", self.construct_view(RenewView), name="renew"),
            path("hints/", self.construct_view(HintsView), name="hints"),
            path("steps/", self.construct_view(FindStepsView), name="steps"),
        ]


class PersonaViewSet(PlannerViewSet):
    name = "planner_persona"
    url_prefix = "planner/persona"
    icon = "user"
    add_to_admin_menu = False

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("<slug:slug>/", self.construct_view(PersonaView), name="page")]


class FigureViewSet(PlannerViewSet):
    name = "planner_figures"
    url_prefix = "planner/figures"
    icon = "glasses"
    add_to_admin_menu = False

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("import/", self.construct_view(FigureImportView), name="import")]


class UntaggedViewSet(PlannerViewSet):
    name = "planner_untagged"
    url_prefix = "planner/untagged"
    icon = "tag"
    menu_label = _("Untagged content")
    menu_hook = "register_reports_menu_item"

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(UntaggedView, results_only=True)
        return [path("", self.construct_view(UntaggedView), name="index"), path("results/", results, name="results")]


class WhatCountsMenuItem(PlannerMenuItem):
    """Shown only to people who may change it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return super().is_shown(request) and request.user.has_perm(PERMISSION)


class WhatCountsViewSet(ViewSet):
    name = "planner_what_counts"
    url_prefix = "planner/what-counts"
    icon = "list-ul"
    menu_label = _("What counts")
    menu_order = 95
    menu_item_class = WhatCountsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        effect = self.construct_view(EffectView)
        return [path("", self.construct_view(WhatCountsView), name="index"), path("effect/", effect, name="effect")]


class PlannerGroup(ViewSetGroup):
    """The menu "Planner" and everything under it.

    What has no order of its own stands in that of the list, before the vocabularies. A group shows all that it holds,
    also what asks to stay out of the menu: the rules, a step of classification, are registered beside it.
    """

    menu_label = _("Planner")
    menu_icon = "calendar-alt"
    menu_order = 150  # right below Pages
    submenu_hook = "register_planner_submenu"  # the vocabularies of `personas` hang themselves in here

    items = (
        CalendarViewSet(),
        BoardViewSet(),
        CoverageViewSet(),
        GapViewSet(),
        classify_viewset,
        subscriptions_viewset,
        campaign_viewset,
        series_viewset,
        occasion_viewset,
        WhatCountsViewSet(),
    )


planner_group = PlannerGroup()
item_viewset = ItemViewSet()
persona_viewsets = (PersonaViewSet(), FigureViewSet())
untagged_viewset = UntaggedViewSet()
