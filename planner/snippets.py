"""Which snippets count: all that can be published, and those that their developer added with one line.

Imports no model of the planner, so that a site's own models may import this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.db.models import Model
from wagtail.models import AbstractPage, DraftStateMixin
from wagtail.snippets.models import get_snippet_models

if TYPE_CHECKING:
    from wagtail.snippets.views.snippets import SnippetViewSet

    Registerable = TypeVar("Registerable", type[Model], type[SnippetViewSet])

_added: set[type[Model]] = set()


def planned_snippet(registerable: Registerable) -> Registerable:
    """Count a snippet type that has no drafts: a decorator for the model or for its SnippetViewSet, or a plain call.

    Stands above or below `register_snippet`. Types with drafts count without it, and lose nothing by it.
    """
    model = registerable if issubclass(registerable, Model) else registerable.model
    _added.add(model)
    if apps.ready:
        from planner.rows.snippets import follow

        follow(model)
    return registerable


def countable_snippets() -> list[type[Model]]:
    """The registered snippet types that count unless somebody leaves them out, by name. No query.

    A proxy of a type that counts is that type once more: it has no rows of its own.
    """
    types = [model for model in get_snippet_models() if may_count(model)]
    return [model for model in types if not (model._meta.proxy and model._meta.concrete_model in types)]


def may_count(model: type[Model]) -> bool:
    """Whether a model would count once it is registered as a snippet."""
    return model in _added or issubclass(model, DraftStateMixin) and not issubclass(model, AbstractPage)


def snippet_type(instance: Model) -> type[Model] | None:
    """The countable type of an object; None where it has none."""
    types = countable_snippets()
    return next((model for model in (type(instance), type(instance)._meta.concrete_model) if model in types), None)


def title_of(snippet: Model) -> str:
    """What editors call it, in the draft's words where there is one; a query then where its revision is not loaded."""
    if getattr(snippet, "has_unpublished_changes", False) and snippet.latest_revision:
        return snippet.latest_revision.object_str
    return str(snippet)
