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
from wagtail.models import RevisionMixin, Site, TaskState, get_page_models
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from planner.models import ContentItem
from planner.snippets import countable_snippets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model, QuerySet
    from wagtail.models import AbstractPage, GroupPagePermission

    from planner.models.content_item import ContentItemQuerySet

SEEING_A_SNIPPET = ("add", "change", "delete", "publish", "view")
"""Any of these permissions on its model lets a user see a snippet."""

PREFIXES_PER_CONDITION = 400
"""SQLite refuses an expression deeper than 1,000; each prefix is one level."""


Reviews = list[tuple[int, str]]
"""Content type and key of each object that waits for somebody's review."""


def visible_items(
    user: AbstractBaseUser | None, among: ContentItemQuerySet | None = None, reviews: Reviews | None = None
) -> ContentItemQuerySet:
    """The items that a user may see; `None` stands for the whole site (a command without --user).

    `among`: which items are looked at, where it is not what counts now. `reviews`: what `reviews_of` gave, where the
    caller has it.

    A page shows to whoever has any permission on it or above it, and to whoever has it to review; content off the site
    follows its section; a snippet its own policy, and whoever has it to review. Nobody who is inactive or has no such
    right sees anything. Costs no query itself, and the user's permissions (one query, then kept on the user object),
    reviews and snippet types (two to four, and one for each type whose policy tells its objects apart) the first time.
    """
    items = ContentItem.objects.counted() if among is None else among
    if user is None:
        return items
    if not user.is_active or user.is_anonymous:
        return items.none()
    if user.is_superuser:
        return items
    items = items.alias(place=_place())
    below = Q(content_type__isnull=True) & _below(paths_of(user))
    reviews = reviews_of(user) if reviews is None else reviews
    seen = _snippets_of(user) | _snippets_among(reviews)
    return items.filter(below | Q(page__in=_pages_among(reviews)) | seen)


def sees_everything(user: AbstractBaseUser | None) -> bool:
    """Whether no item of the site is hidden from the user: who sees the tree's root, and all snippets that there are.

    Asks for the snippet types only of whom sees the root: four queries at most.
    """
    if user is None or user.is_superuser and user.is_active:
        return True
    if _root_path() not in paths_of(user):
        return False
    hidden = ContentItem.objects.counted().filter(content_type__isnull=False).exclude(_snippets_of(user))
    return not hidden.exists()


def sees_page(user: AbstractBaseUser, page: AbstractPage) -> bool:
    """Whether a page, with a row or without, lies at or below any permission of the user. No query of its own."""
    return user.is_superuser and user.is_active or page.path.startswith(tuple(paths_of(user)))


def visible_pages(user: AbstractBaseUser) -> QuerySet:
    """The pages that a user may see, with a row or without. The queries of the user's permissions and reviews."""
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(depth__gt=1)
    if sees_everything(user):
        return pages
    return pages.filter(_under("path", paths_of(user), pages) | Q(pk__in=pages_to_review(user)))


def paths_of(user: AbstractBaseUser) -> list[str]:
    """The fewest tree paths that cover every page permission of the user, sorted. One query per user object."""
    return _covering(permission.page.path for permission in _permissions_of(user))


def may_use_planner(user: AbstractBaseUser) -> bool:
    """Whether there is anything in the planner for this user: a right on pages or snippets, a review, or to tag."""
    if not user.is_active:
        return False
    if user.is_superuser or paths_of(user) or user.has_perm("planner.tag_content"):
        return True
    policies = map(policy_registry.get_by_type, countable_snippets())
    return any(policy.user_has_any_permission(user, SEEING_A_SNIPPET) for policy in policies) or bool(reviews_of(user))


def rights_of(user: AbstractBaseUser) -> list[str]:
    """The permissions that a user object brings along, sorted; a superuser's are every one, and none is named.

    For what is kept for a user: the object was read before the version of the plan was, and what a directory grants is
    written nowhere. No query but those of `has_perm`.
    """
    return ["*"] if user.is_superuser else sorted(user.get_all_permissions())


