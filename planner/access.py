"""Who may see, tag and reschedule which items. Asked by every view, feed, export and command.

Wagtail's own `explorable_instances` grows with the square of a user's permissions, so the same question is asked here
with the fewest path prefixes that cover them.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import swapper
from django.contrib.auth import get_permission_codename
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Site, TaskState
from wagtail.permissions import policy_registry

from planner.models import ContentItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser
    from wagtail.models import AbstractPage, GroupPagePermission

    from planner.models.content_item import ContentItemQuerySet

SEEING_A_SNIPPET = ("add", "change", "delete", "publish", "view")
"""Any of these permissions on its model lets a user see a snippet."""

PREFIXES_PER_CONDITION = 400
"""SQLite refuses an expression deeper than 1,000; each prefix is one level."""


def visible_items(user: AbstractBaseUser | None) -> ContentItemQuerySet:
    """The items that a user may see; `None` stands for the whole site (a command without --user).

    A page shows to whoever has any permission on it or above it, and to whoever has it to review; content off the site
    follows its section; a snippet its own policy. Nobody who is inactive or has no such right sees anything. Costs no
    query itself, and the user's permissions (one query, then kept on the user object), reviews and snippet types (two
    to four) the first time.
    """
    items = ContentItem.objects.counted()
    if user is None:
        return items
    if not user.is_active or user.is_anonymous:
        return items.none()
    if user.is_superuser:
        return items
    items = items.alias(place=_place())
    below = Q(content_type__isnull=True) & _below(paths_of(user))
    return items.filter(below | Q(page__in=pages_to_review(user)) | _snippets_of(user))


def sees_everything(user: AbstractBaseUser | None) -> bool:
    """Whether no item of the site is hidden from the user: who sees the tree's root sees everything below it."""
    return user is None or user.is_superuser and user.is_active or _root_path() in paths_of(user)


def sees_page(user: AbstractBaseUser, page: AbstractPage) -> bool:
    """Whether a page, with a row or without, lies at or below any permission of the user. No query of its own."""
    return sees_everything(user) or page.path.startswith(tuple(paths_of(user)))


def paths_of(user: AbstractBaseUser) -> list[str]:
    """The fewest tree paths that cover every page permission of the user, sorted. One query per user object."""
    return _covering(permission.page.path for permission in _permissions_of(user))


def may_use_planner(user: AbstractBaseUser) -> bool:
    """Whether there is anything in the planner for this user: a page permission, a review, or the right to tag."""
    if not user.is_active:
        return False
    if user.is_superuser or paths_of(user) or user.has_perm("planner.tag_content"):
        return True
    return bool(pages_to_review(user))


def may_tag(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may change the plan of an item they can see: edit permission there, or the right to tag.

    Locks, workflows and schedules are no obstacle: tags are about the page, not part of it.
    """
    if not visible_items(user).filter(pk=item.pk).exists():
        return False
    return user.has_perm("planner.tag_content") or may_edit(user, item)


def taggable_items(user: AbstractBaseUser) -> ContentItemQuerySet:
    """The items for which `may_tag` is true, as one condition for lists of any length.

    The same queries as `visible_items`, twice, and none per item.
    """
    items = visible_items(user)
    if user.has_perm("planner.tag_content"):
        return items
    Page = swapper.load_model("wagtailcore", "Page")
    mine = Page.objects.filter(owner=user).values("pk")
    own = Q(home__in=mine) & _below(_paths_with(user, "add"))
    editable = _below(_paths_with(user, "change")) | own | Q(home__in=pages_to_review(user))
    # The tree's root is no page: nobody edits it, and so nobody edits what has it for a section.
    on_pages = Q(content_type__isnull=True) & editable & ~Q(place=_root_path())
    return items.alias(place=_place(), home=_home()).filter(on_pages | _snippets_of(user, ("change",)))


def may_edit(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may edit the page, for content off the site its section, or the snippet."""
    if item.content_type_id is not None:
        model = item.content_type.model_class()
        return model is not None and policy_registry.get_by_type(model).user_has_permission(user, "change")
    page = item.page or item.section or default_section()
    if page is None:
        return user.is_superuser
    return page.permissions_for_user(user).can_edit()


def may_confirm(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may approve content off the site and move what is approved: by publishing in its section."""
    return item.section.permissions_for_user(user).can_publish() if item.section else user.is_superuser


def default_section() -> AbstractPage | None:
    """The page whose permissions decide about content off the site without a section: the default site's root."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return site.root_page if site else None


def pages_to_review(user: AbstractBaseUser) -> list[int]:
    """Keys of pages that wait for this user in a workflow. Queries: one per kind of task, one for the states."""
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
    states = TaskState.objects.reviewable_by(user).filter(workflow_state__base_content_type=page_type)
    return [int(key) for key in states.values_list("workflow_state__object_id", flat=True)]


def _place() -> Coalesce:
    """Where in the tree an item belongs: its page, its section, or where that was deleted the default section."""
    default = Site.objects.filter(is_default_site=True).values("root_page__path")[:1]
    return Coalesce("page__path", "section__path", Subquery(default))


def _home() -> Coalesce:
    """The page whose permissions decide about an item."""
    default = Site.objects.filter(is_default_site=True).values("root_page")[:1]
    key = ContentItem._meta.get_field("page").target_field
    return Coalesce("page", "section", Subquery(default), output_field=key)


def _permissions_of(user: AbstractBaseUser) -> list[GroupPagePermission]:
    return list(_policy().get_cached_permissions_for_user(user)) if user.is_active else []


def _paths_with(user: AbstractBaseUser, action: str) -> list[str]:
    """The fewest paths at or below which the user has one permission on pages."""
    codename = get_permission_codename(action, swapper.load_model("wagtailcore", "Page")._meta)
    return _covering(one.page.path for one in _permissions_of(user) if one.permission.codename == codename)


def _covering(paths: Iterable[str]) -> list[str]:
    covering: list[str] = []
    for path in sorted(set(paths)):
        if not covering or not path.startswith(covering[-1]):
            covering.append(path)
    return covering


def _below(paths: list[str]) -> Q:
    chunks = [paths[first : first + PREFIXES_PER_CONDITION] for first in range(0, len(paths), PREFIXES_PER_CONDITION)]
    conditions = [reduce(or_, (Q(place__startswith=path) for path in chunk)) for chunk in chunks]
    if len(conditions) > 1:
        rows = ContentItem.objects.alias(place=_place())
        conditions = [Q(pk__in=rows.filter(condition).values("pk")) for condition in conditions]
    return reduce(or_, conditions, Q(pk__in=[]))


def _snippets_of(user: AbstractBaseUser, actions: tuple[str, ...] = SEEING_A_SNIPPET) -> Q:
    used = ContentItem.objects.filter(content_type__isnull=False).values("content_type").distinct()
    allowed = [
        content_type.pk
        for content_type in ContentType.objects.filter(pk__in=used)
        if (model := content_type.model_class())
        and policy_registry.get_by_type(model).user_has_any_permission(user, actions)
    ]
    return Q(content_type__in=allowed)


def _policy():  # noqa: ANN202  (Wagtail is untyped)
    return policy_registry.get_by_type(swapper.load_model("wagtailcore", "Page"))


def _root_path() -> str:
    return swapper.load_model("wagtailcore", "Page")._get_path("", 1, 1)
