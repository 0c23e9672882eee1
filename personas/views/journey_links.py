"""The links between a journey's phases, all in one plain form."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from personas.forms import PhaseLinkFormSet
from personas.models import PhaseLink


class JourneyLinksView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    permission_required = "change"
    template_name = "personas/journey_links.html"
    page_title = _("Links between phases")
    header_icon = ""
    index_url_name: str | None = None
    edit_url_name: str | None = None

    @cached_property
    def formset(self) -> PhaseLinkFormSet:
        return PhaseLinkFormSet(
            self.request.POST or None,
            queryset=PhaseLink.objects.filter(from_phase__journey=self.object),
            form_kwargs={"phases": list(self.object.phases.all())},
            prefix="links",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.formset.is_valid():
            messages.error(request, gettext("The links could not be saved: look at what is marked below."))
            return self.render_to_response(self.get_context_data())
        self._save()
        messages.success(request, gettext("The links of “%(journey)s” are saved.") % {"journey": self.object})
        return redirect(self.edit_url)

    @transaction.atomic
    def _save(self) -> None:
        self.formset.save()
        if self.formset.has_changed():
            log(instance=self.object, action="wagtail.edit", content_changed=True)

    @property
    def edit_url(self) -> str:
        return reverse(self.edit_url_name, args=[self.object.pk])

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": gettext("Journeys")},
            {"url": self.edit_url, "label": str(self.object)},
            {"url": "", "label": self.page_title, "sublabel": str(self.object)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(formset=self.formset, edit_url=self.edit_url, journey=self.object, **kwargs)
