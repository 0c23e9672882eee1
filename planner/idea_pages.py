"""An idea that becomes a page: where, of which type, and the write itself. The idea's row becomes the page's row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, PageLogEntry, PageSubscription, get_page_models

from planner import access
from planner.ideas import locked
from planner.models import ContentItem, left_out_types
from planner.refused import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Field, QuerySet
    from wagtail.models import AbstractPage

State = ContentItem.State


@dataclass(frozen=True, slots=True)
class PageType:
    """A page type that may be made under a parent."""

    model: type[AbstractPage]
    needed: tuple[Field, ...]  # what the database needs to know before it takes even a draft

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def name(self) -> str:
        return self.model.get_verbose_name()

    @property
    def description(self) -> str:
        return self.model.get_page_description()

    @property
    def obstacle(self) -> str:
        """Why a page of this type cannot begin as an idea, or nothing: a relation is chosen in the editor only."""
        related = [str(field.verbose_name) for field in self.needed if field.is_relation]
        if not related:
            return ""
        text = _("It needs %(fields)s first. Make the page under Pages, and plan it in its Plan tab.")
        return text % {"fields": ", ".join(related)}


def obstacle_to_becoming_a_page(item: ContentItem) -> str:
    """Why no page can be made from this item, and what to do instead; or nothing."""
    names = {"title": item.display_title}
    if item.page_id is not None:
        return _("“%(title)s” is a page already. Open it in the editor.") % names
    if not item.is_off_site:
        return _("“%(title)s” is a snippet, and stays one. Plan a new idea for a page.") % names
    if item.state == State.CANCELLED:
        return _("“%(title)s” is cancelled. Restore it first, then make its page.") % names
    if item.state == State.CONFIRMED:
        return _("“%(title)s” is confirmed content off the site. Duplicate it, and make a page from the copy.") % names
    return ""


def parents_for(user: AbstractBaseUser) -> QuerySet:
    """The pages under which the user may make a page of a type that counts, in the tree's order. Two queries."""
    left_out = set(left_out_types().values_list("pk", flat=True))
    models = get_page_models()
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False)
    counted = {model for model in models if types[model].pk not in left_out}
    holding = [types[model].pk for model in models if counted.intersection(model.creatable_subpage_models())]
    return access.pages_to_add_below(user).filter(content_type__in=holding)


def types_under(parent: AbstractPage, user: AbstractBaseUser) -> list[PageType]:
    """The types of which the user may make a page under `parent`, by name. A query, and those of a type's limits.

    Types that are left out are not offered: their pages have no row that the idea could become.
    """
    parent = parent.specific
    if not parent.permissions_for_user(user).can_add_subpage():
        return []
    models = [model for model in type(parent).creatable_subpage_models() if model.can_create_at(parent)]
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False)
    left_out = set(left_out_types().values_list("pk", flat=True))
    found = [PageType(model, _needed(model)) for model in models if types[model].pk not in left_out]
    return sorted(found, key=lambda one: one.name.lower())


def make_page(
    item: ContentItem,
    parent: AbstractPage,
    model: type[AbstractPage],
    *,
    user: AbstractBaseUser,
    now: datetime,
    prepare: Callable[[AbstractPage], None] = lambda page: None,
    protect: Callable[[AbstractPage], None] = lambda page: None,
) -> AbstractPage:
    """A draft under `parent` with the idea's title, whose row is the idea's: same uid, tags, dates, owner and history.

    Made as Wagtail's own "Add page" does, so fields that are required for publishing may be empty. `prepare` may fill
    the page before it is saved, `protect` is called right after. Of two who do this at once the second is refused.
    """
    with transaction.atomic():
        idea = locked(item)
        if obstacle := obstacle_to_becoming_a_page(idea):
            raise Refused(obstacle)
        # Locked, because the tree keeps the number of children in their parent.
        Page = swapper.load_model("wagtailcore", "Page")
        place = Page.objects.select_for_update().filter(pk=parent.pk).first()
        if place is None:
            raise Refused(_("The page “%(title)s” was deleted meanwhile. Choose another.") % {"title": parent.title})
        parent = place.specific
        if model not in {one.model for one in types_under(parent, user)}:
            names = {"type": model.get_verbose_name(), "parent": parent.get_admin_display_title()}
            raise Refused(_("“%(type)s” cannot be made under “%(parent)s” any more. Choose again.") % names)
        page = _draft_of(idea, parent, model, user=user, now=now)
        prepare(page)
        if empty := [str(field.verbose_name) for field in _needed(model) if getattr(page, field.attname) is None]:
            names = {"type": model.get_verbose_name(), "fields": ", ".join(empty)}
            raise Refused(_("“%(type)s” needs %(fields)s before it can be saved.") % names)
        parent.add_child(instance=page)
        _hand_over(idea, page, user=user)
        protect(page)
        page.save_revision(user=user, log_action=True, clean=False)
        PageSubscription.objects.create(page=page, user=user, comment_notifications=True)
    return page


def _draft_of(
    idea: ContentItem, parent: AbstractPage, model: type[AbstractPage], *, user: AbstractBaseUser, now: datetime
) -> AbstractPage:
    page = model(title=idea.title, draft_title=idea.title, owner=user, locale=parent.locale, live=False)
    if not slugify(idea.title, allow_unicode=True):
        # Wagtail makes the slug from the title, and finds nothing to make one from in a title like "???".
        page.slug = f"idea-{idea.uid.hex[:8]}"
    if idea.expires_at and idea.expires_at > now:
        page.expire_at = idea.expires_at
    return page


def _hand_over(idea: ContentItem, page: AbstractPage, *, user: AbstractBaseUser) -> None:
    """Make the idea's row the page's, in place of the one that came with the page; its history becomes the page's."""
    ContentItem.objects.filter(page_id=page.pk).exclude(pk=idea.pk).delete()
    _move_history(idea, page)
    told = {"state": idea.state, "url": idea.url}
    if not idea.target_at and idea.starts_at:
        idea.target_at, idea.target_has_time = idea.starts_at, True
    # What only content off the site has; a page has its own.
    idea.title = idea.state = idea.url = ""
    idea.section = idea.starts_at = idea.expires_at = None
    idea.page_id = page.pk
    idea.save()
    log(page, "planner.page", user=user, data=told)


def _move_history(idea: ContentItem, page: AbstractPage) -> None:
    lines = ModelLogEntry.objects.for_instance(idea)
    PageLogEntry.objects.bulk_create(
        PageLogEntry(page_id=page.pk, content_type_id=page.content_type_id, **_copied(line)) for line in lines
    )
    lines.delete()


def _copied(line: ModelLogEntry) -> dict[str, Any]:
    names = ("label", "action", "data", "timestamp", "uuid", "user_id", "content_changed")
    return {name: getattr(line, name) for name in names}


def _needed(model: type[AbstractPage]) -> tuple[Field, ...]:
    """A type's own fields that cannot be stored empty."""
    common = {field.name for field in swapper.load_model("wagtailcore", "Page")._meta.get_fields()}
    own = [field for field in model._meta.concrete_fields if field.name not in common and not field.primary_key]
    return tuple(field for field in own if _needs_a_value(field))


def _needs_a_value(field: Field) -> bool:
    filled_in = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return not (field.null or field.has_default() or field.empty_strings_allowed or filled_in)
