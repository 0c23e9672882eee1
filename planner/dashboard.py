"""The planner's panel on the admin's home page: what is overdue, and the most pressing gaps."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from planner import access, conf
from planner.gaps import Gap
from planner.report import make_report, overdue_items

SHOWN = 5


class PlannerPanel(Component):
    """Five overdue items and the five highest gaps, of what this user may see."""

    name = "planner"
    template_name = "planner/dashboard/panel.html"
    order = 120

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def media(self) -> Media:
        return Media(css={"all": ["planner/planner.css"]})

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user, now = self.request.user, timezone.now()
        question = conf.question(at=now, now=now)
        overdue = [record for record, _tags in overdue_items(access.visible_items(user), question)]
        overdue.sort(key=lambda record: record.facts.aim)
        return {
            "overdue": overdue[:SHOWN],
            "overdue_more": max(len(overdue) - SHOWN, 0),
            "partly": not access.sees_everything(user),
            "gaps": top_gaps(make_report(user, question).gaps),
        }


def panels_for(request: HttpRequest) -> list[PlannerPanel]:
    """The planner's panels for this reader: none for whom the planner is empty anyway."""
    return [PlannerPanel(request)] if access.may_use_planner(request.user) else []


def top_gaps(gaps: list[Gap]) -> list[Gap]:
    """The highest gaps, without overdue items: those stand above them."""
    return [gap for gap in gaps if gap.code != "OVERDUE"][:SHOWN]
