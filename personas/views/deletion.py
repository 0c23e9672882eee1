"""Deleting a member of a vocabulary, which is refused while anything depends on it, and the gentler way out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseOperationView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from personas.usage import usage_of


class RefusingDeleteView(generic.DeleteView):
    """Says what depends on the member, and deletes it only where nothing does. A refusal answers 409."""

    template_name = "personas/confirm_delete.html"
    deactivate_url_name: str | None = None

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        self.lock()
        if usage_of(self.request.user, self.object):
            return self.render_to_response(self.get_context_data(form=form), status=HTTPStatus.CONFLICT)
        return super().form_valid(form)

    def lock(self) -> None:
        """Makes others wait who are about to use the member, so that nothing depends on it when it goes."""
        self.model.objects.select_for_update().get(pk=self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["usage"] = usage_of(self.request.user, self.object)
        if self.object.active and self.user_has_permission("change"):
            context["deactivate_url"] = reverse(self.deactivate_url_name, args=[self.object.pk])
        return context


class DeactivateView(PermissionCheckedMixin, BaseOperationView):
    """Makes a member inactive: what carries it keeps it, and nobody is offered it any more."""

    permission_required = "change"
    http_method_names = ["post"]
    index_url_name: str | None = None

    @transaction.atomic
    def perform_operation(self) -> None:
        self.object.active = False
        self.object.save(update_fields=["active"])
        log(instance=self.object, action="wagtail.edit", content_changed=True)

    def get_success_message(self) -> str:
        return gettext("“%(name)s” is inactive now.") % {"name": self.object}

    def get_success_url(self) -> str:
        return reverse(self.index_url_name)
