"""The forms of subscriptions: what a feed is about, what is fixed with its link, and the days of a download."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.localization import get_available_admin_languages

from personas.models import Channel, Journey, Persona
from planner.access import visible_items
from planner.feed_filters import KINDS, Selection
from planner.models import Campaign, Feed
from planner.schedule import YEARS, Status, midnight

LONGEST_LIFE_DAYS = 3660


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes, grouped as their choices are: a group is a fieldset of its own."""

    template_name = "planner/subscriptions/checkboxes.html"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"min": f"{YEARS[0]}-01-01", "max": f"{YEARS[-1]}-12-31"})


def choose(label: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=GroupedCheckboxes, **options)


class LinkForm(forms.ModelForm):
    """What is fixed as long as a link lives, and chosen when it is made or renewed."""

    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("After this day the link is dead, until it is renewed. Empty: it stays."),
    )

    class Meta:
        model = Feed
        fields = ["language", "detail", "reminders"]

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        if "language" in self.fields:
            self.fields["language"] = forms.ChoiceField(
                label=gettext_lazy("Language"), choices=_languages(), initial=_language()
            )
            self.fields["detail"].help_text = gettext_lazy(
                "Titles only: no persona, phase, channel or owner leaves this site."
            )
        if self.instance.expires_at and not self.instance.has_expired(now):
            last = self.instance.expires_at.astimezone(timezone.get_default_timezone()).date() - timedelta(days=1)
            self.fields["expires_on"].initial = last

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        today = self.now.astimezone(timezone.get_default_timezone()).date()
        if day and not today <= day <= today + timedelta(days=LONGEST_LIFE_DAYS):
            text = _("Choose a day from today up to ten years ahead: %(day)s is not.")
            raise ValidationError(text % {"day": day.isoformat()})
        return day

    @property
    def expires_at(self) -> datetime | None:
        """The moment after the last day, in the site's zone."""
        day = self.cleaned_data["expires_on"]
        return midnight(day + timedelta(days=1), timezone.get_default_timezone()) if day else None

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, as the fields of a feed."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"expires_at": self.expires_at}

    @property
    def link_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("language", "detail", "reminders", "expires_on") if name in self.fields]


class FeedForm(LinkForm):
    """A feed of one person. What is not ticked does not narrow it; without any tick it holds all they may see."""

    kinds = choose(gettext_lazy("Kinds of events"), choices=KINDS)
    mine = forms.BooleanField(label=gettext_lazy("Only what I own"), required=False)
    personas = choose(gettext_lazy("Personas"))
    journey = forms.ChoiceField(label=gettext_lazy("Journey"), required=False)
    phases = choose(gettext_lazy("Phases"))
    channels = choose(gettext_lazy("Channels"))
    statuses = choose(gettext_lazy("Status"), choices=[one for one in Status.choices if one[0] != Status.CANCELLED])
    campaigns = choose(gettext_lazy("Campaigns"))
    owners = choose(gettext_lazy("Owners"))

    class Meta(LinkForm.Meta):
        fields = ["name", "language", "detail", "reminders"]
        help_texts = {"name": gettext_lazy("How the calendar is called in your calendar program.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name, offered in _choices(user).items():
            self.fields[name].choices = offered
        if self.instance.pk:
            for name, value in self.instance.filters.items():
                self._keep(name, value)

    def _keep(self, name: str, value: Any) -> None:
        """Show what the feed filters on, also what is not offered any more: saving must not widen it."""
        field = self.fields[name]
        field.initial = value
        if isinstance(field, forms.MultipleChoiceField) and (gone := absent_from(field.choices, value)):
            field.choices = [*field.choices, *((one, _("%(name)s (no longer there)") % {"name": one}) for one in gone)]
        elif isinstance(field, forms.ChoiceField) and absent_from(field.choices, [value]):
            field.choices = [*field.choices, (value, _("%(name)s (no longer there)") % {"name": value})]

    def clean_name(self) -> str:
        """The name, once per person: two calendars of one name cannot be told apart, nor the right one revoked."""
        name = self.cleaned_data["name"]
        if Feed.objects.of(self.user).kept().filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                _("You already have a feed “%(name)s”. Choose another name, or revoke that one.") % {"name": name}
            )
        return name

    @property
    def selection(self) -> Selection:
        """What was chosen. Owners are kept as numbers, as the database has them."""
        chosen = {name: self.cleaned_data[name] for name in Selection.__dataclass_fields__}
        return Selection(**chosen | {"owners": [int(key) for key in chosen["owners"]]})

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return self._offered("kinds", "personas", "phases", "channels")

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return self._offered("statuses", "campaigns", "owners")

    @property
    def narrows_further(self) -> bool:
        """Whether what is folded away has anything ticked or wrong."""
        names = [field.name for field in self.other_fields] + ["journey", "mine"]
        return any(self[name].value() or self[name].errors for name in names)

    def _offered(self, *names: str) -> list[forms.BoundField]:
        """Fields, without those that have nothing to offer."""
        return [self[name] for name in names if list(self.fields[name].choices)]


class EditForm(FeedForm):
    """What may change under a link. Language, detail and reminders may not: see `Feed`."""

    class Meta(FeedForm.Meta):
        fields = ["name"]


class DaysForm(forms.Form):
    """The first and the last day of a download."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=DayInput)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean()
        first, last = chosen.get("first"), chosen.get("last")
        if any(day and day.year not in YEARS for day in (first, last)):
            raise ValidationError(_("Choose days from %(first)s to %(last)s.") % {"first": YEARS[0], "last": YEARS[-1]})
        if first and last and last < first:
            raise ValidationError(
                _("%(last)s lies before %(first)s. Swap them.") % {"first": first.isoformat(), "last": last.isoformat()}
            )
        return chosen


def absent_from(choices: Iterable[tuple[Any, Any]], values: Iterable[Any]) -> list[Any]:
    """The values that are not offered, with groups of choices or without."""
    offered = set()
    for value, label in choices:
        offered |= {str(one) for one, _label in label} if isinstance(label, list | tuple) else {str(value)}
    return [value for value in values if str(value) not in offered]


def _choices(user: Any) -> dict[str, list[Any]]:
    """What can be chosen, in the order of the vocabularies. Owners are those of content that the user may see."""
    journeys = list(Journey.objects.active().prefetch_related("phases"))
    owners = get_user_model()._default_manager.filter(
        pk__in=visible_items(user).filter(owner__isnull=False).order_by().values("owner")
    )
    named = sorted((owner.get_full_name() or owner.get_username(), str(owner.pk)) for owner in owners)
    phases = [
        (journey.name, [(f"{journey.slug}/{phase.slug}", phase.name) for phase in journey.phases.all() if phase.active])
        for journey in journeys
    ]
    return {
        "personas": slugs_and_names(Persona.objects.active()),
        "journey": [("", _("All journeys")), *slugs_and_names(journeys)],
        "phases": [(name, members) for name, members in phases if members],
        "channels": slugs_and_names(Channel.objects.active()),
        "campaigns": slugs_and_names(Campaign.objects.active()),
        "owners": [(key, name) for name, key in named],
    }


def slugs_and_names(vocabulary: Iterable[Any]) -> list[tuple[str, str]]:
    return [(member.slug, member.name) for member in vocabulary]


def _languages() -> list[tuple[str, str]]:
    return list(get_available_admin_languages())


def _language() -> str:
    """The language of who makes the feed, where feeds can speak it."""
    known, own = dict(_languages()), translation.get_language() or settings.LANGUAGE_CODE
    return own if own in known else next(iter(known), settings.LANGUAGE_CODE)
