"""What the screens about one journey share: which one its address names, and what it is judged by."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property

from planner.gaps import Scope


class OfOneJourney:
    """Mixed into a page about an active journey, by its slug in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def scope(self) -> Scope:
        found = [scope for scope in Scope.load([self.kwargs["journey"]]) if scope.journey.active]
        if not found:
            raise Http404("No such journey")
        return found[0]

    def get_page_subtitle(self) -> str:
        return self.scope.journey.name
