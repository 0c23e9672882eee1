"""What to say to each persona in each phase of a journey, and what they ask: all cells in one plain form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from personas.forms import MessagesForm
from personas.messages import Overtaken, write_texts
from personas.views.journey_part import JourneyPartView


class JourneyMessagesView(JourneyPartView):
    template_name = "personas/journey_messages.html"
    page_title = _("Messages and questions")

    @cached_property
    def form(self) -> MessagesForm:
        return MessagesForm(self.request.POST or None, journey=self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            messages.error(request, gettext("Nothing was saved: look at what is marked below."))
            return self.render_to_response(self.get_context_data())
        try:
            changed = write_texts(self.object, self.form.changes(), user=request.user)
        except Overtaken as overtaken:
            self.form.refuse_overtaken(overtaken.messages)
            messages.error(request, gettext("Nothing was saved: look at what is marked below."))
            return self.render_to_response(self.get_context_data())
        text = (
            gettext("The messages and questions of “%(journey)s” are saved.")
            if changed
            else gettext("Nothing changed in the messages and questions of “%(journey)s”.")
        )
        messages.success(request, text % {"journey": self.object})
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, **kwargs)
