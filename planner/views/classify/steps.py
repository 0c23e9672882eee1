"""What the screens of classification share: who may enter, and the way from one to the next."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry

from planner import access
from planner.models import TagRule
from planner.views.base import PlannerAccess

CRUMB = {"url": reverse_lazy("planner_classify:index"), "label": _("Classify content")}


class Step(NamedTuple):
    """One screen of the way, as its navigation shows it."""

    label: str
    url: str
    current: bool


STEPS = {
    "planner_classify:index": _("What is there"),
    "tagrule:index": _("Rules"),
    "planner_classify:preview": _("Preview and apply"),
    "planner_classify:runs": _("Runs"),
}


def steps(current: str) -> list[Step]:
    """The way through classification; `current` is the name of the screen that shows it."""
    return [Step(label, reverse(name), name == current) for name, label in STEPS.items()]


def may_enter(user: Any) -> bool:
    """Whether the user may see these screens: any permission on rules, and something to see in the planner."""
    any_right = policy_registry.get_by_type(TagRule).user_has_any_permission(user, ["add", "change", "delete", "view"])
    return any_right and access.may_use_planner(user)


def may_apply(user: Any) -> bool:
    """Whether the user may run rules and undo runs, on the items that they may tag: whoever may change the rules."""
    return policy_registry.get_by_type(TagRule).user_has_permission(user, "change")


def may_add(user: Any) -> bool:
    return policy_registry.get_by_type(TagRule).user_has_permission(user, "add")


class ClassifyAccess(PlannerAccess):
    """Mixed into every view of classification. `step` is the screen to which it belongs."""

    step = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_enter(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        partly = not access.sees_everything(self.request.user)
        return super().get_context_data(
            steps=steps(self.step), partly=partly, may_apply=may_apply(self.request.user), **kwargs
        )


class ApplyAccess(ClassifyAccess):
    """Mixed into the views that write."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_apply(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
