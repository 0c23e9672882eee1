"""Brings the events of a calendar file in as occasions. An event is known again by its UID."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from planner.importing.calendars import CalendarEvent, EventRefused, event_of, read_events, title_of
from planner.models import Occasion
from planner.models.occasion import RULE_FIELDS, TEXTS

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class Outcome(models.TextChoices):
    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")
    REFUSED = "refused", gettext_lazy("Refused")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one event."""

    number: int  # the line of the file on which the event begins
    title: str
    outcome: Outcome
    note: str = ""  # why it was refused, or a warning
    occasion: Occasion | None = None  # in a trial not stored


@dataclass(slots=True)
class OccasionReport:
    lines: list[Line] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """How many events became what, for a sentence with these names."""
        return {outcome.value: self.count(outcome) for outcome in Outcome}


@transaction.atomic
def import_occasions(
    data: bytes, *, zone: ZoneInfo, user: AbstractBaseUser | None = None, dry_run: bool = False
) -> OccasionReport:
    """Make or change an occasion for each event of the file, and say what became of each.

    One transaction; an event that cannot be an occasion is refused and the others go in. An occasion is only touched
    where its event changed since the last import: what people changed here stays. A file that cannot be read raises
    `CalendarFileError`, and nothing is written. `dry_run` writes nothing. `zone`: the site's, whose days are meant.
    """
    raws = read_events(data)
    known = _known()
    report, seen = OccasionReport(), set()
    for raw in raws:
        try:
            event = event_of(raw, zone=zone)
            if event.origin in seen:
                raise EventRefused(_("its UID stands in the file before; only the first is taken"))
            seen.add(event.origin)
            report.lines.append(_take(event, known.get(event.origin), user=user, dry_run=dry_run))
        except EventRefused as refusal:
            report.lines.append(Line(raw.line, title_of(raw), Outcome.REFUSED, str(refusal)))
    return report


def _known() -> dict[str, Occasion]:
    """The occasions that earlier imports made, by origin. One query, with a lock on them."""
    imported = Occasion.objects.select_for_update().filter(origin__startswith="ics:")
    return {occasion.origin: occasion for occasion in imported}


def _take(event: CalendarEvent, known: Occasion | None, *, user: AbstractBaseUser | None, dry_run: bool) -> Line:
    if known and known.origin_digest == event.digest:
        return Line(event.line, event.name, Outcome.UNCHANGED, event.warning, known)
    occasion = known or Occasion(origin=event.origin)
    emptied = {name: "" if name in TEXTS else None for name in RULE_FIELDS}
    for name, value in (emptied | {"days": 1} | event.values).items():
        setattr(occasion, name, value)
    occasion.name, occasion.origin_digest = event.name, event.digest
    try:
        occasion.full_clean()
    except ValidationError as error:
        raise EventRefused(" ".join(error.messages)) from error
    if not dry_run:
        occasion.save()
        log(occasion, "wagtail.edit" if known else "wagtail.create", user=user, content_changed=True)
    outcome = Outcome.CHANGED if known else Outcome.NEW
    return Line(event.line, event.name, outcome, event.warning, occasion)
