"""That one item leads to another: the next step of whoever has read it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class NextStep(models.Model):
    """One step from an item to another. What it led to may have been deleted since: readers then meet nothing there."""

    from_item = models.ForeignKey("planner.ContentItem", on_delete=models.CASCADE, related_name="steps_out")
    to_item = models.ForeignKey("planner.ContentItem", null=True, on_delete=models.SET_NULL, related_name="steps_in")

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["from_item", "to_item"], name="planner_next_step_once"),
            models.CheckConstraint(
                condition=Q(to_item__isnull=True) | ~Q(from_item=F("to_item")), name="planner_next_step_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_item_id} → {self.to_item_id}"
