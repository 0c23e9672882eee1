"""Saved views: kept from a screen with filters, renamed, shared, replaced and deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View as DjangoView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.viewsets.base import ViewSet

from planner import saved_views
from planner.models import SavedView
from planner.refused import Refused
from planner.saved_views import Content
from planner.views.base import PlannerAccess, PlannerView
from planner.views.view_addresses import address_of, content_of, screen_of


class SavedViewForm(forms.ModelForm):
    """The name, and who sees it."""

    class Meta:
        model = SavedView
        fields = ["name", "shared"]
        labels = {"shared": gettext_lazy("Share it with everybody who uses the planner")}
        error_messages = {"name": {"required": gettext_lazy("Give the view a name.")}}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        namesakes = SavedView.objects.owned_by(self.instance.owner).filter(name__iexact=name)
        if namesakes.exclude(pk=self.instance.pk).exists():
            text = _("You have a view “%(name)s” already. Choose another name, or open that one and replace it.")
            raise forms.ValidationError(text % {"name": name})
        return name


class CameFrom:
    """Mixed into what writes a view: the address of the screen that one came from, and what it shows."""

    request: HttpRequest

    @property
    def asked(self) -> str:
        return self.request.POST.get("next", self.request.GET.get("next", ""))

    @cached_property
    def content(self) -> Content:
        return content_of(self.asked)

    @property
    def back(self) -> str:
        """That screen; where its address is none of ours, or too long to redirect to, one with the filters alone."""
        return get_valid_next_url_from_request(self.request) or address_of(self.content)


class SavedViewsScreen(CameFrom, PlannerView):
    """What the screens of this room share."""

    header_icon = "thumbtack"

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_view:index"), "label": _("Saved views")}]


class IndexView(SavedViewsScreen):
    """My views, and those that others share."""

    template_name = "planner/saved_views/index.html"
    page_title = gettext_lazy("Saved views")

    def crumbs(self) -> list[dict[str, str]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        seen = [
            (saved, address_of(Content.of_view(saved), saved), screen_of(saved.view))
            for saved in saved_views.seen_by(user)
        ]
        return super().get_context_data(
            mine=[one for one in seen if one[0].owner_id == user.pk],
            shared=[one for one in seen if one[0].owner_id != user.pk],
            may_tidy_up=user.is_superuser,
            **kwargs,
        )


class FormView(SavedViewsScreen):
    """Asks for a name; what was refused comes back as it was typed."""

    template_name = "planner/saved_views/form.html"

    @cached_property
    def view(self) -> SavedView:
        raise NotImplementedError

    def write(self, form: SavedViewForm) -> HttpResponse:
        """Write it and go on. Raises `Refused`."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", SavedViewForm(instance=self.view))
        return super().get_context_data(next=self.asked, back=self.back, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = SavedViewForm(request.POST, instance=self.view)
        if form.is_valid():
            try:
                return self.write(form)
            except Refused as refusal:
                form.add_error("name", str(refusal))
        return self.render_to_response(self.get_context_data(form=form))


class NewView(FormView):
    """Keeps the filters of the screen that one came from, and goes back there with the view open."""

    page_title = gettext_lazy("Save view")

    @cached_property
    def view(self) -> SavedView:
        return SavedView(owner=self.request.user)

    def write(self, form: SavedViewForm) -> HttpResponse:
        saved = saved_views.create(self.request.user, **form.cleaned_data, content=self.content)
        messages.success(self.request, _("The view “%(name)s” is saved.") % {"name": saved.name})
        return HttpResponseRedirect(_with_open(self.back, saved))


class EditView(FormView):
    """Another name, or shared with everybody, or no more."""

    page_title = gettext_lazy("Edit view")

    @cached_property
    def view(self) -> SavedView:
        return get_object_or_404(SavedView.objects.owned_by(self.request.user), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.view.name

    def write(self, form: SavedViewForm) -> HttpResponse:
        # The form has written to the object already; the log is to tell what it was.
        before = get_object_or_404(SavedView, pk=self.view.pk)
        saved = saved_views.rename(before, **form.cleaned_data, user=self.request.user)
        messages.success(self.request, _("The view “%(name)s” is saved.") % {"name": saved.name})
        return HttpResponseRedirect(reverse("planner_view:index"))


class ReplaceView(CameFrom, PlannerAccess, DjangoView):
    """Puts the filters of the screen that one came from in the place of those of a view."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        saved = get_object_or_404(SavedView.objects.owned_by(request.user), pk=pk)
        if not self.asked:
            raise Http404("Nothing to replace it by")
        try:
            saved_views.replace(saved, self.content, user=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The view “%(name)s” has the present filters now.") % {"name": saved.name})
        return HttpResponseRedirect(self.back)


class DeleteView(SavedViewsScreen):
    """Deletes a view after a question: one's own, or as a superuser a shared one."""

    template_name = "planner/items/confirm.html"
    page_title = gettext_lazy("Delete view")

    @cached_property
    def view(self) -> SavedView:
        return get_object_or_404(SavedView.objects.deletable_by(self.request.user), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.view.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meaning = _("Only the view goes: no content and no filter changes.")
        if self.view.shared:
            meaning = _("It goes for everybody who uses it. No content and no filter changes.")
        return super().get_context_data(
            question=_("Delete the view “%(name)s”?") % {"name": self.view.name},
            meaning=meaning,
            do=_("Delete view"),
            keep=_("Keep the view"),
            back=reverse("planner_view:index"),
            serious=True,
            **kwargs,
        )

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        saved_views.delete(self.view, user=request.user)
        messages.success(request, _("The view “%(name)s” is deleted.") % {"name": self.view.name})
        return HttpResponseRedirect(reverse("planner_view:index"))


class SavedViewViewSet(ViewSet):
    name = "planner_view"
    url_prefix = "planner/views"
    icon = "thumbtack"
    menu_label = gettext_lazy("Saved views")
    add_to_admin_menu = False

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.construct_view(IndexView), name="index"),
            path("new/", self.construct_view(NewView), name="new"),
            path("<int:pk>/edit/", self.construct_view(EditView), name="edit"),
            path("<int:pk>/replace/", ReplaceView.as_view(), name="replace"),
            path("<int:pk>/delete/", self.construct_view(DeleteView), name="delete"),
        ]


saved_view_viewset = SavedViewViewSet()


def _with_open(address: str, saved: SavedView) -> str:
    """The address of a screen with this view as the open one."""
    path, _mark, query = address.partition("#")[0].partition("?")
    parameters = QueryDict(query, mutable=True)
    parameters["saved"] = str(saved.pk)
    return f"{path}?{parameters.urlencode()}"
