"""What keeps live content right: marking it as reviewed, and the way to the screen where its end is changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin import messages

from planner import access
from planner.aims import Refusal
from planner.refused import Refused
from planner.reschedule import version
from planner.reviewing import mark_reviewed, next_review, obstacle_to_review
from planner.views.item import ItemAtAGlance
from planner.views.item_actions import ItemActionView


class ReviewedView(ItemActionView):
    """Asks whether the item is right as it is, and marks it; the board posts here without asking first."""

    header_icon = "check"

    def get_page_title(self) -> str:
        return _("Mark reviewed")

    def is_permitted(self) -> bool:
        return access.may_tag(self.request.user, self.item)

    def obstacle(self) -> str:
        return obstacle_to_review(self.item, self.record, user=self.request.user, now=self.now)

    def words(self) -> dict[str, str]:
        due = next_review(self.item, now=self.now)
        meaning = _("It counts as fresh from today.")
        if due:
            meaning = _("It counts as fresh from today, and the next review is due on %(day)s.")
        return {
            "question": _("Is “%(title)s” right as it is?") % self.title,
            "meaning": meaning % {"day": date_format(due, "j F Y")} if due else meaning,
            "do": _("Mark reviewed"),
            "keep": _("Not yet"),
        }

    def carry_out(self) -> tuple[str, str]:
        token = self.request.POST.get("token", "")
        try:
            done = mark_reviewed(self.item, user=self.request.user, token=token, now=self.now)
        except Refusal as refusal:
            raise Refused(refusal.sentence) from refusal
        return done.sentence, self.next or self.plan_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(token=version(self.item), **kwargs)


class RenewView(ItemAtAGlance):
    """Leads to where the end of an item is changed, which is its own editor or plan, and says there where it stands."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        title = {"title": self.record.title}
        if not self.may_edit:
            messages.error(request, _("To give “%(title)s” another end takes the right to edit there.") % title)
            address = self.plan_url
        elif self.item.is_off_site:
            messages.info(request, _("Give “%(title)s” another end here, at “Live until”.") % title)
            address = self.plan_url
        else:
            text = _("Give “%(title)s” another end here: in the side panel “Status”, at its schedule. Then publish it.")
            messages.info(request, text % title)
            address = self.edit_url or self.plan_url
        return HttpResponseRedirect(f"{address}?{urlencode({'next': self.next})}" if self.next else address)
