"""A persona as a file to download, and such a file brought in again."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

from personas.models import Persona
from personas.pages import page_of
from personas.transfer import PersonaFileError, persona_as_data, restore_persona

MOST_BYTES = 20 * 1024 * 1024


class ExportPersonaView(PermissionCheckedMixin, BaseObjectMixin, View):
    permission_required = "change"
    edit_url_name: str | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = JsonResponse(persona_as_data(self.object), json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = f'attachment; filename="{self.object.slug}.json"'
        return response


class PersonaFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of a persona"),
        help_text=gettext_lazy("A JSON file that was exported here or on another site."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> Any:
        """What the file holds."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
        try:
            return json.loads(file.read().decode())
        except ValueError:
            raise forms.ValidationError(_("This is no JSON file in UTF-8.")) from None


class ImportPersonaView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Makes a persona from a file, or changes the one with its slug: for who may do both."""

    model = Persona
    template_name = "personas/persona_import.html"
    page_title = gettext_lazy("Import a persona")
    permission_required = "add"
    header_icon = "user"
    index_url_name: str | None = None
    edit_url_name: str | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.user_has_permission("change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        personas = {"url": reverse(self.index_url_name), "label": _("Personas")}
        return [*self.breadcrumbs_items, personas, {"url": "", "label": self.get_page_title()}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PersonaFileForm(request.POST, request.FILES)
        if form.is_valid():
            may_add_images = policy_registry.get_by_type(get_image_model()).user_has_permission(request.user, "add")
            try:
                data = form.cleaned_data["file"]
                persona = restore_persona(data, user=request.user, with_photo=may_add_images)
            except PersonaFileError as error:
                form.add_error("file", str(error))
            else:
                messages.success(request, _("Persona “%(name)s” is as the file says.") % {"name": persona})
                return HttpResponseRedirect(page_of(persona.slug) or reverse(self.edit_url_name, args=[persona.pk]))
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"form": PersonaFileForm(), "index_url": reverse(self.index_url_name)}
        return super().get_context_data(**shown | kwargs)
