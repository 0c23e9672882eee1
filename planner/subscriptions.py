"""What the subscriptions screen says about a feed: the form that makes one, its contents in words, where to add it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from personas.models import Channel, Journey, Persona
from planner.models import Feed
from planner.snapshots import site_address

CLIENTS = (
    ("google-calendar", "Google Calendar"),
    ("dataaccessd", "Apple Calendar"),
    ("calendaragent", "Apple Calendar"),
    ("ios/", "Apple Calendar"),
    ("macos/", "Apple Calendar"),
    ("exchange", "Outlook"),
    ("outlook", "Outlook"),
    ("microsoft office", "Outlook"),
    ("thunderbird", "Thunderbird"),
    ("evolution", "Evolution"),
    ("icsx5", "ICSx5"),
    ("nextcloud", "Nextcloud"),
    ("vdirsyncer", "vdirsyncer"),
)
"""Part of the User-Agent, in lower case, and what people call that program. The first that fits."""


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes, grouped as their choices are: a group is a fieldset of its own."""

    template_name = "planner/subscriptions/checkboxes.html"


class FeedForm(forms.ModelForm):
    """A new feed of one person. What is not ticked does not narrow it; without any tick it holds all they may see."""

    personas = forms.MultipleChoiceField(label=gettext_lazy("Personas"), required=False, widget=GroupedCheckboxes)
    phases = forms.MultipleChoiceField(label=gettext_lazy("Phases"), required=False, widget=GroupedCheckboxes)
    channels = forms.MultipleChoiceField(label=gettext_lazy("Channels"), required=False, widget=GroupedCheckboxes)

    class Meta:
        model = Feed
        fields = ["name"]
        help_texts = {"name": gettext_lazy("How the calendar is called in your calendar program.")}

    def __init__(self, *args: Any, user: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        choices = {
            "personas": _members(Persona.objects.active()),
            "phases": _phases(),
            "channels": _members(Channel.objects.active()),
        }
        for dimension, offered in choices.items():
            self.fields[dimension].choices = offered

    def clean_name(self) -> str:
        """The name, once per person: two calendars of one name cannot be told apart, nor the right one revoked."""
        name = self.cleaned_data["name"]
        if Feed.objects.of(self.user).alive().filter(name=name).exists():
            raise ValidationError(
                _("You already have a feed “%(name)s”. Choose another name, or revoke that one.") % {"name": name}
            )
        return name

    @property
    def dimensions(self) -> list[forms.BoundField]:
        """The fields that narrow the feed; without those that have nothing to offer."""
        return [self[name] for name in ("personas", "phases", "channels") if self.fields[name].choices]

    @property
    def filters(self) -> dict[str, list[str]]:
        return {field.name: chosen for field in self.dimensions if (chosen := self.cleaned_data[field.name])}


class Names:
    """The names behind the slugs of feeds' filters. Three queries for any number of feeds."""

    def __init__(self) -> None:
        journeys = Journey.objects.prefetch_related("phases")
        self.by_dimension = {
            "personas": dict(_members(Persona.objects.all())),
            "phases": {
                f"{journey.slug}/{phase.slug}": phase.name for journey in journeys for phase in journey.phases.all()
            },
            "channels": dict(_members(Channel.objects.all())),
        }

    def in_words(self, filters: dict[str, list[str]]) -> str:
        """What a feed contains, as a person would say it; something deleted goes by its slug, for it still filters."""
        if not filters:
            return _("All personas, phases and channels")
        return "; ".join(
            ", ".join(names.get(slug, slug) for slug in filters[dimension])
            for dimension, names in self.by_dimension.items()
            if dimension in filters
        )


@sensitive_variables()
def address_of(token: str) -> str:
    """The absolute https address behind which a token opens its calendar. At most 250 characters: Google takes 256."""
    return site_address() + reverse("planner_feed", args=[token])


@sensitive_variables()
def ways_to_add(address: str, name: str) -> list[tuple[str, str]]:
    """Where to click to add a calendar: label and link. Undocumented by their makers, and in wide use."""
    webcal = "webcal" + address[address.index("://") :]
    parameters = f"url={quote(address, safe='')}&name={quote(name, safe='')}"
    return [
        ("Google Calendar", f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"),
        ("Outlook.com", f"https://outlook.live.com/calendar/0/addfromweb?{parameters}"),
        ("Microsoft 365", f"https://outlook.office.com/calendar/0/addfromweb?{parameters}"),
        ("Apple Calendar", webcal),
    ]


def client_name(user_agent: str) -> str:
    """What people call the program behind a User-Agent, or that program's own first word."""
    known = user_agent.lower()
    own = user_agent.split("/")[0].strip()
    return next((name for part, name in CLIENTS if part in known), own[:40] or _("an unnamed program"))


def _members(vocabulary: Iterable[Any]) -> list[tuple[str, str]]:
    return [(member.slug, member.name) for member in vocabulary]


def _phases() -> list[tuple[str, list[tuple[str, str]]]]:
    """The active phases of each active journey that has any, under the journey's name."""
    journeys = Journey.objects.active().prefetch_related("phases")
    groups = [
        (journey.name, [(f"{journey.slug}/{phase.slug}", phase.name) for phase in journey.phases.all() if phase.active])
        for journey in journeys
    ]
    return [(name, phases) for name, phases in groups if phases]
