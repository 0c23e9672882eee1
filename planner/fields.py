"""Form fields of the planner: the browser's own date fields, phases by journey, owners by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _

from personas.models import Channel
from planner.schedule import YEARS
from planner.themes import themes_in

MANY = 12
"""Above so many members a list of boxes is grouped, starts with the chosen ones and can be narrowed."""

MOST_DIGITS = 18
"""SQLite cannot look for a longer number."""

FIRST_DAY, LAST_DAY = f"{YEARS[0]}-01-01", f"{YEARS[-1]}-12-31"


class SuggestingInput(forms.TextInput):
    """A line of text beneath which the browser offers what others wrote. The form says what, in `suggest`."""

    template_name = "planner/items/suggesting_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggest: Callable[[], Iterable[str]] = tuple

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["attrs"]["list"] = f"{widget['attrs'].get('id', name)}-known"
        # Asked for only when it is shown: a form that is saved needs no suggestions.
        return context | {"known": self.suggest()}


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


class ChannelsByMedia(ModelChoiceIterator):
    """The choices of a channel field: above MANY of them grouped by the kind of media."""

    def __iter__(self) -> Iterator[Any]:
        channels = list(self.queryset)
        if len(channels) <= MANY:
            yield from map(self.choice, channels)
            return
        for media in Channel.Media:
            if members := [self.choice(channel) for channel in channels if channel.media_type == media]:
                yield media.label, members


class MembersField(forms.ModelMultipleChoiceField):
    """Members of a vocabulary by their keys. A number that no key can be is refused like any other unknown one."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if len(str(key)) > MOST_DIGITS:
                shown = {"value": f"{str(key)[:MOST_DIGITS]}…"}
                raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params=shown)
        return super().clean(value)


class PhaseField(MembersField):
    iterator = PhasesByJourney


class ChannelField(MembersField):
    iterator = ChannelsByMedia


def members_field(field: type[MembersField], label: str) -> MembersField:
    """Many members as boxes; which are offered is decided per item."""
    return field(queryset=None, required=False, label=label, widget=forms.CheckboxSelectMultiple)


class OwnerField(forms.ModelChoiceField):
    """Users by their full names, as Wagtail shows them."""

    def label_from_instance(self, user: AbstractBaseUser) -> str:
        return user.get_full_name() or user.get_username()


class DayField(forms.DateField):
    """A day within the years that the planner knows, in the browser's own date field."""

    widget = NativeDate

    def clean(self, value: object) -> date | None:
        day = super().clean(value)
        if day and day.year not in YEARS:
            raise forms.ValidationError(_("Choose a day from 1970 to 2100."))
        return day


class ThemesField(forms.CharField):
    """Free themes as people type them, as a list of names, each once."""

    def clean(self, value: object) -> list[str]:
        return sorted(themes_in(super().clean(value)))
