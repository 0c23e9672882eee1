"""Saved views: the filters of calendar or board under a name, for oneself or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class SavedViewQuerySet(models.QuerySet):
    def seen_by(self, user: AbstractBaseUser) -> SavedViewQuerySet:
        """One's own and the shared ones, each with its owner."""
        return self.filter(Q(owner=user) | Q(shared=True)).select_related("owner")

    def owned_by(self, user: AbstractBaseUser) -> SavedViewQuerySet:
        return self.filter(owner=user)

    def deletable_by(self, user: AbstractBaseUser) -> SavedViewQuerySet:
        """One's own; a superuser tidies up the shared ones too."""
        own = Q(owner=user)
        return self.filter(own | Q(shared=True) if user.is_superuser else own)


class SavedView(models.Model):
    """What somebody wants to see again. It holds no dates and no content: who opens it sees what they may see.

    Its `view` is one of the calendar, "" for the month, or "board".
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="planner_views"
    )
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(
        _("filters"), default=dict, blank=True, help_text="By filter the values asked for, as the address has them."
    )
    view = models.CharField(_("view"), max_length=10, blank=True, help_text='Of the calendar: "week", for one.')
    shared = models.BooleanField(
        _("shared"),
        default=False,
        help_text=_("Everybody who uses the planner sees its name and its filters, and in it only what they may see."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = [Lower("name"), "pk"]
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="planner_view_name_once_per_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_name(self) -> str:
        return self.owner.get_full_name() or self.owner.get_username()
