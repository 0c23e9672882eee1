"""What items can be told apart by beside their tags: theme, owner, type, locale, site and team. No request, no clock.

Which of these a reader is offered is read from what that reader may see: a list of all would tell of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Count, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.text import capfirst
from wagtail.coreutils import get_content_languages
from wagtail.models import Site, get_page_models

from planner.models import ThemedItem
from planner.schedule import snippet_locale
from planner.snippets import countable_snippets

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.models.content_item import ContentItemQuerySet

ME, NOBODY = "me", "nobody"
OFF_SITE = "off-site"
MOST_THEMES = 100
"""A longer list is not read: the rest is found by a title, or asked for in the address."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What occurs among some items: by the value that an address carries, in words, in the order of these."""

    themes: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    locales: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    any_unowned: bool = False
    any_off_site: bool = False


def read_traits(items: ContentItemQuerySet, themes: Collection[str] = ()) -> Traits:
    """What occurs among the items, whatever their number. Of many themes only these and the most used ones.

    Three queries: what the items are, their owners, and their themes. One more where Wagtail has several sites.
    """
    items = items.order_by()
    names = ("owner", "team", "page__content_type", "content_type")
    rows = list(_with_locale(_with_site(items)).values_list(*names, "in_locale", "on_site").distinct())
    owners, teams, page_types, other_types, locales, sites = map(set, zip(*rows, strict=True)) if rows else [set()] * 6
    types = {key: (value, str(name)) for value, (key, name) in _types().items()}
    return Traits(
        themes=_themes(items, themes),
        owners=_owners(owners - {None}),
        types=_sorted(dict(types[key] for key in page_types | other_types if key in types)),
        locales=_sorted({code: _language(code) for code in locales if code}),
        sites=_sites(sites - {None}),
        teams=_sorted({team: team for team in teams if team}),
        any_unowned=None in owners,
        any_off_site=any(page_type is None and other is None for _owner, _team, page_type, other, *_rest in rows),
    )


def in_theme(items: ContentItemQuerySet, slugs: Collection[str]) -> ContentItemQuerySet:
    return items.filter(Exists(ThemedItem.objects.filter(content_object=OuterRef("pk"), tag__slug__in=slugs)))


def owned_by(items: ContentItemQuerySet, values: Collection[str], reader: int | None) -> ContentItemQuerySet:
    """Items of these users, named by their keys; ME is the reader, whose key that is."""
    keys = [key for value in values if (key := _user_key(value)) is not None]
    keys += [reader] if ME in values and reader is not None else []
    return items.filter(Q(owner__in=keys) | (Q(owner__isnull=True) if NOBODY in values else Q(pk__in=[])))


def of_type(items: ContentItemQuerySet, values: Collection[str]) -> ContentItemQuerySet:
    """Items of these types, named as "app.model", or off the site. At most one query, the first time."""
    known = _types()
    keys = [known[value][0] for value in values if value in known]
    chosen = Q(page__content_type__in=keys) | Q(content_type__in=keys)
    if OFF_SITE in values:
        chosen |= Q(page__isnull=True, content_type__isnull=True)
    return items.filter(chosen)


def in_locale(items: ContentItemQuerySet, codes: Collection[str]) -> ContentItemQuerySet:
    """Items in these languages: a page's own or a snippet's; what is off the site speaks that of its section."""
    return _with_locale(items).filter(in_locale__in=codes)


def on_site(items: ContentItemQuerySet, keys: Collection[str]) -> ContentItemQuerySet:
    """Items on these of Wagtail's sites; what is off the site follows its section. A snippet belongs to none."""
    return _with_site(items).filter(on_site__in=[key for path, key in _roots() if str(key) in keys])


def language_of() -> Coalesce | Value:
    """The language code of an item, as an expression: a page's or snippet's own, else that of its section.

    None where the site has one language only, and for a snippet without one.
    """
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return Value(None, output_field=CharField())
    own = [F("page__locale__language_code"), F("section__locale__language_code")]
    snippet = snippet_locale()
    return Coalesce(*own, *([snippet] if snippet else []))


def format_of() -> Case:
    """The format of an item, as an expression: its type, for content off the site the kind that somebody wrote."""
    return Case(
        When(page__isnull=False, then=Cast("page__content_type", CharField())),
        When(content_type__isnull=False, then=Cast("content_type", CharField())),
        default=Concat(Value("off the site: "), "kind"),
        output_field=CharField(),
    )


def _with_locale(items: ContentItemQuerySet) -> ContentItemQuerySet:
    return items.annotate(in_locale=language_of())


def _with_site(items: ContentItemQuerySet) -> ContentItemQuerySet:
    """With `on_site`: the key of the site whose root lies nearest above; None where there is but one site."""
    roots = _roots()
    if len({key for _path, key in roots}) < 2:
        key = Value(roots[0][1] if roots else None, output_field=IntegerField())
        return items.annotate(on_site=key)
    below = [When(stands_at__startswith=path, then=Value(key)) for path, key in roots]
    placed = items.alias(stands_at=Coalesce("page__url_path", "section__url_path"))
    return placed.annotate(on_site=Case(*below, default=None, output_field=IntegerField()))


def _roots() -> list[tuple[str, int]]:
    """The addresses of the sites' roots and their translations, the deepest first. Wagtail keeps them in the cache."""
    roots = {(one.root_path, one.site_id) for one in Site.get_site_root_paths()}
    return sorted(roots, key=lambda root: (-len(root[0]), root))


def _types() -> dict[str, tuple[int, str]]:
    """The key and the name of each type that may have items. Django keeps them after the first query."""
    models = [*get_page_models(), *countable_snippets()]
    found = ContentType.objects.get_for_models(*models, for_concrete_models=False)
    return {model._meta.label_lower: (one.pk, capfirst(model._meta.verbose_name)) for model, one in found.items()}


def _owners(keys: set[int]) -> dict[str, str]:
    users = get_user_model().objects.in_bulk(list(keys)) if keys else {}
    return _sorted({str(key): user.get_full_name() or user.get_username() for key, user in users.items()})


def _themes(items: ContentItemQuerySet, asked: Collection[str]) -> dict[str, str]:
    # From the themes to their items: where most items have none, most are never looked at.
    used = items.filter(themed__isnull=False).values_list("themed__tag__slug", "themed__tag__name")
    counted = list(used.annotate(times=Count("themed")))
    counted.sort(key=lambda theme: (theme[0] not in asked, -theme[2], theme[1]))
    return _sorted({slug: name for slug, name, _times in counted[:MOST_THEMES]})


def _sites(keys: set[int]) -> dict[str, str]:
    if len(keys) < 2:
        return {str(key): "" for key in keys}
    found = Site.objects.filter(pk__in=keys).values_list("pk", "site_name", "hostname")
    return _sorted({str(key): name or hostname for key, name, hostname in found})


def _language(code: str) -> str:
    return str(get_content_languages().get(code, code))


def _user_key(value: str) -> object | None:
    """The key of a user as an address names it; None where no user can have it."""
    key = get_user_model()._meta.pk
    try:
        found = key.to_python(value)
        key.run_validators(found)
    except ValidationError:
        return None
    return found


def _sorted(words: dict[str, str]) -> dict[str, str]:
    return dict(sorted(words.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
