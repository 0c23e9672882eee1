"""The admin pages of occasions. A form asks only for what the chosen rule needs, so the rule is chosen first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from taggit.utils import edit_string_for_tags
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from personas.views.vocabulary import ActiveColumn, UsageColumn
from planner import access
from planner.fields import DayField, PhaseField, ThemesField
from planner.models import Occasion
from planner.models.occasion import LASTING_RULES, REQUIRED, Rule, fields_of
from planner.occasion_words import days_in_words, rule_in_words
from planner.occasions import Occurrence, next_occurrences
from planner.public_holidays import countries, countries_near, country_name, grouped_countries, names_of
from planner.views.occasion_import import ImportOccasionsView, StarterSetView
from planner.views.vocabulary import PlannedDetailView, PlannedIndexView, PlannedViewSet, TaggedForm, site_today

EXAMPLES = {
    Rule.YEARLY: gettext_lazy("Christmas on 25 December, the end of the year."),
    Rule.WEEKDAY: gettext_lazy("Mother's Day on the second Sunday of May."),
    Rule.EASTER: gettext_lazy("Easter, Ascension Day, Whitsun, carnival."),
    Rule.HOLIDAY: gettext_lazy("One public holiday of a country, or all of them."),
    Rule.DATES: gettext_lazy("A fair, a launch, an open day: one day or several."),
    Rule.CUSTOMER: gettext_lazy(
        "Two weeks after a purchase. It is never on the calendar: its content has to be there at any time. "
        "No dates of people are kept."
    ),
}

NEXT_SHOWN = 3


class OccasionForm(TaggedForm):
    """An occasion of one rule. `rule` and `country` are settled before, and only carried along."""

    first_day = DayField(label=capfirst(Occasion._meta.get_field("first_day").verbose_name))
    last_day = DayField(
        label=capfirst(Occasion._meta.get_field("last_day").verbose_name),
        required=False,
        help_text=Occasion._meta.get_field("last_day").help_text,
    )
    themes = ThemesField(
        label=gettext_lazy("Themes"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Free words, separated by commas."),
    )

    class Meta:
        model = Occasion
        fields = [
            "name",
            "rule",
            "nth",
            "weekday",
            "day",
            "month",
            "easter_offset",
            "country",
            "holiday",
            "first_day",
            "last_day",
            "customer_event",
            "customer_offset",
            "days",
            "lead_days",
            "personas",
            "phases",
            "channels",
            "themes",
            "blackout",
            "active",
        ]
        field_classes = {"phases": PhaseField}
        widgets = {
            "rule": forms.HiddenInput,
            "country": forms.HiddenInput,
            "personas": forms.CheckboxSelectMultiple,
            "phases": forms.CheckboxSelectMultiple,
            "channels": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, rule: str, country: str = "", year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= {"rule": rule}
        for name in set(self.fields) & {name for names in map(fields_of, REQUIRED) for name in names}:
            if name not in fields_of(rule):
                del self.fields[name]
        for name in REQUIRED[rule]:
            self.fields[name].required = True
        if rule not in LASTING_RULES:
            del self.fields["days"]
        if rule == Rule.CUSTOMER:
            del self.fields["blackout"], self.fields["lead_days"]
        if rule == Rule.HOLIDAY:
            self.initial |= {"country": country}
            self.fields["holiday"] = self._holiday_field(country, year)
        if self.instance.pk:
            self.initial["themes"] = edit_string_for_tags(self.instance.themes.all())

    def _holiday_field(self, country: str, year: int) -> forms.ChoiceField:
        names = names_of(country, year)
        chosen = self.instance.holiday
        if chosen and self.instance.country == country and chosen not in names:
            names.append(chosen)
        everything = _("All public holidays (%(country)s)") % {"country": country_name(country)}
        choices = [("", everything), *((name, name) for name in names)]
        return forms.ChoiceField(
            label=capfirst(Occasion._meta.get_field("holiday").verbose_name), choices=choices, required=False
        )

    def clean_rule(self) -> str:
        # Settled by the address. A form that another rule's page posted would lack fields.
        return self.initial["rule"]


class RuleChosenFirst:
    """Mixed into the views with the form: without a rule they ask for it, and they can show the next days."""

    template_name = "planner/occasions/form.html"
    choose_template_name = "planner/occasions/choose_rule.html"

    @cached_property
    def rule(self) -> str:
        """The rule asked for, else the occasion's own; "" where there is neither."""
        asked = self.request.POST.get("rule", self.request.GET.get("rule"))
        return (asked if asked in Rule.values else "") if asked is not None else self.own("rule")

    @cached_property
    def country(self) -> str:
        asked = self.request.POST.get("country", self.request.GET.get("country"))
        return (asked if asked in countries() else "") if asked is not None else self.own("country")

    def own(self, name: str) -> str:
        return getattr(getattr(self, "object", None), name, "")

    @cached_property
    def today(self) -> date:
        return site_today()

    @property
    def is_settled(self) -> bool:
        return bool(self.rule) and (self.rule != Rule.HOLIDAY or bool(self.country))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        return response if self.is_settled else self.choose()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object() if self.pk_url_kwarg in self.kwargs else None
        if not self.is_settled:
            return self.choose()
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not self.is_valid(form):
            return self.form_invalid(form)
        self.form, self.previewed = form, form.instance
        return self.render_to_response(self.get_context_data(form=form))

    def choose(self) -> HttpResponse:
        near = countries_near(settings.TIME_ZONE, settings.LANGUAGE_CODE)
        return self.response_class(
            self.request,
            self.choose_template_name,
            self.get_context_data(
                rules=[(rule, rule.label, EXAMPLES[rule]) for rule in Rule],
                country_groups=[group for group in grouped_countries(near) if group[1]],
                country=self.country or next(iter(near), ""),
            ),
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        # While the rule is still asked for, any will do: the form is not shown.
        rule = self.rule if self.is_settled else Rule.YEARLY.value
        return super().get_form_kwargs() | {"rule": rule, "country": self.country, "year": self.today.year}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = getattr(self, "previewed", None) or getattr(self, "object", None)
        context = super().get_context_data(**kwargs)
        context["rule_label"] = Rule(self.rule).label if self.rule else ""
        context["coming"] = coming(shown, self.today) if shown else None
        context["evergreen"] = self.rule == Rule.CUSTOMER
        context["previewing"] = hasattr(self, "previewed")
        return context


class OccasionCreateView(RuleChosenFirst, generic.CreateView):
    pass


class OccasionEditView(RuleChosenFirst, generic.EditView):
    pass


class OccasionIndexView(PlannedIndexView):
    # With two buttons beside it, "Add occasion" would cut the title short in Dutch.
    add_item_label = gettext_lazy("Add")
    starter_url_name: str | None = None
    import_url_name: str | None = None

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = super().header_buttons
        if self.user_has_permission("add"):
            starter, upload = reverse(self.starter_url_name), reverse(self.import_url_name)
            buttons.append(HeaderButton(_("Starter set"), url=starter, icon_name="list-ul"))
            buttons.append(HeaderButton(_("Import .ics"), url=upload, icon_name="upload"))
        return buttons

    def get_table(self, object_list: Any) -> Any:
        today = site_today()
        for occasion in object_list:
            occasion.next_in_words = next_in_words(occasion, today)
        return super().get_table(object_list)


class OccasionView(PlannedDetailView):
    """An occasion: its rule, its next days, for whom it is, and what is planned for it."""

    template_name = "planner/occasions/detail.html"
    header_icon = "date"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        items = access.visible_items(self.request.user).filter(occasion=self.object)
        return super().get_context_data(
            rule_words=rule_in_words(self.object),
            personas=list(self.object.personas.all()),
            phases=list(self.object.phases.select_related("journey")),
            channels=list(self.object.channels.all()),
            coming=coming(self.object, site_today()),
            themes=sorted(self.object.themes.names()),
            lines=self.lines(items),
            partly=not access.sees_everything(self.request.user),
            **kwargs,
        )


class OccasionViewSet(PlannedViewSet):
    model = Occasion
    icon = "date"
    url_prefix = "planner/occasions"
    menu_order = 60
    form_class = OccasionForm
    index_view_class = OccasionIndexView
    add_view_class = OccasionCreateView
    edit_view_class = OccasionEditView
    detail_view_class = OccasionView
    list_filter = ["rule", "blackout", "active", "personas"]
    list_display = [
        "name",
        Column("rule_words", label=gettext_lazy("Rule"), accessor=rule_in_words),
        Column("next", label=gettext_lazy("Next"), accessor="next_in_words"),
        Column("lead_days", label=gettext_lazy("Lead time"), accessor=lambda occasion: lead_in_words(occasion)),
        Column("blackout", label=gettext_lazy("Remark"), accessor=lambda occasion: remark(occasion)),
        ActiveColumn(),
        UsageColumn(),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {"starter_url_name": self.get_url_name("starter"), "import_url_name": self.get_url_name("import")}
        return super().get_common_view_kwargs(**{**names, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("starter-set/", self.construct_view(StarterSetView), name="starter"),
            path("import/", self.construct_view(ImportOccasionsView), name="import"),
        ]


def coming(occasion: Occasion, today: date) -> list[dict[str, Any]]:
    """The next three times of an occasion, as screens tell them."""
    found = next_occurrences(occasion, today, NEXT_SHOWN)
    return [{"days": _with_weekday(one), "title": one.title, "lead_from": one.lead_from} for one in found]


def next_in_words(occasion: Occasion, today: date) -> str:
    if occasion.is_evergreen:
        return _("At any time")
    found = next_occurrences(occasion, today, 1)
    return days_in_words(found[0].first_day, found[0].last_day) if found else _("Over")


def lead_in_words(occasion: Occasion) -> str:
    if occasion.is_evergreen or not occasion.lead_days:
        return ""
    return ngettext("%(days)s day", "%(days)s days", occasion.lead_days) % {"days": occasion.lead_days}


def remark(occasion: Occasion) -> str:
    return _("Nothing goes out") if occasion.blackout else ""


def _with_weekday(one: Occurrence) -> str:
    if one.first_day == one.last_day:
        return date_format(one.first_day, "l j F Y")
    return days_in_words(one.first_day, one.last_day)


occasion_viewset = OccasionViewSet()
