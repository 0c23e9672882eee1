"""What is done to one plan after a question: cancel it, restore it, or make a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import AbstractPage

from planner import access
from planner.aims import Aim, Means, present_aim
from planner.ideas import cancel, duplicate, obstacle_to_cancelling, planned_in_words, restore
from planner.models import ContentItem
from planner.refused import Refused
from planner.views.item import ItemView


class ItemActionView(ItemView):
    """Asks first, in the words of the result. What cannot be done is said in place of the question."""

    template_name = "planner/items/confirm.html"
    serious = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.may_use_planner(request.user) or not self.is_permitted():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_permitted(self) -> bool:
        """Whether this user may do this to the item at all."""
        raise NotImplementedError

    def obstacle(self) -> str:
        """Why it cannot be done now, or nothing."""
        return ""

    def words(self) -> dict[str, str]:
        """The question, what it means, and the two buttons."""
        raise NotImplementedError

    def carry_out(self) -> tuple[str, str]:
        """Do it; the message of success and where to go. Raises `Refused`."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            text, address = self.carry_out()
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.next or self.plan_url)
        messages.success(request, text, buttons=self.ways_back())
        return HttpResponseRedirect(address)

    def ways_back(self) -> list[tuple[str, str, bool]]:
        """Buttons of the message of success."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs | self.words(),
            obstacle=self.obstacle(),
            serious=self.serious,
            next=self.next,
            back=self.next or self.plan_url,
        )

    @property
    def title(self) -> dict[str, str]:
        return {"title": self.item.display_title}


class CancelView(ItemActionView):
    """Cancels a plan that is not carried out yet. Of what is confirmed off the site: whoever may confirm it."""

    header_icon = "cross"
    serious = True

    def get_page_title(self) -> str:
        return _("Cancel the plan")

    def is_permitted(self) -> bool:
        return access.may_cancel(self.request.user, self.item)

    def obstacle(self) -> str:
        return obstacle_to_cancelling(self.item, self.record.facts, now=self.now, zone=self.site_zone)

    def words(self) -> dict[str, str]:
        return {
            "question": _("Cancel the plan of “%(title)s”?") % self.title,
            "meaning": self._what_becomes_of_it(),
            "do": _("Cancel the plan"),
            "keep": _("Keep the plan"),
        }

    @property
    def stands(self) -> Aim:
        """The day on which the calendar shows it once it is cancelled, if there is any."""
        facts = replace(self.record.facts, state=ContentItem.State.CANCELLED)
        return present_aim(replace(self.record, facts=facts), Means.TARGET, self.site_zone)

    def _what_becomes_of_it(self) -> str:
        if self.stands:
            text = _("It stays in the calendar on %(day)s as cancelled, counts nowhere, and can be restored.")
            return text % {"day": self.stands}
        return _(
            "It has no date, so the calendar shows it no more. It counts nowhere, and can be restored on its plan."
        )

    def carry_out(self) -> tuple[str, str]:
        cancel(self.item, user=self.request.user, now=self.now, zone=self.site_zone)
        if self.stands:
            text = _("The plan of “%(title)s” is cancelled. It stays in the calendar on %(day)s.")
        else:
            text = _("The plan of “%(title)s” is cancelled. Without a date the calendar shows it no more.")
        return text % (self.title | {"day": self.stands}), self.next or self.plan_url

    def ways_back(self) -> list[tuple[str, str, bool]]:
        restoring = reverse("planner_item:restore", args=[self.item.pk])
        if not self.next:
            return [messages.button(restoring, _("Restore the plan"))]
        restoring += f"?{urlencode({'next': self.next})}"
        plan = messages.button(self.plan_url, _("Open the plan"))
        return [messages.button(restoring, _("Restore the plan")), plan]


class RestoreView(ItemActionView):
    """Takes a cancellation back."""

    header_icon = "rotate"

    def get_page_title(self) -> str:
        return _("Restore the plan")

    def is_permitted(self) -> bool:
        return access.may_tag(self.request.user, self.item) and access.may_edit(self.request.user, self.item)

    def obstacle(self) -> str:
        if self.item.state == ContentItem.State.CANCELLED:
            return ""
        return _("“%(title)s” is not cancelled.") % self.title

    def words(self) -> dict[str, str]:
        return {
            "question": _("Restore the plan of “%(title)s”?") % self.title,
            "meaning": _("It counts again, with the tags and dates that it has."),
            "do": _("Restore the plan"),
            "keep": _("Leave it cancelled"),
        }

    def carry_out(self) -> tuple[str, str]:
        may_confirm = self.item.is_off_site and access.may_confirm(self.request.user, self.item)
        restore(self.item, user=self.request.user, may_confirm=may_confirm, now=self.now)
        return _("The plan of “%(title)s” is restored.") % self.title, self.next or self.plan_url


class DuplicateView(ItemActionView):
    """Plans the same again: a new idea with the same tags and no dates."""

    header_icon = "copy"

    def get_page_title(self) -> str:
        return _("Duplicate the plan")

    @cached_property
    def section(self) -> AbstractPage | None:
        """Where the copy belongs: the item's section or its page's parent, the page, or where the user may plan."""
        user, page = self.request.user, self.item.page
        near = [page.get_parent(), page] if page else [self.item.section]
        beside = [place for place in near if place and access.may_plan_in(user, place)]
        return beside[0] if beside else access.sections_of(user).first()

    def is_permitted(self) -> bool:
        return access.may_plan(self.request.user)

    def words(self) -> dict[str, str]:
        return {
            "question": _("Plan “%(title)s” again?") % self.title,
            "meaning": _("You get a new idea with the same tags, owner and brief, and without dates."),
            "do": _("Make the copy"),
            "keep": _("Make no copy"),
        }

    def carry_out(self) -> tuple[str, str]:
        copy = duplicate(self.item, section=self.section, user=self.request.user)
        # On to the copy, wherever one came from: its title and date are still to be set.
        return planned_in_words(copy), reverse("planner_item:plan", args=[copy.pk])
