"""That somebody planned something for a gap."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .gap_decision import LONGEST_KEY


class PlannedGap(models.Model):
    """An item that was begun from a gap, to close it. Whether it does, the coverage says."""

    key = models.CharField(max_length=LONGEST_KEY, db_index=True)
    item = models.OneToOneField("planner.ContentItem", on_delete=models.CASCADE, related_name="planned_gap")
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    planned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("plan for a gap")
        verbose_name_plural = _("plans for gaps")
        default_permissions = ()
        ordering = ["planned_at", "pk"]

    def __str__(self) -> str:
        return self.key
