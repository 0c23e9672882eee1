"""What belongs to a persona and is wanted as rows: each can be named by a gap, a touchpoint or content."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .channel import Channel
from .journey import Phase
from .persona import Persona


class PersonaPart(models.Model):
    """One line about a persona. Its `uid` never changes: what refers to it survives that it is worded anew."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="%(class)ss")
    text = models.CharField(_("in one sentence"), max_length=255)

    class Meta:
        abstract = True
        ordering = ["phase__journey__sort_order", "phase__journey_id", "phase__sort_order", "pk"]

    def __str__(self) -> str:
        return self.text


class Need(PersonaPart):
    """What a persona has to know or to have before they leave a phase."""

    phase = models.ForeignKey(Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="needs")

    class Meta(PersonaPart.Meta):
        verbose_name = _("need")
        verbose_name_plural = _("needs")


class Pain(PersonaPart):
    """What hurts a persona: in a phase, or wherever they are."""

    phase = models.ForeignKey(
        Phase, verbose_name=_("phase"), null=True, blank=True, on_delete=models.SET_NULL, related_name="pains"
    )

    class Meta(PersonaPart.Meta):
        verbose_name = _("pain")
        verbose_name_plural = _("pains")


class Pleasure(PersonaPart):
    """What makes a persona glad: in a phase, or wherever they are."""

    phase = models.ForeignKey(
        Phase, verbose_name=_("phase"), null=True, blank=True, on_delete=models.SET_NULL, related_name="pleasures"
    )

    class Meta(PersonaPart.Meta):
        verbose_name = _("pleasure")
        verbose_name_plural = _("pleasures")


class RouteStep(models.Model):
    """One step of the way that a persona likes to go: a channel in a phase."""

    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="route")
    place = models.PositiveSmallIntegerField(_("step"))
    phase = models.ForeignKey(Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="route_steps")
    channel = models.ForeignKey(
        Channel, verbose_name=_("channel"), on_delete=models.CASCADE, related_name="route_steps"
    )

    class Meta:
        verbose_name = _("step of the favourite route")
        verbose_name_plural = _("favourite route")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.place}. {self.phase}, {self.channel}"
