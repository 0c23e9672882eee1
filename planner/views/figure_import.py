"""Figures about personas from a file: each row becomes evidence, or is refused with its line and reason."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from personas.models import Evidence
from planner.importing import FileError, open_table
from planner.importing.figures import FIGURES, FigureReport, import_figures

MOST_BYTES = 2 * 1024 * 1024


class FiguresFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with figures"),
        help_text=gettext_lazy("CSV in UTF-8, or XLSX."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            text = _("The file has more than %(most)s kB. Split it.")
            raise forms.ValidationError(text % {"most": MOST_BYTES // 1024})
        return file


class FigureImportView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Takes a file; shows what became of its rows, or with "Check the file" what would."""

    template_name = "planner/persona/figures.html"
    page_title = gettext_lazy("Import figures")
    header_icon = "glasses"
    permission_policy = policy_registry.get_by_type(Evidence)
    permission_required = "add"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # An import also changes what an earlier one made.
        if not self.user_has_permission("change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        evidence = {"url": reverse("personas_evidence:index"), "label": _("Evidence")}
        return [*self.breadcrumbs_items, evidence, {"url": "", "label": self.get_page_title()}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, checked = FiguresFileForm(request.POST, request.FILES), "check" in request.POST
        report = self.read(form, dry_run=checked) if form.is_valid() else None
        if report and not checked:
            counts = _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
            messages.success(request, counts % report.counts)
        return self.render_to_response(self.get_context_data(form=form, report=report, checked=checked))

    def read(self, form: FiguresFileForm, *, dry_run: bool) -> FigureReport | None:
        """What became of the rows; None where the file is refused, which the form says."""
        upload, at = form.cleaned_data["file"], timezone.now()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "figures"
            path.write_bytes(upload.read())
            try:
                return import_figures(
                    open_table(path, FIGURES),
                    name=upload.name,
                    at=at,
                    today=timezone.localdate(at),
                    user=self.request.user,
                    dry_run=dry_run,
                )
            except FileError as error:
                form.add_error("file", str(error).replace(path.name, upload.name, 1))
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"form": FiguresFileForm(), "columns": FIGURES.columns, "required": FIGURES.required}
        return super().get_context_data(**shown | kwargs)
