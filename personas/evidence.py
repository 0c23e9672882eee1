"""How far a persona can be trusted: what is known about it, of which kind, and how old. No clock: the day is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from personas.models import Evidence

OLD_AFTER = 365
"""Days, unless the site's PLANNER_EVIDENCE_DAYS says otherwise."""


class Doubt(models.TextChoices):
    """Why a persona is an assumption."""

    NOTHING = "nothing", _("Nothing that is written here rests on evidence.")
    ONLY_COUNTED = "only_counted", _("It was counted what they do, but nobody asked them why.")
    ONLY_SAID = "only_said", _("Some of them were asked, but nothing was counted.")
    OLD = "old", _("The newest evidence is of %(day)s, more than %(days)s days old.")


@dataclass(frozen=True, slots=True)
class Trust:
    """What a persona rests on, as of a day."""

    newest: date | None = None
    kinds: frozenset[str] = frozenset()
    doubt: Doubt | None = Doubt.NOTHING
    old_after: int = OLD_AFTER  # days

    @property
    def is_assumption(self) -> bool:
        return self.doubt is not None

    @property
    def word(self) -> str:
        return str(_("Assumption") if self.is_assumption else _("Based on evidence"))

    @property
    def reason(self) -> str:
        """One sentence: why it is an assumption, or how new the evidence is."""
        day = date_format(self.newest, "j F Y") if self.newest else ""
        if self.doubt is None:
            return str(_("Counted and asked; the newest evidence is of %(day)s.")) % {"day": day}
        return str(self.doubt.label) % {"day": day, "days": self.old_after}


def trust(newest_of_kind: dict[str, date], *, day: date, old_after: int) -> Trust:
    """What the newest evidence of each kind is worth on a day. Old is what has more days than `old_after`."""
    if not newest_of_kind:
        return Trust(old_after=old_after)
    kinds, newest, doubt = frozenset(newest_of_kind), max(newest_of_kind.values()), None
    if kinds == {Evidence.Kind.QUANTITATIVE}:
        doubt = Doubt.ONLY_COUNTED
    elif kinds == {Evidence.Kind.QUALITATIVE}:
        doubt = Doubt.ONLY_SAID
    elif (day - newest).days > old_after:
        doubt = Doubt.OLD
    return Trust(newest, kinds, doubt, old_after)


def trust_of(personas: Collection[int], *, day: date, old_after: int) -> dict[int, Trust]:
    """What is known about each of these personas on a day, by key. What was found later is not known yet. One query."""
    newest: dict[int, dict[str, Any]] = defaultdict(dict)
    found = Evidence.objects.filter(persona__in=personas, date__lte=day).order_by()
    for persona, kind, last in found.values_list("persona", "kind").annotate(Max("date")):
        newest[persona][kind] = last
    return {persona: trust(newest[persona], day=day, old_after=old_after) for persona in personas}


def old_after() -> int:
    """After how many days this site calls evidence old."""
    return getattr(settings, "PLANNER_EVIDENCE_DAYS", OLD_AFTER)
