"""What a journey asks of its cells, phases and channels, how far it looks ahead, and which rules judge it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Journey, Persona, Phase


class Applicability(models.TextChoices):
    """How much content is wanted somewhere."""

    REQUIRED = "required", _("Required")
    EXPECTED = "expected", _("Expected")
    OPTIONAL = "optional", _("Optional")
    NOT_APPLICABLE = "n/a", _("Not applicable")


class Period(models.TextChoices):
    """How often something new is wanted: in each calendar period of this length."""

    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    HALF_YEAR = "half-year", _("Every half-year")
    YEAR = "year", _("Every year")


NEVER = "never"
"""In place of a period: nothing new is wanted here, whatever is wanted of the phase."""


class CoverageTarget(models.Model):
    """What is wanted of a phase, of a persona in a phase, or of a channel in a phase.

    What is empty here follows the phase, and what is empty there the site. A row that says nothing does not exist.
    """

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="coverage_targets")
    persona = models.ForeignKey(Persona, null=True, on_delete=models.CASCADE, related_name="coverage_targets")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="coverage_targets")
    applicability = models.CharField(_("content here is"), max_length=8, blank=True, choices=Applicability)
    target = models.PositiveSmallIntegerField(_("target"), null=True)
    maximum = models.PositiveSmallIntegerField(_("maximum"), null=True)
    cadence = models.CharField(
        _("something new"), max_length=9, blank=True, choices=[*Period.choices, (NEVER, _("No cadence"))]
    )
    cadence_minimum = models.PositiveSmallIntegerField(_("new items each time"), null=True)  # None: one

    class Meta:
        verbose_name = _("coverage target")
        verbose_name_plural = _("coverage targets")
        default_permissions = ("change",)
        ordering = ["phase", "persona", "channel"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "persona"], name="planner_one_target_per_cell"),
            models.UniqueConstraint(fields=["phase", "channel"], name="planner_one_target_per_channel"),
            models.UniqueConstraint(
                fields=["phase"],
                condition=Q(persona__isnull=True, channel__isnull=True),
                name="planner_one_target_per_phase",
            ),
            models.CheckConstraint(
                condition=Q(persona__isnull=True) | Q(channel__isnull=True), name="planner_target_of_two_things"
            ),
            models.CheckConstraint(
                condition=Q(maximum__isnull=True) | Q(target__isnull=True) | Q(maximum__gte=F("target")),
                name="planner_target_within_maximum",
            ),
            models.CheckConstraint(
                condition=Q(cadence_minimum__isnull=True) | ~Q(cadence__in=("", NEVER)),
                name="planner_target_number_of_a_cadence",
            ),
        ]

    def __str__(self) -> str:
        return " × ".join(str(one) for one in (self.persona, self.phase, self.channel) if one)


class JourneyJudgement(models.Model):
    """How a journey is judged, where it differs from the site: how far ahead, how fresh, and by which rules."""

    journey = models.OneToOneField(Journey, on_delete=models.CASCADE, related_name="judgement")
    horizon_days = models.PositiveSmallIntegerField(_("days to look ahead"), null=True)
    stale_days = models.PositiveSmallIntegerField(_("days until content is old"), null=True)
    never_stale = models.BooleanField(_("content never grows old"), default=False)
    upcoming = models.PositiveSmallIntegerField(_("items wanted on the way per phase"), null=True)
    rules = models.JSONField(default=dict)  # by code whether it judges; what is not named follows the catalogue
    thresholds = models.JSONField(default=dict)  # by code the number it goes by

    class Meta:
        verbose_name = _("judgement of a journey")
        verbose_name_plural = _("judgements of journeys")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.journey)
