"""The coverage matrix of a journey with its ranked gaps: by persona and phase, or along its channels."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets.button import HeaderButton

from personas.evidence import trust_of
from personas.models import Journey
from personas.presets import active_language
from planner.coverage_history import may_see_history
from planner.gap_decisions import may_decide
from planner.matrix import columns_of, rows_of, verdict_of
from planner.pivots import Axes, Pivot
from planner.targets import may_set_targets
from planner.views.as_of import WITH_PICTURES, AsOfView
from planner.views.channel_matrix import channel_rows
from planner.views.crosswalk import models_for
from planner.views.gap_decisions import told

GAPS_SHOWN = 100


class CoverageView(AsOfView):
    """One journey, by two of persona, phase and channel: live, fresh and coming, and what is missing."""

    template_name = "planner/coverage/matrix.html"
    page_title = gettext_lazy("Coverage")
    header_icon = "table"
    media = WITH_PICTURES
    keep = ("journey", "by")

    @cached_property
    def journeys(self) -> list[Journey]:
        return list(Journey.objects.active())

    @cached_property
    def journey(self) -> Journey | None:
        asked = self.request.GET.get("journey")
        if not asked:
            return self.journeys[0] if self.journeys else None
        found = next((journey for journey in self.journeys if journey.slug == asked), None)
        if found is None:
            raise Http404(f"No active journey {asked!r}")
        return found

    @cached_property
    def axes(self) -> Axes:
        asked = self.request.GET.get("by", "")
        return Axes(asked) if asked in Axes.values else Axes.PERSONA_PHASE

    def get_page_subtitle(self) -> str:
        return self.journey.name if self.journey else ""

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.journey:
            return []
        screens = [("planner_coverage:contributions", _("Teams and channels"), "group")]
        if may_set_targets(self.request.user, self.journey):
            screens.append(("planner_coverage:targets", _("Targets and rules"), "crosshairs"))
        if may_see_history(self.request.user):
            screens.append(("planner_coverage:history", _("History"), "history"))
        names = [self.journey.slug]
        return [HeaderButton(text, url=reverse(name, args=names), icon_name=icon) for name, text, icon in screens]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"journeys": self.journeys, "journey": self.journey}
        if self.journey:
            models = models_for(self.journey, active_language())
            context |= self.judgement() | {"axes": self.axes, "all_axes": Axes, "models": models}
        return super().get_context_data(**context, **kwargs)

    def judgement(self) -> dict[str, Any]:
        """The journey as it is judged: verdict, matrix and gaps."""
        by_phase = self.axes == Axes.PERSONA_PHASE
        report = self.report([self.journey], self.axes, with_weeks=by_phase)
        (scope,) = report.scopes
        asked = report.question
        trusted = trust_of([one.pk for one in scope.personas], day=asked.day(asked.at), old_after=asked.evidence_days)
        rows = rows_of(report, scope, trusted)
        columns = columns_of(report, rows, scope)
        pivot = Pivot(self.axes, report.coverage)
        context = {
            "report": report,
            "scope": scope,
            "whole": pivot.whole,
            "verdict": verdict_of(report, scope, columns),
            "gaps": report.gaps[:GAPS_SHOWN],
            "gap_count": len(report.gaps),
            "accepted": told(report, report.accepted[:GAPS_SHOWN]),
            "accepted_count": len(report.accepted),
            "may_decide": self.is_about_now and may_decide(self.request.user, self.journey),
        }
        if by_phase:
            return context | {"rows": rows, "phase_columns": columns}
        return context | {
            "columns": (members := scope.phases if self.axes == Axes.PHASE_CHANNEL else scope.personas),
            "column_tallies": [pivot.of_member(member) for member in members],
            "channel_rows": channel_rows(pivot, scope, self.members.channels, report.gaps),
            "judges_channels": scope.targets.judges("MISSING_CHANNEL"),
        }
