"""What screens with filters share: the drilldown, the plain form, and the menu of saved views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.active_filters import ActiveFilter

from planner import access, saved_views
from planner.filter_form import FilterForm, search_form
from planner.filter_options import SEARCH
from planner.filters import Filters
from planner.saved_views import Content
from planner.views.base import PlannerView, ReadsOnce
from planner.views.view_addresses import address_of, content_of, path_of, screen_of

if TYPE_CHECKING:
    from planner.models import SavedView
    from planner.models.content_item import ContentItemQuerySet

FRAGMENT = "_w_filter_fragment"
"""Wagtail's word for an answer that brings the drilldown along: a filter was taken away beside it."""


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view as the menu shows it."""

    view: SavedView
    address: str
    is_open: bool
    screen: str = ""  # the name of the other screen that it opens, or ""


@dataclass(frozen=True, slots=True)
class ViewMenu:
    """The saved views of one reader."""

    mine: list[ViewLink]
    shared: list[ViewLink]  # by others
    opened: SavedView | None
    may_replace: bool  # it is one's own, and the filters have been changed since
    is_gone: bool  # the address names one that there is not, for this reader


class FilteredScreen(ReadsOnce, PlannerView):
    """A screen of the items that its reader may see, with filters in its address.

    Templates extend `frame`, and fill its block `results`. Where `results_only` is set, the answer is what Wagtail's
    script puts in the place of the results after a filter was changed.
    """

    index_url_name = ""
    index_results_url_name = ""
    keep: tuple[str, ...] = ()
    results_only = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.results_only:
            # Everything in the answer that leads back here has to lead to the whole screen.
            request.path = reverse(self.index_url_name)

    @cached_property
    def reviews(self) -> access.Reviews | None:
        """Read once for all questions about rights; of a superuser none of them looks at it."""
        user = self.request.user
        return None if user.is_superuser else access.reviews_of(user)

    @cached_property
    def visible(self) -> ContentItemQuerySet:
        return access.visible_items(self.request.user, reviews=self.reviews)

    @cached_property
    def filters(self) -> Filters:
        return Filters(
            self.request.GET,
            keep=(*self.keep, "saved"),
            members=self.members,
            reader=self.request.user,
            visible=self.visible,
            version=self.version,
        )

    @cached_property
    def items(self) -> ContentItemQuerySet:
        """What the reader may see and asked for."""
        return self.filters.apply(self.visible)

    @property
    def active_filters(self) -> list[ActiveFilter]:
        """What Wagtail shows as pills; the words searched for stand in its search box."""
        results = reverse(self.index_results_url_name)
        return [
            ActiveFilter(f"filter_{name}", label, option.label, f"{results}{option.without}&{FRAGMENT}=1")
            for name, label, option in self.filters.chosen_options
            if name != SEARCH
        ]

    def dates_for(self, saved: SavedView) -> dict[str, str]:
        """The parameters that show a saved view on the days that are shown now."""
        return {}

    @cached_property
    def view_menu(self) -> ViewMenu:
        """One query."""
        asked = self.request.GET.get("saved", "")
        links = [self._link_to(saved, asked) for saved in saved_views.seen_by(self.request.user)]
        opened = next((link.view for link in links if link.is_open), None)
        mine = [link for link in links if link.view.owner_id == self.request.user.pk]
        present = content_of(self.request.get_full_path())
        return ViewMenu(
            mine=mine,
            shared=[link for link in links if link not in mine],
            opened=opened,
            may_replace=any(link.is_open for link in mine) and not Content.of_view(opened).asks_the_same(present),
            is_gone=bool(asked) and asked not in {str(link.view.pk) for link in links},
        )

    def _link_to(self, saved: SavedView, asked: str) -> ViewLink:
        if path_of(saved.view) != reverse(self.index_url_name):
            # It stays chosen for the way back, but what is shown here is no view of that screen.
            return ViewLink(
                saved, address_of(Content.of_view(saved), saved), is_open=False, screen=screen_of(saved.view)
            )
        pairs = [pair for pair in self.dates_for(saved).items() if pair[1]]
        pairs += [*Content.of_view(saved).pairs, ("saved", str(saved.pk))]
        return ViewLink(saved, f"?{urlencode(pairs)}", is_open=str(saved.pk) == asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            frame="planner/filtered_results.html" if self.results_only else "planner/filtered.html",
            filters=self.filters,
            drilldown={"form": FilterForm(self.filters)},
            search_form=search_form(self.filters),
            index_results_url=reverse(self.index_results_url_name),
            render_filters_fragment=self.results_only and FRAGMENT in self.request.GET,
            view_menu=self.view_menu,
            here=self.request.get_full_path(),
            **kwargs,
        )
