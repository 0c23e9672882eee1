"""Writes the portraits of the demo's personas down, with their pictures and evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from wagtail.images import get_image_model

from cms.demo.pictures import draw_portrait
from cms.demo.portraits import PORTRAITS, PortraitPlan
from personas.models import Channel, Evidence, Need, Pain, Persona, Phase, Pleasure, RouteStep

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

PARTS = {"needs": Need, "pains": Pain, "pleasures": Pleasure}


def make_portraits(today: date, owner: AbstractUser) -> None:
    """Fill in the personas that are there. A slug that does not exist is a fault in the plan: KeyError."""
    personas = {persona.slug: persona for persona in Persona.objects.all()}
    phases = {f"{phase.journey.slug}/{phase.slug}": phase for phase in Phase.objects.select_related("journey")}
    channels = {channel.slug: channel for channel in Channel.objects.all()}
    for plan in PORTRAITS:
        persona = personas[plan.persona]
        _fill_in(persona, plan, today, owner)
        for name, model in PARTS.items():
            for line in getattr(plan, name):
                model.objects.create(persona=persona, text=line.text, phase=phases[line.phase] if line.phase else None)
        for place, (phase, channel) in enumerate(plan.route, start=1):
            RouteStep.objects.create(persona=persona, place=place, phase=phases[phase], channel=channels[channel])
        for found in plan.evidence:
            Evidence.objects.create(
                persona=persona,
                phase=phases[found.phase] if found.phase else None,
                date=today + timedelta(days=found.on),
                **{name: getattr(found, name) for name in ("kind", "finding", "source", "sample", "value", "unit")},
            )


def _fill_in(persona: Persona, plan: PortraitPlan, today: date, owner: AbstractUser) -> None:
    for name, value in plan.fields.items():
        setattr(persona, name, value)
    persona.owner, persona.review_due = owner, today + timedelta(days=plan.review_in)
    picture = draw_portrait(plan.persona, plan.colours, long_hair=plan.long_hair)
    persona.photo = get_image_model().objects.create(title=persona.name, file=picture, uploaded_by_user=owner)
    persona.save()
    persona.themes.set(plan.themes)
