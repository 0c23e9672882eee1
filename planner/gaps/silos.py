"""The rule over teams and channels that keep content to themselves."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner.coverage import Coverage, Place, Tally
from planner.handing_on import handed_on

from .catalogue import rule
from .gap import Gap, Severity
from .rules import Findings
from .scope import Scope

FEWEST = 3
"""Of fewer items one team or channel always has most."""


@rule(
    "SILO",
    name=gettext_lazy("Silo"),
    why=gettext_lazy("Who does nearly all of it alone decides alone, and what others know never reaches the customer."),
    remedy=gettext_lazy("Let another team or channel take part, or let the content lead on to what another team has."),
    on=False,
    limit=0.8,
    limit_label=gettext_lazy("Largest share of one team or channel"),
    apart=("cell team", "cell channel", "phase team", "journey team", "journey channel", "whole journey"),
)
def silo(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """SILO: of at least three live items one team or one channel has more than 0.8, in a cell or in the whole journey;
    or all live items of a team lie in one phase, and none has a next step to a live item of another team. Medium.

    The team of an item is its own, else those of its channels; items without one count in what shares are taken of. An
    item in two channels is in both.
    """
    yield from _large_shares(scope, findings)
    for team in alone_in_a_phase(scope, findings):
        text = _("All content of the team “%(team)s” lies in one phase and leads to nothing of another team.")
        yield Gap("SILO", Severity.MEDIUM, 1.0, text % {"team": team}, scope.journey, item=f"alone-{_slug(team)}")


def has_too_much(live: int, whole: int, limit: float) -> bool:
    """Whether so many live items of all of a place are too large a share for one team or channel."""
    return whole >= FEWEST and live / whole > limit


def teams_of(scope: Scope, coverage: Coverage) -> list[str]:
    """The teams that have content in the journey, by name."""
    phases = {phase.pk for phase in scope.phases}
    found = {team for place, team in coverage.apart["phase team"] if place in phases}
    return sorted(found - {""}, key=str.casefold)


def alone_in_a_phase(scope: Scope, findings: Findings) -> list[str]:
    """The teams whose live items all lie in one phase, and lead to no live item of another team."""
    by_phase = findings.coverage.apart["phase team"]
    phases = {phase.pk for phase in scope.phases}
    leading = handed_on(findings.steps, findings.teams, phases).leading
    return [
        team
        for team in teams_of(scope, findings.coverage)
        if team not in leading and sum(by_phase.get((phase, team), Tally()).live > 0 for phase in phases) == 1
    ]


def _large_shares(scope: Scope, findings: Findings) -> Iterator[Gap]:
    coverage, journey = findings.coverage, scope.journey
    whole = coverage.apart["whole journey"].get((journey.pk, ""), Tally())
    for words, share, key in _most_of(scope, coverage, "journey", journey.pk, whole):
        text = _("Of the %(live)s live items of this journey %(share)s%% are of %(whose)s.")
        message = text % {"live": whole.live, "share": share, "whose": words}
        yield Gap("SILO", Severity.MEDIUM, 1.0, message, journey, item=key)
    for persona, phase in scope.cells:
        place = Place(persona.pk, phase.pk)
        tally = coverage.cells.get(place, Tally())
        for words, share, key in _most_of(scope, coverage, "cell", place, tally):
            text = _("Of its %(live)s live items %(share)s%% are of %(whose)s.")
            message = text % {"live": tally.live, "share": share, "whose": words}
            weight = float(persona.weight) * float(phase.weight)
            yield Gap("SILO", Severity.MEDIUM, weight, message, journey, persona, phase, item=key, words=_("Silo"))


def _most_of(
    scope: Scope, coverage: Coverage, kind: str, place: Place | int, tally: Tally
) -> Iterator[tuple[str, int, str]]:
    """Who has too large a share of a place: in words, in percent, and as a part of a key."""
    limit = scope.targets.limit("SILO")
    of_teams, of_channels = coverage.apart[f"{kind} team"], coverage.apart[f"{kind} channel"]
    for team in teams_of(scope, coverage):
        if has_too_much(live := of_teams.get((place, team), Tally()).live, tally.live, limit):
            yield _("the team “%(team)s”") % {"team": team}, _percent(live, tally), f"team-{_slug(team)}"
    for channel in scope.channels:
        if has_too_much(live := of_channels.get((place, str(channel.pk)), Tally()).live, tally.live, limit):
            yield (
                _("the channel “%(channel)s”") % {"channel": channel},
                _percent(live, tally),
                f"channel-{channel.slug}",
            )


def _percent(live: int, tally: Tally) -> int:
    return round(100 * live / tally.live)


def _slug(team: str) -> str:
    return slugify(team, allow_unicode=True)
