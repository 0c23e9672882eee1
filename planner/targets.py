"""What a journey asks of its cells, written: who may, what is stored, and the one write.

What is empty is not stored: it follows the phase, and the phase follows the site.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from personas.models import Journey
from planner.gap_decisions import may_decide
from planner.models import CoverageTarget, JourneyJudgement
from planner.refused import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

PERMISSION = "planner.change_coveragetarget"
ASKED = ("applicability", "target", "maximum", "cadence", "cadence_minimum")
"""What a place may ask."""

NOTHING = {"applicability": "", "target": None, "maximum": None, "cadence": "", "cadence_minimum": None}

Place = tuple[int, int | None, int | None]
"""The keys of a phase, a persona and a channel; the last two may be missing."""


@dataclass(slots=True)
class Asked:
    """All that a journey asks, as a form has it. Values that are None or empty are not asked."""

    places: dict[Place, dict[str, Any]] = field(default_factory=dict)
    judgement: dict[str, Any] = field(default_factory=dict)  # fields of JourneyJudgement


def may_set_targets(user: AbstractBaseUser, journey: Journey) -> bool:
    """Whether the user is the journey's owner, a superuser, or has the permission: the query of their permissions."""
    return may_decide(user, journey) or user.has_perm(PERMISSION)


def state_of(journey: Journey) -> str:
    """A text that changes with everything the journey asks. Two queries."""
    rows = CoverageTarget.objects.filter(phase__journey=journey).order_by("pk")
    judged = JourneyJudgement.objects.filter(journey=journey).values_list(*JUDGED)
    text = repr([*rows.values_list("phase", "persona", "channel", *ASKED), *judged])
    return sha256(text.encode()).hexdigest()


JUDGED = ("horizon_days", "stale_days", "never_stale", "upcoming", "rules", "thresholds")


@transaction.atomic
def set_targets(journey: Journey, asked: Asked, *, seen: str, user: AbstractBaseUser) -> list[str]:
    """Store what is asked and return the names of what changed; empty where nothing did.

    Only the places named are written. `seen`: the `state_of` that the user decided on; where it has changed since,
    `Refused` is raised and nothing is written. Locked on the journey; one line in its history.
    """
    journey = Journey.objects.select_for_update().get(pk=journey.pk)
    if not may_set_targets(user, journey):
        raise Refused(_("Only the owner of this journey, or whoever has the permission, may set its targets."))
    if state_of(journey) != seen:
        raise Refused(
            _("Somebody else changed these targets meanwhile. Save again to put what stands below in their place.")
        )
    changed = [*_write_places(journey, asked.places), *_write_judgement(journey, asked.judgement)]
    if changed:
        log(journey, "planner.targets", user=user, data={"changed": changed})
    return changed


def _write_places(journey: Journey, places: dict[Place, dict[str, Any]]) -> list[str]:
    rows = CoverageTarget.objects.filter(phase__journey=journey).select_related("phase", "persona", "channel")
    stored = {(row.phase_id, row.persona_id, row.channel_id): row for row in rows}
    changed = []
    for place, values in places.items():
        row = stored.get(place)
        now = {name: values.get(name) or empty for name, empty in NOTHING.items()}
        if now == ({name: getattr(row, name) for name in ASKED} if row else NOTHING):
            continue
        phase, persona, channel = place
        if not any(now.values()):
            changed.append(str(row))
            row.delete()
            continue
        row, _made = CoverageTarget.objects.update_or_create(
            phase_id=phase, persona_id=persona, channel_id=channel, defaults=now
        )
        changed.append(str(row))
    return changed


def _write_judgement(journey: Journey, values: dict[str, Any]) -> list[str]:
    row = JourneyJudgement.objects.filter(journey=journey).first() or JourneyJudgement(journey=journey)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save()
    return [str(JourneyJudgement._meta.get_field(name).verbose_name) for name in changed]
