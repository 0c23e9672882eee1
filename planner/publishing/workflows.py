"""Workflows that publish outside the editor: the last approval, and a task that is disabled.

Wagtail has no hook there, so its views are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.views.generic.workflow import WorkflowAction
from wagtail.admin.views.workflows import DisableTask
from wagtail.models import AbstractPage, Task, TaskState

from planner import access
from planner.requirements import Lacking, in_words

from .lacks import NAMED, lacking_of, name_of, named_with, plan_tab_of, stored_of

if TYPE_CHECKING:
    from django.db.models import Model
    from wagtail.models import WorkflowState


def is_last_task(state: WorkflowState | None) -> bool:
    """Whether approving the present task ends the workflow, which publishes. One query."""
    if state is None:
        return False
    tasks = Task.objects.filter(workflow_tasks__workflow=state.workflow, active=True)
    return tasks.exclude(task_states__in=state.successful_task_states).count() <= 1


def guard_approvals() -> None:
    """Refuse the last approval outside the editor as well. Wagtail has no hook there, so its view is told.

    That of pages and those of snippets take the method of the same view.
    """
    if not hasattr(WorkflowAction.post, "guarded"):
        WorkflowAction.post = _guarded(WorkflowAction.post)


def _guarded(post: Any) -> Any:
    def guarded_post(view: WorkflowAction, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if view.action_name == "approve" and is_last_task(view.task_state.workflow_state):
            instance = view.object.specific if isinstance(view.object, AbstractPage) else view.object
            lacks = lacking_of(instance)
            if lacks.refused:
                return _refuse_approval(request, instance, lacks)
        return post(view, request, *args, **kwargs)

    guarded_post.guarded = True
    return guarded_post


def _refuse_approval(request: HttpRequest, instance: Model, lacks: Lacking) -> HttpResponse:
    text = _("“%(title)s” is not approved: it has %(missing)s, and approving publishes it. Tag it first.")
    messages.error(request, text % {"title": name_of(instance), "missing": in_words(lacks.refused)})
    place = plan_tab_of(instance)
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return render_modal_workflow(request, "", None, {}, json_data={"step": "success", "redirect": place})
    return redirect(place)


def guard_disabling() -> None:
    """Refuse to disable a task where that would publish what lacks something: the rest of its workflow is skipped."""
    if not hasattr(DisableTask.post, "guarded"):
        DisableTask.post = _guarded_disabling(DisableTask.post)


def _guarded_disabling(post: Any) -> Any:
    def guarded_post(view: DisableTask, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        waiting = _waiting_and_lacking(view.object)
        if not waiting:
            return post(view, request, *args, **kwargs)
        messages.error(request, _not_disabled(waiting, request.user))
        return redirect(view.get_edit_url)

    guarded_post.guarded = True
    return guarded_post


def _waiting_and_lacking(task: Task) -> list[tuple[Model, Lacking]]:
    """What disabling the task would publish although it lacks something. Queries per item that waits."""
    states = TaskState.objects.filter(task=task.pk, status=TaskState.STATUS_IN_PROGRESS)
    found = []
    for state in states.select_related("workflow_state").order_by("pk"):
        if is_last_task(state.workflow_state) and (instance := state.workflow_state.content_object):
            instance = instance.specific if isinstance(instance, AbstractPage) else instance
            found.append((instance, lacking_of(instance)))
    return [(instance, lacks) for instance, lacks in found if lacks.refused]


def _not_disabled(waiting: list[tuple[Model, Lacking]], user: AbstractBaseUser) -> str:
    seen = [one for one in waiting if access.visible_items(user, stored_of(one[0])).exists()]
    text = ngettext(
        "The task is not disabled: that would publish %(count)s item that lacks what its type needs.",
        "The task is not disabled: that would publish %(count)s items that lack what their type needs.",
        len(waiting),
    ) % {"count": len(waiting)}
    places = [named_with(instance, lacks) for instance, lacks in seen[:NAMED]]
    named = f" {'; '.join(places)}{'; …' if len(seen) > NAMED else '.'}" if places else ""
    return f"{text}{named} " + _("Tag them, or cancel their workflow first.")
