"""What the members of every closed vocabulary share."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

WEIGHT_LIMITS = [MinValueValidator(Decimal("0")), MaxValueValidator(Decimal("99"))]


class Market(models.TextChoices):
    B2C = "b2c", _("Consumers (B2C)")
    B2B = "b2b", _("Businesses (B2B)")
    BOTH = "both", _("Both")


class VocabularyQuerySet(models.QuerySet):
    """What every closed vocabulary can be asked for."""

    def active(self) -> VocabularyQuerySet:
        return self.filter(active=True)

    def by_slugs(self, slugs: list[str]) -> dict[str, models.Model]:
        """Members by slug. One query. Slugs that do not exist are absent: the caller names them."""
        return {member.slug: member for member in self.filter(slug__in=slugs)}

    def next_place(self) -> int:
        """The `sort_order` that puts a new member after all of these. One query."""
        last = self.aggregate(last=Max("sort_order"))["last"]
        return 0 if last is None else last + 1


class Vocabulary(models.Model):
    """A member of a closed vocabulary. Its slug never changes: gaps, addresses and rules are keyed by it."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(
        _("slug"), max_length=100, help_text=_("Used in addresses, reports and rules. Keep it once it is in use.")
    )
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Inactive ones keep their content but are not offered and never yield a gap."),
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0, editable=False, db_index=True)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name
