"""Fields that hold a short list: lines that somebody typed, or picks from options. Stored as JSON, kept in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

LONGEST_LINE = 255
MOST_LINES = 50


def distinct_lines(lines: Iterable[str]) -> list[str]:
    """The lines in their order, each once: without blank ones, and with single blanks between words."""
    return list(dict.fromkeys(text for line in lines if (text := " ".join(line.split()))))


class LinesFormField(forms.CharField):
    """One text per line, each once."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:
        return distinct_lines(value.splitlines()) if isinstance(value, str) else value or []

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)

    def run_validators(self, value: list[str]) -> None:
        for line in value:
            super().run_validators(line)


class ListField(models.JSONField):
    """A list of texts, empty unless told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True} | kwargs)

    def texts(self, value: list[str]) -> list[str]:
        """What is stored, as people read it."""
        return value

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ValidationError(_("Enter a list of texts."))


class LinesField(ListField):
    """Free texts, one per line in a form."""

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if len(value) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines.") % {"most": MOST_LINES})
        for line in value:
            if len(line) > LONGEST_LINE:
                text = _("The line “%(line)s…” is too long: at most %(most)s characters.")
                raise ValidationError(text % {"line": line[:30], "most": LONGEST_LINE})

    def formfield(self, **kwargs: Any) -> forms.Field:
        # Not JSONField's own, which asks people to write JSON.
        shown = {"form_class": LinesFormField, "widget": forms.Textarea(attrs={"rows": 4})}
        return models.Field.formfield(self, **shown | kwargs)


class PicksField(ListField):
    """Codes of a class of choices, ticked in a form."""

    def __init__(self, *args: Any, options: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        # Without options it is one of a migration, which only needs the column.
        self.options = options
        super().__init__(*args, **kwargs)

    def texts(self, value: list[str]) -> list[str]:
        return [str(self.options(code).label) for code in value]

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        unknown = [code for code in value if code not in self.options.values]
        if unknown:
            text = _("“%(code)s” is none of: %(known)s.")
            raise ValidationError(text % {"code": unknown[0], "known": ", ".join(self.options.values)})

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            choices=self.options.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
