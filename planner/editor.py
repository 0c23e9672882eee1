"""The Plan tab in the editor of every counted page and snippet type, without touching its model.

Wagtail builds an editor from `edit_handler` and a form class. Both are set here, from outside, on what the site
defines: its tabs stay, a tab is added, and its form class is extended. The plan is its own form inside the page's form,
and its values go to the item's row, never into a revision.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save
from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.panels import ObjectList, Panel, TabbedInterface
from wagtail.locks import BaseLock, ScheduledForPublishLock
from wagtail.models import AbstractPage, LockableMixin, get_page_models

from planner import access
from planner.entries import tags_of
from planner.forms import PlanForm, state_of_item
from planner.models import ContentItem, excluded_types, is_left_out
from planner.next_steps import read_targets, steps_of
from planner.phases import phase_positions
from planner.plan import PlanChange, change_plan
from planner.publishing import may_be_published
from planner.rows import row_of
from planner.schedule import read_items
from planner.snippets import countable_snippets
from planner.views.hints import PLAN_MEDIA, hints_of_form
from planner.views.next_steps import steps_of_form

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model
    from django.http import HttpRequest

PREFIX = "plan"
NOT_COPIED = ("target_date", "target_time", "review_due", "customer_question")
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


def add_plan_tab_to_snippets() -> None:
    """Give every counted snippet type its Plan tab, once all of them are registered. As for pages."""
    post_save.connect(_write_plan, dispatch_uid="planner.editor")
    excluded = excluded_types()
    for model in countable_snippets():
        editors = model.snippet_viewset
        handler = editors.get_edit_handler()
        if model in excluded or _has_plan(handler):
            continue
        planned_handler = with_plan_tab(handler, form=_form_of(model)).bind_to_model(model)
        # Wagtail asks the one for its views, the other wherever it has only the model.
        editors.get_edit_handler = lambda handler=planned_handler: handler
        editors.__dict__.pop("_edit_handler", None)
        model.get_edit_handler.cache_clear()


def planned_types() -> list[type[AbstractPage]]:
    """The page types that have a plan: all but those that a setting leaves out."""
    excluded = excluded_types()
    return [model for model in get_page_models() if model not in excluded]


def with_plan_tab(handler: Panel, *, form: type[WagtailAdminModelForm] = WagtailAdminPageForm) -> TabbedInterface:
    """The editor with a last tab for the plan, and a form that knows it. The handler given is not changed.

    `form`: the form class where the editor brings none of its own.
    """
    tabs = list(handler.children) if isinstance(handler, TabbedInterface) else [_as_tab(handler)]
    form = getattr(handler, "base_form_class", None) or form
    options = handler.clone_kwargs() if isinstance(handler, TabbedInterface) else {}
    plan = ObjectList([PlanPanel()], heading=_("Plan"))
    return TabbedInterface(**options | {"children": [*tabs, plan], "base_form_class": planned(form)})


def planned(form: type[WagtailAdminModelForm]) -> type[WagtailAdminModelForm]:
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
        return own and plan and self._meets_requirements

    @cached_property
    def _meets_requirements(self) -> bool:
        return may_be_published(self)

    @property
    def plan_change(self) -> PlanChange | None:
        """What is to be different in the plan; None where the save does not bring it. The form is valid."""
        return self.plan.change() if self.plan is not None and self.plan.is_bound else None

    def save(self, commit: bool = True) -> Model:  # noqa: FBT001, FBT002  (Django's signature)
        # Nothing is written here: a preview saves its form too.
        if (change := self.plan_change) is not None:
            self.instance.__dict__[WAITING] = (change, self.for_user)
        return super().save(commit=commit)

    @property
    def plan_waits(self) -> bool:
        """Whether the form was saved, and the content was not stored since: Wagtail stores none that is as it was."""
        return WAITING in self.instance.__dict__

    def write_plan(self) -> None:
        """Write the plan of what is stored already, by itself."""
        self.instance.__dict__.pop(WAITING, None)
        item, change = item_of(self.instance), self.plan_change
        if change and item and item.pk and access.may_tag(self.for_user, item):
            change_plan(item, change, user=self.for_user)

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """After an autosave the open editor shows what is stored now; its next save is compared with that."""
        updates = super().get_field_updates_for_resave()
        item = item_of(self.instance)
        if self.plan is None or item is None or not item.pk:
            return updates
        return [*updates, (self.plan["shown"].html_name, json.dumps(state_of_item(item, self.for_user)))]

    @property
    def media(self) -> Media:
        return super().media + PLAN_MEDIA


class PlanPanel(Panel):
    """All of the plan in one panel: who, moment, channel, what publishing closes, dates and owner."""

    class BoundPanel(Panel.BoundPanel):
        @property
        def template_name(self) -> str:
            return "planner/editor/plan_tab_locked.html" if self.lock else "planner/editor/plan_tab.html"

        @cached_property
        def lock(self) -> BaseLock | None:
            """What keeps this user from saving the editor; their tags would be refused with the rest."""
            item = self.form.plan.item
            lock = self.instance.get_lock() if item.pk and isinstance(self.instance, LockableMixin) else None
            return lock if lock and lock.for_user(self.request.user) else None

        def is_shown(self) -> bool:
            return getattr(self.form, "plan", None) is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            plan, item = self.form.plan, self.form.plan.item
            if self.request.resolver_match and self.request.resolver_match.url_name == "copy":
                item = _start_copy(plan)
            hints = hints_of_form(plan, item=item, user=self.request.user, now=timezone.now())
            context = super().get_context_data(parent_context)
            context |= hints | {"form": plan, "positions": phase_positions(), "item": item}
            if self.lock:
                return context | self._read_only()
            return context | {"steps": steps_of_form(plan, now=timezone.now(), zone=timezone.get_default_timezone())}

        def _read_only(self) -> dict[str, Any]:
            item, now, zone = self.form.plan.item, timezone.now(), timezone.get_default_timezone()
            (record,) = read_items(ContentItem.objects.filter(pk=item.pk), now=now)
            return {
                "record": record,
                "leads_to": read_targets(steps_of(self.request.user, item), now=now, zone=zone),
                "tags": tags_of([item.pk])[item.pk],
                "scheduled": isinstance(self.lock, ScheduledForPublishLock),
                "plan_url": reverse("planner_item:plan", args=[item.pk]) + "?" + urlencode({"next": self.request.path}),
            }


def item_of(instance: Model) -> ContentItem | None:
    """The row of what is being edited; an empty one, not stored, while that does not exist.

    None for what does not count, and so has no row and will get none.
    """
    row = row_of(instance) if instance.pk else None
    # A snippet's key may be made before it is stored.
    return row or (ContentItem() if instance._state.adding and not is_left_out(type(instance)) else None)


def say_that_it_does_not_count(request: HttpRequest, instance: Model) -> None:
    """Say that what an open Plan tab brought was not saved, because its type was left out meanwhile."""
    brought = f"{PREFIX}-shown" in request.POST and request.accepts("text/html")
    if brought and is_left_out(type(instance)):
        text = _("The Plan tab is not saved: %(type)s does not count any more. Its tags stay as they were.")
        messages.warning(request, text % {"type": capfirst(instance._meta.verbose_name)})


def _plan_form(instance: Model, user: AbstractBaseUser | None, data: Any) -> PlanForm | None:
    item = item_of(instance)
    if user is None or item is None or item.pk and not access.may_tag(user, item):
        return None
    if not item.pk and is_left_out(type(instance)):
        return None
    # A save that does not bring the tab's fields (an API, a script, another form) leaves the plan alone.
    brought = data is not None and f"{PREFIX}-shown" in data
    return PlanForm(data if brought else None, item=item, user=user, prefix=PREFIX)


def _start_copy(plan: PlanForm) -> ContentItem:
    """Let the form of a snippet's plan, opened to copy the snippet, start with its tags but without its dates.

    What comes back is the row of the copy, not stored yet.
    """
    plan.initial |= dict.fromkeys(NOT_COPIED)
    return ContentItem()


def _write_plan(sender: type[Model], instance: Model, *, created: bool, raw: bool, **kwargs: Any) -> None:
    change, user = instance.__dict__.pop(WAITING, (None, None))
    if not change or raw:
        return
    item = row_of(instance)
    # Whoever may make a thing says what it is for, even where they may not change it afterwards.
    if item and (created or access.may_tag(user, item)):
        change_plan(item, change, user=user)


def _editor_of(model: type[AbstractPage]) -> Panel:
    """The editor that the site defined, not bound to a model yet; put together as Wagtail does where there is none."""
    if hasattr(model, "edit_handler"):
        return model.edit_handler
    tabs = (("content_panels", _("Content")), ("promote_panels", _("Promote")), ("settings_panels", _("Settings")))
    children = [ObjectList(panels, heading=label) for name, label in tabs if (panels := getattr(model, name, None))]
    return TabbedInterface(children, base_form_class=model.base_form_class)


def _form_of(model: type[Model]) -> type[WagtailAdminModelForm]:
    return getattr(model, "base_form_class", None) or WagtailAdminModelForm


def _has_plan(handler: Panel) -> bool:
    return issubclass(getattr(handler, "base_form_class", None) or object, PlannedForm)


def _as_tab(handler: Panel) -> Panel:
    handler = handler.clone()
    handler.heading = handler.heading or _("Content")
    return handler
