"""Occasions from elsewhere: the starter set, and the events of a calendar file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from personas.presets import Language, active_language
from planner.importing.calendars import MOST_BYTES, MOST_EVENTS, CalendarFileError
from planner.importing.occasions import OccasionReport, Outcome, import_occasions
from planner.models import Occasion
from planner.occasion_words import rule_in_words
from planner.starter_occasions import STARTERS, load_starters, missing_starters

CARRIED_FOR = timedelta(hours=2)
"""How long a file that was checked can be imported without choosing it again."""


class OccasionSourceView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """What both pages share: only for who may add occasions, one step below their list."""

    model = Occasion
    permission_required = "add"
    header_icon = "date"
    index_url_name: str | None = None
    edit_url_name: str | None = None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label = capfirst(Occasion._meta.verbose_name_plural)
        here = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, {"url": reverse(self.index_url_name), "label": label}, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(index_url=reverse(self.index_url_name), **kwargs)


class StarterSetView(OccasionSourceView):
    """The starter set with what each occasion's rule is; the ones that are ticked are added."""

    template_name = "planner/occasions/starter_set.html"
    page_title = gettext_lazy("Starter set of occasions")

    @property
    def language(self) -> Language:
        return active_language()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        made = load_starters(self.language, codes=request.POST.getlist("code"), user=request.user)
        text = ngettext("%(count)s occasion added.", "%(count)s occasions added.", len(made))
        messages.success(request, text % {"count": len(made)})
        return HttpResponseRedirect(reverse(self.index_url_name))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        missing = {one.code for one in missing_starters()}
        occasions = [(one.code, one.occasion(self.language)) for one in STARTERS]
        starters = [(code, one.name, rule_in_words(one), one.blackout, code in missing) for code, one in occasions]
        return super().get_context_data(starters=starters, missing=len(missing), **kwargs)


class CalendarFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Calendar file"),
        help_text=gettext_lazy("An .ics file in UTF-8."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            text = _("The file has more than %(most)s kB. Split it, or export fewer events.")
            raise forms.ValidationError(text % {"most": MOST_BYTES // 1024})
        return file


class ImportOccasionsView(OccasionSourceView):
    """Takes a calendar file; shows what became of each event, or with "Check the file" what would.

    A file that was checked waits in the page itself to be imported: nothing of it is stored before.
    """

    template_name = "planner/occasions/import.html"
    page_title = gettext_lazy("Import occasions")

    form: CalendarFileForm | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # An import also changes what an earlier one made.
        if not self.user_has_permission("change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        checked = "check" in request.POST
        data = self.checked_before() if "import_checked" in request.POST else self.uploaded()
        report = None if data is None else self.read(data, dry_run=checked)
        if report and not checked:
            counts = _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
            messages.success(request, counts % report.counts)
        carried = self.carry(data) if report and checked else ""
        return self.render_to_response(self.get_context_data(report=report, checked=checked, carried=carried))

    def uploaded(self) -> bytes | None:
        """The file that was chosen; None where it is refused, which the form says."""
        self.form = CalendarFileForm(self.request.POST, self.request.FILES)
        return self.form.cleaned_data["file"].read(MOST_BYTES + 1) if self.form.is_valid() else None

    def checked_before(self) -> bytes | None:
        """The file as this user had it checked; None, with a message, where that is too long ago or not our own."""
        try:
            text = signing.loads(self.request.POST.get("checked", ""), salt=self.salt, max_age=CARRIED_FOR)
        except signing.BadSignature:
            messages.error(self.request, _("The check of this file is no longer known. Choose the file again."))
            return None
        return text.encode()

    def carry(self, data: bytes) -> str:
        """The file for the page that shows its check. It was read, so it is UTF-8 and not larger than allowed; signed,
        so that what is imported is what was checked, and unpacking it can hold no surprise."""
        return signing.dumps(data.decode(), salt=self.salt, compress=True)

    @property
    def salt(self) -> str:
        return f"planner.checked_calendar.{self.request.user.pk}"

    def read(self, data: bytes, *, dry_run: bool) -> OccasionReport | None:
        zone = timezone.get_default_timezone()
        try:
            return import_occasions(data, zone=zone, user=self.request.user, dry_run=dry_run)
        except CalendarFileError as error:
            if self.form is None:
                messages.error(self.request, str(error))
            else:
                self.form.add_error("file", str(error))
            return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report: OccasionReport | None = kwargs.pop("report", None)
        lines = [
            (line, rule_in_words(line.occasion) if line.occasion else "", line.outcome == Outcome.REFUSED)
            for line in (report.lines if report else ())
        ]
        return super().get_context_data(
            form=self.form or CalendarFileForm(),
            lines=lines,
            report=report,
            counts=report.counts if report else {},
            most_kb=MOST_BYTES // 1024,
            most_events=MOST_EVENTS,
            **kwargs,
        )
