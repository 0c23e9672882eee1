"""A persona as plain data, and back: everything that was written down about it, with its photo.

Phases are named "journey/phase", channels and themes by slug and name, so that a persona can move to another site that
has the same journeys and channels.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField
from wagtail.log_actions import log

from personas.models import (
    Channel,
    Evidence,
    Journey,
    Message,
    Need,
    Pain,
    Persona,
    Phase,
    Pleasure,
    Question,
    RouteStep,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

FORMAT = 1
ROWS: dict[str, type[models.Model]] = {
    "needs": Need,
    "pains": Pain,
    "pleasures": Pleasure,
    "route": RouteStep,
    "evidence": Evidence,
    "messages": Message,
    "questions": Question,
}
"""What belongs to a persona, by the name of its relation."""


class PersonaFileError(ValueError):
    """The data cannot become a persona. The message is one line: what is wrong, and where."""


def persona_as_data(persona: Persona) -> dict[str, Any]:
    """The persona as data for `DjangoJSONEncoder`. Twelve queries, and the photo's file is read."""
    user_name = get_user_model().USERNAME_FIELD
    return {
        "format": FORMAT,
        **{field.name: getattr(persona, field.name) for field in _own_fields(Persona)},
        "owner": getattr(persona.owner, user_name) if persona.owner else None,
        "photo": _photo_as_data(persona),
        "themes": sorted(persona.themes.names()),
        "journeys": list(persona.journeys.values_list("slug", flat=True)),
        **{name: _rows_as_data(persona, name) for name in ROWS},
    }


def _own_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields that hold a value of their own. Where a persona stands in the list is not about the persona."""
    left_out = {"sort_order"} if model is Persona else set()
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.is_relation and not field.primary_key and field.name not in left_out]


def _rows_as_data(persona: Persona, name: str) -> list[dict[str, Any]]:
    related = [field.name for field in ROWS[name]._meta.concrete_fields if field.name in {"phase", "channel"}]
    rows = getattr(persona, name).order_by("pk").select_related("phase__journey", *related)
    return [
        {field.name: _plain(getattr(row, field.name)) for field in _own_fields(ROWS[name])}
        | {one: _name_of(getattr(row, one)) for one in related}
        for row in rows
    ]


def _plain(value: Any) -> Any:
    # Django's encoder would cut off microseconds.
    return value.isoformat() if isinstance(value, datetime) else value


def _name_of(member: Phase | Channel | None) -> str | None:
    return f"{member.journey.slug}/{member.slug}" if isinstance(member, Phase) else member and member.slug


def _photo_as_data(persona: Persona) -> dict[str, str] | None:
    if persona.photo is None:
        return None
    with persona.photo.file.open("rb") as file:
        data = base64.b64encode(file.read()).decode("ascii")
    # Not the file's own name, which the storage changes where it is taken.
    name = f"{persona.slug}{PurePath(persona.photo.file.name).suffix}"
    return {"title": persona.photo.title, "name": name, "data": data}


@transaction.atomic
def restore_persona(data: Any, *, user: AbstractBaseUser | None, with_photo: bool = True) -> Persona:
    """The persona becomes what the data says: made where its slug is new, else changed. Raises PersonaFileError.

    What the data does not name of a persona that is there goes; a need, pain or pleasure that it does name stays the
    same row. Journeys are only added. An owner who is not known here is left out. `with_photo`: whether images may be
    added. The caller has checked the permissions; one transaction, one line in the history.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("slug"), str):
        raise PersonaFileError(_("This is no persona that was exported here."))
    try:
        return _restore(data, user=user, with_photo=with_photo)
    except ValidationError as error:
        raise PersonaFileError(_in_one_line(error)) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise PersonaFileError(
            _("The file was changed by hand: %(what)s is not as expected.") % {"what": error}
        ) from None


def _restore(data: dict[str, Any], *, user: AbstractBaseUser | None, with_photo: bool) -> Persona:
    persona = Persona.objects.select_for_update().filter(slug=data["slug"]).first()
    made = persona is None
    persona = persona or Persona(sort_order=Persona.objects.next_place())
    _take_fields(persona, data)
    owners = get_user_model()._default_manager.filter(**{get_user_model().USERNAME_FIELD: data["owner"] or ""})
    persona.owner = owners.first()
    persona.full_clean(exclude=["photo"])
    if with_photo:
        persona.photo = _restored_photo(persona, data["photo"], user)
    persona.save()
    persona.themes.set(data["themes"])
    named = _Named()
    for journey in data["journeys"]:
        named.journey(journey).personas.add(persona)
    for name in ROWS:
        _restore_rows(persona, name, data[name], named)
    log(persona, "wagtail.create" if made else "wagtail.edit", user=user, content_changed=True)
    return persona


class _Named:
    """Journeys, phases and channels by the names that data gives them. Three queries."""

    def __init__(self) -> None:
        phases = Phase.objects.select_related("journey")
        self.known: dict[str, dict[str, Any]] = {
            "journey": {journey.slug: journey for journey in Journey.objects.all()},
            "phase": {f"{phase.journey.slug}/{phase.slug}": phase for phase in phases},
            "channel": {channel.slug: channel for channel in Channel.objects.all()},
        }

    def journey(self, slug: str) -> Journey:
        return self.member("journey", slug)

    def member(self, kind: str, name: str | None) -> Any:
        if name is None:
            return None
        if name not in self.known[kind]:
            texts = {
                "journey": _("There is no journey “%(name)s” here. Make it first."),
                "phase": _("There is no phase “%(name)s” here. Make it first."),
                "channel": _("There is no channel “%(name)s” here. Make it first."),
            }
            raise PersonaFileError(texts[kind] % {"name": name})
        return self.known[kind][name]


def _take_fields(instance: models.Model, data: dict[str, Any]) -> None:
    for field in _own_fields(type(instance)):
        setattr(instance, field.name, field.to_python(data[field.name]))


def _restore_rows(persona: Persona, name: str, rows: list[dict[str, Any]], named: _Named) -> None:
    model = ROWS[name]
    present = {str(row.uid): row for row in getattr(persona, name).all()} if hasattr(model, "uid") else {}
    kept = []
    for data in rows:
        row = present.get(str(data.get("uid"))) or model(persona=persona)
        _take_fields(row, data)
        for one in {"phase", "channel"} & data.keys():
            setattr(row, one, named.member(one, data[one]))
        kept.append(row)
    getattr(persona, name).exclude(pk__in=[row.pk for row in kept if row.pk]).delete()
    for row in kept:
        row.full_clean()
        row.save()


def _restored_photo(
    persona: Persona, photo: dict[str, str] | None, user: AbstractBaseUser | None
) -> models.Model | None:
    if photo is None:
        return None
    try:
        data = base64.b64decode(photo["data"], validate=True)
    except binascii.Error:
        raise PersonaFileError(_("The photo in the file cannot be read.")) from None
    if persona.photo and persona.photo.get_file_hash() == hashlib.sha1(data, usedforsecurity=False).hexdigest():
        return persona.photo
    file = WagtailImageField().clean(SimpleUploadedFile(photo["name"], data))
    return get_image_model().objects.create(title=photo["title"], file=file, uploaded_by_user=user)


def _in_one_line(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{capfirst(name)}: {' '.join(texts)}" for name, texts in error.message_dict.items())
