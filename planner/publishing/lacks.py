"""What a page or snippet lacks to be published, as stored or as an open editor would leave it, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import AbstractPage

from planner.models import ContentItem
from planner.requirements import Lacking, in_words, lacking, present_after, present_on, required_of
from planner.rows.snippets import key_of
from planner.snippets import title_of

if TYPE_CHECKING:
    from django.db.models import Model

    from planner.forms import PlanForm
    from planner.models.content_item import ContentItemQuerySet

NAMED = 5
"""How many items a message names."""


def lacking_with(instance: Model, plan: PlanForm) -> Lacking:
    """What an item lacks as it is stored now, with what its open editor would change."""
    if not required_of(type(instance)):
        return Lacking()
    return lacking(type(instance), present_after(stored_of(instance).first() or ContentItem(), plan.change()))


def lacking_of(instance: Model) -> Lacking:
    """What an item lacks as it is stored."""
    if not isinstance(instance, AbstractPage) and not key_of(instance):
        return Lacking()
    return lacking(type(instance), next(iter(present_on(stored_of(instance)).values()), ()))


def stored_of(instance: Model) -> ContentItemQuerySet:
    if isinstance(instance, AbstractPage):
        return ContentItem.objects.filter(page=instance.pk, page__isnull=False)
    key = key_of(instance)
    return ContentItem.objects.filter(**key) if key and instance.pk else ContentItem.objects.none()


def whom_to_ask(instance: Model) -> str:
    """Who can tag what somebody may publish but not tag: the plan's owner where it has one."""
    item = stored_of(instance).filter(owner__is_active=True).select_related("owner").first()
    if item:
        name = item.owner.get_full_name() or item.owner.get_username()
        return _("You may publish it, but not tag it: ask its owner, %(name)s.") % {"name": name}
    return _("You may publish it, but not tag it: ask somebody who may edit it or tag content.")


def plan_tab_of(instance: Model) -> str:
    if isinstance(instance, AbstractPage):
        return reverse("wagtailadmin_pages:edit", args=[instance.pk]) + "#tab-plan"
    editors = instance.snippet_viewset
    return reverse(editors.get_url_name("edit"), args=[quote(instance.pk)]) + "#tab-plan"


def name_of(instance: Model) -> str:
    """What editors call it."""
    return instance.get_admin_display_title() if isinstance(instance, AbstractPage) else title_of(instance)


def named_with(instance: Model, lacks: Lacking) -> str:
    return _("“%(title)s” has %(missing)s") % {
        "title": name_of(instance),
        "missing": in_words(lacks.refused),
    }
