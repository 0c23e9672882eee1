"""The form of a persona: its fields in sections, and the rows that belong to it. Works as plain HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField, TagWidget
from wagtail.coreutils import get_content_languages
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField
from wagtail.permissions import policy_registry

from personas.forms import NativeDay, VocabularyForm, phases_by_journey
from personas.models import Channel, Need, Pain, Persona, Pleasure, RouteStep

BLANK_ROWS = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form under one heading."""

    code: str
    heading: str
    icon: str
    fields: tuple[str, ...]
    rows: tuple[str, ...] = ()


SECTIONS = (
    Section("who", _("Who it is"), "user", ("name", "slug", "kind", "market", "language", "relationships", "summary")),
    Section(
        "portrait",
        _("Portrait"),
        "image",
        ("photo_file", "remove_photo", "quote", "background", "demographics", "share"),
    ),
    Section(
        "drives",
        _("What moves them"),
        "pick",
        ("goals", "motives", "considerations", "objections"),
        ("needs", "pains", "pleasures"),
    ),
    Section(
        "ways",
        _("Where they look"),
        "site",
        ("themes", "sources", "media", "devices", "competitors"),
        ("route",),
    ),
    Section("care", _("Who looks after it"), "clipboard-list", ("owner", "team", "review_due", "weight", "active")),
)

ROWS = {
    "needs": (_("Needs"), _("What they have to know or to have before they can go on from a phase.")),
    "pains": (_("Pains"), _("What hurts or hinders them. Without a phase: wherever they are.")),
    "pleasures": (_("Pleasures"), _("What makes them glad. Without a phase: wherever they are.")),
    "route": (_("Favourite route"), _("The way they like to go: number the steps, each a channel in a phase.")),
}


class PartForm(forms.ModelForm):
    """One row of a persona, with choices that were read once for all rows."""

    def __init__(self, *args: Any, choices: dict[str, list], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & choices.keys():
            self.fields[name].choices = choices[name]


class PartFormSet(forms.BaseInlineFormSet):
    """The rows of one kind, and blank ones to fill in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label, self.help_text = ROWS[self.prefix]


def _rows_of(model: type, fields: list[str]) -> type[PartFormSet]:
    return forms.inlineformset_factory(
        Persona, model, form=PartForm, formset=PartFormSet, fields=fields, extra=BLANK_ROWS
    )


FORMSETS = {
    "needs": _rows_of(Need, ["text", "phase"]),
    "pains": _rows_of(Pain, ["text", "phase"]),
    "pleasures": _rows_of(Pleasure, ["text", "phase"]),
    "route": _rows_of(RouteStep, ["place", "phase", "channel"]),
}


class PersonaForm(VocabularyForm):
    """All of a persona but its evidence. Who may not add images to the library keeps the photo that is there."""

    remove_photo = forms.BooleanField(label=_("Take the photo off"), required=False)
    themes = TagField(
        label=_("Themes"),
        required=False,
        widget=TagWidget,
        help_text=_("What interests them, separated by commas: the same themes as on content."),
    )

    class Meta(VocabularyForm.Meta):
        model = Persona
        fields = [name for section in SECTIONS for name in section.fields if name not in {"photo_file", "remove_photo"}]
        widgets = {"review_due": NativeDay}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        images = policy_registry.get_by_type(get_image_model())
        if self.for_user and images.user_has_permission(self.for_user, "add"):
            self.fields["photo_file"] = photo = WagtailImageField(label=_("Photo"), required=False)
            told = _("Of somebody like them who agreed to it, or a drawing. It is added to the images of the site.")
            photo.help_text = format_lazy("{} {}", told, photo.help_text)
        if not self.instance.photo_id:
            del self.fields["remove_photo"]
        self._offer_languages()
        users = get_user_model()._default_manager.filter(Q(is_active=True) | Q(pk=self.instance.owner_id))
        self.fields["owner"].queryset = users.order_by(get_user_model().USERNAME_FIELD)
        choices = {
            "phase": phases_by_journey(),
            "channel": [("", "---------"), *Channel.objects.values_list("pk", "name")],
        }
        self.rows = {
            name: formset(
                self.data if self.is_bound else None,
                instance=self.instance,
                prefix=name,
                form_kwargs={"choices": choices},
            )
            for name, formset in FORMSETS.items()
        }

    def _offer_languages(self) -> None:
        """Those of the site's content, and the persona's own where that is none of them any more."""
        languages = get_content_languages()
        if (own := self.instance.language) and own not in languages:
            languages |= {own: own}
        label, help_text = self.fields["language"].label, self.fields["language"].help_text
        self.fields["language"] = forms.ChoiceField(
            label=label, help_text=help_text, required=False, choices=[("", "---------"), *languages.items()]
        )

    def sections(self) -> Iterable[tuple[Section, list[forms.BoundField], list[PartFormSet]]]:
        """Each section with its fields and its rows."""
        for section in SECTIONS:
            fields = [self[name] for name in section.fields if name in self.fields]
            yield section, fields, [self.rows[name] for name in section.rows]

    def is_valid(self) -> bool:
        # Not `and`: whatever is wrong is said at once.
        return all([super().is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def has_changed(self) -> bool:
        return super().has_changed() or any(rows.has_changed() for rows in self.rows.values())

    def save(self, commit: bool = True) -> Persona:  # noqa: FBT001, FBT002 (Django's signature)
        if self.cleaned_data.get("remove_photo"):
            self.instance.photo = None
        if file := self.cleaned_data.get("photo_file"):
            self.instance.photo = get_image_model().objects.create(
                title=self.instance.name, file=file, uploaded_by_user=self.for_user
            )
        persona = super().save(commit)
        for rows in self.rows.values():
            rows.save(commit)
        return persona
