"""Warnings after it was done: it is published, scheduled or submitted, and something is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import DraftStateMixin

from planner import access
from planner.requirements import in_words

from .lacks import lacking_of, name_of, plan_tab_of, stored_of, whom_to_ask

if TYPE_CHECKING:
    from django.db.models import Model


def warn_after_publishing(request: HttpRequest, instance: Model) -> None:
    """Say what a page or snippet lacks that was published or scheduled just now."""
    _warn(
        request, instance, _("“%(title)s” has %(missing)s, so it does not fully count in the coverage."), refused=False
    )


def warn_after_saving(request: HttpRequest, snippet: Model) -> None:
    """The same of a snippet: one without drafts is published by each save."""
    if isinstance(snippet, DraftStateMixin):
        warn_after_submitting(request, snippet)
    elif request.accepts("text/html"):  # no autosave
        warn_after_publishing(request, snippet)


def warn_after_submitting(request: HttpRequest, instance: Model) -> None:
    """Say what a page or snippet lacks that somebody just sent to a reviewer, who may not be able to publish it."""
    if request.POST.get("action-submit") or request.POST.get("action-restart-workflow"):
        warn_of_what_reviewers_lack(request, instance)


def warn_of_what_reviewers_lack(request: HttpRequest, instance: Model) -> None:
    """The same, wherever it was submitted from."""
    text = _("“%(title)s” has %(missing)s. Tag it before it is approved: publishing needs it.")
    if not _warn(request, instance, text, refused=True):
        _warn(request, instance, _("“%(title)s” has %(missing)s. Tag it before it is approved."), refused=False)


def _warn(request: HttpRequest, instance: Model, text: str, *, refused: bool) -> bool:
    lacks = lacking_of(instance)
    names = lacks.refused if refused else lacks.all
    if not names:
        return False
    text %= {"title": name_of(instance), "missing": in_words(names)}
    item = stored_of(instance).first()
    may_tag = item is not None and access.may_tag(request.user, item)
    if may_tag:
        messages.warning(request, text, buttons=[messages.button(plan_tab_of(instance), _("Open the Plan tab"))])
    else:
        messages.warning(request, f"{text} {whom_to_ask(instance)}")
    return True
