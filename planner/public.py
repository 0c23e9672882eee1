"""Content for a site's own visitors: what is public and live at a moment, by the same tags that editors plan with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import swapper
from django.conf import settings
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce
from wagtail.models import Locale, PageViewRestriction

from personas.models import Phase
from planner.models import ContentItem
from planner.schedule import moments, snippets_where

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from wagtail.models import AbstractPage

    from planner.models.content_item import ContentItemQuerySet

LINKED = Q(url__istartswith="https://") | Q(url__istartswith="http://")
"""Nothing else becomes a link on a public page, whatever an import brought in."""


@dataclass(frozen=True, slots=True)
class PublicContent:
    """One thing to read. `page` is None for content off the site."""

    title: str
    url: str
    page: AbstractPage | None = None


def public_items(items: ContentItemQuerySet, *, at: datetime) -> ContentItemQuerySet:
    """The items that any visitor may read at `at`, as Wagtail's tables stand. No query.

    A page that is live and has not expired, a snippet likewise, or confirmed content off the site with an address, from
    its start until its end. Nothing behind a view restriction of its page, of a page above it, or of its section; no
    aliases.
    """
    snippets = snippets_where(Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=at)), without_drafts=True)
    out = moments.with_moments(items.counted(), now=at, past=False).filter(moments.live(at) | snippets)
    # In SQL, not with Wagtail's `public()`: that is one condition per restriction, and SQLite takes only so many.
    here = PageViewRestriction.objects.alias(path=ExpressionWrapper(OuterRef("place"), CharField())).filter(
        path__startswith=F("page__path")
    )
    reachable = Q(page__live=True) | Q(content_type__isnull=False) | Q(page__isnull=True) & LINKED
    placed = out.filter(reachable).alias(place=Coalesce("page__path", "section__path"))
    return placed.filter(~Exists(here))


def read_public(items: ContentItemQuerySet, *, limit: int, request: HttpRequest | None = None) -> list[PublicContent]:
    """The newest `limit` of what `live()` gave, with titles and addresses as visitors see them.

    Where the site has several languages, pages in the active one only. Two queries, one per page type among the chosen,
    one for the language. A page outside every site has no address and is left out, and so are snippets.
    """
    items = items.filter(content_type__isnull=True)
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        items = items.filter(Q(page__isnull=True) | Q(page__locale=Locale.get_active()))
    rows = list(items.order_by(F("live_from").desc(), "-pk").values_list("page", "title", "url")[:limit])
    Page = swapper.load_model("wagtailcore", "Page")
    pages = {page.pk: page for page in Page.objects.filter(pk__in=[key for key, *_ in rows if key]).specific()}
    found = [_of_page(pages[key], request) if key else PublicContent(title, url) for key, title, url in rows]
    return [content for content in found if content.url]


def _of_page(page: AbstractPage, request: HttpRequest | None) -> PublicContent:
    return PublicContent(page.title, page.get_url(request) or "", page)


def like(page: AbstractPage) -> ContentItemQuerySet:
    """Items for the page's own personas in its own phases, without the page. Four queries; the items are not read.

    Nothing for a page without phase, or without persona; for a page that is for everyone, its phases decide alone.
    """
    item = _item_of(page)
    return _beside(item, list(item.phases.select_related("journey"))) if item else ContentItem.objects.none()


def after(page: AbstractPage) -> ContentItemQuerySet:
    """Items for the page's own personas in the phase that follows each of its own. As `like`, and one query more."""
    item = _item_of(page)
    return _beside(item, _following(item)) if item else ContentItem.objects.none()


def steps(page: AbstractPage) -> ContentItemQuerySet:
    """The items that the page's plan names as its next steps. On a site with several languages their translations too,
    so that the one in the active language is found. No query.
    """
    named = Q(steps_in__from_item__page=page.pk)
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        Page = swapper.load_model("wagtailcore", "Page")
        targets = Page.objects.filter(planner_item__steps_in__from_item__page=page.pk)
        named |= Q(page__translation_key__in=targets.values("translation_key"))
    return ContentItem.objects.filter(pk__in=ContentItem.objects.filter(named).order_by().values("pk"))


def _item_of(page: AbstractPage) -> ContentItem | None:
    return ContentItem.objects.filter(page=page.pk).first()


def _following(item: ContentItem) -> list[Phase]:
    own = list(item.phases.all())
    journeys = {phase.journey_id for phase in own}
    phases = Phase.objects.active().filter(journey__in=journeys).order_by("journey", "sort_order", "pk")
    by_journey: dict[int, list[Phase]] = {}
    for phase in phases.select_related("journey"):
        by_journey.setdefault(phase.journey_id, []).append(phase)
    following = (_next_of(phase, by_journey.get(phase.journey_id, [])) for phase in own)
    return [phase for phase in following if phase]


def _next_of(phase: Phase, phases: list[Phase]) -> Phase | None:
    place = (phase.sort_order, phase.pk)
    return next((other for other in phases if (other.sort_order, other.pk) > place), None)


def _beside(item: ContentItem, phases: list[Phase]) -> ContentItemQuerySet:
    personas = list(item.personas.values_list("slug", flat=True))
    if not phases or not (personas or item.for_everyone):
        return ContentItem.objects.none()
    items = ContentItem.objects.exclude(pk=item.pk).in_phase(*(f"{one.journey.slug}/{one.slug}" for one in phases))
    return items if item.for_everyone else items.for_persona(*personas)
