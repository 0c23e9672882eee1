"""“What counts”: which page and snippet types have a plan. Two steps: choose, then see the effect and save it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.models import ModelLogEntry

from planner import access, conf
from planner.coverage import Question
from planner.models import LeftOutType
from planner.views.base import PlannerView
from planner.what_counts import ChangedMeanwhile, CountableType, change_what_counts, countable_types, left_out_keys
from planner.what_counts_effect import effect_of

PERMISSION = "planner.change_leftouttype"
CHANGES_SHOWN = 10
MOST_SHOWN = 100
"""Changed cells and gaps in one list: a site with many journeys has thousands."""


class WhatCountsPage(PlannerView):
    """What both steps share. Numbers are of what the reader may see; what is saved holds for everybody."""

    page_title = gettext_lazy("What counts")
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def question(self) -> Question:
        return conf.question(at=self.now, now=self.now)

    @cached_property
    def types(self) -> list[CountableType]:
        return countable_types(self.request.user, self.question)

    @cached_property
    def open_types(self) -> list[CountableType]:
        """The types that an editor decides about."""
        return [one for one in self.types if not one.fixed]

    def chosen(self, data: QueryDict) -> set[int] | None:
        """The keys to leave out by what was ticked, or None where nobody was asked.

        Only types that stood in the list are decided about: one that the site got meanwhile stays as it is.
        """
        listed, ticked = _keys(data, "type"), _keys(data, "counts")
        if not listed:
            return None
        return {one.key for one in self.open_types if one.key not in ticked and (one.key in listed or not one.counts)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        partly = not access.sees_everything(self.request.user)
        return super().get_context_data(types=self.types, partly=partly, **kwargs)


class WhatCountsView(WhatCountsPage):
    """The first step: all types with what there is of them, and a tick for each that counts."""

    template_name = "planner/what_counts/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.chosen(self.request.GET)
        left_out = {one.key for one in self.open_types if not one.counts} if chosen is None else chosen
        return super().get_context_data(left_out=left_out, changes=latest_changes(), **kwargs)


class EffectView(WhatCountsPage):
    """The second step: what that does to the numbers, and the button that saves it."""

    template_name = "planner/what_counts/effect.html"
    page_subtitle = gettext_lazy("Effect")

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_what_counts:index"), "label": _("What counts")}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        left_out = self.chosen(request.GET)
        if left_out is None:
            return HttpResponseRedirect(reverse("planner_what_counts:index"))
        return self.show(left_out)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        left_out = self.chosen(request.POST)
        if left_out is None:
            return HttpResponseRedirect(reverse("planner_what_counts:index"))
        going, coming = self.going(left_out), self.coming(left_out)
        among, seen = [one.key for one in self.open_types], _keys(request.POST, "seen")
        try:
            change_what_counts(left_out, among=among, seen=seen, user=request.user)
        except ChangedMeanwhile:
            text = _("Somebody else changed what counts meanwhile, so nothing is saved. This is the effect now.")
            messages.warning(request, text)
            return self.show(left_out)
        # What the reader may see of it, and of these types only: rows are made wherever they are missing.
        made = sum(one.without_row.total for one in coming)
        messages.success(request, " ".join([_("What counts is saved."), *_in_words(going, coming, made)]))
        return HttpResponseRedirect(reverse("planner_what_counts:index"))

    def show(self, left_out: set[int]) -> HttpResponse:
        going, coming = self.going(left_out), self.coming(left_out)
        if not going and not coming:
            messages.info(self.request, _("Nothing would change: these types count already."))
            return HttpResponseRedirect(reverse("planner_what_counts:index"))
        effect = effect_of(left_out, self.types, user=self.request.user, question=self.question)
        ticked = [one.key for one in self.open_types if one.key not in left_out]
        fields = [*(("type", one.key) for one in self.open_types), *(("counts", key) for key in ticked)]
        context = {
            "going": [one.name for one in going],
            "coming": [one.name for one in coming],
            "effect": effect,
            "cells": effect.cells[:MOST_SHOWN],
            "opened": effect.opened[:MOST_SHOWN],
            "closed": effect.closed[:MOST_SHOWN],
            "fields": [*fields, *(("seen", key) for key in left_out_keys())],
            "back_url": f"{reverse('planner_what_counts:index')}?{urlencode(fields)}",
        }
        return self.render_to_response(self.get_context_data(**context))

    def going(self, left_out: set[int]) -> list[CountableType]:
        return [one for one in self.open_types if one.counts and one.key in left_out]

    def coming(self, left_out: set[int]) -> list[CountableType]:
        return [one for one in self.open_types if not one.counts and one.key not in left_out]


def latest_changes() -> QuerySet:
    """Who left out what, and when, newest first. One query when it is read."""
    about = ContentType.objects.get_for_model(LeftOutType)
    entries = ModelLogEntry.objects.filter(content_type=about).select_related("user")
    return entries.order_by("-timestamp", "-pk")[:CHANGES_SHOWN]


def _in_words(going: list[CountableType], coming: list[CountableType], made: int) -> list[str]:
    sentences = []
    if going:
        sentences.append(_("Left out: %(types)s.") % {"types": _listed(going)})
    if coming:
        sentences.append(_("Counts again: %(types)s.") % {"types": _listed(coming)})
    if made:
        text = ngettext("%(count)s page got an empty plan.", "%(count)s pages got an empty plan.", made)
        sentences.append(text % {"count": made})
    return sentences


def _listed(types: list[CountableType]) -> str:
    return get_text_list([one.name for one in types], _("and"))


def _keys(data: QueryDict, name: str) -> set[int]:
    values = data.getlist(name)
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19}
