"""The Plan tab in the editor of every counted page type, without touching its model.

Wagtail builds an editor from `edit_handler` and a form class. Both are set here, from outside, on what the site
defines: its tabs stay, a tab is added, and its form class is extended. The plan is its own form inside the page's form,
and its values go to the item's row, never into a revision.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save
from django.forms import Media
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import ObjectList, Panel, TabbedInterface
from wagtail.models import AbstractPage, get_page_models

from planner import access
from planner.forms import PlanForm, state_of_item
from planner.models import ContentItem, excluded_page_types
from planner.phases import phase_positions
from planner.plan import change_plan
from planner.views.hints import context_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

PREFIX = "plan"
WAITING = "_planner_change"
"""Where a saved form leaves its change on the page until the page is in the database and its row exists."""


def add_plan_tab_to_pages() -> None:
    """Give every counted page type its Plan tab, once all apps are ready. Types that are left out keep their editor."""
    post_save.connect(_write_plan, dispatch_uid="planner.editor")
    # All handlers are read before any is set: a subclass would inherit its parent's, tab included.
    handlers = {model: _editor_of(model) for model in planned_types()}
    for model, handler in handlers.items():
        if _has_plan(handler):
            continue
        model.edit_handler = with_plan_tab(handler)
        model.get_edit_handler.cache_clear()


def planned_types() -> list[type[AbstractPage]]:
    """The page types that have a plan: all but those that a setting leaves out."""
    excluded = excluded_page_types()
    return [model for model in get_page_models() if model not in excluded]


def with_plan_tab(handler: Panel) -> TabbedInterface:
    """The editor with a last tab for the plan, and a form that knows it. The handler given is not changed."""
    tabs = list(handler.children) if isinstance(handler, TabbedInterface) else [_as_tab(handler)]
    form = getattr(handler, "base_form_class", None) or WagtailAdminPageForm
    options = handler.clone_kwargs() if isinstance(handler, TabbedInterface) else {}
    plan = ObjectList([PlanPanel()], heading=_("Plan"))
    return TabbedInterface(**options | {"children": [*tabs, plan], "base_form_class": planned(form)})


def planned(form: type[WagtailAdminPageForm]) -> type[WagtailAdminPageForm]:
    """The form class with the plan inside."""
    return form if issubclass(form, PlannedForm) else type(f"Planned{form.__name__}", (PlannedForm, form), {})


class PlannedForm:
    """Mixed into a page's or snippet's form: carries the form of the plan, for whoever may tag the item."""

    def __init__(self, data: Any = None, files: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, files, *args, **kwargs)
        self.plan = _plan_form(self.instance, self.for_user, data)

    def is_valid(self) -> bool:
        # Both are asked, so that all errors show at once.
        own, plan = super().is_valid(), self.plan is None or not self.plan.is_bound or self.plan.is_valid()
        return own and plan

    def save(self, commit: bool = True) -> Model:  # noqa: FBT001, FBT002  (Django's signature)
        if self.plan is not None and self.plan.is_bound:
            self.instance.__dict__[WAITING] = (self.plan.change(), self.for_user)
        return super().save(commit=commit)

    def has_changed(self) -> bool:
        return super().has_changed() or bool(self.plan is not None and self.plan.is_bound and self.plan.has_changed())

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """After an autosave the open editor shows what is stored now; its next save is compared with that."""
        updates = super().get_field_updates_for_resave()
        item = item_of(self.instance)
        if self.plan is None or not item.pk:
            return updates
        return [*updates, (self.plan["shown"].html_name, json.dumps(state_of_item(item)))]

    @property
    def media(self) -> Media:
        return super().media + Media(css={"all": ["planner/planner.css"]}, js=["planner/plan-hints.js"])


class PlanPanel(Panel):
    """All of the plan in one panel: who, moment, channel, what publishing closes, dates and owner."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "planner/editor/plan_tab.html"

        def is_shown(self) -> bool:
            return getattr(self.form, "plan", None) is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            plan = self.form.plan
            hints = context_of(
                self.request.user,
                plan.initial["personas"],
                plan.initial["phases"],
                item=plan.item,
                target=plan.initial["target_date"],
                now=timezone.now(),
            )
            context = super().get_context_data(parent_context)
            return context | hints | {"form": plan, "positions": phase_positions(), "item": plan.item}


def item_of(instance: Model) -> ContentItem:
    """The row of a page that is being edited; an empty one, not stored, while the page does not exist."""
    return ContentItem.objects.filter(page_id=instance.pk).first() if instance.pk else ContentItem()


def _plan_form(instance: Model, user: AbstractBaseUser | None, data: Any) -> PlanForm | None:
    item = item_of(instance)
    if user is None or item is None or item.pk and not access.may_tag(user, item):
        return None
    # A save that does not bring the tab's fields (an API, a script, another form) leaves the plan alone.
    brought = data is not None and f"{PREFIX}-shown" in data
    return PlanForm(data if brought else None, item=item, prefix=PREFIX)


def _write_plan(sender: type[Model], instance: Model, *, raw: bool, **kwargs: Any) -> None:
    change, user = instance.__dict__.pop(WAITING, (None, None))
    if not change or raw:
        return
    item = ContentItem.objects.filter(page_id=instance.pk).first()
    if item and access.may_tag(user, item):
        change_plan(item, change, user=user)


def _editor_of(model: type[AbstractPage]) -> Panel:
    """The editor that the site defined, not bound to a model yet; put together as Wagtail does where there is none."""
    if hasattr(model, "edit_handler"):
        return model.edit_handler
    tabs = (("content_panels", _("Content")), ("promote_panels", _("Promote")), ("settings_panels", _("Settings")))
    children = [ObjectList(panels, heading=label) for name, label in tabs if (panels := getattr(model, name, None))]
    return TabbedInterface(children, base_form_class=model.base_form_class)


def _has_plan(handler: Panel) -> bool:
    return issubclass(getattr(handler, "base_form_class", None) or object, PlannedForm)


def _as_tab(handler: Panel) -> Panel:
    handler = handler.clone()
    handler.heading = handler.heading or _("Content")
    return handler
