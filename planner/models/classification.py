"""Tag rules and what their runs added, so that a run can be taken back."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Persona, Phase

TARGETS = ("persona", "phase", "channel")


def exactly_one_target(prefix: str) -> list[models.CheckConstraint]:
    """The database's own word that a rule or an addition names one persona, one phase or one channel."""
    one = Q()
    for chosen in TARGETS:
        one |= Q(**{f"{name}__isnull": name != chosen for name in TARGETS})
    return [models.CheckConstraint(condition=one, name=f"{prefix}_one_target")]


def normalise_tag(tag: str) -> str:
    """The form in which tags are compared: lower case, with `_`, blanks and runs of them read as one `-`."""
    return re.sub(r"[\s_-]+", "-", tag.strip()).lower()


class TagRule(models.Model):
    """“Tag `onboarding` means phase Vasthouden.” A form keeps the tag as `normalise_tag` reads it."""

    tag = models.CharField(_("tag"), max_length=100)
    persona = models.ForeignKey(
        Persona, verbose_name=_("persona"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    phase = models.ForeignKey(
        Phase, verbose_name=_("phase"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("channel"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("tag rule")
        verbose_name_plural = _("tag rules")
        ordering = ["tag", "pk"]
        constraints = [
            *exactly_one_target("planner_tagrule"),
            *(
                models.UniqueConstraint(
                    fields=["tag", name], condition=Q(**{f"{name}__isnull": False}), name=f"planner_tagrule_{name}_once"
                )
                for name in TARGETS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} → {self.target}"

    @property
    def target(self) -> Persona | Phase | Channel | None:
        return self.persona or self.phase or self.channel

    @property
    def target_id(self) -> int | None:
        """The key of the target. No query, whatever is loaded."""
        return self.persona_id or self.phase_id or self.channel_id

    @property
    def dimension(self) -> str:
        """The field of a content item that this rule fills: "personas", "phases" or "channels"."""
        return next(f"{name}s" for name in TARGETS if getattr(self, f"{name}_id") is not None)

    def clean(self) -> None:
        super().clean()
        self.tag = normalise_tag(self.tag)
        if sum(getattr(self, f"{name}_id") is not None for name in TARGETS) != 1:
            message = gettext("Choose one persona, one phase or one channel for “%(tag)s”.") % {"tag": self.tag}
            # Told at a field, so that the constraint does not say the same again in the database's words.
            raise ValidationError({"persona": message})


class ClassificationRun(models.Model):
    """One application of the rules: who, when, and whether it was taken back."""

    created_at = models.DateTimeField(_("run at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("classification run")
        verbose_name_plural = _("classification runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return gettext("Run %(number)s") % {"number": self.pk}


class ClassifiedTag(models.Model):
    """One persona, phase or channel that a run added to one item."""

    run = models.ForeignKey(ClassificationRun, on_delete=models.CASCADE, related_name="added")
    item = models.ForeignKey("planner.ContentItem", on_delete=models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, null=True, on_delete=models.CASCADE, related_name="+")
    phase = models.ForeignKey(Phase, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        # Not on ContentItem, where it would belong: whoever has any permission on a model reads all of its history, and
        # the history of content off the site is kept there.
        permissions = [("tag_content", _("Can plan and tag any content they can see"))]
        verbose_name = _("tag added by a run")
        verbose_name_plural = _("tags added by a run")
        constraints = exactly_one_target("planner_classifiedtag")

    def __str__(self) -> str:
        return f"{self.item_id} + {self.persona or self.phase or self.channel}"