def may_tag(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may change the plan of an item they can see: edit permission there, or the right to tag.

    Locks, workflows and schedules are no obstacle: tags are about the page, not part of it.
    """
    if not visible_items(user).filter(pk=item.pk).exists():
        return False
    return user.has_perm("planner.tag_content") or may_edit(user, item)


def taggable_items(
    user: AbstractBaseUser, visible: ContentItemQuerySet | None = None, reviews: Reviews | None = None
) -> ContentItemQuerySet:
    """The items for which `may_tag` is true, as one condition for lists of any length.

    `visible`: what `visible_items` gave, and `reviews`: what `reviews_of` gave, where the caller has them. The same
    queries as that, and none per item.
    """
    items = visible_items(user) if visible is None else visible
    return items if user.has_perm("planner.tag_content") else editable_items(user, items, reviews)


def editable_items(
    user: AbstractBaseUser, visible: ContentItemQuerySet | None = None, reviews: Reviews | None = None
) -> ContentItemQuerySet:
    """The items for which `may_edit` is true, as one condition. The arguments and queries of `taggable_items`."""
    items = visible_items(user) if visible is None else visible
    if user.is_superuser:
        return items
    reviews = reviews_of(user) if reviews is None else reviews
    snippets = _snippets_of(user, ("change",)) | _snippets_among(reviews)
    return items.alias(place=_place(), home=_home()).filter(_editable(user, reviews) | snippets)


def ever_taggable_items(user: AbstractBaseUser) -> ContentItemQuerySet:
    """The same if every type counted: for taking back what was written before a type was left out.

    Rows of a snippet type that a developer took back are a superuser's only: nobody else's rights on it can be asked.
    """
    return taggable_items(user, visible_items(user, ContentItem.objects.all()))


def reschedulable_items(
    user: AbstractBaseUser, visible: ContentItemQuerySet | None = None, reviews: Reviews | None = None
) -> ContentItemQuerySet:
    """The pages and off-site items whose approved moment the user may move: by editing and publishing there.

    The same queries as `taggable_items` but for the snippets, and none per item.
    """
    items = visible_items(user) if visible is None else visible
    if user.is_superuser:
        return items
    reviews = reviews_of(user) if reviews is None else reviews
    return items.alias(place=_place(), home=_home()).filter(_editable(user, reviews) & _publishable(user))


def publishable_items(user: AbstractBaseUser, visible: ContentItemQuerySet) -> ContentItemQuerySet:
    """Of what `visible_items` gave the pages and off-site items where the user may publish. No query of its own."""
    return visible if user.is_superuser else visible.alias(place=_place()).filter(_publishable(user))


def may_edit(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may edit the page, for content off the site its section, or the snippet."""
    if item.content_type_id is not None:
        return _may_edit_snippet(user, item)
    page = item.page or item.section or default_section()
    if page is None:
        return user.is_superuser
    return page.permissions_for_user(user).can_edit()


def may_confirm(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may approve content off the site and move what is approved: by publishing in its section.

    Without a section the default one decides, which costs a query.
    """
    section = item.section or default_section()
    return section.permissions_for_user(user).can_publish() if section else user.is_superuser


def may_plan(user: AbstractBaseUser) -> bool:
    """Whether the user may plan something new in any section. The same queries as `may_use_planner`."""
    return user.is_active and (user.is_superuser or bool(_paths_to_plan(user)))


def may_plan_in(user: AbstractBaseUser, page: AbstractPage) -> bool:
    """Whether a page may be the section of something that the user plans. Not the tree's root, which nobody edits."""
    return page.depth > 1 and page.path.startswith(tuple(_paths_to_plan(user)))


def sections_of(user: AbstractBaseUser) -> QuerySet:
    """The pages that the user may choose as the section of something new, in the tree's order.

    These are the places where the user may plan, and the pages right below them that can hold others: deeper ones would
    make a list that nobody reads. No query of its own.
    """
    if not may_plan(user):
        return swapper.load_model("wagtailcore", "Page").objects.none()
    paths = _paths_to_plan(user)
    pages = _pages_below(paths)
    steps = pages.model.steplen
    # Below the tree's root stand the sites, which only hold the sections that people mean.
    levels = {path: len(path) // steps + (2 if path == _root_path() else 1) for path in paths[:PREFIXES_PER_CONDITION]}
    near = reduce(or_, (Q(path__startswith=path, depth__lte=depth) for path, depth in levels.items()))
    holding = [model for model in get_page_models() if model.allowed_subpage_models()]
    types = ContentType.objects.get_for_models(*holding, for_concrete_models=False).values()
    may_hold = Q(content_type__in=[one.pk for one in types]) | Q(path__in=list(levels))
    return pages.filter(near, may_hold, depth__gt=1, alias_of__isnull=True).order_by("path")


def pages_to_add_below(user: AbstractBaseUser) -> QuerySet:
    """The pages at or below which the user may make pages, in the tree's order; a type may still refuse. No query."""
    if not user.is_active:
        return swapper.load_model("wagtailcore", "Page").objects.none()
    paths = [_root_path()] if user.is_superuser else _paths_with(user, "add")
    return _pages_below(paths).filter(depth__gt=1, alias_of__isnull=True).order_by("path")


def may_cancel(user: AbstractBaseUser, item: ContentItem) -> bool:
    """Whether the user may cancel an item they see: by editing it; what is confirmed off the site, by confirming it."""
    confirmed = item.is_off_site and item.state == ContentItem.State.CONFIRMED
    return may_edit(user, item) and (not confirmed or may_confirm(user, item))


def default_section() -> AbstractPage | None:
    """The page whose permissions decide about content off the site without a section: the default site's root."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return site.root_page if site else None


def pages_to_review(user: AbstractBaseUser) -> list[int]:
    """Keys of pages that wait for this user in a workflow. Queries: one per kind of task, one for the states."""
    return _pages_among(reviews_of(user))


def reviews_of(user: AbstractBaseUser) -> Reviews:
    """What waits for this user in a workflow, by the type that its revisions are kept under and its key.

    Queries: one per kind of task, one for the states.
    """
    names = ("workflow_state__base_content_type", "workflow_state__object_id")
    return list(TaskState.objects.reviewable_by(user).values_list(*names))


def _pages_among(reviews: Reviews) -> list[int]:
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page")).pk
    return [int(key) for content_type, key in reviews if content_type == page_type]


def _snippets_among(reviews: Reviews) -> Q:
    waiting = Q(pk__in=[])
    for model in countable_snippets() if reviews else []:
        if issubclass(model, RevisionMixin):
            base = model.get_base_content_type().pk
            waiting |= _objects(model, [key for content_type, key in reviews if content_type == base])
    return waiting


def _may_edit_snippet(user: AbstractBaseUser, item: ContentItem) -> bool:
    model, snippet = item.content_type.model_class(), item.content_object
    if model is None or snippet is None:
        return user.is_superuser
    if policy_registry.get_by_type(model).user_has_permission_for_instance(user, "change", snippet):
        return True
    reviewed = ContentItem.objects.filter(_snippets_among(reviews_of(user)), pk=item.pk)
    return reviewed.exists()


def with_place(items: ContentItemQuerySet) -> ContentItemQuerySet:
    """The items with `place`: the tree path whose permissions decide about them. It says nothing about a snippet."""
    return items.annotate(place=_place())


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


def _paths_to_plan(user: AbstractBaseUser) -> list[str]:
    if user.is_superuser:
        return [_root_path()]
    return paths_of(user) if user.has_perm("planner.tag_content") else _paths_with(user, "change")


def _pages_below(paths: list[str]) -> QuerySet:
    pages = swapper.load_model("wagtailcore", "Page").objects.all()
    chunks = [paths[first : first + PREFIXES_PER_CONDITION] for first in range(0, len(paths), PREFIXES_PER_CONDITION)]
    conditions = [reduce(or_, (Q(path__startswith=path) for path in chunk)) for chunk in chunks]
    return pages.filter(reduce(or_, (Q(pk__in=pages.filter(one).values("pk")) for one in conditions), Q(pk__in=[])))


def _covering(paths: Iterable[str]) -> list[str]:
    covering: list[str] = []
    for path in sorted(set(paths)):
        if not covering or not path.startswith(covering[-1]):
            covering.append(path)
    return covering


def _below(paths: list[str]) -> Q:
    return _under("place", paths, ContentItem.objects.alias(place=_place()))


def _under(field: str, paths: list[str], rows: QuerySet) -> Q:
    """Whether a field with a path of the tree lies at or below one of these paths. `rows`: what has the field."""
    chunks = [paths[first : first + PREFIXES_PER_CONDITION] for first in range(0, len(paths), PREFIXES_PER_CONDITION)]
    conditions = [reduce(or_, (Q(**{f"{field}__startswith": path}) for path in chunk)) for chunk in chunks]
    if len(conditions) > 1:
        conditions = [Q(pk__in=rows.filter(condition).values("pk")) for condition in conditions]
    return reduce(or_, conditions, Q(pk__in=[]))


def _editable(user: AbstractBaseUser, reviews: Reviews) -> Q:
    """What lies on pages that the user may edit; for items with `place` and `home`."""
    mine = swapper.load_model("wagtailcore", "Page").objects.filter(owner=user).values("pk")
    own = Q(home__in=mine) & _below(_paths_with(user, "add"))
    editable = _below(_paths_with(user, "change")) | own | Q(home__in=_pages_among(reviews))
    # The tree's root is no page: nobody edits it, and so nobody edits what has it for a section.
    return Q(content_type__isnull=True) & editable & ~Q(place=_root_path())


def _publishable(user: AbstractBaseUser) -> Q:
    """What lies where the user may publish; for items with `place`."""
    return Q(content_type__isnull=True) & _below(_paths_with(user, "publish"))


def _snippets_of(user: AbstractBaseUser, actions: tuple[str, ...] = SEEING_A_SNIPPET) -> Q:
    """Items of snippets on which the user has one of these permissions."""
    allowed, some = [], Q(pk__in=[])
    for model in countable_snippets():
        policy = policy_registry.get_by_type(model)
        if not policy.user_has_any_permission(user, actions):
            continue
        if type(policy) is ModelPermissionPolicy:
            allowed.append(ContentType.objects.get_for_model(model, for_concrete_model=False).pk)
        else:
            # A policy of the site's own may tell objects apart: by their owner, by their collection.
            objects = policy.instances_user_has_any_permission_for(user, actions)
            some |= _objects(model, map(str, objects.values_list("pk", flat=True)))
    return Q(content_type__in=allowed) | some


def _objects(model: type[Model], keys: Iterable[str]) -> Q:
    content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
    return Q(content_type=content_type, object_id__in=list(keys))


def _policy():  # noqa: ANN202  (Wagtail is untyped)
    return policy_registry.get_by_type(swapper.load_model("wagtailcore", "Page"))


def _root_path() -> str:
    return swapper.load_model("wagtailcore", "Page")._get_path("", 1, 1)
