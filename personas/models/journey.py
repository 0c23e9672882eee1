"""A journey, its phases, and the links between them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.spine import SPINE

from .persona import Persona
from .vocabulary import WEIGHT_LIMITS, Market, Vocabulary


class Journey(Vocabulary):
    """A goal in the customer's own words, with its phases, personas and one owner."""

    goal = models.TextField(_("goal"), blank=True, help_text=_("What the customer wants to reach, in their own words."))
    model = models.CharField(_("journey model"), max_length=40, blank=True, editable=False)
    language = models.CharField(_("language of the phases"), max_length=10, default="en", editable=False)
    market = models.CharField(_("market"), max_length=4, choices=Market, default=Market.BOTH)
    personas = models.ManyToManyField(
        Persona,
        verbose_name=_("personas"),
        related_name="journeys",
        blank=True,
        help_text=_("Coverage is judged for these personas in each phase."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="journeys_owned",
        help_text=_("The one person who decides across all channels."),
    )

    class Meta(Vocabulary.Meta):
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        constraints = [models.UniqueConstraint(fields=["slug"], name="personas_journey_slug")]

    @property
    def has_active_owner(self) -> bool:
        """Whether somebody who can still log in owns this journey. One query where `owner` is not loaded."""
        return self.owner is not None and self.owner.is_active


class Phase(Vocabulary):
    """One step of a journey. Phases form a graph, not a funnel."""

    class Group(models.TextChoices):
        PRE = "pre", _("Before the purchase")
        BUY = "buy", _("Purchase")
        POST = "post", _("After the purchase")

    journey = models.ForeignKey(Journey, verbose_name=_("journey"), on_delete=models.CASCADE, related_name="phases")
    group = models.CharField(_("group"), max_length=4, choices=Group, default=Group.PRE)
    spine = models.JSONField(
        _("stages on the common spine"),
        default=list,
        blank=True,
        help_text=_(
            "The stages that all journey models share, first one first. "
            "They let content be looked at through another model."
        ),
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=WEIGHT_LIMITS,
        help_text=_("How heavily gaps in this phase count. 1 is normal, 2 counts double."),
    )
    question = models.TextField(
        _("customer's question"), blank=True, help_text=_("What the customer asks in this phase.")
    )
    entry = models.BooleanField(_("journey may start here"), default=False)

    class Meta(Vocabulary.Meta):
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["journey__sort_order", "journey_id", "sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["journey", "slug"], name="personas_phase_slug_in_journey")]

    def clean(self) -> None:
        super().clean()
        unknown = [stage for stage in self.spine if stage not in SPINE]
        if unknown:
            raise ValidationError(
                {
                    "spine": gettext("“%(stage)s” is no stage of the spine. Choose from: %(known)s.")
                    % {"stage": unknown[0], "known": ", ".join(SPINE)}
                }
            )


class PhaseLink(models.Model):
    """A way from one phase to another: an edge of the journey's graph."""

    class Type(models.TextChoices):
        NEXT = "next", _("Next")
        LOOP = "loop", _("Loops back to")
        SKIP = "skip", _("Skips to")
        INFLUENCE = "influence", _("Influences others in")
        RENEWAL = "renewal", _("Renews through")

    from_phase = models.ForeignKey(Phase, verbose_name=_("from"), on_delete=models.CASCADE, related_name="links_out")
    to_phase = models.ForeignKey(Phase, verbose_name=_("to"), on_delete=models.CASCADE, related_name="links_in")
    type = models.CharField(_("type"), max_length=10, choices=Type, default=Type.NEXT)
    condition = models.CharField(_("condition"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("link between phases")
        verbose_name_plural = _("links between phases")
        ordering = ["from_phase__sort_order", "to_phase__sort_order", "type"]
        constraints = [
            models.UniqueConstraint(fields=["from_phase", "to_phase", "type"], name="personas_phaselink_once"),
            models.CheckConstraint(condition=~Q(from_phase=F("to_phase")), name="personas_phaselink_leads_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.from_phase} → {self.to_phase}"

    def clean(self) -> None:
        super().clean()
        if self.from_phase_id and self.from_phase_id == self.to_phase_id:
            raise ValidationError({"to_phase": gettext("A link leads to another phase.")})
        if self.from_phase_id and self.to_phase_id and self.from_phase.journey_id != self.to_phase.journey_id:
            raise ValidationError({"to_phase": gettext("Both phases of a link belong to one journey.")})
