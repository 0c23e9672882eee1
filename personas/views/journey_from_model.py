"""A new journey from one of the published models."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from personas.forms import JourneyFromModelForm
from personas.journeys import JourneyRefused, SlugTaken, create_default_channels, create_journey
from personas.models import Channel, Journey
from personas.presets import JOURNEY_MODELS, JourneyModel, Language, active_language


class JourneyFromModelView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Lists the models with their phases and what they would miss, and makes the journey that is asked for."""

    model = Journey
    permission_required = "add"
    form_class = JourneyFromModelForm
    template_name = "personas/journey_from_model.html"
    page_title = _("New journey from a model")
    header_icon = ""
    index_url_name: str | None = None
    edit_url_name: str | None = None

    @property
    def language(self) -> Language:
        return active_language()

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.language, "preset": "4v"}

    def get_form(self, form_class: type[JourneyFromModelForm] | None = None) -> JourneyFromModelForm:
        form = super().get_form(form_class)
        if not policy_registry.get_by_type(Channel).user_has_permission(self.request.user, "add"):
            del form.fields["channels"]
        return form

    def form_valid(self, form: JourneyFromModelForm) -> HttpResponse:
        try:
            journey = self._create(**form.cleaned_data)
        except JourneyRefused as refusal:
            form.add_error("slug" if isinstance(refusal, SlugTaken) else None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, gettext("Journey “%(journey)s” created.") % {"journey": journey})
        if self.user_has_permission("change"):
            return redirect(self.edit_url_name, journey.pk)
        return redirect(self.index_url_name)

    @transaction.atomic
    def _create(self, *, preset: str, name: str, slug: str, language: str, channels: bool = False) -> Journey:
        """The new journey, owned by who made it."""
        journey = create_journey(preset, language=language, name=name, slug=slug, owner=self.request.user)
        if channels:
            create_default_channels(language)
        return journey

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": gettext("Journeys")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        radios = context["form"]["preset"]
        context["choices"] = [
            (radio, *self._shown(model)) for radio, model in zip(radios, JOURNEY_MODELS.values(), strict=True)
        ]
        return context

    def _shown(self, model: JourneyModel) -> tuple[JourneyModel, str, list[str]]:
        phases = [phase.name.in_language(self.language) for phase in model.phases]
        return model, model.name.in_language(self.language), phases
