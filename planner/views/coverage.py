"""The coverage matrix of a journey with its ranked gaps, and the page of one cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from personas.models import Journey, Persona, Phase
from planner import access, conf
from planner.coverage import Tally
from planner.filters import Filters
from planner.gaps import Gap, Scope
from planner.report import Report, make_report
from planner.schedule import FOREVER, ItemRecord, read_items
from planner.views.base import PlannerView

YEARS = range(1970, 2101)
GAPS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the matrix shows it."""

    persona: Persona
    phase: Phase
    tally: Tally
    gap: Gap | None
    score: float


@dataclass(frozen=True, slots=True)
class Row:
    """One persona's cells, with the weakest and the mean of their scores: never the mean alone."""

    persona: Persona
    cells: list[Cell]

    @property
    def weakest(self) -> float:
        return min((cell.score for cell in self.cells), default=0.0)

    @property
    def mean(self) -> float:
        return sum(cell.score for cell in self.cells) / len(self.cells) if self.cells else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The journey in one line: broken where a cell has nothing, weak where one is below half, else covered."""

    word: str
    severity: str  # the CSS class: critical, medium or ok
    weakest: Cell | None
    mean: float
    empty: int
    cells: int

    @classmethod
    def of(cls, rows: list[Row]) -> Verdict:
        cells = [cell for row in rows for cell in row.cells]
        weakest = min(cells, key=lambda cell: cell.score, default=None)
        mean = sum(cell.score for cell in cells) / len(cells) if cells else 0.0
        empty = sum(not cell.tally.live for cell in cells)
        word, severity = _("Journey covered"), "ok"
        if weakest is None:
            word, severity = _("Nothing to judge"), "low"
        elif weakest.score == 0:
            word, severity = _("Journey broken"), "critical"
        elif weakest.score < 0.5:
            word, severity = _("Journey weak"), "medium"
        return cls(word, severity, weakest, mean, empty, len(cells))


class AsOfView(PlannerView):
    """A page about a day: today as of now, any other day as of its end in the site's zone."""

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.site_zone).date()

    @cached_property
    def day(self) -> date:
        asked = self.request.GET.get("as_of", "")
        try:
            found = parse_date(asked) if asked else None
        except ValueError:
            found = None
        if asked and (found is None or found.year not in YEARS):
            text = _("“%(day)s” is no date. Write it as 2026-11-30, from 1970 to 2100. Showing today.")
            messages.warning(self.request, text % {"day": asked[:20]})
            found = None
        return found or self.today

    @property
    def at(self) -> datetime:
        if self.day == self.today:
            return self.now
        return datetime.combine(self.day, time(23, 59, 59), tzinfo=self.site_zone)

    def report(self, journey: Journey, filters: Filters) -> Report:
        return make_report(
            self.request.user,
            conf.question(at=self.at, now=self.now),
            journeys=[journey.slug],
            channels=filters.chosen["channel"],
            unclassified_warning=conf.get("PLANNER_UNCLASSIFIED_WARNING"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        as_of = "" if self.day == self.today else self.day.isoformat()
        partly = not access.sees_everything(self.request.user)
        return super().get_context_data(day=self.day, today=self.today, as_of=as_of, partly=partly, **kwargs)


class CoverageView(AsOfView):
    """Persona x phase of one journey: live, fresh and coming, and what is missing."""

    template_name = "planner/coverage/matrix.html"
    page_title = gettext_lazy("Coverage")
    header_icon = "table"

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

    def get_page_subtitle(self) -> str:
        return self.journey.name if self.journey else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = Filters(self.request.GET, names=("channel",), keep=("journey", "as_of"))
        context = {"journeys": self.journeys, "journey": self.journey, "filters": filters}
        if self.journey:
            report = self.report(self.journey, filters)
            rows = rows_of(report, report.scopes[0])
            context |= {
                "report": report,
                "scope": report.scopes[0],
                "rows": rows,
                "phase_tallies": [report.tally_of_phase(phase) for phase in report.scopes[0].phases],
                "verdict": Verdict.of(rows),
                "gaps": report.gaps[:GAPS_SHOWN],
                "gap_count": len(report.gaps),
            }
        return super().get_context_data(**context, **kwargs)


def rows_of(report: Report, scope: Scope) -> list[Row]:
    """The matrix: a row per persona, a cell per phase."""
    return [Row(persona, [cell_of(report, persona, phase) for phase in scope.phases]) for persona in scope.personas]


def cell_of(report: Report, persona: Persona, phase: Phase) -> Cell:
    gaps = report.cell_gaps(persona, phase)
    return Cell(persona, phase, report.tally(persona, phase), gaps[0] if gaps else None, report.score(persona, phase))


@dataclass(frozen=True, slots=True)
class Group:
    """Items of a cell that stand alike."""

    label: str
    items: list[ListedItem]


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One item in a cell, as of the day asked about."""

    record: ItemRecord
    status: str
    fresh: bool
    moment: datetime | None  # live since, or coming or aimed at
    all_day: bool
    until: datetime | None


class CellView(AsOfView):
    """One persona in one phase: what there is, and what is wrong with it."""

    template_name = "planner/coverage/cell.html"
    header_icon = "table"

    @cached_property
    def cell(self) -> tuple[Persona, Phase]:
        journey = Journey.objects.active().filter(slug=self.kwargs["journey"]).first()
        persona = Persona.objects.active().filter(slug=self.kwargs["persona"], journeys=journey).first()
        phase = (
            Phase.objects.active().filter(slug=self.kwargs["phase"], journey=journey).select_related("journey").first()
        )
        if not (journey and persona and phase):
            raise Http404("No such cell")
        return persona, phase

    def get_page_title(self) -> str:
        return "{} × {}".format(*self.cell)

    def crumbs(self) -> list[dict[str, str]]:
        journey = self.cell[1].journey
        return [{"url": f"{reverse('planner_coverage:index')}?journey={journey.slug}", "label": _("Coverage")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        persona, phase = self.cell
        filters = Filters(self.request.GET, names=("channel",), keep=("as_of",))
        report = self.report(phase.journey, filters)
        context = {
            "persona": persona,
            "phase": phase,
            "cell": cell_of(report, persona, phase),
            "gaps": report.cell_gaps(persona, phase),
            "target": report.question.target,
            "groups": self.groups(report, filters),
            "filters": filters,
        }
        return super().get_context_data(**kwargs | context)

    def groups(self, report: Report, filters: Filters) -> list[Group]:
        """The items of the cell that the reader may see, by how they stand; groups without items are left out."""
        persona, phase = self.cell
        items = filters.apply(access.visible_items(self.request.user))
        items = items.tagged(personas=[persona.slug], phases=[f"{phase.journey.slug}/{phase.slug}"])
        labels = {
            "live": _("Live now"),
            "coming": _("Coming, approved"),
            "aiming": _("Aiming here, not approved"),
            "ended": _("Ended"),
        }
        sorted_in: dict[str, list[ListedItem]] = {name: [] for name in labels}
        for record in read_items(items, now=self.now):
            name, listed = _place(record, report)
            sorted_in[name].append(listed)
        return [Group(label, sorted_in[name]) for name, label in labels.items() if sorted_in[name]]


def _place(record: ItemRecord, report: Report) -> tuple[str, ListedItem]:
    question, facts = report.question, record.facts
    live = facts.live_interval(question.at)
    coming = next((interval for interval in facts.intervals() if interval.start > question.at), None)
    interval = live or coming
    listed = ListedItem(
        record=record,
        status=facts.status(question.at, question.zone),
        fresh=facts.is_fresh(question.at, question.threshold, question.zone),
        moment=interval.start if interval else facts.start or facts.aim,
        all_day=not interval and not facts.start and not facts.aim_has_time,
        until=interval.end if interval and interval.end < FOREVER else facts.expire_at or facts.expires_at,
    )
    if interval:
        return ("live" if live else "coming"), listed
    return ("ended" if facts.start else "aiming"), listed
