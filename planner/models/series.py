"""Series: numbered parts that were promised to readers."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .bundle import Bundle

MOST_PARTS = 200


class Series(Bundle):
    """Content in numbered parts. What was promised is a cadence, dates of single parts, or both."""

    class Cadence(models.TextChoices):
        NONE = "", _("No fixed cadence")
        WEEKLY = "weekly", _("Every week")
        TWO_WEEKLY = "2-weekly", _("Every two weeks")
        FOUR_WEEKLY = "4-weekly", _("Every four weeks")
        MONTHLY = "monthly", _("Every month")

    cadence = models.CharField(
        _("cadence"), max_length=10, blank=True, choices=Cadence, help_text=_("How often a part was promised.")
    )
    first_part_on = models.DateField(
        _("first part on"), null=True, blank=True, help_text=_("A cadence counts from this day.")
    )
    parts = models.PositiveSmallIntegerField(
        _("number of parts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTS)],
        help_text=_("How many parts a cadence promises."),
    )
    active = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive ones keep their content but nothing of them is missed.")
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("more than one", "series")  # one word in English only
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cadence="") & Q(first_part_on__isnull=True) & Q(parts__isnull=True)
                | ~Q(cadence="") & Q(first_part_on__isnull=False, parts__isnull=False, parts__range=(1, MOST_PARTS)),
                name="planner_series_cadence_whole",
            )
        ]

    def clean(self) -> None:
        """Refuses half a cadence. Without one, the day and the number that belong to it are emptied."""
        super().clean()
        if not self.cadence:
            self.first_part_on = self.parts = None
            return
        errors = {}
        if self.first_part_on is None:
            errors["first_part_on"] = gettext("A cadence needs the day of its first part.")
        if self.parts is None:
            errors["parts"] = gettext("A cadence needs the number of parts that were promised.")
        if errors:
            raise ValidationError(errors)


class PromisedPart(models.Model):
    """A day that was promised for one part, beside the cadence or in place of what it says."""

    series = models.ForeignKey(Series, verbose_name=_("series"), on_delete=models.CASCADE, related_name="promises")
    number = models.PositiveSmallIntegerField(
        _("part"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTS)]
    )
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    title = models.CharField(_("working title"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("promised part")
        verbose_name_plural = _("promised parts")
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                name="planner_promised_part_once",
                violation_error_message=_("This part is in the list twice: keep one."),
            ),
            models.CheckConstraint(condition=Q(number__range=(1, MOST_PARTS)), name="planner_promised_part_number"),
        ]

    def __str__(self) -> str:
        return gettext("Part %(number)s of “%(series)s”") % {"number": self.number, "series": self.series}
