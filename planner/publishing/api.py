"""Publishing through Wagtail's API v3: its registered actions ask what is required."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import swapper
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.actions import action_registry

from planner.requirements import in_words
from planner.snippets import countable_snippets

from .lacks import lacking_of

if TYPE_CHECKING:
    from django.db.models import Model
    from wagtail.actions.registry import ActionRegistry


def extend_actions(registry: ActionRegistry = action_registry) -> None:
    """Mix the requirements into the actions with which API v3 publishes pages and snippets, whoever registered them."""
    Page = swapper.load_model("wagtailcore", "Page")
    for model in (Page, *countable_snippets()):
        for name, mixin in {"publish": RequiringPublish, "create": RequiringSave, "edit": RequiringSave}.items():
            action = _registered(registry, model, name)
            if action and not issubclass(action, Requiring):
                registry.register(model, _requiring(action, mixin))


def _registered(registry: ActionRegistry, model: type[Model], name: str) -> type | None:
    """The action of a model. Not asked by `get_action_class`: that would call the hook that asks this."""
    found = (registry.actions.get(one, {}).get(name) for one in model.mro())
    return next((action for action in found if action), None)


@cache
def _requiring(action: type, mixin: type) -> type:
    return type(f"Planned{action.__name__}", (mixin, action), {})


class Requiring:
    """Mixed into an action that publishes: raises a ValidationError, which the API answers as one."""

    def refuse(self, instance: Model) -> None:
        lacks = lacking_of(instance)
        if lacks.refused:
            text = _("Not published: it has %(missing)s. Save it as a draft, tag it, then publish it.")
            raise ValidationError(text % {"missing": in_words(lacks.refused)})


class RequiringPublish(Requiring):
    def check(self, *args: Any, **kwargs: Any) -> None:
        super().check(*args, **kwargs)
        self.refuse(self.object)


class RequiringSave(Requiring):
    """Creates or edits, and publishes only where asked to."""

    def check(self, *args: Any, **kwargs: Any) -> None:
        super().check(*args, **kwargs)
        if self.publish:
            self.refuse(self.instance)
