"""What the rules would do, and the button that does it. The preview writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from planner import access, classify
from planner.models import ClassificationRun, TagRule
from planner.models.content_item import ContentItemQuerySet
from planner.views.base import PlannerView
from planner.views.classify.run import finish
from planner.views.classify.steps import CRUMB, ClassifyAccess, may_apply
from planner.views.classify.words import Named, SectionNames, all_rules, items_named

NONE = "none"
"""Stands in the address for no rule at all: no `rule` there means all of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in the preview. A rule that is not chosen has no numbers."""

    rule: TagRule
    words: str
    url: str
    chosen: bool
    found: classify.RuleCount | None
    samples: list[Named]


class PreviewView(ClassifyAccess, PlannerView):
    """The numbers of the chosen rules, over the items that the reader may tag. A POST applies them, or counts again."""

    step = "planner_classify:preview"
    template_name = "planner/classify/preview.html"
    page_title = gettext_lazy("Classify content")
    page_subtitle = gettext_lazy("Preview and apply")
    header_icon = "tag"

    def crumbs(self) -> list[dict[str, Any]]:
        return [CRUMB]

    @cached_property
    def items(self) -> ContentItemQuerySet:
        return access.taggable_items(self.request.user)

    @cached_property
    def rules(self) -> list[TagRule]:
        return all_rules()

    def chosen(self, values: list[str]) -> list[TagRule]:
        """The rules that an address or a form names; a rule that does not exist (any more) is none."""
        return [rule for rule in self.rules if str(rule.pk) in set(values)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.getlist("rule")
        chosen = self.chosen(asked) if asked else self.rules
        found = classify.preview(self.items, chosen)
        return super().get_context_data(
            lines=self._lines(found),
            found=found,
            chosen=",".join(str(rule.pk) for rule in chosen),
            fingerprint=classify.fingerprint(chosen),
            all_chosen=len(chosen) == len(self.rules),
            key=uuid4(),
            limited=self.items.count() < access.visible_items(self.request.user).count(),
            **kwargs,
        )

    def _lines(self, found: classify.Preview) -> list[Line]:
        counts = {one.rule.pk: one for one in found.rules}
        titles = items_named(key for one in found.rules for key in one.samples)
        names = SectionNames.of(self.request.user, self.rules)
        return [
            Line(
                rule=rule,
                words=names.rule(rule),
                url=reverse("tagrule:edit", args=[rule.pk]),
                chosen=rule.pk in counts,
                found=counts.get(rule.pk),
                samples=[titles[key] for key in counts[rule.pk].samples if key in titles] if rule.pk in counts else [],
            )
            for rule in self.rules
        ]

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen(request.POST.getlist("rule"))
        if "apply" not in request.POST:
            return redirect(self._address(chosen))
        if not may_apply(request.user):
            messages.error(
                request, _("You may look at the rules but not apply them: that takes the right to change them.")
            )
            return redirect(self._address(chosen))
        if {str(rule.pk) for rule in chosen} != set(filter(None, request.POST.get("previewed", "").split(","))):
            messages.warning(
                request, _("These are the numbers of the rules that you ticked just now. Apply them if they are right.")
            )
            return redirect(self._address(chosen))
        if classify.fingerprint(chosen) != request.POST.get("fingerprint"):
            text = _(
                "A rule was changed since you looked, and nothing is applied. These are the numbers of the rules as "
                "they are now. Apply them if they are right."
            )
            messages.warning(request, text)
            return redirect(self._address(chosen))
        return self._apply(chosen)

    def _apply(self, chosen: list[TagRule]) -> HttpResponse:
        key = _key(self.request.POST.get("key", ""))
        run = classify.started(self.request.user, key)
        if run is None and not classify.preview(self.items, chosen).additions:
            messages.warning(self.request, _("The rules had nothing to add."))
            return redirect(self._address(chosen))
        run = run or classify.start(self.items, chosen, user=self.request.user, at=self.now, key=key)
        if run.undone_at:
            return self._used_up(run, chosen)
        address = reverse("planner_classify:run", args=[run.pk])
        if "at_once" in self.request.POST:
            try:
                finish(self.request, run, at=self.now)
            except classify.AlreadyUndone:
                return self._used_up(run, chosen)
            return redirect(address)
        # The script of that page goes on by itself where it finds this; a reload leaves it to the person.
        return redirect(f"{address}#go-on")

    def _used_up(self, run: ClassificationRun, chosen: list[TagRule]) -> HttpResponse:
        # Such as a preview to which the browser's Back led.
        text = _(
            "That preview was applied before, as %(run)s, which was undone. Nothing is applied now. These are the "
            "numbers as they are: apply the rules again if they are right."
        )
        messages.warning(self.request, text % {"run": run})
        return redirect(self._address(chosen))

    def _address(self, chosen: list[TagRule]) -> str:
        address = reverse("planner_classify:preview")
        if len(chosen) == len(self.rules):
            return address
        return f"{address}?{urlencode([('rule', rule.pk) for rule in chosen] or [('rule', NONE)])}"


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
