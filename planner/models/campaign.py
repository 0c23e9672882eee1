"""Campaigns: content of several teams with one message, from one day to another."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.models import Persona, Phase

from .bundle import Bundle


class Campaign(Bundle):
    """What belongs together for a while."""

    class Kind(models.TextChoices):
        BRANDING = "branding", _("Branding")
        PERFORMANCE = "performance", _("Performance")
        RETENTION = "retention", _("Retention")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    core_message = models.CharField(
        _("core message"), max_length=255, blank=True, help_text=_("What everything in it says, in one sentence.")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    personas = models.ManyToManyField(Persona, verbose_name=_("personas"), related_name="campaigns", blank=True)
    phases = models.ManyToManyField(Phase, verbose_name=_("phases"), related_name="campaigns", blank=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-first_day", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="planner_campaign_ends_after_start"),
            models.CheckConstraint(
                condition=Q(kind__in=("branding", "performance", "retention")), name="planner_campaign_kind_known"
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": gettext("It ends before it starts. Choose a later last day.")})
