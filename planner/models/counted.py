"""Which types count: all that can be published, but for those that a setting or an editor leaves out."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from planner.snippets import countable_snippets


class LeftOutType(models.Model):
    """A page or snippet type that an editor left out of the plan. Its rows stay, for the day it counts again."""

    content_type = models.OneToOneField(
        ContentType, verbose_name=_("type"), on_delete=models.CASCADE, related_name="+", primary_key=True
    )

    class Meta:
        verbose_name = _("type left out")
        verbose_name_plural = _("types left out")

    def __str__(self) -> str:
        return capfirst(self.content_type.name)


def excluded_types() -> list[type[models.Model]]:
    """The models that the site's settings leave out, subclasses not included. LookupError names an unknown one."""
    return [apps.get_model(label) for label in getattr(settings, "PLANNER_EXCLUDED_TYPES", [])]


def left_out_types() -> QuerySet:
    """The keys of all content types that do not count, as a subquery. One query for the settings' types at most."""
    named = ContentType.objects.get_for_models(*excluded_types(), for_concrete_models=False).values()
    left_out = models.Q(pk__in=LeftOutType.objects.values("content_type"))
    return ContentType.objects.filter(left_out | models.Q(pk__in=[one.pk for one in named])).values("pk")


def is_left_out(model: type[models.Model]) -> bool:
    """Whether this type does not count. One query, none for a type that the settings name."""
    if model in excluded_types():
        return True
    content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
    return LeftOutType.objects.filter(content_type=content_type).exists()


def counted_snippets() -> list[type[models.Model]]:
    """The snippet types that count, by name. One query, and one for the settings' types at most."""
    countable = ContentType.objects.get_for_models(*countable_snippets(), for_concrete_models=False)
    if not countable:
        return []
    excluded = excluded_types()
    left_out = set(LeftOutType.objects.values_list("content_type", flat=True))
    return [model for model, one in countable.items() if model not in excluded and one.pk not in left_out]
