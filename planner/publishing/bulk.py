"""Publishing many pages at once from Wagtail's explorer."""

from __future__ import annotations

from typing import Any

import swapper
from django.http import HttpRequest
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import AbstractPage

from planner.requirements import lacking_in_pages

from .lacks import NAMED, named_with


def refuse_bulk_publishing(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponseRedirectBase | None:
    """Publish none of the chosen pages where one lacks what is required; the message names the first of them."""
    if action_type != "publish" or action.model is not swapper.load_model("wagtailcore", "Page"):
        return None
    found = [(page, lacks) for page, lacks in lacking_in_pages(_published_with(objects, action)) if lacks.refused]
    if not found:
        return None
    count, places = len(found), [named_with(page, lacks) for page, lacks in found[:NAMED]]
    text = ngettext(
        "Nothing is published, because %(count)s of the pages lacks what its type needs: %(pages)s.",
        "Nothing is published, because %(count)s of the pages lack what their type needs: %(pages)s.",
        count,
    ) % {"count": count, "pages": "; ".join(places) + ("; …" if count > NAMED else "")}
    messages.error(request, f"{text} " + _("Tag them first, or publish the others without them."))
    return redirect(action.next_url)


def _published_with(objects: list[AbstractPage], action: Any) -> list[AbstractPage]:
    """The chosen pages and, where that was ticked, the drafts below them that the user may publish."""
    pages = {page.pk: page for page in objects}
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        for page in objects:
            for draft in page.get_descendants().not_live():
                if draft.permissions_for_user(action.request.user).can_publish():
                    pages.setdefault(draft.pk, draft)
    return list(pages.values())


def warn_after_bulk_publishing(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """Say how many of the pages that were published lack something."""
    if action_type != "publish" or action.model is not swapper.load_model("wagtailcore", "Page"):
        return
    if found := lacking_in_pages(objects):
        titles = [page.get_admin_display_title() for page, _lacks in found[:NAMED]]
        text = ngettext(
            "%(count)s of the published pages lacks a persona, phase or channel: %(pages)s.",
            "%(count)s of the published pages lack a persona, phase or channel: %(pages)s.",
            len(found),
        )
        more = ["…"] if len(found) > NAMED else []
        messages.warning(request, text % {"count": len(found), "pages": get_text_list([*titles, *more], _("and"))})
