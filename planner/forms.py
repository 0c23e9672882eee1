"""The form of one item's plan. What an open tab did not change is not written, whoever changed it meanwhile."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.utils import edit_string_for_tags

from personas.models import Channel, Persona, Phase
from planner.access import visible_items
from planner.fields import (
    ChannelField,
    DayField,
    MembersField,
    NativeDateTime,
    NativeTime,
    OwnerField,
    PhaseField,
    SuggestingInput,
    ThemesField,
    members_field,
)
from planner.models import DIMENSIONS, Campaign, ContentItem, Occasion, Series
from planner.models.series import MOST_PARTS
from planner.next_steps import steps_of
from planner.plan import PlanChange
from planner.teams import teams_known_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

LONGEST_BRIEF = 5000
MOST_HOURS = 9999


class PlanForm(forms.Form):
    """Personas, phases, channels, themes, target date and owner of one item."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    personas = members_field(MembersField, gettext_lazy("Personas"))
    for_everyone = forms.BooleanField(
        required=False,
        label=gettext_lazy("For everyone"),
        help_text=gettext_lazy("Serves every persona in the phases below."),
    )
    phases = members_field(PhaseField, gettext_lazy("Phases"))
    channels = members_field(ChannelField, gettext_lazy("Channels"))
    themes = ThemesField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Themes"),
        help_text=gettext_lazy("Free words, separated by commas."),
    )
    target_date = DayField(
        required=False,
        label=gettext_lazy("Target date"),
        help_text=gettext_lazy("A plan, not a schedule: nothing goes live by itself."),
    )
    target_time = forms.TimeField(
        required=False,
        label=gettext_lazy("Target time"),
        help_text=gettext_lazy("Leave empty for the whole day."),
        widget=NativeTime,
    )
    owner = OwnerField(queryset=None, required=False, label=gettext_lazy("Owner"))
    team = forms.CharField(
        required=False,
        max_length=ContentItem._meta.get_field("team").max_length,
        label=gettext_lazy("Team"),
        help_text=gettext_lazy("Who makes it: a department or an agency. Left empty, it is the team of its channels."),
        widget=SuggestingInput,
    )
    review_due = DayField(required=False, label=gettext_lazy("Review due"))
    customer_question = forms.CharField(
        required=False,
        max_length=255,
        label=gettext_lazy("Customer's question"),
        help_text=gettext_lazy("What the customer asks, in their own words. Open questions are suggested."),
        # The hints bring the list, so that it follows the boxes.
        widget=forms.TextInput(attrs={"list": "jp-open-questions"}),
    )
    brief = forms.CharField(
        required=False,
        max_length=LONGEST_BRIEF,
        label=gettext_lazy("Brief"),
        help_text=gettext_lazy("What it should say and why, for whoever makes it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    effort = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        label=gettext_lazy("Effort"),
        help_text=gettext_lazy("Hours of work that it takes to make it."),
    )
    campaign = forms.ModelChoiceField(queryset=None, required=False, label=gettext_lazy("Campaign"))
    series = forms.ModelChoiceField(queryset=None, required=False, label=gettext_lazy("Series"))
    series_part = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_PARTS, label=gettext_lazy("Part of the series")
    )
    occasion = forms.ModelChoiceField(queryset=None, required=False, label=gettext_lazy("Occasion"))
    leads_to = members_field(MembersField, gettext_lazy("Leads to"))
    drop_deleted_steps = forms.BooleanField(
        required=False, label=gettext_lazy("Take off the step to content that was deleted")
    )

    def __init__(self, *args: Any, item: ContentItem, user: AbstractBaseUser, **kwargs: Any) -> None:
        self.item = item
        self.user = user
        super().__init__(*args, initial=_initial(item, user), **kwargs)
        # Any item that this user may see is accepted. Which are offered is not decided here: that takes a clock.
        self.fields["leads_to"].queryset = visible_items(user).exclude(pk=item.pk)
        self.fields["leads_to"].choices = ()
        carried = {dimension: self.initial[dimension] for dimension in DIMENSIONS}
        self.fields["personas"].queryset = _offered(Persona.objects.all(), carried["personas"])
        phases = Phase.objects.select_related("journey")
        self.fields["phases"].queryset = _offered(phases, carried["phases"], Q(active=True, journey__active=True))
        self.fields["channels"].queryset = _offered(Channel.objects.all(), carried["channels"])
        self.fields["owner"].queryset = possible_owners(item.owner_id)
        self.fields["team"].widget.suggest = partial(teams_known_to, user)
        for name, model in (("campaign", Campaign), ("series", Series), ("occasion", Occasion)):
            self.fields[name].queryset = model.objects.filter(Q(active=True) | Q(pk=getattr(item, f"{name}_id")))

    def clean_brief(self) -> str:
        # Browsers send other line ends than they were given, and the brief would seem to change at each save.
        return self.cleaned_data["brief"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("target_time") and not cleaned.get("target_date") and "target_date" not in self.errors:
            self.add_error("target_date", _("A time needs a date. Choose the day, or leave the time empty."))
        if "series" not in self.errors and "series_part" not in self.errors:
            self._check_series()
        if not self.errors:
            self._check_that_the_time_exists()
        return cleaned

    def change(self) -> PlanChange:
        """What this form changes: only what differs from what it showed when it was opened."""
        shown, wanted = self._shown(), state_of_form(self)
        change = PlanChange()
        for dimension in DIMENSIONS:
            # Compared here, not in SQL: what the form showed comes back from a browser.
            before, after = set(shown[dimension]), set(wanted[dimension])
            members = self.fields[dimension].queryset
            change.add[dimension] = [member for member in members if member.pk in after - before]
            change.remove[dimension] = [member for member in members if member.pk in before - after]
        if wanted["themes"] != shown["themes"]:
            taken_off = set(shown["themes"]) - set(wanted["themes"])
            present = set(self.item.themes.names()) if self.item.pk else set()
            change.themes = present - taken_off | set(wanted["themes"])
        change.values = {
            name: self.value_of(name)
            for name in wanted["values"]
            if wanted["values"][name] != shown["values"].get(name) and self._was_brought(name)
        }
        if "leads_to" in shown:
            # Compared with what this user was shown: steps to what they may not see stay as they are.
            before, after = set(shown["leads_to"]), set(wanted["leads_to"])
            items = {one.pk: one for one in self.fields["leads_to"].queryset.filter(pk__in=before ^ after)}
            change.steps_added = [items[key] for key in sorted(after - before) if key in items]
            change.steps_removed = [items[key] for key in sorted(before - after) if key in items]
            change.deleted_steps_removed = self.cleaned_data["drop_deleted_steps"]
        if {"series", "series_part"} & set(change.values):
            # One without the other is refused by the database, and somebody else may have changed either meanwhile.
            change.values |= {name: self.value_of(name) for name in ("series", "series_part")}
        return change

    def show_as_new(self, dimension: str) -> list[str]:
        """The names of what is ticked here, but was taken off the item after the form was opened.

        Shown again, the form has them as news: the next save puts them on.
        """
        stored, shown = self._stored(), self._shown()
        gone = set(shown[dimension]) - set(stored[dimension])
        members = [str(one) for one in self.cleaned_data[dimension] if one.pk in gone]
        shown[dimension] = [key for key in shown[dimension] if key not in gone]
        if dimension == "personas" and self.cleaned_data["for_everyone"] and not stored["values"]["for_everyone"]:
            if shown["values"].get("for_everyone"):
                members.append(str(self.fields["for_everyone"].label))
            shown["values"]["for_everyone"] = False
        self.cleaned_data["shown"] = json.dumps(shown)
        self.data = self.data.copy()
        self.data[self.add_prefix("shown")] = self.cleaned_data["shown"]
        return members

    def value_of(self, name: str) -> Any:
        """The value for a field of the row."""
        if name == "target_at":
            return self._target_at()
        if name == "target_has_time":
            return bool(self.cleaned_data["target_time"])
        return self.cleaned_data[name]

    def _was_brought(self, name: str) -> bool:
        """Whether the browser sent the field at all: what a tab does not show is not wiped by it."""
        return name not in (*NAMED_IN_LISTS, "team") or self.add_prefix(name) in self.data

    def _check_series(self) -> None:
        series, part = self.cleaned_data.get("series"), self.cleaned_data.get("series_part")
        if series and part is None:
            self.add_error(
                "series_part", _("Which part of “%(series)s” is it? Fill in its number.") % {"series": series}
            )
        if part and series is None:
            self.add_error("series", _("Part %(part)s of what? Choose the series, or empty the part.") % {"part": part})

    def _shown(self) -> dict[str, Any]:
        """What the form showed, from its hidden field; where that is missing or damaged, what is stored now.

        Of what is not stored yet nothing was shown: a form that starts a copy shows what its source has.
        """
        if not self.item.pk:
            return self._stored()
        try:
            shown = json.loads(self.cleaned_data["shown"])
        except (ValueError, RecursionError):
            return self._stored()
        return shown if _is_state(shown) else self._stored()

    def _stored(self) -> dict[str, Any]:
        return state_of_item(self.item, self.user)

    def _target_at(self) -> datetime | None:
        day, at = self.cleaned_data["target_date"], self.cleaned_data["target_time"]
        if day is None:
            return None
        # A day without a time is the site's day; a moment is meant on the clock of whoever typed it.
        zone = timezone.get_current_timezone() if at else timezone.get_default_timezone()
        return datetime.combine(day, at or time(), tzinfo=zone)

    def _check_that_the_time_exists(self) -> None:
        moment = self._target_at()
        if moment and self.cleaned_data["target_time"]:
            try:
                forms.DateTimeField().clean(moment.replace(tzinfo=None))
            except forms.ValidationError as error:
                self.add_error("target_time", error)


class OffSiteForm(PlanForm):
    """The same for content off the site, which has no editor of its own."""

    title = forms.CharField(max_length=255, label=gettext_lazy("Title"))
    state = forms.ChoiceField(choices=ContentItem.State.choices, label=gettext_lazy("State"))
    url = forms.URLField(required=False, max_length=2000, label=gettext_lazy("Address"), assume_scheme="https")
    starts_at = forms.DateTimeField(required=False, label=gettext_lazy("Live from"), widget=NativeDateTime)
    expires_at = forms.DateTimeField(required=False, label=gettext_lazy("Live until"), widget=NativeDateTime)

    field_order = ["title", "state", "starts_at", "expires_at", "url"]

    def __init__(self, *args: Any, may_confirm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_confirm:
            return
        if self.item.state == ContentItem.State.CONFIRMED:
            for name in ("state", "starts_at", "expires_at"):
                self.fields[name].disabled = True
        else:
            confirmed = ContentItem.State.CONFIRMED.value
            self.fields["state"].choices = [one for one in ContentItem.State.choices if one[0] != confirmed]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("expires_at")
        if start and end and end <= start:
            self.add_error("expires_at", _("It ends before it starts. Choose a later end."))
        if cleaned.get("state") == ContentItem.State.CONFIRMED and not start and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Confirmed content needs the moment from which it is live."))
        return cleaned


def possible_owners(present: int | None = None) -> QuerySet:
    """The users who can enter the admin, and the one who owns the item now even if they cannot any more."""
    User = get_user_model()
    admin = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    may_enter = Q(is_superuser=True) | Q(user_permissions__in=admin) | Q(groups__permissions__in=admin)
    keys = User.objects.filter(may_enter, is_active=True).values("pk")
    return User.objects.filter(Q(pk__in=keys) | Q(pk=present)).order_by(User.USERNAME_FIELD)


def carried_by(item: ContentItem, dimension: str) -> list[Any]:
    """The members that an item carries; none while it is not stored. One query."""
    return list(getattr(item, dimension).all()) if item.pk else []


def _offered(vocabulary: QuerySet, carried: list[Any], active: Q | None = None) -> QuerySet:
    """The active members, and the inactive ones that the item carries: shown, so that they can be taken off."""
    return vocabulary.filter((active or Q(active=True)) | Q(pk__in=[member.pk for member in carried]))


NAMED_IN_LISTS = ("campaign", "series", "series_part", "occasion")
VALUES = (
    "owner",
    "team",
    "for_everyone",
    "review_due",
    "customer_question",
    "brief",
    "effort",
    "target_at",
    "target_has_time",
    *NAMED_IN_LISTS,
)
OFF_SITE_VALUES = ("title", "state", "url", "starts_at", "expires_at")


def state_of_item(item: ContentItem, user: AbstractBaseUser | None = None) -> dict[str, Any]:
    """The item's plan as plain data: what a form shows this user when it is opened; None stands for the whole site."""
    names = (*VALUES, *OFF_SITE_VALUES) if item.is_off_site else VALUES
    return {dimension: sorted(member.pk for member in carried_by(item, dimension)) for dimension in DIMENSIONS} | {
        "leads_to": sorted(steps_of(user, item).values_list("pk", flat=True)),
        "themes": sorted(item.themes.names()) if item.pk else [],
        "values": {name: _plain(_stored(item, name)) for name in names},
    }


def state_of_form(form: PlanForm) -> dict[str, Any]:
    """The same of what somebody filled in; the form is valid."""
    names = (*VALUES, *OFF_SITE_VALUES) if isinstance(form, OffSiteForm) else VALUES
    lists = (*DIMENSIONS, "leads_to")
    return {name: sorted(member.pk for member in form.cleaned_data[name]) for name in lists} | {
        "themes": form.cleaned_data["themes"],
        "values": {name: _plain(form.value_of(name)) for name in names},
    }


def _stored(item: ContentItem, name: str) -> Any:
    """The value of a field; of a relation the key, which costs no query."""
    return getattr(item, ContentItem._meta.get_field(name).attname)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)


def _is_state(shown: Any) -> bool:
    """Whether a posted state has the right shape: it comes from a browser."""
    if not isinstance(shown, dict) or not isinstance(shown.get("values"), dict):
        return False
    # What was opened before there were next steps says nothing of them.
    keys = [*(shown.get(dimension) for dimension in DIMENSIONS), shown.get("leads_to", [])]
    lists = all(isinstance(part, list) and all(isinstance(key, int) for key in part) for part in keys)
    themes = shown.get("themes")
    return lists and isinstance(themes, list) and all(isinstance(theme, str) for theme in themes)


def _initial(item: ContentItem, user: AbstractBaseUser) -> dict[str, Any]:
    state = state_of_item(item, user)
    zone = timezone.get_current_timezone() if item.target_has_time else timezone.get_default_timezone()
    target = item.target_at.astimezone(zone) if item.target_at else None
    values = {dimension: carried_by(item, dimension) for dimension in DIMENSIONS}
    names = (
        "for_everyone",
        "owner",
        "team",
        "review_due",
        "customer_question",
        "brief",
        "effort",
        "title",
        "state",
        "url",
        "starts_at",
        "expires_at",
    )
    return (
        values
        | {name: getattr(item, name) for name in names}
        | {name: _stored(item, name) for name in NAMED_IN_LISTS}
        | {
            "shown": json.dumps(state),
            "leads_to": state["leads_to"],
            "themes": edit_string_for_tags(item.themes.all()) if item.pk else "",
            "target_date": target.date() if target else None,
            "target_time": target.time() if target and item.target_has_time else None,
        }
    )
