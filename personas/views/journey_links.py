"""The links between a journey's phases, all in one plain form."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.log_actions import log

from personas.forms import PhaseLinkFormSet
from personas.models import PhaseLink
from personas.views.journey_part import JourneyPartView


class JourneyLinksView(JourneyPartView):
    template_name = "personas/journey_links.html"
    page_title = _("Links between phases")

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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(formset=self.formset, **kwargs)
