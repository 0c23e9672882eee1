"""The list of runs: who applied which rules when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.generic.base import BaseListingView

from planner import access
from planner.models import ClassificationRun, ClassifiedTag
from planner.views.base import CountsInItsWords, PlannerView
from planner.views.classify.columns import LabelledColumn
from planner.views.classify.steps import CRUMB, ClassifyAccess
from planner.views.classify.words import amount, recorded_in_words, state_of

RULES_NAMED = 3
"""As many rules of a run as the list spells out."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One run in the list, as far as its reader may know."""

    pk: int
    name: str
    at: datetime
    user: Any
    contents: str
    rules: str
    state: str


def runs_seen_by(user: Any) -> QuerySet[ClassificationRun]:
    """The runs that a user may know of: their own, and those that changed something they see. No query of its own."""
    runs = ClassificationRun.objects.select_related("user", "undone_by")
    if access.sees_everything(user):
        return runs
    seen = ClassifiedTag.objects.filter(run=OuterRef("pk"), item__in=access.visible_items(user).values("pk"))
    return runs.filter(Q(user=user) | Exists(seen))


class RunsView(ClassifyAccess, CountsInItsWords, BaseListingView):
    """The runs that the reader may know of, the latest first. Only what they may see is counted."""

    step = "planner_classify:runs"
    template_name = "planner/classify/runs.html"
    page_title = gettext_lazy("Classify content")
    page_subtitle = gettext_lazy("Runs")
    header_icon = "tag"
    index_url_name = "planner_classify:runs"
    paginate_by = 30
    verbose_name, verbose_name_plural = gettext_lazy("run"), gettext_lazy("runs")
    columns = [
        TitleColumn("name", label=gettext_lazy("Run"), url_name="planner_classify:run", width="10%"),
        DateColumn("at", label=gettext_lazy("When")),
        UserColumn("user", label=gettext_lazy("Who"), blank_display_name=gettext_lazy("A command")),
        LabelledColumn("contents", label=gettext_lazy("Added")),
        LabelledColumn("rules", label=gettext_lazy("Rules")),
        LabelledColumn("state", label=gettext_lazy("Status")),
    ]

    def get_base_queryset(self) -> QuerySet[ClassificationRun]:
        return runs_seen_by(self.request.user)

    def paginate_queryset(self, queryset: QuerySet, page_size: int) -> tuple[Any, Any, list[Listed], bool]:
        paginator, page, runs, several = super().paginate_queryset(queryset, page_size)
        return paginator, page, self._listed(list(runs)), several

    def _listed(self, runs: list[ClassificationRun]) -> list[Listed]:
        """The runs of one page, with one query for their numbers and two for the names in their rules."""
        seen = access.visible_items(self.request.user).order_by().values("pk")
        added = ClassifiedTag.objects.filter(run__in=runs, item__in=seen).order_by()
        counted = added.values("run").annotate(tags=Count("pk"), items=Count("item", distinct=True))
        numbers = {one["run"]: (one["tags"], one["items"]) for one in counted}
        words = self._rules([run.rules for run in runs])
        return [
            Listed(
                pk=run.pk,
                name=str(run),
                at=run.created_at,
                user=run.user,
                contents=amount(*numbers.get(run.pk, (0, 0))),
                rules="; ".join(filter(None, [run.note, rules])),
                state=self._state(run),
            )
            for run, rules in zip(runs, words, strict=True)
        ]

    def _rules(self, records: list[list[dict[str, Any]]]) -> list[str]:
        named = iter(recorded_in_words(self.request.user, [one for some in records for one in some[:RULES_NAMED]]))
        words = []
        for some in records:
            shown = [next(named) for _one in some[:RULES_NAMED]]
            if more := len(some) - len(shown):
                shown.append(ngettext("%(count)s more rule", "%(count)s more rules", more) % {"count": more})
            words.append("; ".join(shown))
        return words

    def _state(self, run: ClassificationRun) -> str:
        if run.undone_at and run.undone_by:
            name = run.undone_by.get_full_name() or run.undone_by.get_username()
            return _("Undone by %(user)s") % {"user": name}
        return state_of(run)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, CRUMB, {"url": "", "label": self.page_subtitle}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["media"] += PlannerView.media
        return context
