"""“Tag” among the bulk actions of Wagtail's page lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.viewsets.pages import page_viewset_registry

from personas.models import Channel, Persona, Phase
from planner import access
from planner.fields import PhaseField
from planner.models import DIMENSIONS, ContentItem
from planner.phases import phase_positions
from planner.tagging import tag_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model
    from wagtail.models import AbstractPage

LEAVE = "leave"
WAYS = (
    (LEAVE, gettext_lazy("Leave as they are")),
    ("add", gettext_lazy("Add the ticked ones")),
    ("replace", gettext_lazy("Replace by the ticked ones")),
    ("remove", gettext_lazy("Take the ticked ones off")),
)


def _way(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=WAYS, initial=LEAVE, label=label)


def _ticks(field: type[forms.ModelMultipleChoiceField], label: str) -> forms.ModelMultipleChoiceField:
    return field(queryset=None, required=False, label=label, widget=forms.CheckboxSelectMultiple)


class TaggingForm(forms.Form):
    """What to do with each dimension, and with which members."""

    personas_way = _way(gettext_lazy("What to do with the personas"))
    personas = _ticks(forms.ModelMultipleChoiceField, gettext_lazy("Personas"))
    phases_way = _way(gettext_lazy("What to do with the phases"))
    phases = _ticks(PhaseField, gettext_lazy("Phases"))
    channels_way = _way(gettext_lazy("What to do with the channels"))
    channels = _ticks(forms.ModelMultipleChoiceField, gettext_lazy("Channels"))

    class Media:
        css = {"all": ["planner/planner.css"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personas"].queryset = Persona.objects.active()
        phases = Phase.objects.filter(active=True, journey__active=True)
        self.fields["phases"].queryset = phases.select_related("journey")
        self.fields["channels"].queryset = Channel.objects.active()

    def dimensions(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each dimension: what to do, and with whom."""
        return ((self[f"{dimension}_way"], self[dimension]) for dimension in DIMENSIONS)

    def clean(self) -> dict[str, Any]:
        for dimension in DIMENSIONS:
            way, members = self.cleaned_data.get(f"{dimension}_way"), self.cleaned_data.get(dimension)
            if way == LEAVE and members:
                self.add_error(f"{dimension}_way", _("Say what to do with the ones you ticked, or untick them."))
            elif way not in (None, LEAVE) and not members and not self.has_error(dimension):
                self.add_error(dimension, _("Tick at least one, or leave them as they are."))
        if not self.errors and not any(self.changes().values()):
            raise forms.ValidationError(_("Nothing would change. Say what to do with personas, phases or channels."))
        return self.cleaned_data

    def changes(self) -> dict[str, dict[str, list[Model]]]:
        """What `tag_items` is to do: members by dimension, by way."""
        changes: dict[str, dict[str, list[Model]]] = {"add": {}, "replace": {}, "remove": {}}
        for dimension in DIMENSIONS:
            way = self.cleaned_data[f"{dimension}_way"]
            if way != LEAVE:
                changes[way][dimension] = list(self.cleaned_data[dimension])
        return changes


class TagPages(PageBulkAction):
    """Tags the chosen pages as far as the user may; the others are named if the user may see them.

    Rights cost a fixed number of queries, however many pages were chosen.
    """

    display_name = gettext_lazy("Tag")
    action_type = "planner_tag"
    aria_label = gettext_lazy("Tag selected pages")
    template_name = "planner/bulk_actions/tag.html"
    action_priority = 20  # before Delete: Wagtail shows the first four, and hides the rest under More
    form_class = TaggingForm

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> list[int]:
        """All that the explorer lists with this search and these filters. Wagtail itself leaves the filters out."""
        if parent_id is None:
            return super().get_all_objects_in_listing_query(parent_id)
        parent = self.model.objects.filter(pk=parent_id).first() if parent_id.isdecimal() else None
        if parent is None:
            raise Http404
        index = page_viewset_registry.get_by_page_id(parent.pk).index_view
        listing = index.view_class(**index.view_initkwargs)
        listing.setup(self.request, parent.pk)
        listing.parent_page = parent
        return [page.pk for page in listing.get_queryset()]

    def get_actionable_objects(self) -> tuple[list[AbstractPage], dict[str, list[AbstractPage]]]:
        taggable, left_out = self._sorted_out
        return taggable, {"items_with_no_access": [], **left_out}

    @cached_property
    def _sorted_out(self) -> tuple[list[AbstractPage], dict[str, list[AbstractPage]]]:
        """The pages to tag, and the others that the user may see, by the reason why they are left out."""
        pages = self._chosen_pages()
        user, keys = self.request.user, [page.pk for page in pages]
        allowed = set(access.taggable_items(user).filter(page__in=keys).values_list("page", flat=True))
        counted = set(ContentItem.objects.filter(page__in=keys).values_list("page", flat=True))
        taggable, left_out = [], {"aliases": [], "uncounted": [], "forbidden": []}
        seen = (page for page in pages if page.pk in allowed or access.sees_page(user, page))
        for page in seen:
            if page.alias_of_id is not None:
                left_out["aliases"].append(page)
            elif page.pk not in counted:
                left_out["uncounted"].append(page)
            else:
                (taggable if page.pk in allowed else left_out["forbidden"]).append(page)
        return taggable, left_out

    def _chosen_pages(self) -> list[AbstractPage]:
        keys = self.request.GET.getlist("id")
        if "all" in keys:
            keys = self.get_all_objects_in_listing_query(self.request.GET.get("childOf"))
        else:
            keys = [key for key in keys if key.isdecimal()]
        return list(self.model.objects.filter(pk__in=keys, depth__gt=1).order_by("path"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(positions=phase_positions(), **kwargs)

    def get_execution_context(self) -> dict[str, Any]:
        return super().get_execution_context() | {"changes": self.cleaned_form.changes()}

    @classmethod
    def execute_action(cls, objects: list[AbstractPage], **kwargs: Any) -> tuple[int, int]:
        items = ContentItem.objects.filter(page__in=[page.pk for page in objects])
        return tag_items(items, **kwargs["changes"], user=kwargs["user"], at=timezone.now()), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        if not num_parent_objects:
            return _("Nothing changed: the pages were tagged like that already.")
        text = ngettext("%(count)s page has new tags.", "%(count)s pages have new tags.", num_parent_objects)
        return text % {"count": num_parent_objects}
