"""Rows as pages, with the history that Wagtail itself would have written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import swapper
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import AbstractPage, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from planner import conf
from planner.models import ContentItem, is_left_out

from .batches import Pending, Placed, Problem
from .obstacles import obstacles
from .rows import Moment, Row
from .slugs import Slugs

SET_BY_TREE = ("path", "depth", "numchild", "url_path")
"""What a page gets from its place; empty while it has none."""


class PageTarget:
    """Makes pages under one parent, and changes those that an earlier import made, wherever they stand now."""

    def __init__(self, parent: AbstractPage, at: datetime) -> None:
        self.parent = parent
        self.at = at
        self.slugs = Slugs(parent)
        self.types: dict[str, type[AbstractPage]] = {
            kind: apps.get_model(label) for kind, label in conf.get("PLANNER_IMPORT_PAGE_TYPES").items()
        }
        if self.types:
            # Only id and title are required: a row without a kind becomes the first type there is.
            self.types.setdefault("", next(iter(self.types.values())))
        self.left_out = {model for model in self.types.values() if is_left_out(model)}
        self.unfit = {kind: reason for kind, model in self.types.items() if (reason := self._unfit(model))}

    def misfit(self, item: ContentItem) -> str:
        """Why an item that was imported before cannot be one of these pages, or nothing."""
        if item.page_id is not None:
            return ""
        return gettext("it was imported as content off the site; import it with --as items")

    def refusals(self, pending: Sequence[Pending]) -> list[Problem]:
        """The rows whose kind has no page type here, or whose page must not be touched now. Four queries."""
        problems = [Problem(one.row.line, text) for one in pending if (text := self._kind_refusal(one))]
        changed = [one for one in pending if one.item is not None]
        return problems + obstacles(changed, self.at)

    def invalid(self, pending: Sequence[Pending]) -> list[Problem]:
        """The new rows whose page its own model refuses. Writes nothing; for a dry run, a few queries per row."""
        problems = []
        for row in (one.row for one in pending if one.item is None):
            try:
                if row.moment(self.at) != Moment.DRAFT:
                    self._unsaved(row).full_clean(exclude=SET_BY_TREE)
            except ValidationError as error:
                problems.append(Problem(row.line, _in_words(error)))
        return problems

    def place(self, pending: Sequence[Pending]) -> tuple[list[Placed], list[Problem]]:
        """The pages' items, for the import to save, and the rows that could not be written.

        Each row has a savepoint of its own. About 35 queries per live page and 55 per scheduled one, nearly all
        Wagtail's.
        """
        revisions: dict[int, tuple[Pending, int]] = {}
        problems = []
        for one in pending:
            try:
                with transaction.atomic():
                    page, revision = self._change(one) if one.item else self._create(one.row)
                    revisions[page.pk] = (one, revision.pk)
            except ValidationError as error:
                problems.append(Problem(one.row.line, _in_words(error)))
            except DatabaseError as error:
                problems.append(Problem(one.row.line, str(error).splitlines()[0]))
        items = ContentItem.objects.select_related("page").in_bulk(revisions, field_name="page_id")
        placed = [
            Placed(one.row, _aimed(items[page], one.row, self.at), new=one.item is None, revision=revision)
            for page, (one, revision) in revisions.items()
        ]
        return placed, problems

    def _unfit(self, model: type[AbstractPage]) -> str:
        if model in self.left_out:
            message = gettext(
                "its page type is left out of the plan: let “%(type)s” count under Planner > What counts, or in the"
                " setting PLANNER_EXCLUDED_TYPES"
            )
            return message % {"type": model.get_verbose_name()}
        if not model.can_exist_under(self.parent.specific):
            message = gettext("its page type, %(type)s, cannot stand under “%(parent)s”; choose another --parent")
            return message % {"type": model.get_verbose_name(), "parent": self.parent.title}
        return ""

    def _kind_refusal(self, pending: Pending) -> str:
        kind = pending.row.kind
        if kind not in self.types:
            message = gettext(
                "the setting PLANNER_IMPORT_PAGE_TYPES has no page type for kind “%(kind)s”; it has: %(kinds)s"
            )
            return message % {"kind": kind, "kinds": ", ".join(filter(None, self.types)) or gettext("nothing")}
        if pending.item is None or self.types[kind] in self.left_out:
            return self.unfit.get(kind, "")
        if pending.item.page.specific_class is not self.types[kind]:
            return gettext("its kind became “%(kind)s”, and a page cannot change its type") % {"kind": kind}
        return ""

    def _unsaved(self, row: Row) -> AbstractPage:
        page = self.types[row.kind](title=row.title, slug=self.slugs.free(row), locale_id=self.parent.locale_id)
        page.expire_at = row.expires_at
        moment = row.moment(self.at)
        page.live = moment == Moment.LIVE
        if moment in {Moment.LIVE, Moment.EXPIRED}:
            page.first_published_at = page.last_published_at = row.publish_at
        if moment == Moment.SCHEDULED:
            page.go_live_at = row.publish_at
        if moment == Moment.EXPIRED:
            page.expired = page.has_unpublished_changes = True
        return page

    def _create(self, row: Row) -> tuple[AbstractPage, Revision]:
        # Wagtail would look for references after each of the two to four saves of a new page: once is enough.
        with disable_reference_index_auto_update():
            page = self._unsaved(row)
            self.parent.add_child(instance=page)
            revision = self._first_revision(page, row)
        ReferenceIndex.create_or_update_for_object(page)
        self.slugs.take(page.slug)
        return page, revision

    def _first_revision(self, page: AbstractPage, row: Row) -> Revision:
        moment = row.moment(self.at)
        if moment == Moment.SCHEDULED:
            return _approved_revision(page, row)
        return page.save_revision(clean=False) if moment == Moment.DRAFT else _past_revision(page, row)

    def _change(self, pending: Pending) -> tuple[AbstractPage, Revision]:
        row = pending.row
        page = pending.item.page.specific.get_latest_revision_as_object()
        page.title, page.expire_at, page.go_live_at = row.title, row.expires_at, None
        moment = row.moment(self.at)
        if moment == Moment.SCHEDULED:
            return page, _schedule(page, row)
        if moment == Moment.DRAFT:
            _cancel_schedule(page)
            return page, page.save_revision(clean=False, log_action=True)
        return page, _publish_again(page, row, expired=moment == Moment.EXPIRED)


def _past_revision(page: AbstractPage, row: Row) -> Revision:
    """The revision that was published then. Without one, Wagtail would take the page offline for a scheduled update."""
    revision = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        created_at=row.publish_at,
        object_str=str(page),
        content=page.serializable_data(),
    )
    Page = swapper.load_model("wagtailcore", "Page")
    Page.objects.filter(pk=page.pk).update(
        latest_revision=revision,
        latest_revision_created_at=row.publish_at,
        live_revision=revision if page.live else None,
    )
    return revision


def _approved_revision(page: AbstractPage, row: Row) -> Revision:
    """What publishing the first revision of a page for a later moment leads to, at half the cost."""
    revision = page.save_revision(approved_go_live_at=row.publish_at)
    data = {"id": revision.pk, "created": revision.created_at, "go_live_at": row.publish_at, "has_live_version": False}
    log(page, "wagtail.publish.schedule", data={"revision": data}, revision=revision, content_changed=True)
    return revision


def _schedule(page: AbstractPage, row: Row) -> Revision:
    page.go_live_at = row.publish_at
    revision = page.save_revision()
    revision.publish()
    return revision


def _cancel_schedule(page: AbstractPage) -> None:
    for revision in page.revisions.filter(approved_go_live_at__isnull=False):
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])


def _publish_again(page: AbstractPage, row: Row, *, expired: bool) -> Revision:
    revision = page.save_revision(log_action=True)
    revision.publish()
    Page = swapper.load_model("wagtailcore", "Page")
    Page.objects.filter(pk=page.pk).update(first_published_at=row.publish_at)
    if expired:
        published = Page.objects.get(pk=page.pk).specific
        published.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return revision


def _aimed(item: ContentItem, row: Row, at: datetime) -> ContentItem:
    """The item with the row's date as its target where nothing approves that date. Unsaved."""
    if row.moment(at) == Moment.DRAFT and row.publish_at:
        item.target_at, item.target_has_time = row.publish_at, row.publish_has_time
    return item


def _in_words(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
