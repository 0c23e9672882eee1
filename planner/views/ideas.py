"""Plans something new: from a day, the tray, a cell of the matrix or a gap, whose address fills in the form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets.button import HeaderButton

from planner import access, conf
from planner.entries import Kind
from planner.gaps import Gap
from planner.idea_form import IdeaForm, filled_in_by, new_idea_url
from planner.idea_pages import parents_for
from planner.ideas import plan_idea, planned_in_words
from planner.models import ContentItem
from planner.report import report_around
from planner.views.base import PlannerView
from planner.views.hints import PLAN_MEDIA, hints_of_form
from planner.views.notices import anchor, leave_words


def plan_buttons(request: HttpRequest, **filled_in: str) -> list[HeaderButton]:
    """The button that plans something new from the present screen, for whoever may."""
    if not access.may_plan(request.user):
        return []
    return [HeaderButton(_("Plan content"), url=new_idea_url(request, **filled_in), icon_name="plus")]


class NewIdeaView(PlannerView):
    """An idea with its tags, date, owner and brief. Goes back to where one came from, or straight on to its page."""

    template_name = "planner/items/new.html"
    page_title = gettext_lazy("Plan content")
    header_icon = "jp-idea"
    media = PLAN_MEDIA

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.may_plan(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_calendar:index"), "label": _("Calendar")}]

    @cached_property
    def may_make_pages(self) -> bool:
        return parents_for(self.request.user).exists()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filled_in, unknown = filled_in_by(request.GET)
        for word in unknown:
            messages.warning(request, word)
        form = IdeaForm(user=request.user, filled_in=filled_in)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = IdeaForm(request.POST, user=request.user)
        if not form.is_valid():
            messages.validation_error(request, _("The idea was not saved because of the errors below."), form)
            return self.render_to_response(self.get_context_data(form=form))
        values = form.cleaned_data
        item = plan_idea(
            values["title"], form.change(), section=values["section"], user=request.user, gap=self.planned_from
        )
        return self._onwards(item)

    @property
    def planned_from(self) -> Gap | None:
        """The gap that led here. None where no such gap stands in what the reader may see."""
        key = self.request.GET.get("gap", "").replace("\0", "")
        if not key:
            return None
        question = conf.question(at=self.now, now=self.now)
        return report_around(self.request.user, key, question).find(key)

    def _onwards(self, item: ContentItem) -> HttpResponse:
        back = get_valid_next_url_from_request(self.request)
        plan, page = (reverse(f"planner_item:{name}", args=[item.pk]) for name in ("plan", "create_page"))
        text = planned_in_words(item)
        if self.may_make_pages and "then" in self.request.POST:
            messages.success(self.request, text)
            return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}" if back else page)
        screen = back.partition("#")[0]
        if screen.partition("?")[0] == reverse("planner_calendar:index"):
            # Wagtail's messages stand at the top of a page, out of sight of the card that this one leads to.
            leave_words(self.request, item.pk, text)
            return HttpResponseRedirect(f"{screen}#{anchor(item.pk, Kind.PUBLICATION)}")
        messages.success(self.request, text, buttons=[messages.button(plan, _("Open the plan"))] if back else None)
        return HttpResponseRedirect(back or plan)

    def get_context_data(self, *, form: IdeaForm, **kwargs: Any) -> dict[str, Any]:
        hints = hints_of_form(form, item=form.item, user=self.request.user, now=self.now)
        return super().get_context_data(
            **kwargs | hints,
            form=form,
            may_make_pages=self.may_make_pages,
            next=get_valid_next_url_from_request(self.request),
        )
