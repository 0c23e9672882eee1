"""A journey looked at through another journey model: the same content in that model's phases, without retagging.

The common spine says which phase of the model each phase of the journey is. Of several the first is meant, and that is
told; a phase without any is told too, with its items, so nothing is dropped. No request, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from personas.models import Phase
from personas.spine import counterparts
from planner.access import visible_items
from planner.coverage import count_each
from planner.coverage_sql import CELL, PHASE_TAGS, Section
from planner.gaps import Scope, Targets
from planner.pivots import items_in, listed
from planner.report import Report
from planner.schedule import approvals

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AbstractBaseUser

    from personas.models import Journey
    from personas.presets import JourneyModel, Language
    from planner.coverage import Question, Tally
    from planner.filters import Filters


@dataclass(frozen=True)
class Crosswalk:
    """Which phase of a model each active phase of a journey is."""

    own: tuple[Phase, ...]
    phases: tuple[Phase, ...]  # the model's, as if they were the journey's; never stored
    counterparts: dict[int, list[Phase]]  # by the key of a phase of the journey, the one that is meant first

    @classmethod
    def of(cls, journey: Journey, own: tuple[Phase, ...], model: JourneyModel, language: Language) -> Crosswalk:
        phases = tuple(
            Phase(
                pk=place,
                journey=journey,
                slug=preset.code,
                name=preset.name.in_language(language),
                sort_order=place - 1,
                group=preset.group,
                spine=list(preset.spine),
            )
            for place, preset in enumerate(model.phases, start=1)
        )
        stages = [phase.spine for phase in phases]
        found = {one.pk: [phases[place] for place in counterparts(one.spine, stages)] for one in own}
        return cls(own, phases, found)

    @cached_property
    def meant(self) -> dict[int, int]:
        """By the key of each phase that has a counterpart, the key of the one that is meant."""
        return {key: found[0].pk for key, found in self.counterparts.items() if found}

    @property
    def unmapped(self) -> list[Phase]:
        """The phases of the journey without a counterpart."""
        return [phase for phase in self.own if not self.counterparts[phase.pk]]

    @property
    def ambiguous(self) -> list[Phase]:
        """The phases of the journey that could be several of the model's."""
        return [phase for phase in self.own if len(self.counterparts[phase.pk]) > 1]

    def sources(self, phase: Phase) -> list[Phase]:
        """The phases of the journey whose content counts in this phase of the model."""
        return [one for one in self.own if self.meant.get(one.pk) == phase.pk]

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is counted: the cells and phases of the model, with their days, and the journey as a whole.

        An item comes in several phases of the journey that are one phase of the model, and counts there once.
        """
        keys = listed(self.meant)
        cases = " ".join(f"WHEN {own} THEN {other}" for own, other in self.meant.items())
        mapped = f"CASE {{column}} {cases or 'WHEN NULL THEN 0'} END"
        cells = f"""(SELECT item, identity, shared, mask, start_day, end_day, aim_day, persona,
            {mapped.format(column="phase")} AS phase FROM placed WHERE phase IN ({keys})) AS here"""  # noqa: S608
        phases = f"""(SELECT facts.*, {mapped.format(column="moment.phase_id")} AS phase FROM facts
            JOIN {PHASE_TAGS} moment ON moment.contentitem_id = facts.item WHERE moment.phase_id IN ({keys})) AS here"""  # noqa: S608
        return (
            Section("cell", CELL, cells, merging=True),
            Section("start", CELL, cells, day="start_day", merging=True),
            Section("end", CELL, cells, day="end_day", merging=True),
            Section("aim", CELL, cells, day="aim_day", first_day=True, merging=True),
            Section("phase", "phase", phases, merging=True),
            Section("mapped", "0", f"({items_in(keys)}) AS within"),
            Section("whole", "0", f"({items_in(listed(phase.pk for phase in self.own))}) AS within"),
        )


@dataclass(frozen=True)
class View:
    """A journey through a model. Judged as the site does, for the journey's targets are those of its own phases."""

    crosswalk: Crosswalk
    report: Report

    @property
    def whole(self) -> Tally:
        """The distinct items of the journey, the same as in its own phases."""
        return self.report.coverage.along["whole"][0]

    @property
    def mapped(self) -> Tally:
        """Those of them that have a place in the model."""
        return self.report.coverage.along["mapped"][0]

    @property
    def placeless(self) -> int:
        """Live items of the journey without a place in the model."""
        return self.whole.live - self.mapped.live


def look_through(
    user: AbstractBaseUser | None,
    question: Question,
    journey: str,
    model: JourneyModel,
    language: Language,
    *,
    filters: Filters | None = None,
    asked: Collection[str] = (),
) -> View:
    """What `user` may see of a journey, by slug, through a model whose phases are named in a language.

    `filters` and `asked` as for `make_report`. At most eleven queries, and where there are snippets among the items one
    per type and one more.
    """
    (scope,) = Scope.load([journey])
    items = visible_items(user)
    if filters:
        items, scope = filters.apply(items), filters.judged(scope)
    crosswalk = Crosswalk.of(scope.journey, scope.phases, model, language)
    question = scope.targets.question(question, asked)
    phases = [phase.pk for phase in scope.phases]
    counted = count_each(items, [question], phases=phases, approved=approvals(), sections=crosswalk.sections)[question]
    seen = replace(scope, phases=crosswalk.phases, targets=Targets((), scope.targets.judgement), links=(), channels=())
    of_journeys = {scope.journey.pk: counted}
    return View(
        crosswalk, Report(question, [seen], counted, of_journeys, [], [], {}, unclassified_warning=1.0, outlooks={})
    )
