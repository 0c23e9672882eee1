"""Where the screens of classification are, and their entry in the planner's menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from planner.views.classify.inventory import SectionsView, TagsView, TypesView
from planner.views.classify.preview import PreviewView
from planner.views.classify.run import GoOnView, RunView, UndoView
from planner.views.classify.runs import RunsView
from planner.views.classify.steps import may_enter


class ClassifyMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_enter(request.user)


class ClassifyViewSet(ViewSet):
    icon = "tag"
    menu_label = _("Classify content")
    menu_item_class = ClassifyMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", TagsView.as_view(), name="index"),
            path("results/", TagsView.as_view(results_only=True), name="results"),
            path("types/", TypesView.as_view(), name="types"),
            path("types/results/", TypesView.as_view(results_only=True), name="types_results"),
            path("sections/", SectionsView.as_view(), name="sections"),
            path("sections/results/", SectionsView.as_view(results_only=True), name="sections_results"),
            path("preview/", PreviewView.as_view(), name="preview"),
            path("runs/", RunsView.as_view(), name="runs"),
            path("runs/<int:pk>/", RunView.as_view(), name="run"),
            path("runs/<int:pk>/go-on/", GoOnView.as_view(), name="go_on"),
            path("runs/<int:pk>/undo/", UndoView.as_view(), name="undo"),
        ]


classify_viewset = ClassifyViewSet("planner_classify", url_prefix="planner/classify")
