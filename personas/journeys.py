"""Journeys and channels made from presets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from wagtail.log_actions import log

from personas.models import Channel, Journey, Persona, Phase, PhaseLink
from personas.presets import CHANNELS, JOURNEY_MODELS, LANGUAGES, ChannelPreset, JourneyModel, Language

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class JourneyRefused(ValueError):
    """A journey cannot be made as asked. The message names the value and the way out; nothing was written."""


class UnknownPreset(JourneyRefused):
    pass


class UnknownLanguage(JourneyRefused):
    pass


class SlugTaken(JourneyRefused):
    pass


def journey_model(preset: str) -> JourneyModel:
    """The published model with this code. Raises UnknownPreset, which lists the codes."""
    try:
        return JOURNEY_MODELS[preset]
    except KeyError:
        message = gettext("There is no journey model “%(preset)s”. Choose from: %(known)s.")
        raise UnknownPreset(message % {"preset": preset, "known": ", ".join(JOURNEY_MODELS)}) from None


@transaction.atomic
def create_journey(
    preset: str,
    *,
    language: str,
    name: str,
    slug: str = "",
    owner: AbstractBaseUser | None = None,
    personas: Iterable[Persona] = (),
) -> Journey:
    """The new journey: a copy of the preset's phases and links, named in `language`, last in the order of journeys.

    Without a slug the name makes one. The number of queries does not depend on the size of the model. Raises
    UnknownPreset, UnknownLanguage, SlugTaken, or JourneyRefused for a name or slug that is not possible.
    """
    model = journey_model(preset)
    chosen = _known_language(language)
    journey = Journey(
        name=name,
        slug=slug or slugify(name),
        model=model.code,
        language=chosen,
        market=model.market,
        owner=owner,
        sort_order=Journey.objects.next_place(),
    )
    _refuse_impossible(journey)
    journey.save()
    journey.personas.set(personas)
    phases = _copy_phases(journey, model, chosen)
    _copy_links(phases, model, chosen)
    log(instance=journey, action="wagtail.create", content_changed=True)
    return journey


@transaction.atomic
def create_default_channels(language: str) -> list[Channel]:
    """The default channels that were missing, now created. A channel is known by its slug; what exists stays as it is.

    Three queries, and one for the history of each new channel. Raises UnknownLanguage.
    """
    chosen = _known_language(language)
    existing = set(Channel.objects.values_list("slug", flat=True))
    missing = [preset for preset in CHANNELS if preset.code not in existing]
    place = Channel.objects.next_place()
    created = Channel.objects.bulk_create(
        _channel(preset, language=chosen, place=place + offset) for offset, preset in enumerate(missing)
    )
    for channel in created:
        log(instance=channel, action="wagtail.create", content_changed=True)
    return created


def _known_language(language: str) -> Language:
    for known in LANGUAGES:
        if known == language:
            return known
    message = gettext("Journey models are not available in “%(language)s”. Choose from: %(known)s.")
    raise UnknownLanguage(message % {"language": language, "known": ", ".join(LANGUAGES)})


def _refuse_impossible(journey: Journey) -> None:
    try:
        journey.clean_fields(exclude=["owner"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        message = gettext("The %(field)s “%(value)s” is not possible: %(reason)s")
        label = journey._meta.get_field(field).verbose_name
        value = getattr(journey, field)
        raise JourneyRefused(message % {"field": label, "value": value, "reason": messages[0]}) from error
    if Journey.objects.filter(slug=journey.slug).exists():
        message = gettext("There is a journey with the slug “%(slug)s” already. Choose another slug.")
        raise SlugTaken(message % {"slug": journey.slug})


def _copy_phases(journey: Journey, model: JourneyModel, language: Language) -> dict[str, Phase]:
    phases = Phase.objects.bulk_create(
        Phase(
            journey=journey,
            name=preset.name.in_language(language),
            slug=preset.code,
            group=preset.group,
            spine=list(preset.spine),
            question=preset.question.in_language(language),
            entry=preset.entry,
            sort_order=place,
        )
        for place, preset in enumerate(model.phases)
    )
    return {phase.slug: phase for phase in phases}


def _copy_links(phases: dict[str, Phase], model: JourneyModel, language: Language) -> None:
    PhaseLink.objects.bulk_create(
        PhaseLink(
            from_phase=phases[preset.from_phase],
            to_phase=phases[preset.to_phase],
            type=preset.type,
            condition=preset.condition.in_language(language),
        )
        for preset in model.links
    )


def _channel(preset: ChannelPreset, *, language: Language, place: int) -> Channel:
    return Channel(
        name=preset.name.in_language(language),
        slug=preset.code,
        media_type=preset.media_type,
        online=preset.online,
        human=preset.human,
        team=preset.team.in_language(language),
        influenceable=preset.influenceable,
        sort_order=place,
    )
