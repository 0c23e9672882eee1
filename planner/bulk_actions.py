"""“Tag” as a bulk action: of Wagtail's page lists, and of the planner's own lists, whatever kind of item they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.viewsets.pages import page_viewset_registry

from planner import access
from planner.fields import MOST_DIGITS
from planner.models import ContentItem
from planner.phases import phase_positions
from planner.schedule import SnippetKey, read_titles
from planner.tagging import tag_items
from planner.tagging_form import TaggingForm

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest
    from wagtail.models import AbstractPage

    from planner.models.content_item import ContentItemQuerySet


class Tagging:
    """Mixed into a bulk action: tags the chosen items as far as the user may, and names the others that they may see.

    Rights cost a fixed number of queries, however many items were chosen.
    """

    display_name = pgettext_lazy("action", "Tag")
    action_type = "planner_tag"
    template_name = "planner/bulk_actions/tag.html"
    action_priority = 20  # before Delete: Wagtail shows the first four, and hides the rest under More
    form_class = TaggingForm
    reasons: ClassVar[dict[str, str]] = {
        "forbidden": gettext_lazy("Left out, because tagging needs the right to edit them, or to tag content:"),
    }

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        taggable, left_out = self.sorted_out
        return taggable, {"items_with_no_access": [], **left_out}

    @cached_property
    def sorted_out(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """What is to be tagged, and the others that the user may see, by the reason why they are left out."""
        raise NotImplementedError

    def heading(self, number: int) -> str:
        raise NotImplementedError

    def title_of(self, one: Any) -> str:
        raise NotImplementedError

    def address_of(self, one: Any, refused: str) -> str:
        """Where the user sees what is left out for that reason. No query."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        taggable, left_out = self.sorted_out
        refusals = [
            (reason, [(self.title_of(one), self.address_of(one, name)) for one in left_out[name]])
            for name, reason in self.reasons.items()
            if left_out.get(name)
        ]
        return super().get_context_data(
            positions=phase_positions(),
            number_of_items=self.heading(len(taggable)),
            titles=[self.title_of(one) for one in taggable],
            refusals=refusals,
            nothing_chosen=not taggable and not refusals and not self.request.GET.getlist("id"),
            **kwargs,
        )

    def get_execution_context(self) -> dict[str, Any]:
        return {"user": self.request.user, "form": self.cleaned_form}


class TagPages(Tagging, PageBulkAction):
    """Of pages that Wagtail lists: those that have no plan of their own are named as well."""

    aria_label = gettext_lazy("Tag selected pages")
    reasons = Tagging.reasons | {
        "aliases": gettext_lazy("Left out, because an alias follows the tags of its source:"),
        "uncounted": gettext_lazy("Left out, because pages of this type are not counted:"),
    }

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> list[int]:
        """All that the explorer lists with this search and these filters. Wagtail itself leaves the filters out."""
        if parent_id is None:
            return super().get_all_objects_in_listing_query(parent_id)
        is_key = parent_id.isdecimal() and len(parent_id) <= MOST_DIGITS
        parent = self.model.objects.filter(pk=parent_id).first() if is_key else None
        if parent is None:
            raise Http404
        index = page_viewset_registry.get_by_page_id(parent.pk).index_view
        listing = index.view_class(**index.view_initkwargs)
        listing.setup(self.request, parent.pk)
        listing.parent_page = parent
        return [page.pk for page in listing.get_queryset()]

    @cached_property
    def sorted_out(self) -> tuple[list[AbstractPage], dict[str, list[AbstractPage]]]:
        pages = self._chosen_pages()
        user, keys = self.request.user, [page.pk for page in pages]
        allowed = set(access.taggable_items(user).filter(page__in=keys).values_list("page", flat=True))
        counted = set(ContentItem.objects.counted().filter(page__in=keys).values_list("page", flat=True))
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
        if "all" in self.request.GET.getlist("id"):
            keys = self.get_all_objects_in_listing_query(self.request.GET.get("childOf"))
        else:
            keys = _keys(self.request)
        return list(self.model.objects.filter(pk__in=keys, depth__gt=1).order_by("path"))

    def heading(self, number: int) -> str:
        return ngettext("Tags for %(count)s page", "Tags for %(count)s pages", number) % {"count": number}

    def title_of(self, one: AbstractPage) -> str:
        return one.specific_deferred.get_admin_display_title()

    def address_of(self, one: AbstractPage, refused: str) -> str:
        has_plan = refused == "forbidden"
        return reverse("planner_item:page" if has_plan else "wagtailadmin_explore", args=[one.pk])

    @classmethod
    def execute_action(cls, objects: list[AbstractPage], **kwargs: Any) -> tuple[int, int]:
        items = ContentItem.objects.filter(page__in=[page.pk for page in objects])
        return _tag(items, **kwargs) if objects else 0, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        if not num_parent_objects:
            return _("Nothing changed: the pages were tagged like that already.")
        text = ngettext("%(count)s page has new tags.", "%(count)s pages have new tags.", num_parent_objects)
        return text % {"count": num_parent_objects}


