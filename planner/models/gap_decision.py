"""Decisions about gaps: that one is accepted until a day, why and by whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personas.models import Journey

LONGEST_KEY = 500  # four slugs of a hundred characters, a code and a UUID


class GapDecision(models.Model):
    """A gap that the owner of its journey lives with until a day. Gaps are not stored: the key names one.

    It ends when it is taken back or another follows it; what has ended is kept. On the day `until` the gap is open
    again, and nothing has to be written for that.
    """

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="gap_decisions")
    key = models.CharField(max_length=LONGEST_KEY)
    reason = models.TextField(_("reason"), max_length=500)
    until = models.DateField(_("open again from"))  # a day of the site's zone
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("decision about a gap")
        verbose_name_plural = _("decisions about gaps")
        ordering = ["-accepted_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(ended_at__isnull=True), name="planner_one_standing_decision_per_gap"
            )
        ]

    def __str__(self) -> str:
        return self.key
