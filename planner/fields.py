"""Form fields of the planner: the browser's own date fields, phases by journey, owners by name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.forms.models import ModelChoiceIterator

FIRST_DAY, LAST_DAY = "1970-01-01", "2100-12-31"


class NativeDate(forms.DateInput):
    """The browser's own date field. Wagtail's needs an inline script, which a strict policy refuses."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"min": FIRST_DAY, "max": LAST_DAY}, format="%Y-%m-%d")


class NativeTime(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class NativeDateTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PhasesByJourney(ModelChoiceIterator):
    """The choices of a phase field, grouped by journey."""

    def __iter__(self) -> Iterator[tuple[str, list]]:
        for journey, phases in groupby(self.queryset, key=lambda phase: phase.journey):
            yield journey.name, [self.choice(phase) for phase in phases]


class PhaseField(forms.ModelMultipleChoiceField):
    iterator = PhasesByJourney


def members_field(field: type[forms.ModelMultipleChoiceField], label: str) -> forms.ModelMultipleChoiceField:
    """Many members as boxes; which are offered is decided per item."""
    return field(queryset=None, required=False, label=label, widget=forms.CheckboxSelectMultiple)


class OwnerField(forms.ModelChoiceField):
    """Users by their full names, as Wagtail shows them."""

    def label_from_instance(self, user: AbstractBaseUser) -> str:
        return user.get_full_name() or user.get_username()
