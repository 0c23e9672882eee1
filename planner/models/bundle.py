"""What campaigns and series have in common: a name, somebody who looks after it, and content that belongs to it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BundleQuerySet(models.QuerySet):
    def active(self) -> BundleQuerySet:
        return self.filter(active=True)


class Bundle(models.Model):
    """Content that belongs together. Its slug never changes: addresses and feeds are keyed by it."""

    uid = models.UUIDField(_("identity"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    active = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive ones keep their content but are not offered any more.")
    )

    objects = BundleQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
