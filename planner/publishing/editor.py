"""Publishing from the editor of a page or snippet: refused in its form, and once more right before Wagtail does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import AbstractPage, DraftStateMixin, Task, WorkflowMixin
from wagtail.permissions import policy_registry

from planner.requirements import in_words

from .lacks import lacking_of, lacking_with, name_of, plan_tab_of, whom_to_ask
from .workflows import is_last_task

if TYPE_CHECKING:
    from django.db.models import Model
    from wagtail.models import Workflow

    from planner.editor import PlannedForm
    from planner.forms import PlanForm


def may_be_published(form: PlannedForm) -> bool:
    """Whether the form publishes nothing, or has all that is required. Else its errors say what is missing.

    The form is valid but for that. Saving a draft is always possible.
    """
    if not publishes(form):
        return True
    plan = form.plan
    filled_in = plan is not None and plan.is_bound
    lacks = lacking_with(form.instance, plan) if filled_in else lacking_of(form.instance)
    if not lacks.refused:
        return True
    if filled_in:
        # Not at the form as well: with an error that belongs to no field, Wagtail offers no way to the first one.
        for name in lacks.refused:
            plan.add_error(name, _told_at(plan, name))
        return False
    missing = {"missing": in_words(lacks.refused)}
    if plan is None:
        text = " ".join([_("Not published: it has %(missing)s.") % missing, whom_to_ask(form.instance)])
    else:
        text = _("Not published: it has %(missing)s. Choose on the Plan tab, or save it as a draft.") % missing
    form.add_error(None, text)
    return False


def _told_at(plan: PlanForm, name: str) -> str:
    gone = plan.show_as_new(name)
    if not gone:
        return _("Not published: choose at least one, or save it as a draft.")
    text = _("Taken off meanwhile: %(members)s. Publish again to put them back, or choose others.")
    return text % {"members": get_text_list(gone, _("and"))}


def publishes(form: PlannedForm) -> bool:
    """Whether saving this form publishes or schedules, as Wagtail decides it: by the button and the user's rights."""
    data, page, user = form.data, form.instance, form.for_user
    if data.get("action-publish"):
        return user is not None and _may_publish(form, user)
    if data.get("action-workflow-action") and page.pk:
        return data.get("workflow-action-name") == "approve" and is_last_task(page.current_workflow_state)
    if data.get("action-submit") or data.get("action-restart-workflow"):
        return user is not None and not _has_task(_workflow_of(form)) and _may_publish(form, user)
    return False


def _workflow_of(form: PlannedForm) -> Workflow | None:
    instance = form.instance
    if isinstance(instance, AbstractPage) and not instance.pk:
        return form.parent_page.get_workflow()
    return instance.get_workflow() if isinstance(instance, WorkflowMixin) else None


def _has_task(workflow: Workflow | None) -> bool:
    """Whether somebody has to look before it is published: a workflow of which no task is active ends at once."""
    return workflow is None or Task.objects.filter(workflow_tasks__workflow=workflow, active=True).exists()


def _may_publish(form: PlannedForm, user: AbstractBaseUser) -> bool:
    instance = form.instance
    if not isinstance(instance, AbstractPage):
        may_publish = policy_registry.get_by_type(type(instance)).user_has_permission
        return isinstance(instance, DraftStateMixin) and may_publish(user, "publish")
    if instance.pk:
        return instance.permissions_for_user(user).can_publish()
    return form.parent_page.permissions_for_user(user).can_publish_subpage()


def refuse_what_changed(request: HttpRequest, instance: Model) -> HttpResponseRedirectBase | None:
    """Judge once more what was just saved, before Wagtail publishes it: somebody may have taken a tag off since."""
    lacks = lacking_of(instance)
    if not lacks.refused:
        return None
    text = _("“%(title)s” is saved as a draft, and not published: it has %(missing)s. Tag it first.")
    messages.error(request, text % {"title": name_of(instance), "missing": in_words(lacks.refused)})
    return redirect(plan_tab_of(instance))
