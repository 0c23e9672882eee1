"""The forms of the admin pages. Each works as plain HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from personas.fields import LinesFormField
from personas.messages import Cell, CellChange, distinct, texts_of
from personas.models import Channel, Evidence, Journey, Message, Persona, Phase, PhaseLink, Question
from personas.presets import JOURNEY_MODELS
from personas.spine import SPINE

STAGES = {
    "trigger": _("Trigger"),
    "awareness": _("Awareness"),
    "consideration": _("Consideration"),
    "evaluation": _("Evaluation"),
    "purchase": _("Purchase"),
    "use": _("Use"),
    "support": _("Support"),
    "loyalty": _("Loyalty"),
    "advocacy": _("Advocacy"),
}


class VocabularyForm(WagtailAdminModelForm):
    """A member of a vocabulary. The slug is chosen once: made from the name where left empty, fixed from then on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug = self.fields["slug"]
        if self.instance.pk:
            slug.disabled = True
            slug.help_text = _("Never changes: addresses, reports and rules are keyed by it.")
        else:
            slug.required = False
            slug.help_text = _(
                "Used in addresses, reports and rules. Left empty, the name makes one. It never changes."
            )

    def clean_slug(self) -> str:
        name = self.cleaned_data.get("name", "")
        slug = self.cleaned_data["slug"] or slugify(name)[: Phase._meta.get_field("slug").max_length]
        if name and not slug:
            raise forms.ValidationError(gettext("The name has no letters that a slug can hold: fill one in."))
        return slug


class NativeDay(forms.DateInput):
    """The browser's own date field. Wagtail's needs an inline script, which a strict policy refuses."""

    input_type = "date"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def phases_by_journey() -> list:
    """The choices of a phase, grouped by journey. One query."""
    phases = Phase.objects.select_related("journey")
    groups = groupby(phases, key=lambda phase: phase.journey)
    return [("", "---------"), *((journey.name, [(one.pk, one.name) for one in found]) for journey, found in groups)]


class EvidenceForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Evidence
        fields = ["persona", "kind", "finding", "value", "unit", "phase", "source", "date", "sample", "url"]
        widgets = {"date": NativeDay, "kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = phases_by_journey()
        self.fields["kind"].choices = Evidence.Kind.choices

    def clean_date(self) -> date:
        day = self.cleaned_data["date"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day has yet to come. Say when it was measured or said."))
        return day


class ChannelForm(VocabularyForm):
    class Meta(VocabularyForm.Meta):
        model = Channel
        fields = ["name", "slug", "media_type", "online", "human", "team", "influenceable", "active"]


class JourneyForm(VocabularyForm):
    class Meta(VocabularyForm.Meta):
        model = Journey
        fields = ["name", "slug", "goal", "market", "personas", "owner", "active"]
        widgets = {"personas": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.instance.personas.all() if self.instance.pk else Persona.objects.none()
        self.fields["personas"].queryset = Persona.objects.filter(Q(active=True) | Q(pk__in=chosen))
        users = get_user_model()._default_manager.filter(Q(is_active=True) | Q(pk=self.instance.owner_id))
        self.fields["owner"].queryset = users.order_by(get_user_model().USERNAME_FIELD)


class PhaseForm(VocabularyForm):
    spine = forms.MultipleChoiceField(
        label=_("stages on the common spine"),
        choices=[(stage, STAGES[stage]) for stage in SPINE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The stages that all journey models share. They let content be looked at through another model."),
    )

    class Meta(VocabularyForm.Meta):
        model = Phase
        fields = ["journey", "name", "slug", "group", "question", "entry", "weight", "spine", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A phase that moved would leave its links behind, in a journey that it is no longer part of.
        self.fields["journey"].disabled = bool(self.instance.pk)

    def clean_spine(self) -> list[str]:
        """The stages chosen: those that the phase had keep their order, because the first one leads."""
        chosen = self.cleaned_data["spine"]
        kept = [stage for stage in self.instance.spine if stage in chosen]
        return kept + [stage for stage in SPINE if stage in chosen and stage not in kept]


class PhaseLinkForm(forms.ModelForm):
    class Meta:
        model = PhaseLink
        fields = ["from_phase", "type", "to_phase", "condition"]

    def __init__(self, *args: Any, phases: list[Phase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_phase", "to_phase"):
            field = self.fields[name]
            field.queryset = Phase.objects.filter(pk__in=[phase.pk for phase in phases])
            # Choices of their own: from the queryset, each select of each row would ask the database again.
            field.choices = [("", "---------"), *((phase.pk, phase.name) for phase in phases)]


PhaseLinkFormSet = forms.modelformset_factory(PhaseLink, form=PhaseLinkForm, extra=3, can_delete=True)


class JourneyFromModelForm(forms.Form):
    preset = forms.ChoiceField(
        label=_("Journey model"), choices=[(code, code) for code in JOURNEY_MODELS], widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("A goal in the customer's own words, such as “I want to become a customer”."),
    )
    slug = forms.SlugField(
        label=_("Slug"),
        max_length=100,
        required=False,
        help_text=_("Left empty, the name makes one. It never changes."),
    )
    language = forms.ChoiceField(
        label=_("Language of the phases"), choices=[("nl", "Nederlands"), ("en", "English")], widget=forms.RadioSelect
    )
    channels = forms.BooleanField(label=_("Also create the default channels that are missing"), required=False)


LONGEST_MESSAGE = Message._meta.get_field("text").max_length
LONGEST_QUESTION = Question._meta.get_field("text").max_length


class QuestionsField(LinesFormField):
    """One question per line, each once: case does not count."""

    def to_python(self, value: Any) -> list[str]:
        return distinct(value.splitlines()) if isinstance(value, str) else value or []

    def validate(self, value: list[str]) -> None:
        for question in value:
            if len(question) > LONGEST_QUESTION:
                raise forms.ValidationError(
                    gettext("The question “%(question)s…” is too long: at most %(most)s characters.")
                    % {"question": question[:30], "most": LONGEST_QUESTION}
                )


class MessagesForm(forms.Form):
    """The key message and the questions of every cell of a journey.

    Each field carries along what it showed, so that only what somebody changed is written.
    """

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personas, self.phases = list(journey.personas.active()), list(journey.phases.active())
        texts = texts_of([persona.pk for persona in self.personas], [phase.pk for phase in self.phases])
        for persona in self.personas:
            for phase in self.phases:
                self._add(Cell(persona.pk, phase.pk), texts)

    def _add(self, cell: Cell, texts: dict) -> None:
        message, questions = _names_of(cell)
        self.fields[message] = forms.CharField(
            label=_("Key message"),
            required=False,
            max_length=LONGEST_MESSAGE,
            initial=texts[cell].message,
            show_hidden_initial=True,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields[questions] = QuestionsField(
            label=_("Customer's questions"),
            help_text=_("One question per line, in the customer's words."),
            required=False,
            initial=texts[cell].questions,
            show_hidden_initial=True,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def rows(self) -> Iterator[tuple[Persona, list[tuple[Phase, forms.BoundField, forms.BoundField]]]]:
        """Per persona the phases, each with its two fields."""
        for persona in self.personas:
            cells = [(phase, *_names_of(Cell(persona.pk, phase.pk))) for phase in self.phases]
            yield persona, [(phase, self[message], self[questions]) for phase, message, questions in cells]

    def changes(self) -> dict[Cell, CellChange]:
        """What differs from what the form showed when it was opened."""
        changed, changes = set(self.changed_data), {}
        for cell in (Cell(persona.pk, phase.pk) for persona in self.personas for phase in self.phases):
            message, questions = _names_of(cell)
            change = CellChange()
            if message in changed:
                change.message = self.cleaned_data[message]
                change.shown_message = self.data.get(self[message].html_initial_name)
            if questions in changed:
                change.questions = self.cleaned_data[questions]
                change.shown = self.fields[questions].to_python(self.data.get(self[questions].html_initial_name, ""))
            if {message, questions} & changed:
                changes[cell] = change
        return changes

    def refuse_overtaken(self, messages: dict[Cell, str]) -> None:
        """Say at each of these cells what somebody else wrote; shown again, the form knows that it was seen."""
        self.data = self.data.copy()
        for cell, text in messages.items():
            name, _questions = _names_of(cell)
            self.data[self[name].html_initial_name] = text
            told = gettext("Somebody else wrote here meanwhile: “%(text)s”. Make one message of both, and save again.")
            emptied = gettext("Somebody else emptied this meanwhile. Save again to keep what you wrote.")
            self.add_error(name, told % {"text": text} if text else emptied)


def _names_of(cell: Cell) -> tuple[str, str]:
    return f"message-{cell.persona}-{cell.phase}", f"questions-{cell.persona}-{cell.phase}"
