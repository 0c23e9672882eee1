"""Rules over the form in which a cell's content comes: its formats and its language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.coreutils import get_content_languages

from personas.models import Persona, Phase
from planner.coverage import Place, Tally

from .catalogue import rule
from .gap import Gap, Severity
from .rules import Findings
from .scope import Scope


@rule(
    "FORMAT",
    name=gettext_lazy("One format"),
    why=gettext_lazy("Some people read, others watch or want to try. One format reaches only those who like it."),
    remedy=gettext_lazy("Bring the same message in a second format."),
    on=False,
    limit=2.0,
    limit_label=gettext_lazy("Formats wanted"),
    apart=("cell format",),
)
def one_format(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """FORMAT: the fresh items of a cell have fewer than two formats. Low; silent where nothing is fresh.

    The format of a page or snippet is its type, that of content off the site the kind that was written down for it.
    """
    formats: dict[Place, int] = defaultdict(int)
    for (place, _format), tally in findings.coverage.apart["cell format"].items():
        formats[place] += bool(tally.fresh)
    wanted = int(scope.targets.limit("FORMAT"))
    for persona, phase in scope.cells:
        if 0 < (found := formats[Place(persona.pk, phase.pk)]) < wanted:
            message = ngettext(
                "All fresh content has one format; %(wanted)s are wanted.",
                "The fresh content has %(found)s formats; %(wanted)s are wanted.",
                found,
            )
            words = message % {"found": found, "wanted": wanted}
            yield _gap("FORMAT", Severity.LOW, persona, phase, words, _("One format"))


@rule(
    "LOCALE",
    name=gettext_lazy("Not in their language"),
    why=gettext_lazy("There is content for these people, but none that they can read in the language they want."),
    remedy=gettext_lazy("Translate what is there and publish it, or change the language of the persona."),
    on=False,
    apart=("cell language",),
)
def locale(scope: Scope, findings: Findings) -> Iterator[Gap]:
    """LOCALE: a cell has live items, none of them in the language of its persona. Medium.

    Silent for a persona without a language, and where no live item has one: untranslated is only what could be
    translated. Content off the site speaks the language of its section.
    """
    live: dict[Place, set[str]] = defaultdict(set)
    for (place, language), tally in findings.coverage.apart["cell language"].items():
        if tally.live:
            live[place].add(language)
    names = get_content_languages()
    for persona, phase in scope.cells:
        spoken = live[Place(persona.pk, phase.pk)]
        if persona.language and spoken and persona.language not in spoken:
            message = _("None of its %(live)s live items is in the language of this persona: %(language)s.")
            tally = findings.coverage.cells.get(Place(persona.pk, phase.pk), Tally())
            words = message % {"live": tally.live, "language": names.get(persona.language, persona.language)}
            yield _gap("LOCALE", Severity.MEDIUM, persona, phase, words, _("Not in their language"))


def _gap(code: str, severity: Severity, persona: Persona, phase: Phase, message: str, words: str) -> Gap:
    weight = float(persona.weight) * float(phase.weight)
    return Gap(code, severity, weight, message, phase.journey, persona, phase, words=words)
