"""The form of many items' tags: what to do with each kind, and with which members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Channel, Persona, Phase
from planner.fields import ChannelField, MembersField, PhaseField, ThemesField, members_field
from planner.tagging import TAGS, THEMES
from planner.themes import themes_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

ADD = "add"
REMOVE = "remove"
WAYS = (
    (ADD, gettext_lazy("Add the ticked ones")),
    ("replace", gettext_lazy("Replace all by the ticked ones")),
    (REMOVE, gettext_lazy("Take the ticked ones off")),
)
WAYS_WITH_THEMES = (
    (ADD, gettext_lazy("Add these")),
    ("replace", gettext_lazy("Replace all by these")),
    (REMOVE, gettext_lazy("Take these off")),
)
EVERYONE = (
    ("", gettext_lazy("Leave as it is")),
    ("yes", gettext_lazy("For everyone")),
    ("no", gettext_lazy("Not for everyone")),
)


def _way(label: str, ways: tuple[tuple[str, str], ...] = WAYS) -> forms.ChoiceField:
    return forms.ChoiceField(choices=ways, initial=ADD, required=False, label=label)


class TaggingForm(forms.Form):
    """A way and members for personas, phases, channels and themes, and whether the items are for everyone.

    A kind without members stays as it is.
    """

    personas_way = _way(gettext_lazy("What to do with the personas"))
    personas = members_field(MembersField, gettext_lazy("Personas"))
    for_everyone = forms.TypedChoiceField(
        choices=EVERYONE,
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        label=gettext_lazy("For everyone"),
        help_text=gettext_lazy("Serves every persona in its phases."),
    )
    phases_way = _way(gettext_lazy("What to do with the phases"))
    phases = members_field(PhaseField, gettext_lazy("Phases"))
    channels_way = _way(gettext_lazy("What to do with the channels"))
    channels = members_field(ChannelField, gettext_lazy("Channels"))
    themes_way = _way(gettext_lazy("What to do with the themes"), WAYS_WITH_THEMES)
    themes = ThemesField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Themes"),
        help_text=gettext_lazy("Free words, separated by commas."),
    )

    class Media:
        css = {"all": ["planner/planner.css"]}
        js = ["planner/narrow-boxes.js"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personas"].queryset = Persona.objects.active()
        phases = Phase.objects.filter(active=True, journey__active=True)
        self.fields["phases"].queryset = phases.select_related("journey")
        self.fields["channels"].queryset = Channel.objects.active()

    def kinds(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each kind of tag: what to do, and with what."""
        return ((self[f"{kind}_way"], self[kind]) for kind in TAGS)

    def clean(self) -> dict[str, Any]:
        for kind in TAGS:
            if self.cleaned_data.get(f"{kind}_way") not in ("", ADD, None) and not self.cleaned_data.get(kind):
                self._refuse_nothing(kind)
        leaves = not self.errors and self.cleaned_data["for_everyone"] is None
        if leaves and not any(self.cleaned_data[kind] for kind in TAGS):
            raise forms.ValidationError(
                _("Nothing would change. Tick a persona, phase or channel, type a theme, or say if it is for everyone.")
            )
        return self.cleaned_data

    def _refuse_nothing(self, kind: str) -> None:
        if kind in self.errors:
            return
        if kind == THEMES:
            self.add_error(kind, _("Type at least one. To leave the themes as they are, choose to add."))
        else:
            self.add_error(kind, _("Tick at least one. To leave them as they are, choose to add."))

    def changes(self) -> dict[str, Any]:
        """What `tag_items` is to do: members by kind, by way, and whether the items are for everyone.

        Makes themes that are new, unless they are to go: so it is asked where something is tagged, in the same
        transaction.
        """
        changes: dict[str, dict[str, list[Model]]] = {way: {} for way, _label in WAYS}
        for kind in TAGS:
            way, members = self.cleaned_data[f"{kind}_way"] or ADD, self.cleaned_data[kind]
            if kind == THEMES:
                members = themes_named(members, make=way != REMOVE)
            if members:
                changes[way][kind] = list(members)
        return {**changes, "for_everyone": self.cleaned_data["for_everyone"]}
