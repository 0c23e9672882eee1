"""Saving an editor in which nothing but the plan was changed: the plan is written, the content gets no new version.

Wagtail makes a revision of every save, after which a live page has unpublished changes and every other open tab is out
of date. A plan lives beside the content, so neither is true of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView as PageEditView
from wagtail.snippets.views.snippets import EditView as SnippetEditView

if TYPE_CHECKING:
    from django.db.models import Model
    from django.forms import BoundField

KEY = re.compile(r' data-block-key="[^"]*"')
"""What Wagtail's rich text editor marks a paragraph with."""


def keep_plans_out_of_revisions() -> None:
    """Let Wagtail's editors save a plan alone. Wagtail has no hook between its form and its revision, so they are told.

    Every other save is Wagtail's: to publish, to submit, to revert, with any change of the content or its comments, and
    one that changes nothing.
    """
    if not hasattr(PageEditView.save_action, "planned"):
        PageEditView.save_action = _page_saving(PageEditView.save_action)
        PageEditView.form_valid = _page_saved(PageEditView.form_valid)
        SnippetEditView.save_instance = _snippet_saving(SnippetEditView.save_instance)


def _page_saving(save_action: Any) -> Any:
    def planned_save_action(view: PageEditView) -> HttpResponse:
        if view.is_reverting or not _is_only_the_plan(view.form):
            return save_action(view)
        with transaction.atomic():
            view.form.write_plan()
        if not view.expects_json_response:
            text = _("The plan of “%(title)s” is saved.") % {"title": view.page.get_admin_display_title()}
            messages.success(view.request, text)
        response = view.run_hook("after_edit_page", view.request, view.page)
        if response and (not view.expects_json_response or view.response_is_json(response)):
            return response
        if not view.expects_json_response:
            return view.redirect_and_remain()
        # No revision is named: the open editor would overwrite it at its next save, and it may be the published one.
        updates = dict(view.form.get_field_updates_for_resave())
        return JsonResponse({"success": True, "pk": view.page.pk, "field_updates": updates})

    planned_save_action.planned = True
    return planned_save_action


def _page_saved(form_valid: Any) -> Any:
    def planned_form_valid(view: PageEditView, form: Any) -> HttpResponse:
        response = form_valid(view, form)
        _write_what_waits(form)
        return response

    return planned_form_valid


def _write_what_waits(form: Any) -> None:
    """Write a plan that came with content which Wagtail did not store, as when a live page is approved unchanged."""
    if getattr(form, "plan_waits", False):
        form.write_plan()


def _snippet_saving(save_instance: Any) -> Any:
    def planned_save_instance(view: SnippetEditView) -> Model:
        if view.action != "edit" or not _is_only_the_plan(view.form):
            saved = save_instance(view)
            _write_what_waits(view.form)
            return saved
        view.form.write_plan()
        view.new_revision = None
        return view.form.instance

    return planned_save_instance


def _is_only_the_plan(form: Any) -> bool:
    if not getattr(form, "plan_change", None):
        return False
    formsets = getattr(form, "formsets", {}).values()
    return not any(one.has_changed() for one in formsets) and all(
        _is_as_it_was(form[name]) for name in form.changed_data
    )


def _is_as_it_was(field: BoundField) -> bool:
    """Whether only keys differ: Wagtail's editor gives them to blocks and paragraphs that a script stored without."""
    block = getattr(field.field, "block", None)
    before, after = field.initial, field.data
    if block is not None:
        before, after = block.get_prep_value(before), block.get_prep_value(after)
    elif not (isinstance(before, str) and KEY.search(str(after))):
        return False
    return _without_keys(before) == _without_keys(after)


def _without_keys(value: Any) -> Any:
    if isinstance(value, str):
        return KEY.sub("", value)
    if isinstance(value, dict):
        # Of a block in a stream or list, told by its neighbours: an `id` that somebody defined is content.
        own = {"type", "value", "id"} == set(value)
        return {name: _without_keys(part) for name, part in value.items() if not (own and name == "id")}
    return [_without_keys(part) for part in value] if isinstance(value, list | tuple) else value
