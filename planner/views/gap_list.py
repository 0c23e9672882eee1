"""All gaps, the most pressing first: filtered by a plain form, and downloaded as CSV or XLSX."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.paginator import WagtailPaginator

from planner.coverage_history import may_see_history
from planner.gap_decisions import may_decide
from planner.gap_history import open_since
from planner.gap_list import Asked, ListedGap, State, listed_gaps
from planner.gaps import CATALOGUE, Severity
from planner.report import Report
from planner.spreadsheets import SafeSpreadsheetMixin
from planner.views.as_of import AsOfView

GAPS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its name in the address, its label, and what may be chosen."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


class GapListView(SafeSpreadsheetMixin, AsOfView):
    """The ranked list over all active journeys, of what its reader may see."""

    template_name = "planner/gaps/index.html"
    page_title = gettext_lazy("Gaps")
    header_icon = "warning"
    export_headings = {
        "priority": gettext_lazy("Priority"),
        "severity_label": gettext_lazy("Severity"),
        "code": gettext_lazy("Code"),
        "name": gettext_lazy("Gap"),
        "journey": gettext_lazy("Journey"),
        "persona": gettext_lazy("Persona"),
        "phase": gettext_lazy("Phase"),
        "message": gettext_lazy("What is wrong"),
        "remedy": gettext_lazy("What closes it"),
        "day": gettext_lazy("Date"),
        "state_label": gettext_lazy("State"),
        "since": gettext_lazy("Known since"),
        "until": gettext_lazy("Accepted until"),
        "reason": gettext_lazy("Reason"),
    }
    list_export = list(export_headings)
    export_filename = "gaps"
    keep = tuple(one.name for one in fields(Asked))
    show_export_buttons = False  # Wagtail's menu needs JavaScript; the downloads stand beside the filters

    @cached_property
    def of_gaps(self) -> Asked:
        return Asked(**{one.name: self.request.GET.get(one.name, "") for one in fields(Asked)})

    @cached_property
    def all_gaps(self) -> Report:
        return self.report(None)

    @property
    def listed(self) -> list[ListedGap]:
        journeys = [scope.journey for scope in self.all_gaps.scopes]
        since = open_since(journeys) if may_see_history(self.request.user) else {}
        return listed_gaps(self.all_gaps, self.of_gaps, since)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_export:
            return self.as_spreadsheet(self.listed, request.GET["export"])
        return super().get(request, *args, **kwargs)

    @property
    def choices(self) -> list[Choice]:
        """The filters. Personas, phases, channels and rules are known to everybody: none depends on content."""
        scopes = self.all_gaps.scopes
        phases = [
            (f"{scope.journey.slug}/{phase.slug}", f"{scope.journey}: {phase}")
            for scope in scopes
            for phase in scope.phases
        ]
        options: dict[str, tuple[str, list[tuple[str, str]]]] = {
            "journey": (_("Journey"), [(scope.journey.slug, scope.journey.name) for scope in scopes]),
            "persona": (_("Persona"), [(one.slug, one.name) for one in self.members.personas if one.active]),
            "phase": (_("Phase"), phases),
            "code": (_("Gap"), [(code, str(rule.name)) for code, rule in CATALOGUE.items()]),
            "severity": (_("Severity"), [(one.value, str(one.label)) for one in reversed(Severity)]),
            "state": (_("State"), [(one.value, str(one.label)) for one in State]),
        }
        return [Choice(name, label, listed, getattr(self.of_gaps, name)) for name, (label, listed) in options.items()]

    def get_export_url(self, format: str) -> str:  # noqa: A002  (Wagtail's name)
        return self.filters.query(export=format)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(self.listed, GAPS_PER_PAGE).get_page(self.request.GET.get("p"))
        user = self.request.user
        mine = {scope.journey.pk for scope in self.all_gaps.scopes if may_decide(user, scope.journey)}
        own = {
            "choices": self.choices,
            "listed": page,
            "page_numbers": list(page.paginator.get_elided_page_range(page.number)),
            "is_filtered": bool(self.of_gaps) or bool(self.filters),
            "mine": mine if self.is_about_now else set(),
        }
        return super().get_context_data(**kwargs | own)
