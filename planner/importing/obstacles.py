"""What keeps an import from changing a page: somebody else's work on it, or a decision that is an editor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from wagtail.models import PageLogEntry

from .batches import Pending, Problem
from .rows import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LOG_ACTION = "planner.import"
"""Marks in a page's history which revisions an import made."""


def obstacles(changed: Sequence[Pending], at: datetime) -> list[Problem]:
    """The rows whose page must be left as it is, each with the reason. Two queries, and one per changed page."""
    own = _own_revisions(changed)
    found = []
    for one in changed:
        reason = _work_of_others(one, own) or _editors_decision(one, at)
        if reason:
            found.append(Problem(one.row.line, reason))
    return found


def _own_revisions(changed: Sequence[Pending]) -> set[int]:
    latest = [one.item.page.latest_revision_id for one in changed if one.item.page.latest_revision_id]
    if not latest:
        return set()
    return set(
        PageLogEntry.objects.filter(action=LOG_ACTION, revision__in=latest).values_list("revision_id", flat=True)
    )


def _work_of_others(pending: Pending, own: set[int]) -> str:
    page = pending.item.page
    if page.locked:
        return gettext("its page is locked; unlock it first")
    if page.current_workflow_state:
        return gettext("its page is in review; finish the review first")
    if page.has_unpublished_changes and page.latest_revision_id not in own:
        return gettext("its page has a draft that is not published; publish or discard it first")
    return ""


def _editors_decision(pending: Pending, at: datetime) -> str:
    page, moment = pending.item.page, pending.row.moment(at)
    if page.live and moment in {Moment.SCHEDULED, Moment.DRAFT}:
        return gettext("its page is live, and in the file it is not; unpublish it in the editor first")
    if moment == Moment.LIVE and not page.live and page.first_published_at and not page.expired:
        return gettext("its page was unpublished; publish it in the editor first")
    return ""
