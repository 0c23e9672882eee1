"""Figures and findings about personas from a CSV or XLSX file, each with where it comes from.

A row is known again by its persona, phase, finding, source and date: a second import of the file changes what changed,
and another source or another date is another finding. What people typed by hand is never touched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from personas.models import Evidence, Persona, Phase
from planner.schedule import read_day

from .batches import Problem
from .rows import Refused
from .tables import FileError, Layout, Record, Table

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

FIGURES = Layout(
    required=("persona", "finding", "source", "date"),
    columns=("persona", "phase", "kind", "finding", "value", "unit", "source", "date", "sample", "url"),
)
LOG_ACTION = "planner.figures"
MOST_ROWS = 5000
UPDATED = ("kind", "value", "unit", "sample", "url")
"""What a later import may change of a finding."""

NUMBER = re.compile(r"-?\d{1,10}(\.\d{1,4})?")
DECIMAL_COMMA = re.compile(r"(-?\d{1,10}),(\d{1,2}|\d{4})")
"""Three digits after a comma may be thousands: nobody can tell, so such a number is refused."""


class Identity(NamedTuple):
    """By what a finding is known again."""

    persona: int
    phase: int | None
    finding: str
    source: str
    date: date


@dataclass(slots=True)
class FigureReport:
    """What an import did, or in a dry run would do."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """For a sentence with these names."""
        return {"new": self.new, "changed": self.changed, "unchanged": self.unchanged, "refused": len(self.refused)}


class Names:
    """The personas and phases that a file may name: by slug, or a persona by its name. Two queries."""

    def __init__(self) -> None:
        personas = list(Persona.objects.select_for_update())
        self.personas = {persona.name.casefold(): persona for persona in personas}
        self.personas |= {persona.slug: persona for persona in personas}
        self.phases: dict[str, list[Phase]] = defaultdict(list)
        for phase in Phase.objects.select_related("journey"):
            for name in (phase.slug, f"{phase.journey.slug}/{phase.slug}"):
                self.phases[name].append(phase)

    def persona(self, name: str) -> Persona:
        found = self.personas.get(name.casefold())
        if not found:
            raise Refused(_("there is no persona “%(name)s”") % {"name": name[:60]})
        return found

    def phase(self, name: str) -> Phase | None:
        if not name:
            return None
        found = self.phases.get(name.casefold(), [])
        if not found:
            raise Refused(_("there is no phase “%(name)s”") % {"name": name[:60]})
        if len(found) > 1:
            raise Refused(_("several journeys have a phase “%(name)s”: write journey/phase") % {"name": name[:60]})
        return found[0]


@transaction.atomic
def import_figures(
    table: Table, *, name: str, at: datetime, today: date, user: AbstractBaseUser | None = None, dry_run: bool = False
) -> FigureReport:
    """Store each row of the file as evidence, and say what became of it. Bad rows are refused, the others go in.

    `name`: of the file, kept with each row. `today`: in the site's zone; nothing can have been found later. One
    transaction with a lock on the personas, one line in the history of each that changed. A fixed number of queries and
    one for each hundred rows that are new or changed. Raises FileError where the file is too long.
    """
    if table.total > MOST_ROWS:
        text = _("The file has more than %(most)s rows. Split it.")
        raise FileError(text % {"most": MOST_ROWS})
    names, report = Names(), FigureReport()
    imported = Evidence.objects.exclude(imported_from="")
    known = {_identity(one): one for one in imported}
    lines: dict[Identity, int] = {}
    new, changed = [], []
    for record in table.records():
        try:
            evidence = _evidence(record, names, today)
            first = lines.setdefault(_identity(evidence), record.line)
            if first != record.line:
                raise Refused(_("the same finding stands on line %(line)s already") % {"line": first})
        except Refused as reason:
            report.refused.append(Problem(record.line, str(reason)))
            continue
        stored = known.get(_identity(evidence))
        if stored is None:
            new.append(evidence)
        elif _take_over(stored, evidence):
            changed.append(stored)
        else:
            report.unchanged += 1
    report.new, report.changed = len(new), len(changed)
    if not dry_run:
        _store(new, changed, name=name, at=at, user=user)
    return report


def _identity(evidence: Evidence) -> Identity:
    return Identity(
        evidence.persona_id, evidence.phase_id, evidence.finding.casefold(), evidence.source.casefold(), evidence.date
    )


def _evidence(record: Record, names: Names, today: date) -> Evidence:
    """The row as evidence that may be stored. Raises Refused."""
    values: dict[str, Any] = {column: " ".join(text.split()) for column, text in record.values.items()}
    missing = [column for column in FIGURES.required if not values[column]]
    if missing:
        raise Refused(_("its %(column)s is empty") % {"column": missing[0]})
    if record.surplus:
        raise Refused(_("it has more values than there are columns"))
    values["persona"], values["phase"] = names.persona(values["persona"]), names.phase(values["phase"])
    values["value"] = _number(values["value"])
    values["date"] = _day(values["date"], today)
    usual = Evidence.Kind.QUALITATIVE if values["value"] is None else Evidence.Kind.QUANTITATIVE
    values["kind"] = values["kind"].lower() or usual.value
    evidence = Evidence(**values)
    try:
        # The persona and the phase were just read: checking them again would take two queries a row.
        evidence.clean_fields(exclude={"persona", "phase"})
    except ValidationError as error:
        column, texts = next(iter(error.message_dict.items()))
        raise Refused(f"{column}: {texts[0]}") from None
    return evidence


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    written = DECIMAL_COMMA.sub(r"\1.\2", text) if DECIMAL_COMMA.fullmatch(text) else text
    if not NUMBER.fullmatch(written):
        told = _("“%(text)s” is no number that can be read: write 1250 or 41.5, without thousands separators or unit")
        raise Refused(told % {"text": text[:30]})
    return Decimal(written)


def _day(text: str, today: date) -> date:
    day = read_day(text)
    if day is None:
        raise Refused(_("“%(text)s” is no date: write it as 2026-03-02") % {"text": text[:30]})
    if day > today:
        raise Refused(_("its date has yet to come"))
    return day


def _take_over(stored: Evidence, evidence: Evidence) -> bool:
    """Whether the file says something else than what is stored, which then says the same."""
    differing = [name for name in UPDATED if getattr(stored, name) != getattr(evidence, name)]
    for name in differing:
        setattr(stored, name, getattr(evidence, name))
    return bool(differing)


def _store(
    new: list[Evidence], changed: list[Evidence], *, name: str, at: datetime, user: AbstractBaseUser | None
) -> None:
    for evidence in (*new, *changed):
        evidence.imported_from, evidence.imported_at = name[:255], at
    Evidence.objects.bulk_create(new, batch_size=100)
    Evidence.objects.bulk_update(changed, [*UPDATED, "imported_from", "imported_at"], batch_size=100)
    touched = {evidence.persona_id for evidence in (*new, *changed)}
    for persona in Persona.objects.filter(pk__in=touched):
        log(persona, LOG_ACTION, user=user, data={"file": name[:255]})
