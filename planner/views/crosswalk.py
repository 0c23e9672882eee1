"""A journey through another journey model: its matrix there, and what has no place in it or could have several."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

from personas.models import Journey, Phase
from personas.presets import JOURNEY_MODELS, JourneyModel, Language, active_language
from planner import access
from planner.crosswalk import Crosswalk, look_through
from planner.matrix import columns_of, rows_of, verdict_of
from planner.models import ContentItem
from planner.pivots import Axes
from planner.titles import titles_of
from planner.views.as_of import AsOfView

ITEMS_SHOWN = 25
ITEMS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class PhaseItems:
    """The content that carries a phase of the journey: what is shown of it, and how much there is."""

    phase: Phase
    counterparts: list[Phase]
    items: list[tuple[int, str]]  # keys and titles
    total: int
    page: Page | None = None

    @property
    def page_numbers(self) -> list[int | str]:
        return list(self.page.paginator.get_elided_page_range(self.page.number))


class CrosswalkView(AsOfView):
    """One journey in the phases of a model. Nothing is decided here: targets and gaps are those of its own phases."""

    template_name = "planner/coverage/crosswalk.html"
    header_icon = "table"
    keep = ("model", "show")

    @cached_property
    def journey(self) -> Journey:
        journey = Journey.objects.active().filter(slug=self.kwargs["journey"]).first()
        if journey is None:
            raise Http404("No such journey")
        return journey

    @cached_property
    def model(self) -> JourneyModel | None:
        """None stands for the journey's own phases."""
        code = self.request.GET.get("model", "")
        if code and code not in JOURNEY_MODELS:
            raise Http404("No such journey model")
        return JOURNEY_MODELS[code] if code and code != self.journey.model else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.model is None:
            query = self.filters.query(model="", show="", journey=self.journey.slug)
            return HttpResponseRedirect(reverse("planner_coverage:index") + query)
        return super().get(request, *args, **kwargs)

    @property
    def language(self) -> Language:
        return active_language()

    def get_page_title(self) -> str:
        return _("Coverage")

    def get_page_subtitle(self) -> str:
        model = self.model.name.in_language(self.language)
        return _("%(journey)s, through %(model)s") % {"journey": self.journey, "model": model}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view = look_through(
            self.request.user,
            self.site_question,
            self.journey.slug,
            self.model,
            self.language,
            filters=self.filters,
            asked=self.asked,
        )
        (scope,) = view.report.scopes
        rows = rows_of(view.report, scope)
        columns = columns_of(view.report, rows, scope)
        own = {
            "journey": self.journey,
            "all_axes": Axes,
            "models": models_for(self.journey, self.language),
            "model": self.model.code,
            "view": view,
            "report": view.report,
            "scope": scope,
            "rows": rows,
            "phase_columns": columns,
            "sources": [view.crosswalk.sources(phase) for phase in scope.phases],
            "verdict": verdict_of(view.report, scope, columns),
            "own_positions": self.positions,
            "positions": {phase.pk: phase.pk for phase in scope.phases},
        }
        return super().get_context_data(**kwargs) | own | self.told_apart(view.crosswalk)

    def told_apart(self, crosswalk: Crosswalk) -> dict[str, list[PhaseItems]]:
        """The items of each phase that has no counterpart, and of each that has several. Two queries and the titles."""
        keys = self._keys_by_phase([*crosswalk.unmapped, *crosswalk.ambiguous])
        shown: dict[int, list[int]] = {}
        pages: dict[int, Page] = {}
        for phase in (*crosswalk.unmapped, *crosswalk.ambiguous):
            if self.request.GET.get("show") == phase.slug:
                page = WagtailPaginator(keys[phase.pk], ITEMS_PER_PAGE).get_page(self.request.GET.get("p"))
                pages[phase.pk], shown[phase.pk] = page, list(page)
            else:
                shown[phase.pk] = keys[phase.pk][:ITEMS_SHOWN]
        wanted = {key for of_phase in shown.values() for key in of_phase}
        titles = titles_of(ContentItem.objects.filter(pk__in=wanted).select_related("page"))

        def items_of(phase: Phase) -> PhaseItems:
            items = [(key, titles[key]) for key in shown[phase.pk]]
            total = len(keys[phase.pk])
            return PhaseItems(phase, crosswalk.counterparts[phase.pk], items, total, pages.get(phase.pk))

        return {
            "unmapped": [items_of(phase) for phase in crosswalk.unmapped],
            "ambiguous": [items_of(phase) for phase in crosswalk.ambiguous],
        }

    def _keys_by_phase(self, phases: list[Phase]) -> dict[int, list[int]]:
        """The keys of the items that the reader may see and asked for, the newest first. One query."""
        items = self.filters.apply(access.visible_items(self.request.user))
        carried = ContentItem.phases.through.objects.filter(phase__in=phases, contentitem__in=items.order_by())
        keys: dict[int, list[int]] = defaultdict(list)
        for item, phase in carried.order_by("-contentitem").values_list("contentitem", "phase"):
            keys[phase].append(item)
        return keys


def models_for(journey: Journey, language: Language) -> list[tuple[str, str]]:
    """The models through which a journey can be looked at, by code and name; its own comes first, without a code."""
    others = [
        (code, model.name.in_language(language)) for code, model in JOURNEY_MODELS.items() if code != journey.model
    ]
    return [("", _("Own phases")), *others]
