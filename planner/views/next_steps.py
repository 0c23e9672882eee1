"""The next steps in the form of a plan: what it offers, and what somebody looks for by its title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.next_steps import Offer, find, offer
from planner.views.base import PlannerView
from planner.views.hints import keys_in

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from planner.forms import PlanForm

LONGEST_SEARCH = 100


def steps_of_form(form: PlanForm, *, now: datetime, zone: ZoneInfo) -> Offer:
    """What the form offers as next steps, what is ticked in it first. The queries of `planner.next_steps.offer`."""
    ticked = [int(key) for key in form["leads_to"].value() or () if str(key).isdecimal() and len(str(key)) < 19]
    asked = form.data.get(form.add_prefix("find_step"), "")[:LONGEST_SEARCH]
    return offer(form.user, form.item, ticked=ticked, asked=asked, now=now, zone=zone)


class FindStepsView(PlannerView):
    """What an item might lead to, by the words in its title. A piece of a form, which a script puts into it."""

    template_name = "planner/items/steps_found.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        found, more = find(
            self.request.user,
            query.get("q", "")[:LONGEST_SEARCH],
            but=keys_in(query, "but"),
            now=self.now,
            zone=self.site_zone,
        )
        name = "plan-leads_to" if "in_editor" in query else "leads_to"
        return super().get_context_data(found=found, more_found=more, name=name, asked=True, **kwargs)
