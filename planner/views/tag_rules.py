"""The admin pages of the classification rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import swapper
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.forms import Media
from django.urls import URLPattern, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import AbstractPage, Site

from personas.models import Phase
from planner import access
from planner.fields import PhasesByJourney
from planner.models import TagRule
from planner.views.classify.steps import CRUMB, steps
from planner.views.classify.words import SectionNames

LONGEST_KEY = 18
"""Digits: a longer number is no key of any database."""

LEVELS = 3
"""As many levels of the tree as the choice of a section offers, the home page included."""


def phase_in_journey(phase: Phase | None) -> str:
    """The phase and its journey: several journeys may have a phase of one name. Empty where there is none."""
    return f"{phase.journey} · {phase}" if phase else ""


class OnePhaseByJourney(PhasesByJourney):
    """The same with "none" in front: a field of many choices needs none."""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield "", self.field.empty_label
        yield from super().__iter__()


class PhaseField(forms.ModelChoiceField):
    iterator = OnePhaseByJourney


class TypeField(forms.ModelChoiceField):
    def label_from_instance(self, content_type: ContentType) -> str:
        return capfirst(content_type.name)


class SectionField(forms.ModelChoiceField):
    """Pages, indented as in the tree. Wagtail's own chooser needs an inline script, which a strict policy refuses."""

    unseen = ""  # what every choice is called for somebody who may not see it

    def label_from_instance(self, page: AbstractPage) -> str:
        if self.unseen:
            return self.unseen
        return "– " * max(page.depth - 2, 0) + (page.draft_title or page.title)


def sections_offered(user: Any, *, also: tuple[int, ...] = ()) -> QuerySet[AbstractPage]:
    """The pages that a rule may have for a section: what holds other pages, near the top of a site, and is seen.

    `also`: keys to offer wherever they stand, as far as the user sees them. One query, for the sites' home pages.
    """
    Page = swapper.load_model("wagtailcore", "Page")
    pages = Page.objects.filter(depth__gt=1, alias_of__isnull=True).order_by("path")
    tops = Site.objects.values_list("root_page__depth", flat=True)
    near_the_top = Q(numchild__gt=0, depth__lt=min(tops, default=2) + LEVELS)
    if access.sees_everything(user):
        return pages.filter(near_the_top | Q(pk__in=also))
    own = access.paths_of(user)[: access.PREFIXES_PER_CONDITION]
    mine = Q(pk__in=[])
    for path in own:
        mine |= Q(path__startswith=path)
    return pages.filter(mine & (near_the_top | Q(path__in=own) | Q(pk__in=also)))


def types_offered(user: Any, *, also: int | None) -> QuerySet[ContentType]:
    """The types of what the user sees. One query for the list itself."""
    items = access.visible_items(user).order_by()
    seen = Q(pk__in=items.values("page__content_type")) | Q(pk__in=items.values("content_type"))
    return ContentType.objects.filter(seen | Q(pk=also)).order_by("app_label", "model")


