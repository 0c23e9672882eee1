"""The ways in which people meet the content."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .vocabulary import Vocabulary


class Channel(Vocabulary):
    """Where people meet the content."""

    class Media(models.TextChoices):
        OWNED = "owned", _("Owned")
        EARNED = "earned", _("Earned")
        PAID = "paid", _("Paid")
        SHARED = "shared", _("Shared")

    media_type = models.CharField(_("media type"), max_length=6, choices=Media, default=Media.OWNED)
    online = models.BooleanField(_("online"), default=True)
    human = models.BooleanField(_("people meet people"), default=False)
    team = models.CharField(_("team"), max_length=100, blank=True)
    influenceable = models.BooleanField(
        _("ours to steer"),
        default=True,
        help_text=_("Off for what can only be observed, such as word of mouth: it never yields a gap."),
    )

    class Meta(Vocabulary.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.UniqueConstraint(fields=["slug"], name="personas_channel_slug")]