def _snippet_key(item: ContentItem) -> SnippetKey | None:
    return SnippetKey(item.content_type_id, item.object_id) if item.content_type_id else None


def _tag(items: ContentItemQuerySet, *, form: TaggingForm, user: AbstractBaseUser) -> int:
    return tag_items(items, **form.changes(), user=user, at=timezone.now())


def _keys(request: HttpRequest) -> list[int]:
    """The chosen keys; what cannot be one is left out, for the address may say anything."""
    asked = request.GET.getlist("id")
    return [int(key) for key in asked if key.isdecimal() and len(key) <= MOST_DIGITS]


Listed = Callable[["HttpRequest", str], "ContentItemQuerySet"]

LISTS: dict[str, Listed] = {}
"""By the name of a list, what it holds for a request with its filters. The views of the lists enter themselves."""


def tags_items_of(name: str) -> Callable[[Listed], Listed]:
    """Register what "all of this list" means. The list calls itself `name`, or `name:place` where there are several."""

    def register(listed: Listed) -> Listed:
        LISTS[name] = listed
        return listed

    return register


class TagItems(Tagging, BulkAction):
    """Of items of the planner's lists: pages, snippets and content off the site alike."""

    models = [ContentItem]
    aria_label = gettext_lazy("Tag selected items")

    @cached_property
    def sorted_out(self) -> tuple[list[ContentItem], dict[str, list[ContentItem]]]:
        user = self.request.user
        chosen = self._chosen(access.visible_items(user)).select_related("page")
        allowed = set(self._chosen(access.taggable_items(user)).values_list("pk", flat=True))
        taggable, forbidden = [], []
        for item in chosen:
            (taggable if item.pk in allowed else forbidden).append(item)
        return taggable, {"forbidden": forbidden}

    def _chosen(self, items: ContentItemQuerySet) -> ContentItemQuerySet:
        if "all" not in self.request.GET.getlist("id"):
            return items.filter(pk__in=_keys(self.request))
        name, _colon, place = self.request.GET.get("childOf", "").partition(":")
        if name not in LISTS:
            raise Http404
        return items.filter(pk__in=LISTS[name](self.request, place).order_by().values("pk"))

    def heading(self, number: int) -> str:
        return ngettext("Tags for %(count)s item", "Tags for %(count)s items", number) % {"count": number}

    def title_of(self, one: ContentItem) -> str:
        return self.titles_of_snippets.get(_snippet_key(one)) or one.display_title

    @cached_property
    def titles_of_snippets(self) -> dict[SnippetKey, str]:
        """The titles of all snippets that were chosen: the draft of each would cost a query. One query per type."""
        taggable, left_out = self.sorted_out
        chosen = [*taggable, *left_out["forbidden"]]
        return read_titles(key for one in chosen if (key := _snippet_key(one)))

    def address_of(self, one: ContentItem, refused: str) -> str:
        return reverse("planner_item:plan", args=[one.pk])

    @classmethod
    def execute_action(cls, objects: list[ContentItem], **kwargs: Any) -> tuple[int, int]:
        items = ContentItem.objects.filter(pk__in=[item.pk for item in objects])
        return _tag(items, **kwargs) if objects else 0, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        if not num_parent_objects:
            return _("Nothing changed: the items were tagged like that already.")
        text = ngettext("%(count)s item has new tags.", "%(count)s items have new tags.", num_parent_objects)
        return text % {"count": num_parent_objects}