class TagRuleForm(WagtailAdminModelForm):
    """A rule whose section this user may not see keeps it: they neither read its name nor take it off."""

    content_type = TypeField(label=_("Type"), queryset=ContentType.objects.none(), required=False)
    section = SectionField(label=_("Section"), queryset=None, required=False)
    phase = PhaseField(label=_("Phase"), queryset=Phase.objects.select_related("journey"), required=False)

    class Meta:
        model = TagRule
        fields = ["tag", "content_type", "section", "url", "persona", "phase", "channel"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section, kept = self.fields["section"], self.instance.section
        section.help_text = TagRule._meta.get_field("section").help_text
        asked = str(self.data.get(self.add_prefix("section")) or self.initial.get("section") or "")
        also = (int(asked),) if asked.isdecimal() and len(asked) <= LONGEST_KEY else ()
        section.queryset = sections_offered(self.for_user, also=also)
        if kept and not access.sees_page(self.for_user, kept):
            section.queryset = type(kept).objects.filter(pk=kept.pk)
            section.unseen, section.disabled = gettext("a section you may not see"), True
        types = self.fields["content_type"]
        types.queryset = types_offered(self.for_user, also=self.instance.content_type_id)
        types.help_text = _("The type of page or snippet.")


class RuleWords:
    """Names the rule of a page in words for its reader: a rule's own text leaves out the title of its section."""

    request: Any

    def words(self, rule: TagRule) -> str:
        return SectionNames.of(self.request.user, [rule]).rule(rule)


class TagRuleIndexView(generic.IndexView):
    page_title = _("Rules")
    add_item_label = _("New rule")

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        return [
            title("conditions", label=_("Content with"), sort_key="tag", get_url=self.get_edit_url),
            Column("persona", label=_("Persona"), accessor=lambda rule: rule.persona or ""),
            Column("phase", label=_("Phase"), accessor=lambda rule: phase_in_journey(rule.phase)),
            Column("channel", label=_("Channel"), accessor=lambda rule: rule.channel or ""),
        ]

    def get_base_queryset(self) -> QuerySet[TagRule]:
        rules = super().get_base_queryset()
        return rules.select_related("persona", "phase__journey", "channel", "content_type")

    def paginate_queryset(self, queryset: QuerySet[TagRule], page_size: int) -> tuple[Any, Any, list[TagRule], bool]:
        paginator, page, rules, several = super().paginate_queryset(queryset, page_size)
        rules = list(rules)
        names = SectionNames.of(self.request.user, rules)
        for rule in rules:
            rule.conditions = names.rule(rule).rpartition(" → ")[0]
        return paginator, page, rules, several

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["media"] += Media(css={"all": ["planner/planner.css"]})
        return context | {"steps": steps("tagrule:index")}


class TagRuleCreateView(RuleWords, generic.CreateView):
    """A new rule. The address may bring its first condition: ?tag=…, ?content_type=…, ?section=…, ?url=…"""

    def get_initial(self) -> dict[str, str]:
        wanted = TagRuleForm._meta.fields
        return {name: self.request.GET[name].replace("\0", "") for name in wanted if self.request.GET.get(name)}

    def get_success_buttons(self) -> list[Any]:
        preview = f"{reverse('planner_classify:preview')}?rule={self.object.pk}"
        return [messages.button(preview, gettext("Preview")), *super().get_success_buttons()]

    def get_success_message(self, instance: TagRule) -> str:
        return gettext("The rule “%(rule)s” is made. It changes nothing until it is applied.") % {
            "rule": self.words(instance)
        }


class TagRuleEditView(RuleWords, generic.EditView):
    def get_page_subtitle(self) -> str:
        return self.words(self.object)

    def get_success_buttons(self) -> list[Any]:
        preview = f"{reverse('planner_classify:preview')}?rule={self.object.pk}"
        return [messages.button(preview, gettext("Preview")), *super().get_success_buttons()]

    def get_success_message(self) -> str:
        return gettext("The rule “%(rule)s” is saved. It changes nothing until it is applied.") % {
            "rule": self.words(self.object)
        }


class TagRuleDeleteView(RuleWords, generic.DeleteView):
    def get_page_subtitle(self) -> str:
        return self.words(self.object)

    @cached_property
    def confirmation_message(self) -> str:
        return gettext("Delete this rule? What it added so far stays: undo the run to take that off.")


class TagRuleViewSet(ModelViewSet):
    model = TagRule
    index_view_class = TagRuleIndexView
    add_view_class = TagRuleCreateView
    edit_view_class = TagRuleEditView
    delete_view_class = TagRuleDeleteView
    index_template_name = "planner/classify/rules.html"
    index_results_template_name = "planner/classify/rules_results.html"
    create_template_name = "planner/classify/new_rule.html"
    edit_template_name = "planner/classify/edit_rule.html"
    icon = "tag"
    url_prefix = "planner/rules"
    # Reached through "Classify content", of which it is a step.
    add_to_admin_menu = False
    copy_view_enabled = False
    list_per_page = 50
    list_filter = ["persona", "phase", "channel"]
    # Not the section's title: a search for it would tell what somebody may not see.
    search_fields = ["tag", "url", "persona__name", "phase__name", "channel__name"]

    def get_form_class(self, for_update: bool = False) -> type[TagRuleForm]:  # noqa: FBT001, FBT002  (Wagtail's signature)
        return TagRuleForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        home = {"url": reverse_lazy("wagtailadmin_home"), "label": _("Home")}
        return super().get_common_view_kwargs(**{"breadcrumbs_items": [home, CRUMB], "usage_url_name": None, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]


tag_rule_viewset = TagRuleViewSet()
