"""Makers with defaults for everything a test needs, and a named cast of users.

The cast: `marieke` may do everything (superuser), `erik` edits section A, `bea` edits section B, `mo` publishes in
section A, `nina` may log in to the admin and has no page permission, `dirk` was deactivated.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import swapper
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import GroupPagePermission, Site

from cms.models import ArticlePage, CareCard
from personas.models import Channel, Evidence, Journey, Persona, Phase
from planner.models import ContentItem
from planner.rows import row_of

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)  # 09:00 in Amsterdam
ZONE = ZoneInfo("Europe/Amsterdam")
PASSWORD = "tulip-mania-1637"
ENTERING = (
    Q(content_type__app_label="wagtailadmin", codename="access_admin")
    | Q(content_type__app_label="planner", codename="use_feeds"),
)
"""The permissions of everybody who works in the admin."""

_numbers = count(1)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def make_persona(slug: str = "", **fields: Any) -> Persona:
    slug = slug or f"persona-{next(_numbers)}"
    defaults = {"name": slug.replace("-", " ").capitalize(), "sort_order": next(_numbers)}
    return Persona.objects.create(slug=slug, **(defaults | fields))


def make_evidence(persona: Persona, **fields: Any) -> Evidence:
    """Something that was counted ten days ago, unless told."""
    defaults = {
        "kind": "quantitative",
        "finding": "Orders on Tuesdays",
        "source": "Orders",
        "date": NOW.date() - days(10),
    }
    return Evidence.objects.create(persona=persona, **(defaults | fields))


def make_channel(slug: str = "", **fields: Any) -> Channel:
    slug = slug or f"channel-{next(_numbers)}"
    defaults = {"name": slug.replace("-", " ").capitalize(), "sort_order": next(_numbers)}
    return Channel.objects.create(slug=slug, **(defaults | fields))


def make_journey(
    slug: str = "", *, personas: tuple[Persona, ...] = (), phases: tuple[str, ...] = (), **fields: Any
) -> Journey:
    """A journey with the given personas and, by slug, phases; the last phase is after the purchase."""
    slug = slug or f"journey-{next(_numbers)}"
    defaults = {"name": slug.replace("-", " ").capitalize(), "sort_order": next(_numbers)}
    journey = Journey.objects.create(slug=slug, **(defaults | fields))
    journey.personas.set(personas)
    for position, phase in enumerate(phases):
        Phase.objects.create(
            journey=journey, slug=phase, name=phase.replace("-", " ").capitalize(), sort_order=position
        )
    return journey


def root_page() -> Any:
    """The root page of the default site, as Wagtail's migrations leave it."""
    return Site.objects.get(is_default_site=True).root_page


def make_page(
    title: str = "", *, parent: Any = None, live: bool = True, model: type = ArticlePage, **fields: Any
) -> Any:
    """A page under `parent` (default: the site's root). Live pages were published ten days ago, unless told."""
    number = next(_numbers)
    title = title or f"Page {number}"
    if live:
        published = fields.setdefault("first_published_at", NOW - days(10))
        fields.setdefault("last_published_at", published)
    page = model(title=title, slug=f"page-{number}", live=live, has_unpublished_changes=not live, **fields)
    parent = parent or root_page()
    parent.refresh_from_db()
    return parent.add_child(instance=page)


def make_card(title: str = "", *, live: bool = True, **fields: Any) -> CareCard:
    """A snippet with drafts. A live one was published ten days ago, unless told."""
    if live:
        published = fields.setdefault("first_published_at", NOW - days(10))
        fields.setdefault("last_published_at", published)
    title = title or f"Card {next(_numbers)}"
    return CareCard.objects.create(title=title, text="Water.", live=live, has_unpublished_changes=not live, **fields)


def make_section(title: str, **fields: Any) -> Any:
    """A page meant to hold others, so that permissions can be given on it."""
    return make_page(title, model=swapper.load_model("wagtailcore", "Page"), **fields)


def schedule_page(page: Any, go_live_at: datetime, expire_at: datetime | None = None, user: Any = None) -> Any:
    """Approve a page or snippet for `go_live_at` the way Wagtail's editor does, and return its revision."""
    page.go_live_at, page.expire_at = go_live_at, expire_at
    revision = page.save_revision(user=user)
    revision.publish(user=user)
    return revision


def tag(target: Any, *, personas: Any = (), phases: Any = (), channels: Any = (), **fields: Any) -> ContentItem:
    """Tag a page, a snippet or a row with members or lists of members, and return its row."""
    item = target if isinstance(target, ContentItem) else row_of(target)
    for dimension, members in (("personas", personas), ("phases", phases), ("channels", channels)):
        getattr(item, dimension).set(members if isinstance(members, list | tuple) else [members])
    for name, value in fields.items():
        setattr(item, name, value)
    item.save()
    return item


def make_item(
    title: str = "", *, personas: Any = (), phases: Any = (), channels: Any = (), **fields: Any
) -> ContentItem:
    """Content off the site, confirmed and live since ten days unless told otherwise; its section is the site's root."""
    defaults = {
        "title": title or f"Item {next(_numbers)}",
        "state": ContentItem.State.CONFIRMED,
        "starts_at": NOW - days(10),
    }
    if fields.get("state") in {ContentItem.State.IDEA, ContentItem.State.DRAFT}:
        defaults["starts_at"] = None
    item = ContentItem.objects.create(**({"section": root_page()} | defaults | fields))
    return tag(item, personas=personas, phases=phases, channels=channels)


def make_user(
    username: str, *, section: Any = None, can: tuple[str, ...] = (), admin: bool = True, **fields: Any
) -> Any:
    """A user whose group may do `can` ("add", "change", "publish") in `section`, and enter the admin."""
    user = get_user_model().objects.create_user(username, f"{username}@example.com", PASSWORD, **fields)
    group = Group.objects.create(name=f"{username} {next(_numbers)}")
    user.groups.add(group)
    if admin:
        group.permissions.add(*Permission.objects.filter(*ENTERING))
    Page = swapper.load_model("wagtailcore", "Page")
    for action in can:
        codename = f"{action}_{Page._meta.model_name}"
        permission = Permission.objects.get(content_type__app_label=Page._meta.app_label, codename=codename)
        GroupPagePermission.objects.create(group=group, page=section, permission=permission)
    return user


def marieke() -> Any:
    return get_user_model().objects.create_superuser("marieke", "marieke@example.com", PASSWORD)


def erik(section: Any) -> Any:
    return make_user("erik", section=section, can=("add", "change"))


def bea(section: Any) -> Any:
    return make_user("bea", section=section, can=("add", "change"))


def mo(section: Any) -> Any:
    return make_user("mo", section=section, can=("add", "change", "publish"))


def nina() -> Any:
    return make_user("nina")


def dirk(section: Any) -> Any:
    return make_user("dirk", section=section, can=("add", "change"), is_active=False)
