"""The plan of one item: seen by whoever may see the item, changed by whoever may tag it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from planner import access
from planner.entries import tags_of
from planner.forms import OffSiteForm, PlanForm
from planner.models import ContentItem
from planner.plan import change_plan
from planner.schedule import ItemRecord, read_items
from planner.views.base import PlannerView

LARGEST_KEY = 2**63 - 1
"""SQLite raises for a larger number, where any other key that does not exist is simply not found."""


class PlanView(PlannerView):
    """Tags, target date and owner of one item. Works for locked and scheduled pages too: the page is not touched."""

    template_name = "planner/items/plan.html"
    header_icon = "calendar-check"

    @cached_property
    def item(self) -> ContentItem:
        """The item, or 404: the same answer for what does not exist and what this reader may not see."""
        items = access.visible_items(self.request.user).select_related("page", "section", "owner")
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

    def get_page_title(self) -> str:
        return _("Plan")

    def get_page_subtitle(self) -> str:
        return self.item.display_title

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_calendar:index"), "label": _("Calendar")}]

    def form(self, data: Any = None) -> PlanForm:
        user = self.request.user
        # Tagging is no right to rewrite what it tags.
        if self.item.is_off_site and access.may_edit(user, self.item):
            return OffSiteForm(data, item=self.item, may_confirm=access.may_confirm(user, self.item))
        return PlanForm(data, item=self.item)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_tag:
            raise PermissionDenied
        form = self.form(request.POST)
        if not form.is_valid():
            messages.validation_error(request, _("The plan was not saved because of the errors below."), form)
            return self.render_to_response(self.get_context_data(form=form))
        changed = change_plan(self.item, form.change(), user=request.user)
        text = _("The plan of “%(title)s” is saved.") if changed else _("Nothing changed in the plan of “%(title)s”.")
        messages.success(request, text % {"title": form.cleaned_data.get("title") or self.item.display_title})
        return HttpResponseRedirect(get_valid_next_url_from_request(request) or request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item, page = self.item, self.item.page
        return super().get_context_data(
            item=item,
            record=self.record,
            status=self.record.facts.status(self.now, self.site_zone),
            tags=tags_of([item.pk])[item.pk],
            form=kwargs.pop("form", None) or self.form(),
            may_tag=self.may_tag,
            edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk])
            if page and access.may_edit(self.request.user, item)
            else "",
            live_url=page.full_url if page and page.live else item.url,
            next=get_valid_next_url_from_request(self.request),
            **kwargs,
        )
