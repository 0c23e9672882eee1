"""What to say to a persona in a phase, and what they ask there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .journey import Phase
from .persona import Persona


class Message(models.Model):
    """What to say to a persona in a phase, in one or two sentences: the key message of a cell."""

    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="messages")
    phase = models.ForeignKey(Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="messages")
    text = models.TextField(_("key message"), max_length=500)

    class Meta:
        verbose_name = _("key message")
        verbose_name_plural = _("key messages")
        constraints = [models.UniqueConstraint(fields=["persona", "phase"], name="personas_message_once_per_cell")]

    def __str__(self) -> str:
        return self.text


class Question(models.Model):
    """What a persona asks in a phase, in their own words. Which content answers it, this room does not know."""

    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="questions")
    phase = models.ForeignKey(Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(_("customer's question"), max_length=255)
    sort_order = models.PositiveIntegerField(_("order"), default=0, editable=False)

    class Meta:
        verbose_name = _("customer's question")
        verbose_name_plural = _("customer's questions")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["persona", "phase", "text"], name="personas_question_once_per_cell")
        ]

    def __str__(self) -> str:
        return self.text
