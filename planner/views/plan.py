"""The plan of one item: seen by whoever may see the item, changed by whoever may tag it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import AbstractPage

from planner import access
from planner.forms import OffSiteForm, PlanForm
from planner.models import excluded_types, is_left_out
from planner.plan import change_plan
from planner.views.base import PlannerView
from planner.views.hints import PLAN_MEDIA, hints_of_form
from planner.views.item import LARGEST_KEY, ItemAtAGlance
from planner.views.next_steps import steps_of_form


class PlanView(ItemAtAGlance):
    """Tags, target date and owner of one item. Works for locked and scheduled pages too: the page is not touched."""

    template_name = "planner/items/plan.html"
    header_icon = "calendar-check"
    media = PLAN_MEDIA
    lines = 10

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self._is_counted():
            return WithoutPlanView.as_view(page=self.page)(request)
        return super().get(request, *args, **kwargs)

    @cached_property
    def page(self) -> AbstractPage | None:
        """The page that is asked for, counted or not, where this reader may see it."""
        name = "pk" if "page_id" in self.kwargs else "planner_item"
        return access.visible_pages(self.request.user).filter(**{name: max(self.kwargs.values())}).first()

    def _is_counted(self) -> bool:
        """Whether the item is there; raises its 404 unless it is a page whose type is left out."""
        try:
            return bool(self.item)
        except Http404:
            if max(self.kwargs.values()) > LARGEST_KEY or not self.page or not is_left_out(self.page.specific_class):
                raise
            return False

    def get_page_title(self) -> str:
        return _("Plan")

    def form(self, data: Any = None) -> PlanForm:
        user = self.request.user
        # Tagging is no right to rewrite what it tags.
        if self.item.is_off_site and access.may_edit(user, self.item):
            return OffSiteForm(data, item=self.item, user=user, may_confirm=access.may_confirm(user, self.item))
        return PlanForm(data, item=self.item, user=user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_tag:
            raise PermissionDenied
        form = self.form(request.POST)
        if "find" in request.POST:
            # Without JavaScript looking for a next step sends the form, and must not lose what was filled in.
            return self.render_to_response(self.get_context_data(form=form))
        if not form.is_valid():
            messages.validation_error(request, _("The plan was not saved because of the errors below."), form)
            return self.render_to_response(self.get_context_data(form=form))
        changed = change_plan(self.item, form.change(), user=request.user)
        text = _("The plan of “%(title)s” is saved.") if changed else _("Nothing changed in the plan of “%(title)s”.")
        messages.success(request, text % {"title": form.cleaned_data.get("title") or self.item.display_title})
        return HttpResponseRedirect(self.next or request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.form()
        if self.may_tag:
            kwargs |= hints_of_form(form, item=self.item, user=self.request.user, now=self.now)
            kwargs["steps"] = steps_of_form(form, now=self.now, zone=self.site_zone)
        return super().get_context_data(form=form, **kwargs)


class WithoutPlanView(PlannerView):
    """Says that a page's type does not count, and who can change that."""

    template_name = "planner/items/not_counted.html"
    header_icon = "calendar-check"
    page: AbstractPage | None = None

    def get_page_title(self) -> str:
        return _("Plan")

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_change = self.request.user.has_perm("planner.change_leftouttype")
        return super().get_context_data(
            page=self.page,
            fixed=self.page.specific_class in excluded_types(),
            what_counts_url=reverse("planner_what_counts:index") if may_change else "",
            **kwargs,
        )
