"""One run: how far it got and what it added, going on with it, and undoing it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from planner import access, classify
from planner.models import ClassificationRun, ClassifiedTag, ContentItem
from planner.models.content_item import ContentItemQuerySet
from planner.views.base import CountsInItsWords, PlannerView
from planner.views.classify.columns import LabelledColumn
from planner.views.classify.runs import runs_seen_by
from planner.views.classify.steps import CRUMB, ApplyAccess, ClassifyAccess, may_apply
from planner.views.classify.words import (
    Named,
    amount_of,
    items_named,
    progress_in_words,
    recorded_in_words,
)


def finish(request: HttpRequest, run: ClassificationRun, *, at: datetime) -> None:
    """All the remaining batches of a run, each in a transaction of its own, with a message in the end."""
    while not run.finished:
        run = classify.go_on(run, access.taggable_items(request.user), at=at)
    messages.success(request, _("%(run)s is done: %(amount)s.") % {"run": run, "amount": amount_of(run)})


class RunMixin:
    """What the pages of one run share. A run of which the reader may not know is not there."""

    step = "planner_classify:runs"
    header_icon = "tag"
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def run(self) -> ClassificationRun:
        return get_object_or_404(runs_seen_by(self.request.user), pk=self.kwargs["pk"])

    @property
    def is_mine(self) -> bool:
        """Whether the reader may go on with it: who started it, because it looks at the items that they may tag."""
        return self.run.user_id == self.request.user.pk and may_apply(self.request.user)

    @cached_property
    def may_undo(self) -> bool:
        """Whether the reader may tag all that the run changed. A run is undone whole or not at all."""
        user = self.request.user
        return may_apply(user) and (
            user.is_superuser or classify.lies_within(self.run, access.ever_taggable_items(user))
        )

    def get_page_title(self) -> str:
        return str(self.run)

    def runs_crumbs(self) -> list[dict[str, Any]]:
        return [CRUMB, {"url": reverse("planner_classify:runs"), "label": _("Runs")}]


@dataclass(frozen=True, slots=True)
class Change:
    """One item in a run, with what the run added to it."""

    item: Named
    personas: str
    phases: str
    channels: str


class RunView(RunMixin, ClassifyAccess, CountsInItsWords, BaseListingView):
    """How far a run got, and what it added to the items that the reader sees."""

    template_name = "planner/classify/run.html"
    paginate_by = 50
    verbose_name, verbose_name_plural = gettext_lazy("item"), gettext_lazy("items")
    columns = [
        TitleColumn("item", label=gettext_lazy("Title"), accessor="item.title", get_url=lambda one: one.item.url),
        LabelledColumn("personas", label=gettext_lazy("Personas")),
        LabelledColumn("phases", label=gettext_lazy("Phases")),
        LabelledColumn("channels", label=gettext_lazy("Channels")),
    ]

    @cached_property
    def items(self) -> ContentItemQuerySet:
        added = ClassifiedTag.objects.filter(run=self.run, item=OuterRef("pk"))
        return access.visible_items(self.request.user).filter(Exists(added))

    def get_base_queryset(self) -> QuerySet[ContentItem]:
        return self.items.order_by("pk")

    def paginate_queryset(self, queryset: QuerySet, page_size: int) -> tuple[Any, Any, list[Change], bool]:
        paginator, page, items, several = super().paginate_queryset(queryset, page_size)
        return paginator, page, self._changes([item.pk for item in items]), several

    def _changes(self, keys: list[int]) -> list[Change]:
        added: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        tags = self.run.added.filter(item__in=keys).select_related("persona", "phase", "channel").order_by("pk")
        for tag in tags:
            for kind in ("persona", "phase", "channel"):
                if getattr(tag, f"{kind}_id"):
                    added[tag.item_id][f"{kind}s"].append(str(getattr(tag, kind)))
        titles = items_named(keys)
        dimensions = ("personas", "phases", "channels")
        # One that was deleted since its key was read has no title.
        there = [key for key in keys if key in titles]
        return [Change(titles[key], *(", ".join(added[key][name]) for name in dimensions)) for key in there]

    def get_index_url(self) -> str:
        return reverse("planner_classify:run", args=[self.run.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, *self.runs_crumbs(), {"url": "", "label": str(self.run)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["media"] += PlannerView.media
        return context | {
            "run": self.run,
            "amount": amount_of(self.run, access.visible_items(self.request.user)),
            "rules": recorded_in_words(self.request.user, self.run.rules),
            "is_mine": self.is_mine,
            "may_undo": self.may_undo,
            "progress": progress_in_words(self.run),
        }


class GoOnView(RunMixin, ApplyAccess, PlannerView):
    """Goes on with a run of one's own: one batch for the script, all that is left for a plain form."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not self.is_mine:
            return self._refuse(
                _("Only who started %(run)s can go on with it. You can undo it, or apply the rules anew.")
                % {"run": self.run}
            )
        try:
            if request.headers.get("X-Requested-With") == "XMLHttpRequest":
                return self._one_batch()
            finish(request, self.run, at=self.now)
        except classify.AlreadyUndone as refusal:
            return self._refuse(str(refusal))
        return redirect("planner_classify:run", self.run.pk)

    def _one_batch(self) -> JsonResponse:
        run = classify.go_on(self.run, access.taggable_items(self.request.user), at=self.now)
        if run.finished:
            text = _("%(run)s is done: %(amount)s.") % {"run": run, "amount": amount_of(run)}
            messages.success(self.request, text)
        return JsonResponse(
            {
                "done": run.items_done,
                "total": run.items_total,
                "words": progress_in_words(run),
                "finished": run.finished,
            }
        )

    def _refuse(self, why: str) -> HttpResponse:
        if self.request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return JsonResponse({"refused": why}, status=409)
        messages.error(self.request, why)
        return redirect("planner_classify:run", self.run.pk)


class UndoView(RunMixin, ApplyAccess, PlannerView):
    """Undoes a run, after a question that says what goes and what stays."""

    template_name = "planner/classify/undo.html"
    page_subtitle = gettext_lazy("Undo")

    def crumbs(self) -> list[dict[str, Any]]:
        return [
            *self.runs_crumbs(),
            {"url": reverse("planner_classify:run", args=[self.run.pk]), "label": str(self.run)},
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, *self.crumbs(), {"url": "", "label": self.page_subtitle}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refusal := self._refusal():
            messages.error(request, refusal)
            return redirect("planner_classify:run", self.run.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.run, undone=classify.foresee_undo(self.run), **kwargs)

    def _refusal(self) -> str:
        if self.run.undone_at:
            return _("%(run)s was undone already. Apply the rules again to make a new run.") % {"run": self.run}
        if not self.may_undo:
            return _(
                "%(run)s changed content that you may not tag. A run is undone whole: ask somebody who may tag all of "
                "it."
            ) % {"run": self.run}
        return ""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            # Locked before the question whether all of it may be tagged: a batch that comes in between adds to it. And
            # read anew: whoever waits for the lock may wait for somebody else's undo.
            self.run = ClassificationRun.objects.select_for_update().get(pk=self.run.pk)
            refusal = self._refusal()
            undone = None if refusal else classify.undo(self.run, user=request.user, at=self.now)
        if undone is None:
            messages.error(request, refusal)
        else:
            text = _("%(run)s is undone. Removed: %(removed)s.") % {"run": self.run, "removed": undone.removed}
            if undone.kept:
                kept = _("Kept because a person set them since: %(kept)s.") % {"kept": undone.kept}
                text = f"{text} {kept}"
            messages.success(request, text)
        return redirect("planner_classify:run", self.run.pk)
