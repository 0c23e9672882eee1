"""What Wagtail stores about snippets: each type in a table of its own, read a type at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Field,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Replace
from wagtail.models import DraftStateMixin, ModelLogEntry, RevisionMixin, TranslatableMixin

from planner.snippets import countable_snippets, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

UNPUBLISH_ACTIONS = ("wagtail.unpublish", "wagtail.unpublish.scheduled")
CREATED = "wagtail.create"
KEYS_PER_CONDITION = 10_000
"""Up to here a query names its keys; beyond, reading the whole table is faster (measured on SQLite)."""

DRAFT_FACTS = ("live", "first_published_at", "last_published_at", "go_live_at", "expire_at")


class SnippetKey(NamedTuple):
    """Which snippet: its content type, and its key as text."""

    content_type: int
    object_id: str


def read_snippets(keys: Iterable[SnippetKey]) -> dict[SnippetKey, dict[str, Any]]:
    """The stored facts of snippets, by the names that `Facts` has for them. Gone ones are absent.

    One query per type, and one for the log.
    """
    by_type = _by_type(keys)
    found = {
        SnippetKey(content_type, str(row.pop("pk"))): row
        for content_type, (model, ids) in by_type.items()
        for row in _named(model, ids).values("pk", *_facts_of(model))
    }
    past = _log(by_type) if found else {}
    for key, facts in found.items():
        logged = past.get(key, {})
        facts["unpublished_at"] = max((logged[one] for one in UNPUBLISH_ACTIONS if one in logged), default=None)
        if not issubclass(by_type[key.content_type][0], DraftStateMixin):
            # Without drafts there is nothing to publish: it is out there from the moment it exists.
            facts |= {"live": True, "first_published_at": logged.get(CREATED)}
    return found


def read_titles(keys: Iterable[SnippetKey]) -> dict[SnippetKey, str]:
    """What editors call these snippets. One query per type, unless a type's own `__str__` asks more."""
    return {
        SnippetKey(content_type, str(snippet.pk)): title_of(snippet)
        for content_type, (model, ids) in _by_type(keys).items()
        for snippet in _with_title(_named(model, ids))
    }


def snippet_base_types(content_types: Iterable[int]) -> dict[int, int]:
    """Under which type Wagtail keeps the revisions and workflows of each of these types. No query of its own."""
    return {
        key: model.get_base_content_type().pk
        for key, model in _models(content_types).items()
        if issubclass(model, RevisionMixin)
    }


def snippet_types() -> list[int]:
    """The keys of the content types of all snippets that may count. No query."""
    return [key for key, _model, _drafts in _types()]


def snippets_where(condition: Q, *, without_drafts: bool = False) -> Q:
    """Items whose snippet's own fields meet the condition; whether those of types without drafts do is said apart.

    For use on content items that are counted. No query.
    """
    # A case, not a conjunction: PostgreSQL might cast the keys of one type to those of another before it looks.
    cases = [
        When(content_type=of_type, then=Exists(_own(model).filter(condition)) if drafts else Value(without_drafts))
        for of_type, model, drafts in _types()
    ]
    nothing = Value(value=False)
    return Q(Case(*cases, default=nothing, output_field=BooleanField())) if cases else Q(pk__in=[])


def snippet_start() -> Case | None:
    """Since when a snippet is live, as an expression on items that are counted; None where no type may count."""
    cases = [
        When(
            content_type=of_type,
            then=Subquery(_own(model).values_list(Coalesce("first_published_at", "last_published_at"))[:1])
            if drafts
            else F("created_at"),
        )
        for of_type, model, drafts in _types()
    ]
    return Case(*cases, default=None, output_field=DateTimeField()) if cases else None


def snippet_locale() -> Case | None:
    """The language code of a snippet, as an expression on items that are counted; None where no type has locales."""
    cases = [
        When(content_type=of_type, then=Subquery(_own(model).values("locale__language_code")[:1]))
        for of_type, model, _drafts in _types()
        if issubclass(model, TranslatableMixin)
    ]
    return Case(*cases, default=None, output_field=CharField()) if cases else None


def _types() -> list[tuple[int, type[Model], bool]]:
    types = ContentType.objects.get_for_models(*countable_snippets(), for_concrete_models=False)
    return [(one.pk, model, issubclass(model, DraftStateMixin)) for model, one in types.items()]


def _own(model: type[Model]) -> QuerySet:
    """The object that a content item, the outer query, stands for."""
    key: Any = OuterRef("object_id")
    field = _plain(model._meta.pk)
    if isinstance(field, UUIDField):
        # Rows write its dashes; SQLite keeps it without, and PostgreSQL reads both.
        key = Replace(key, Value("-"), Value(""))
    return model._base_manager.filter(pk=Cast(key, output_field=field)).order_by()


def _plain(field: Field) -> Field:
    """The field that holds the key, where a model inherits its key from another."""
    return _plain(field.target_field) if field.remote_field else field


def _models(content_types: Iterable[int]) -> dict[int, type[Model]]:
    found = {key: ContentType.objects.get_for_id(key).model_class() for key in content_types}
    return {key: model for key, model in found.items() if model}


def _by_type(keys: Iterable[SnippetKey]) -> dict[int, tuple[type[Model], list[str]]]:
    ids = defaultdict(list)
    for key in keys:
        ids[key.content_type].append(key.object_id)
    return {content_type: (model, ids[content_type]) for content_type, model in _models(ids).items()}


def _named(model: type[Model], ids: list[str]) -> QuerySet:
    objects = model._base_manager.order_by()
    return objects.filter(pk__in=ids) if len(ids) <= KEYS_PER_CONDITION else objects


def _with_title(snippets: QuerySet) -> QuerySet:
    if not issubclass(snippets.model, DraftStateMixin):
        return snippets
    return snippets.select_related("latest_revision").defer("latest_revision__content")


def _facts_of(model: type[Model]) -> list[str]:
    names = [*DRAFT_FACTS, "latest_revision__created_at"] if issubclass(model, DraftStateMixin) else []
    return [*names, "translation_key"] if issubclass(model, TranslatableMixin) else names


def _log(by_type: dict[int, tuple[type[Model], list[str]]]) -> dict[SnippetKey, dict[str, datetime]]:
    """The last creation and the last unpublish of each snippet. The log is what remains of them."""
    actions = (CREATED, *UNPUBLISH_ACTIONS)
    entries = ModelLogEntry.objects.filter(content_type__in=by_type, action__in=actions).order_by()
    ids = [key for _model, keys in by_type.values() for key in keys]
    if len(ids) <= KEYS_PER_CONDITION:
        entries = entries.filter(object_id__in=ids)
    last: dict[SnippetKey, dict[str, datetime]] = defaultdict(dict)
    for row in entries.values("content_type_id", "object_id", "action").annotate(last=Max("timestamp")):
        last[SnippetKey(row["content_type_id"], row["object_id"])][row["action"]] = row["last"]
    return last
