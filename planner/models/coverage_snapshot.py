"""What the coverage of a journey was on a day, and from when until when each of its gaps stood."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personas.models import Journey

from .gap_decision import LONGEST_KEY


class CoverageSnapshot(models.Model):
    """What one journey had and lacked on a day, counted over the whole site. Written once, never changed.

    No titles and no sentences: of each cell what `report.as_json` says of its counts, score and gap; of each gap its
    key, its severity, and whether it was accepted.
    """

    class Verdict(models.TextChoices):
        BROKEN = "critical", _("Journey broken")
        WEAK = "medium", _("Journey weak")
        COVERED = "ok", _("Journey covered")
        UNJUDGED = "low", _("Nothing to judge")

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="coverage_snapshots")
    day = models.DateField(_("day"))  # of the site's zone
    taken_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    weakest = models.FloatField()  # the lowest score of a cell in which content is asked
    mean = models.FloatField()
    empty_cells = models.PositiveIntegerField()
    open_gaps = models.PositiveIntegerField()
    accepted_gaps = models.PositiveIntegerField()
    cells = models.JSONField()
    gaps = models.JSONField()

    class Meta:
        verbose_name = _("snapshot of coverage")
        verbose_name_plural = _("snapshots of coverage")
        default_permissions = ()
        ordering = ["journey", "day"]
        constraints = [models.UniqueConstraint(fields=["journey", "day"], name="planner_one_snapshot_per_day")]

    def __str__(self) -> str:
        return f"{self.journey}, {self.day:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A snapshot of coverage tells what was: it is never changed.")
        super().save(*args, **kwargs)


class GapPeriod(models.Model):
    """A time in which a gap stood, accepted or not: from the first snapshot that has it to the first that has not."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="gap_periods")
    key = models.CharField(max_length=LONGEST_KEY, db_index=True)
    opened = models.DateField()
    closed = models.DateField(null=True)  # empty while it stands

    class Meta:
        verbose_name = _("time of a gap")
        verbose_name_plural = _("times of gaps")
        default_permissions = ()
        ordering = ["opened", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed__isnull=True), name="planner_one_standing_period_per_gap"
            )
        ]

    def __str__(self) -> str:
        return self.key
