"""What is there: the tags, types and sections of what the reader may see, each with what it means so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Q
from django.forms import Media
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import BaseListingView

from personas.models import Journey
from planner import access, classify, conf
from planner.classify import Found
from planner.coverage import Coverage, Question, count
from planner.models import TagRule
from planner.models.content_item import ContentItemQuerySet
from planner.schedule import Approvals, approvals
from planner.untagged import Rank, type_names, untagged_items
from planner.views.base import CountsInItsWords
from planner.views.classify.columns import LabelledNumber, LinksColumn
from planner.views.classify.steps import CRUMB, ClassifyAccess, may_add
from planner.views.classify.words import Named, SectionNames, all_rules, items_named


@dataclass(slots=True)
class Line:
    """One tag, type or section in the list."""

    key: str  # as the form of a rule takes it
    label: str
    count: int
    unclassified: int
    sample_keys: list[int]
    samples: list[Named] = field(default_factory=list)
    rules: list[Named] = field(default_factory=list)
    new_rule: str = ""


class RulesFilterSet(WagtailFilterSet):
    """The lines are no queryset: the view reads the choice itself."""

    rules = django_filters.ChoiceFilter(
        label=_("Rules"), choices=[("none", _("No rule yet")), ("some", _("Has a rule"))]
    )

    class Meta:
        model = TagRule
        fields: list[str] = []


class NewRuleColumn(Column):
    cell_template_name = "planner/classify/new_rule_cell.html"


class InventoryView(ClassifyAccess, CountsInItsWords, BaseListingView):
    """A list of one kind, to be searched and filtered. Its queries do not depend on the number of lines."""

    step = "planner_classify:index"
    template_name = "planner/classify/inventory.html"
    page_title = _("Classify content")
    header_icon = "tag"
    paginate_by = 50
    is_searchable = True
    filterset_class = RulesFilterSet
    default_ordering = "-count"
    rule_field = ""  # the condition that a new rule starts with
    label = ""
    kinds = (
        ("planner_classify:index", _("By tag")),
        ("planner_classify:types", _("By type")),
        ("planner_classify:sections", _("By section")),
    )

    def found(self) -> list[Line]:
        """All lines, without what their rules say."""
        raise NotImplementedError

    @property
    def index_results_url_name(self) -> str:
        return "planner_classify:results" if self.rule_field == "tag" else f"{self.index_url_name}_results"

    @cached_property
    def items(self) -> ContentItemQuerySet:
        return access.visible_items(self.request.user)

    @cached_property
    def rules_by_key(self) -> dict[str, list[TagRule]]:
        rules = defaultdict(list)
        for rule in all_rules():
            attribute = self.rule_field if self.rule_field == "tag" else f"{self.rule_field}_id"
            if key := getattr(rule, attribute):
                rules[str(key)].append(rule)
        return rules

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            Column("label", label=self.label, sort_key="label", classname="title"),
            LabelledNumber("count", label=_("Items"), sort_key="count"),
            LabelledNumber("unclassified", label=_("Unclassified"), sort_key="unclassified"),
            LinksColumn("samples", label=_("For example")),
            LinksColumn("rules", label=_("Means")),
        ]
        if may_add(self.request.user):
            columns.append(NewRuleColumn("new_rule", label=_("Rule")))
        return columns

    def get_base_queryset(self) -> list[Line]:
        return self.found()

    def order_queryset(self, queryset: list[Line]) -> list[Line]:
        name = self.ordering.removeprefix("-")
        by_label = sorted(queryset, key=lambda line: line.label.casefold())
        return sorted(by_label, key=lambda line: getattr(line, name), reverse=self.ordering.startswith("-"))

    def filter_queryset(self, queryset: list[Line]) -> list[Line]:
        if not self.filters.is_valid():
            return []
        wanted = self.filters.form.cleaned_data["rules"]
        if not wanted:
            return queryset
        return [line for line in queryset if bool(self.rules_by_key.get(line.key)) == (wanted == "some")]

    def search_queryset(self, queryset: list[Line]) -> list[Line]:
        asked = self.search_query.casefold().strip()
        tag = classify.normalise(asked)
        return [line for line in queryset if asked in line.label.casefold() or tag and tag in line.key]

    def paginate_queryset(self, queryset: list[Line], page_size: int) -> tuple[Any, Any, list[Line], bool]:
        paginator, page, lines, several = super().paginate_queryset(queryset, page_size)
        self.complete(lines)
        return paginator, page, lines, several

    def complete(self, lines: Iterable[Line]) -> None:
        """Gives the lines of one page their samples and rules: four queries for all of them."""
        titles = items_named(key for line in lines for key in line.sample_keys)
        rules = {line.key: self.rules_by_key.get(line.key, []) for line in lines}
        names = SectionNames.of(self.request.user, (rule for some in rules.values() for rule in some))
        for line in lines:
            line.samples = [titles[key] for key in line.sample_keys if key in titles]
            line.rules = [Named(names.rule(rule), reverse("tagrule:edit", args=[rule.pk])) for rule in rules[line.key]]
            if line.key:
                line.new_rule = f"{reverse('tagrule:add')}?{urlencode({self.rule_field: line.key})}"

    @cached_property
    def question(self) -> Question:
        return conf.question(at=self.now, now=self.now)

    @cached_property
    def phases(self) -> list[int]:
        return list(Journey.objects.active().filter(phases__isnull=False).values_list("phases", flat=True))

    @cached_property
    def approved(self) -> Approvals:
        return approvals()

    @cached_property
    def unclassified(self) -> set[int]:
        """The keys of the live items that count in no cell, as many as `share` says."""
        untagged = untagged_items(self.items, self.question, phases=self.phases, approved=self.approved)
        live = untagged.filter(rank__in=[Rank.FRESH, Rank.LIVE])
        return set(live.filter(Q(lacks_persona=1) | Q(lacks_phase=1)).values_list("pk", flat=True))

    @cached_property
    def share(self) -> Coverage:
        """How much of what this reader may see counts in no cell, as the report of untagged content says it."""
        return count(self.items, self.question, phases=self.phases, approved=self.approved)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {**CRUMB, "url": ""}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        kinds = [(label, reverse(name), name == self.index_url_name) for name, label in self.kinds]
        if not self.results_only:
            context["share"] = self.share
        context["media"] += Media(css={"all": ["planner/planner.css"]})
        return context | {"kinds": kinds}


class TagsView(InventoryView):
    index_url_name = "planner_classify:index"
    rule_field, label = "tag", pgettext_lazy("a keyword", "Tag")
    verbose_name, verbose_name_plural = _("tag"), _("tags")

    def found(self) -> list[Line]:
        return [_line(one, one.subject, one.subject) for one in classify.tags_in_use(self.items, self.unclassified)]


class TypesView(InventoryView):
    index_url_name = "planner_classify:types"
    rule_field, label = "content_type", _("Type")
    verbose_name, verbose_name_plural = _("type"), _("types")

    def found(self) -> list[Line]:
        types = classify.types_in_use(self.items, self.unclassified)
        names = type_names({one.subject for one in types})
        return [_line(one, str(one.subject or ""), str(names[one.subject])) for one in types]


class SectionsView(InventoryView):
    index_url_name = "planner_classify:sections"
    rule_field, label = "section", _("Section")
    verbose_name, verbose_name_plural = _("section"), _("sections")

    def found(self) -> list[Line]:
        sections = classify.sections_in_use(self.items, self.request.user, self.unclassified)
        return [
            _line(one, str(one.subject.pk), one.subject.draft_title)
            if one.subject
            else _line(one, "", gettext("Directly below the home page"))
            for one in sections
        ]


def _line(one: Found, key: str, label: str) -> Line:
    return Line(key, label, one.count, one.unclassified, one.samples)
