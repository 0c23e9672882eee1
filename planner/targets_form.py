"""The form of a journey's targets: its phases, its cells, how it is judged, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Channel, Persona, Phase
from planner.cadence_form import CadenceFields
from planner.coverage import Question
from planner.gaps import CATALOGUE, Rule, Scope
from planner.models import Applicability
from planner.targets import Asked, Place

NUMBERS = ("applicability", "target", "maximum")
"""What is asked of a phase or cell beside its cadence."""

MOST_ITEMS = 999
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class PlaceFields:
    """The fields of one phase or cell."""

    phase: Phase
    persona: Persona | None
    fields: list[forms.BoundField]


@dataclass(frozen=True, slots=True)
class RuleFields:
    """Whether a rule judges, and the number it goes by where it has one."""

    rule: Rule
    on: forms.BoundField
    limit: forms.BoundField | None


def number(label: str, usual: int | None, *, most: int, least: int = 1) -> forms.IntegerField:
    """A whole number that may stay empty; what holds then stands in the empty field."""
    attrs = {} if usual is None else {"placeholder": usual}
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, widget=forms.NumberInput(attrs=attrs)
    )


class TargetsForm(forms.Form):
    """What one journey asks. An empty field leaves the answer to the phase, and a phase's to the site."""

    def __init__(
        self, *args: Any, scope: Scope, site: Question, channels: Iterable[Channel] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scope, self.site, self.channels = scope, site, list(channels)
        self._add_judgement()
        for phase in scope.phases:
            self._add_place(phase, None)
            for persona in scope.personas:
                self._add_place(phase, persona)
            for channel in self.channels:
                self._add_channel(phase, channel)
        self.cadence = CadenceFields(self, scope, self.channels)
        for rule in CATALOGUE.values():
            self._add_rule(rule)

    def _add_judgement(self) -> None:
        judgement, site = self.scope.targets.judgement, self.site
        days = {"least": 1, "most": MOST_DAYS}
        self.fields["horizon_days"] = number(gettext_lazy("Days to look ahead"), site.horizon_days, **days)
        self.fields["stale_days"] = number(gettext_lazy("Days until content is old"), site.stale_days, **days)
        self.fields["never_stale"] = forms.BooleanField(label=gettext_lazy("Content never grows old"), required=False)
        self.fields["upcoming"] = number(
            gettext_lazy("Items wanted on the way per phase"), site.upcoming, least=0, most=MOST_ITEMS
        )
        for name in ("horizon_days", "stale_days", "never_stale", "upcoming"):
            self.fields[name].initial = getattr(judgement, name, None)

    def _add_place(self, phase: Phase, persona: Persona | None) -> None:
        row, general = self.scope.targets.row(phase, persona), self.scope.targets.of_phase(phase)
        inherited = Applicability.EXPECTED if persona is None else general.applicability
        target = general.target_of(self.site) if persona else self.site.target
        label = {"usual": inherited.label}
        choices = [
            ("", _("As usual (%(usual)s)") % label if persona is None else _("As the phase (%(usual)s)") % label)
        ]
        added = {
            "applicability": forms.ChoiceField(
                label=gettext_lazy("Content here is"), required=False, choices=[*choices, *Applicability.choices]
            ),
            "target": number(gettext_lazy("Target"), target, most=MOST_ITEMS),
            "maximum": number(gettext_lazy("Maximum"), general.maximum if persona else None, most=MOST_ITEMS),
        }
        for name, field in added.items():
            field.initial = getattr(row, name, None)
            self.fields[_name(phase, persona, name)] = field

    def _add_channel(self, phase: Phase, channel: Channel) -> None:
        row, usual = self.scope.targets.row(phase, channel=channel), {"usual": Applicability.OPTIONAL.label}
        self.fields[_channel_name(phase, channel)] = forms.ChoiceField(
            label=phase.name,
            required=False,
            choices=[("", _("As usual (%(usual)s)") % usual), *Applicability.choices],
            initial=getattr(row, "applicability", None),
        )

    def _add_rule(self, rule: Rule) -> None:
        targets = self.scope.targets
        self.fields[f"rule-{rule.code}"] = forms.BooleanField(
            label=rule.name, required=False, initial=targets.judges(rule.code)
        )
        if rule.limit is not None:
            own = targets.judgement.thresholds.get(rule.code) if targets.judgement else None
            self.fields[f"limit-{rule.code}"] = forms.FloatField(
                label=rule.limit_label,
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                initial=own,
                widget=forms.NumberInput(attrs={"placeholder": f"{rule.limit:g}", "step": "any"}),
            )

    def clean(self) -> dict[str, Any]:
        for phase, persona in self._places():
            self._check_maximum(phase, persona)
        self.cadence.check()
        return self.cleaned_data

    def _check_maximum(self, phase: Phase, persona: Persona | None) -> None:
        own, of_phase = ({name: self._value(phase, one, name) for name in NUMBERS} for one in (persona, None))
        target = own["target"] or of_phase["target"] or self.site.target
        maximum = own["maximum"] or of_phase["maximum"]
        if maximum and maximum < target and (persona is None or own["target"] or own["maximum"]):
            text = _(
                "The maximum of %(place)s, %(maximum)s, is below its target, %(target)s. Raise it or leave it empty."
            )
            place = f"{persona} × {phase}" if persona else phase
            name = "maximum" if own["maximum"] else "target"
            self.add_error(_name(phase, persona, name), text % {"place": place, "maximum": maximum, "target": target})

    def _value(self, phase: Phase, persona: Persona | None, name: str) -> Any:
        return self.cleaned_data.get(_name(phase, persona, name))

    def _places(self) -> Iterator[tuple[Phase, Persona | None]]:
        return ((phase, persona) for phase in self.scope.phases for persona in (None, *self.scope.personas))

    def _fields_of(self, phase: Phase, persona: Persona | None = None) -> PlaceFields:
        return PlaceFields(phase, persona, [self[_name(phase, persona, name)] for name in NUMBERS])

    @property
    def judgement(self) -> list[forms.BoundField]:
        return [self[name] for name in ("horizon_days", "stale_days", "never_stale", "upcoming")]

    @property
    def phases(self) -> list[PlaceFields]:
        return [self._fields_of(phase) for phase in self.scope.phases]

    @property
    def rows(self) -> list[tuple[Persona, list[PlaceFields]]]:
        """The cells of each persona, in the order of the matrix."""
        return [
            (persona, [self._fields_of(phase, persona) for phase in self.scope.phases])
            for persona in self.scope.personas
        ]

    @property
    def channel_rows(self) -> list[tuple[Channel, list[forms.BoundField]]]:
        """Each channel with a field per phase."""
        return [
            (channel, [self[_channel_name(phase, channel)] for phase in self.scope.phases]) for channel in self.channels
        ]

    @property
    def asks_for_channels(self) -> bool:
        return any(row.channel_id for row in self.scope.targets.rows)

    @property
    def rules(self) -> list[RuleFields]:
        return [
            RuleFields(rule, self[f"rule-{code}"], self[f"limit-{code}"] if rule.limit is not None else None)
            for code, rule in CATALOGUE.items()
        ]

    def asked(self) -> Asked:
        """What the form asks, once it is valid."""
        data = self.cleaned_data
        places: dict[Place, dict[str, Any]] = {
            (phase.pk, persona and persona.pk, None): {name: self._value(phase, persona, name) for name in NUMBERS}
            for phase, persona in self._places()
        }
        places |= {
            (phase.pk, None, channel.pk): {"applicability": data[_channel_name(phase, channel)]}
            for phase in self.scope.phases
            for channel in self.channels
        }
        for place, values in self.cadence.asked().items():
            places[place] |= values
        on = {code: data[f"rule-{code}"] for code, rule in CATALOGUE.items() if data[f"rule-{code}"] != rule.on}
        limits = {code: data.get(f"limit-{code}") for code in CATALOGUE}
        judgement = {name: data[name] for name in ("horizon_days", "stale_days", "never_stale", "upcoming")}
        judgement |= {"rules": on, "thresholds": {code: one for code, one in limits.items() if one is not None}}
        return Asked(places, judgement)


def _channel_name(phase: Phase, channel: Channel) -> str:
    return f"channel-{phase.pk}-{channel.pk}"


def _name(phase: Phase, persona: Persona | None, name: str) -> str:
    return f"{name}-{phase.pk}-{persona.pk}" if persona else f"{name}-{phase.pk}"
