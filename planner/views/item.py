"""One item: what every page about it asks first, and the item at a glance.

The calendar opens the glance in a dialog. Without JavaScript an entry leads to the item's plan, which shows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_valid_next_url_from_request

from planner import access
from planner.aims import means_of, why_it_stays
from planner.entries import Kind, tags_of
from planner.idea_pages import obstacle_to_becoming_a_page, parents_for
from planner.ideas import obstacle_to_cancelling
from planner.item_history import approval_of, lines_of, may_read_history
from planner.models import ContentItem
from planner.next_steps import Target, read_targets, steps_of
from planner.reschedule import may_move
from planner.reviewing import is_reviewed
from planner.schedule import ItemRecord, read_items
from planner.views.base import PlannerView

LARGEST_KEY = 2**63 - 1
"""SQLite raises for a larger number, where any other key that does not exist is simply not found."""

LINES = 3
"""Lines of history that a glance shows."""


class ItemView(PlannerView):
    """A page about one item, for whoever may see it."""

    @cached_property
    def item(self) -> ContentItem:
        """The item, or 404: the same answer for what does not exist and what this reader may not see."""
        items = access.visible_items(self.request.user).select_related("page", "section", "owner", "content_type")
        item = items.filter(**self.kwargs).first() if max(self.kwargs.values()) <= LARGEST_KEY else None
        if item is None:
            raise Http404("No such item")
        return item

    @cached_property
    def record(self) -> ItemRecord:
        return read_items(ContentItem.objects.filter(pk=self.item.pk), now=self.now)[0]

    @cached_property
    def may_tag(self) -> bool:
        return access.may_tag(self.request.user, self.item)

    @property
    def plan_url(self) -> str:
        return reverse("planner_item:plan", args=[self.item.pk])

    @cached_property
    def next(self) -> str:
        """Where one came from, if it was said and is on this site."""
        return get_valid_next_url_from_request(self.request)

    def get_page_subtitle(self) -> str:
        return self.item.display_title

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_calendar:index"), "label": _("Calendar")}]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that may be done with the item from here."""

    address: str
    label: str
    icon: str


class ItemAtAGlance(ItemView):
    """What the quick view and the plan both show of an item, beside its form."""

    lines = LINES

    @cached_property
    def may_edit(self) -> bool:
        return access.may_edit(self.request.user, self.item)

    @cached_property
    def may_read_history(self) -> bool:
        return may_read_history(self.request.user, self.item, may_edit=self.may_edit)

    @property
    def history_url(self) -> str:
        """Wagtail's own page of a page's whole history, for whoever may open it."""
        if self.item.page_id is None or not self.may_read_history:
            return ""
        return reverse("wagtailadmin_pages:history", args=[self.item.page_id])

    @property
    def what(self) -> str:
        """What kind of thing it is, in a word or two."""
        if self.item.page is not None:
            return self.item.page.page_type_display_name
        if self.item.content_type is not None:
            return capfirst(self.item.content_type.name)
        may_become_a_page = self.item.state != ContentItem.State.CONFIRMED
        return self.item.kind or (_("Idea") if may_become_a_page else _("Off the site"))

    @property
    def place(self) -> str:
        """Where it lives: the pages above it, as far as the reader may see them. One query."""
        page = self.item.page or self.item.section
        if page is None:
            return ""
        above = page.get_ancestors(inclusive=self.item.page is None).filter(depth__gt=1)
        return " › ".join(one.title for one in above if access.sees_page(self.request.user, one))

    @cached_property
    def edit_url(self) -> str:
        """The editor of the page or snippet, for whoever may use it."""
        item = self.item
        if item.is_off_site or not self.may_edit:
            return ""
        if item.page is not None:
            return reverse("wagtailadmin_pages:edit", args=[item.page.pk])
        return AdminURLFinder().get_edit_url(item.content_object) or ""

    @property
    def views(self) -> list[Step]:
        """Where it can be edited and looked at."""
        item, page, steps = self.item, self.item.page, []
        if self.edit_url:
            steps.append(Step(self.edit_url, _("Edit page") if page is not None else _("Edit content"), "edit"))
        live = page.full_url if page is not None and page.live else item.url
        if live:
            steps.append(Step(live, _("View live"), "link-external"))
        if page is not None and not page.live and self.may_edit and page.specific_class and page.is_previewable():
            steps.append(Step(reverse("wagtailadmin_pages:view_draft", args=[page.pk]), _("View draft"), "view"))
        return steps

    @property
    def actions(self) -> list[Step]:
        """What this user may do to the plan now; each leads to a page that asks first, and back here or to `next`."""
        user, item, steps = self.request.user, self.item, []
        means = means_of(self.record, Kind.PUBLICATION)
        if not why_it_stays(self.record, means, self.now) and may_move(user, item, means):
            steps.append(self._action("move", _("Move"), "jp-move", back=self.next or self.plan_url))
        if self.may_edit and not obstacle_to_becoming_a_page(item) and parents_for(user).exists():
            steps.append(self._action("create_page", _("Create page"), "doc-empty-inverse"))
        if self.may_tag and is_reviewed(self.record, self.now):
            steps.append(self._action("reviewed", _("Mark reviewed"), "check"))
        if access.may_plan(user):
            steps.append(self._action("duplicate", _("Duplicate"), "copy"))
        if self.may_edit and self.may_tag and item.state == ContentItem.State.CANCELLED:
            steps.append(self._action("restore", _("Restore the plan"), "rotate"))
        elif access.may_cancel(user, item) and not self._obstacle_to_cancelling():
            steps.append(self._action("cancel", _("Cancel the plan"), "cross"))
        return steps

    def _obstacle_to_cancelling(self) -> str:
        return obstacle_to_cancelling(self.item, self.record.facts, now=self.now, zone=self.site_zone)

    def _action(self, name: str, label: str, icon: str, back: str | None = None) -> Step:
        address, back = reverse(f"planner_item:{name}", args=[self.item.pk]), self.next if back is None else back
        return Step(f"{address}?{urlencode({'next': back}, safe='/')}" if back else address, label, icon)

    @property
    def leads_to(self) -> list[Target]:
        """Its next steps, as far as the reader may see them."""
        return read_targets(steps_of(self.request.user, self.item), now=self.now, zone=self.site_zone)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = self.record.facts
        return super().get_context_data(
            item=self.item,
            record=self.record,
            facts=facts,
            target_day=facts.aim.astimezone(self.site_zone).date() if facts.aim else None,
            status=facts.status(self.now, self.site_zone),
            tags=tags_of([self.item.pk])[self.item.pk],
            leads_to=self.leads_to,
            may_tag=self.may_tag,
            plan_url=self.plan_url,
            what=self.what,
            place=self.place,
            views=self.views,
            actions=self.actions,
            approval=approval_of(self.item, facts),
            history=list(lines_of(self.item)[: self.lines]) if self.may_read_history else [],
            history_url=self.history_url,
            next=self.next,
            **kwargs,
        )


class QuickView(ItemAtAGlance):
    """A piece of a page, which the calendar puts into its dialog."""

    template_name = "planner/items/quick_view.html"
