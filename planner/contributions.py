"""What each team and each channel contributes to a journey, over all of its phases. No request, no clock.

Never the last touch only: an item counts in every phase that it serves, and a step between two channels for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from personas.models import Channel, Phase
from planner.access import visible_items
from planner.coverage import Coverage, Tally, count_each
from planner.gaps.silos import has_too_much
from planner.handing_on import HandedOn, handed_on
from planner.models import ContentItem
from planner.next_step_facts import read_steps
from planner.schedule import approvals, beyond_sql, read_facts
from planner.teams import read_teams

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from planner.coverage import Question
    from planner.gaps import Scope

APART = ("phase team", "phase channel", "journey team", "journey channel", "whole journey")


@dataclass(frozen=True, slots=True)
class Part:
    """So many live items out of all of a phase or journey."""

    live: int
    whole: int
    phase: Phase | None = None  # None: of the journey

    @property
    def percent(self) -> int:
        return round(100 * self.live / self.whole) if self.whole else 0


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one team or channel has in a journey. `name` is empty for what is of none."""

    name: str
    phases: tuple[Part, ...]  # in the order of the journey's phases
    journey: Part  # distinct items
    leading: int  # items that lead to one of another team or channel
    led_to: int  # items that one of another leads to
    only_phase: Phase | None  # where all of it lies

    @property
    def is_alone(self) -> bool:
        """Whether all of it lies in one phase and leads to nothing of another."""
        return bool(self.name and self.only_phase and not self.leading)

    def has_too_much(self, limit: float) -> bool:
        """Whether it has too large a share of the journey, as the rule on silos sees it."""
        return bool(self.name) and has_too_much(self.journey.live, self.journey.whole, limit)


@dataclass(frozen=True, slots=True)
class Contributions:
    """A journey told by team and by channel, the largest first and what is of none last."""

    live: int  # distinct items of the journey
    teams: list[Contribution]
    channels: list[Contribution]


def read_contributions(user: AbstractBaseUser | None, question: Question, scope: Scope) -> Contributions:
    """What the live items of a journey that the reader may see are, by team and by channel; None: the whole site.

    Fourteen queries at most, whatever the number of items, and where there are snippets one per type and one more.
    """
    visible, approved = visible_items(user), approvals()
    facts = read_facts(visible.filter(beyond_sql(approved)), now=question.now, approved=approved)
    coverage = count_each(visible, [question], approved=approved, facts=facts, apart=APART)[question]
    steps = read_steps(visible, question, decided=facts)
    phases = {phase.pk for phase in scope.phases}
    names = {str(key): name for key, name in Channel.objects.values_list("pk", "name")}
    teams = {name for _place, name in coverage.apart["journey team"]}
    of_teams = handed_on(steps, read_teams(steps.items), phases)
    of_channels = handed_on(steps, _channels_of(steps.items), phases)
    return Contributions(
        live=_whole(scope, coverage).live,
        teams=_told(scope, coverage, "team", {name: name for name in teams}, of_teams),
        channels=_told(scope, coverage, "channel", names | {"": ""}, of_channels),
    )


def _told(scope: Scope, coverage: Coverage, by: str, names: Mapping[str, str], steps: HandedOn) -> list[Contribution]:
    found = []
    for key, name in names.items():
        here = [_live(coverage, f"phase {by}", phase.pk, key) for phase in scope.phases]
        if not (live := _live(coverage, f"journey {by}", scope.journey.pk, key)):
            continue
        inhabited = [phase for phase, number in zip(scope.phases, here, strict=True) if number]
        wholes = [coverage.phases.get(phase.pk, Tally()).live for phase in scope.phases]
        found.append(
            Contribution(
                name=name,
                phases=tuple(Part(*part) for part in zip(here, wholes, scope.phases, strict=True)),
                journey=Part(live, _whole(scope, coverage).live),
                leading=len(steps.leading.get(key, ())),
                led_to=len(steps.led_to.get(key, ())),
                only_phase=inhabited[0] if len(inhabited) == 1 else None,
            )
        )
    return sorted(found, key=lambda one: (not one.name, -one.journey.live, one.name.casefold()))


def _live(coverage: Coverage, section: str, place: int, key: str) -> int:
    return coverage.apart[section].get((place, key), Tally()).live


def _whole(scope: Scope, coverage: Coverage) -> Tally:
    return coverage.apart["whole journey"].get((scope.journey.pk, ""), Tally())


def _channels_of(items: Iterable[int]) -> dict[int, set[Hashable]]:
    """The channels of items, by key and as text. One query, none for no item."""
    carried: dict[int, set[Hashable]] = defaultdict(set)
    links = ContentItem.channels.through.objects.filter(contentitem__in=list(items))
    for item, channel in links.values_list("contentitem_id", "channel_id"):
        carried[item].add(str(channel))
    return carried
