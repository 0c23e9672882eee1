"""The part of the form of targets that asks how often there should be something new, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Channel, Persona, Phase
from planner.models import NEVER, CoverageTarget, Period

if TYPE_CHECKING:
    from planner.gaps import Rhythm, Scope

CADENCE = ("cadence", "cadence_minimum")
MOST_EACH_TIME = 99
CADENCE_LABELS = {"cadence": gettext_lazy("Something new"), "cadence_minimum": gettext_lazy("Items each time")}

Place = tuple[int, int | None, int | None]
"""The keys of a phase, a persona and a channel; the last two may be missing."""


@dataclass(frozen=True, slots=True)
class RhythmFields:
    """The two fields of one place, which is named by `legend`."""

    legend: str
    fields: list[forms.BoundField]


class CadenceFields:
    """Fields for the phases and cells of a journey, and for the channels of which something is said in a phase."""

    def __init__(self, form: forms.Form, scope: Scope, channels: list[Channel]) -> None:
        self.form, self.scope = form, scope
        self.channels = [
            (channel, phase)
            for channel in channels
            for phase in scope.phases
            if scope.targets.row(phase, channel=channel)
        ]
        for phase in scope.phases:
            self._add(phase, row=scope.targets.row(phase), usual=None)
            for persona in scope.personas:
                usual = scope.targets.of_phase(phase).rhythm
                self._add(phase, persona, row=scope.targets.row(phase, persona), usual=usual)
        for channel, phase in self.channels:
            self._add(phase, channel=channel, row=scope.targets.row(phase, channel=channel), usual=None)

    def _add(
        self,
        phase: Phase,
        persona: Persona | None = None,
        channel: Channel | None = None,
        *,
        row: CoverageTarget | None,
        usual: Rhythm | None,
    ) -> None:
        inherited = usual.period.label if usual else _("No cadence")
        text = _("As the phase (%(usual)s)") if persona else _("As usual (%(usual)s)")
        fields = {
            "cadence": forms.ChoiceField(
                label=CADENCE_LABELS["cadence"],
                required=False,
                choices=[("", text % {"usual": inherited}), *Period.choices, (NEVER, _("No cadence"))],
            ),
            "cadence_minimum": forms.IntegerField(
                label=CADENCE_LABELS["cadence_minimum"],
                required=False,
                min_value=1,
                max_value=MOST_EACH_TIME,
                widget=forms.NumberInput(attrs={"placeholder": usual.minimum if usual else 1}),
            ),
        }
        for name, field in fields.items():
            field.initial = getattr(row, name, None)
            self.form.fields[_name(name, phase, persona, channel)] = field

    def check(self) -> None:
        """Refuse a number without the period that it is of."""
        for phase, persona, channel in self._places():
            cadence, number = (self._value(name, phase, persona, channel) for name in CADENCE)
            if number and cadence in (None, "", NEVER):
                text = _("How often? Choose a period, or leave the number empty.")
                self.form.add_error(_name("cadence_minimum", phase, persona, channel), text)

    def asked(self) -> dict[Place, dict[str, Any]]:
        """What is asked of each place, once the form is valid."""
        return {
            (phase.pk, persona and persona.pk, channel and channel.pk): {
                name: self._value(name, phase, persona, channel) for name in CADENCE
            }
            for phase, persona, channel in self._places()
        }

    @property
    def is_used(self) -> bool:
        return any(row.cadence for row in self.scope.targets.rows) or self.scope.targets.judges("CADENCE")

    @property
    def groups(self) -> list[tuple[str, list[RhythmFields]]]:
        """The places under the headings that they have on the page: the phases, each persona, the channels."""
        phases = self.scope.phases
        groups = [(_("Per phase"), [self._fields(str(phase), phase) for phase in phases])]
        for persona in self.scope.personas:
            groups.append((str(persona), [self._fields(str(phase), phase, persona) for phase in phases]))
        if self.channels:
            of_channels = [
                self._fields(f"{channel} × {phase}", phase, channel=channel) for channel, phase in self.channels
            ]
            groups.append((_("Per channel"), of_channels))
        return groups

    def _places(self) -> Iterator[tuple[Phase, Persona | None, Channel | None]]:
        for phase in self.scope.phases:
            yield from ((phase, persona, None) for persona in (None, *self.scope.personas))
        yield from ((phase, None, channel) for channel, phase in self.channels)

    def _fields(
        self, legend: str, phase: Phase, persona: Persona | None = None, channel: Channel | None = None
    ) -> RhythmFields:
        return RhythmFields(legend, [self.form[_name(name, phase, persona, channel)] for name in CADENCE])

    def _value(self, name: str, phase: Phase, persona: Persona | None, channel: Channel | None) -> Any:
        return self.form.cleaned_data.get(_name(name, phase, persona, channel))


def _name(name: str, phase: Phase, persona: Persona | None, channel: Channel | None) -> str:
    whose = f"-{persona.pk}" if persona else f"-channel-{channel.pk}" if channel else ""
    return f"{name}-{phase.pk}{whose}"
