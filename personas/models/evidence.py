"""What is known about a persona, and what it rests on."""

from __future__ import annotations

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from .journey import Phase
from .persona import Persona


class Evidence(models.Model):
    """One finding with its source: something that was counted, or something that people said.

    A figure is a finding with a value. What a file brought in keeps the file's name and the moment; a row typed by hand
    has neither, and no import ever changes it.
    """

    class Kind(models.TextChoices):
        QUANTITATIVE = "quantitative", _("Quantitative: counted")
        QUALITATIVE = "qualitative", _("Qualitative: said or seen")

    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="evidence")
    phase = models.ForeignKey(
        Phase,
        verbose_name=_("phase"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="evidence",
        help_text=_("Where it is about one phase. Empty: about the persona as a whole."),
    )
    kind = models.CharField(_("kind of evidence"), max_length=12, choices=Kind)
    finding = models.CharField(
        _("finding"), max_length=255, help_text=_("What you know now, in one sentence, or the name of the figure.")
    )
    value = models.DecimalField(
        _("value"), max_digits=14, decimal_places=4, null=True, blank=True, help_text=_("Of a figure.")
    )
    unit = models.CharField(
        _("unit"), max_length=30, blank=True, help_text=_("Such as percent, euro, visits per week.")
    )
    source = models.CharField(
        _("source"), max_length=255, help_text=_("Where it comes from: a survey, interviews, sales figures, a study.")
    )
    date = models.DateField(_("date"), help_text=_("When it was measured or said."))
    sample = models.CharField(
        _("sample"), max_length=100, blank=True, help_text=_("How many it rests on: “412 orders”, “9 interviews”.")
    )
    url = models.URLField(_("link"), max_length=500, blank=True, help_text=_("Where the source can be read."))
    imported_from = models.CharField(_("imported from"), max_length=255, blank=True, editable=False)
    imported_at = models.DateTimeField(_("imported at"), null=True, editable=False)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return self.finding

    @property
    def figure(self) -> str:
        """The value with its unit, as the reader writes numbers; empty where it is no figure."""
        return f"{number_format(self.value.normalize())} {self.unit}".strip() if self.value is not None else ""
