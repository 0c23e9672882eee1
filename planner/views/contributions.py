"""What each team and each channel contributes to a journey, phase by phase: where silos show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner import conf
from planner.contributions import read_contributions
from planner.views.as_of import AsOfView
from planner.views.journey_screen import OfOneJourney


class ContributionsView(OfOneJourney, AsOfView):
    """A table of the teams of a journey, and one of its channels."""

    template_name = "planner/coverage/contributions.html"
    page_title = gettext_lazy("Teams and channels")
    header_icon = "group"

    @property
    def back(self) -> str:
        day = "" if self.is_about_now else f"&as_of={self.day.isoformat()}"
        return f"{reverse('planner_coverage:index')}?journey={self.scope.journey.slug}{day}"

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": self.back, "label": _("Coverage")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = self.scope.targets.question(conf.question(at=self.at, now=self.now))
        found = read_contributions(self.request.user, question, self.scope)
        limit = self.scope.targets.limit("SILO")
        own = {"scope": self.scope, "journey": self.scope.journey, "live": found.live, "largest": round(100 * limit)}
        own |= {
            name: [(one, one.has_too_much(limit)) for one in rows]
            for name, rows in (("teams", found.teams), ("channels", found.channels))
        }
        return super().get_context_data(**kwargs | own, back=self.back)
