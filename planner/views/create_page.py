"""From an idea to its page: choose a parent and a type, and the editor opens on a draft that has the idea's plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.views.generic import HookResponseMixin
from wagtail.admin.views.pages.create import CreateView
from wagtail.models import AbstractPage
from wagtail.signals import init_new_page

from planner import access
from planner.fields import NativeDate, NativeDateTime, NativeTime
from planner.idea_form import LONGEST_SHOWN, indented
from planner.idea_pages import PageType, make_page, obstacle_to_becoming_a_page, parents_for, types_under
from planner.refused import Refused
from planner.views.item import LARGEST_KEY, ItemView

MOST_PARENTS = 100
"""More parents than anybody looks through: beyond, they are searched by title."""

NATIVE = {models.DateTimeField: NativeDateTime, models.DateField: NativeDate, models.TimeField: NativeTime}


class CreatePageView(HookResponseMixin, ItemView):
    """Two choices on one page; the parent's changes which types there are. Works without JavaScript."""

    template_name = "planner/items/create_page.html"
    page_title = gettext_lazy("Create page")
    header_icon = "doc-empty-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.may_use_planner(request.user) or not access.may_edit(request.user, self.item):
            raise PermissionDenied
        if obstacle := obstacle_to_becoming_a_page(self.item):
            messages.error(request, obstacle)
            return HttpResponseRedirect(self.plan_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def asked(self) -> str:
        """What the parents are searched by."""
        return self.request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SHOWN]

    @cached_property
    def parents(self) -> list[AbstractPage]:
        """The parents to choose from, one more than are shown where there are too many."""
        found = parents_for(self.request.user)
        if self.asked:
            found = found.filter(title__icontains=self.asked)
        return list(found[: MOST_PARENTS + 1])

    @cached_property
    def parent(self) -> AbstractPage | None:
        """The parent that was chosen, else the idea's section, else the first; None where there is no choice."""
        key = self.request.POST.get("parent") or self.request.GET.get("parent", "")
        allowed = parents_for(self.request.user)
        if key.isascii() and key.isdigit() and int(key) <= LARGEST_KEY:
            return allowed.filter(pk=int(key)).first()
        section = allowed.filter(pk=self.item.section_id).first() if self.item.section_id and not self.asked else None
        return section or next(iter(self.parents), None)

    @cached_property
    def types(self) -> list[PageType]:
        return types_under(self.parent, self.request.user) if self.parent else []

    @cached_property
    def type(self) -> PageType | None:
        """The type that was chosen, or the only one there is."""
        label = self.request.POST.get("type", "")
        possible = [one for one in self.types if not one.obstacle]
        if not label and len(possible) == 1:
            return possible[0]
        return next((one for one in possible if one.label == label), None)

    def form(self, data: Any = None) -> forms.Form | None:
        """The form for what the chosen type cannot be stored without; None where that is nothing."""
        if self.type is None or not self.type.needed:
            return None
        return form_of(self.type)(data, prefix="page")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "show" in request.POST:
            return self.render_to_response(self.get_context_data())
        if self.parent is None or self.type is None:
            messages.error(request, _("Choose where the page goes and of which type it is."))
            return self.render_to_response(self.get_context_data())
        form = self.form(request.POST)
        if form is not None and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        response = self.run_hook("before_create_page", request, self.parent.specific, self.type.model)
        if response:
            return response
        try:
            page = make_page(
                self.item,
                self.parent,
                self.type.model,
                user=request.user,
                now=self.now,
                prepare=lambda page: self._prepare(page, form),
                protect=self._protect,
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.plan_url)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.render_to_response(self.get_context_data(form=form))
        text = _("“%(title)s” is a page now, a draft. Its plan stands in the tab Plan.")
        messages.success(request, text % {"title": page.draft_title})
        response = self.run_hook("after_create_page", request, page)
        return response or HttpResponseRedirect(self._editor_of(page))

    def _prepare(self, page: AbstractPage, form: forms.Form | None) -> None:
        # Sites fill in new pages on this signal, which Wagtail's own view sends too.
        init_new_page.send(sender=CreateView, page=page, parent=self.parent.specific)
        for name, value in (form.cleaned_data if form else {}).items():
            setattr(page, name, value)

    def _protect(self, page: AbstractPage) -> None:
        # Wagtail keeps this in its own view.
        view = CreateView()
        view.page, view.request = page, self.request
        view.set_default_privacy_setting()

    def _editor_of(self, page: AbstractPage) -> str:
        editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return f"{editor}?{urlencode({'next': self.next})}" if self.next else editor

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.parents[:MOST_PARENTS]
        if self.parent and self.parent not in shown:
            shown = [self.parent, *shown]
        shallowest = min((page.depth for page in shown), default=0)
        kwargs.setdefault("form", self.form())
        return super().get_context_data(
            item=self.item,
            parents=[(page, indented(page, shallowest)) for page in shown],
            too_many=len(self.parents) > MOST_PARENTS,
            asked=self.asked,
            parent=self.parent,
            types=self.types,
            chosen=self.type,
            plan_url=self.plan_url,
            next=self.next,
            **kwargs,
        )


def form_of(chosen: PageType) -> type[forms.Form]:
    """A form of the fields that a draft of this type needs, with the browser's own date fields.

    A plain form: a model's own rules are about a page that is being finished, and this one begins.
    """
    names = [field.name for field in chosen.needed]
    widgets = {field.name: widget for field in chosen.needed if (widget := _native(field))}
    fields = forms.fields_for_model(chosen.model, fields=names, widgets=widgets)
    for field in fields.values():
        field.required = True
    return type("NeededForm", (forms.Form,), fields)


def _native(field: models.Field) -> forms.Widget | None:
    # A moment is a kind of date: its own widget comes first.
    return next((widget() for kind, widget in NATIVE.items() if isinstance(field, kind)), None)
