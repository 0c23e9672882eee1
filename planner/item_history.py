"""The history of one item as its screens show it: the latest lines, and who approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.models import ModelLogEntry, PageLogEntry

from planner.models import ContentItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet

    from planner.schedule import Facts

APPROVING = ("wagtail.publish", "wagtail.publish.schedule")


def lines_of(item: ContentItem) -> QuerySet:
    """Wagtail's log of the item, latest first, its users loaded. Autosaves of one sitting are one line. One query."""
    if item.page_id is not None:
        lines = PageLogEntry.objects.filter(page=item.page_id)
    elif item.is_off_site:
        lines = ModelLogEntry.objects.for_instance(item)
    else:
        lines = ModelLogEntry.objects.filter(content_type=item.content_type_id, object_id=item.object_id)
    return lines.latest_by_uuid_and_action().select_related("user").order_by("-timestamp", "-pk")


def approval_of(item: ContentItem, facts: Facts) -> PageLogEntry | ModelLogEntry | None:
    """The line that says who approved what is live or scheduled; None where nothing is, or nobody wrote it down."""
    lines = lines_of(item)
    if facts.on_page:
        approving = lines.filter(action__in=APPROVING[1:] if facts.approval else APPROVING)
        return approving.first() if facts.live or facts.approval else None
    confirmed = ContentItem.State.CONFIRMED.value
    return lines.filter(action="planner.plan", data__changes__state__now=confirmed).first() if facts.confirmed else None


def may_read_history(user: AbstractBaseUser, item: ContentItem, *, may_edit: bool) -> bool:
    """Whether Wagtail would show the user this history: of a page to whoever may edit or publish it.

    Content off the site has no history view of Wagtail's: who may see it sees what happened to it.
    """
    if item.is_off_site or may_edit:
        return True
    return item.page is not None and item.page.permissions_for_user(user).can_publish()
