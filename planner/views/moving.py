"""What every move of one item shares: who may ask, who is told of whom, and how a refusal is answered."""

from __future__ import annotations

from typing import Any, ClassVar

import swapper
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.models import EditingSession

from planner import access
from planner.aims import Reason, Refusal
from planner.models import ContentItem
from planner.views.item import LARGEST_KEY, ItemView


class MovingView(ItemView):
    """A form about one item, which a script may post as well: it asks for JSON, and gets the same answers."""

    media = ItemView.media + forms.Media(js=["planner/calendar-move.js"])
    header_icon = "calendar-check"
    read_of_item: ClassVar[tuple[str, ...]] = ("record",)
    """Properties that are read again after a refusal: somebody else may have changed the item meanwhile."""

    @cached_property
    def item(self) -> ContentItem:
        """The item, or 404: the same answer for what does not exist and what this reader may not see."""
        key, user = self.kwargs["pk"], self.request.user
        items = ContentItem.objects.select_related("page", "section").filter(pk=key) if key <= LARGEST_KEY else None
        item = items.first() if items is not None else None
        if item is None or not (self._is_alias_in_sight(item) or access.visible_items(user).filter(pk=key).exists()):
            raise Http404("No such item")
        return item

    def _is_alias_in_sight(self, item: ContentItem) -> bool:
        return bool(item.page and item.page.alias_of_id and access.sees_page(self.request.user, item.page))

    @property
    def home(self) -> str:
        """Where one goes back to when the item is gone."""
        raise NotImplementedError

    def fresh(self) -> dict[str, str]:
        """The state of the item now, for a script whose screen is old."""
        raise NotImplementedError

    @property
    def asks_for_json(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")

    def filled_in(self) -> dict[str, Any]:
        """What was filled in, for the form that is shown again."""
        return {}

    def refuse(self, refusal: Refusal) -> HttpResponse:
        """The sentence, with the item as it is now; on the form again, or as JSON."""
        is_gone, status = refusal.reason == Reason.GONE, refusal.reason.value
        for name in self.read_of_item:
            self.__dict__.pop(name, None)
        if self.asks_for_json:
            return JsonResponse({"message": refusal.sentence} | ({} if is_gone else self.fresh()), status=status)
        if is_gone:
            messages.error(self.request, refusal.sentence)
            return HttpResponseRedirect(self.next or self.home)
        context = self.get_context_data(refusal=refusal.sentence, **self.filled_in())
        return self.render_to_response(context, status=status)

    @cached_property
    def editors(self) -> list[str]:
        """Who has the page open in an editor; "" for somebody whom this reader may not know."""
        if self.item.page is None:
            return []
        user, page = self.request.user, self.item.page
        page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
        sessions = EditingSession.objects.available().filter(content_type=page_type, object_id=str(page.pk))
        # Wagtail tells who is editing to whoever can open the editor.
        known = access.may_edit(user, self.item)
        names = {
            (session.user.get_full_name() or session.user.get_username()) if known else ""
            for session in sessions.exclude(user=user).select_related("user")
        }
        return sorted(names)
