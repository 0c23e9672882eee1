"""The admin pages of series, and the page of one with its parts: promised, planned, missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, UserColumn
from wagtail.admin.views import generic

from personas.forms import VocabularyForm
from personas.views.vocabulary import ActiveColumn, UsageColumn
from planner import access
from planner.campaigns import Part
from planner.fields import DayField, OwnerField
from planner.idea_form import new_idea_url
from planner.models import PromisedPart, Series
from planner.parts import standing_of
from planner.views.vocabulary import PlannedDetailView, PlannedIndexView, PlannedViewSet, TaggedForm, site_today


@dataclass(slots=True)
class NumberedPart:
    """One part as its page shows it: as it was promised, and the content that has its number."""

    number: int
    promise: Part | None  # None: nobody promised it
    lines: list[dict[str, Any]] = field(default_factory=list)
    missing: bool = False  # it was promised, and the reader sees no content of it
    is_late: bool = False  # it is missing for certain, and its day has passed
    plan_url: str = ""  # where it is planned, by whoever may


class SeriesForm(TaggedForm, VocabularyForm):
    first_part_on = DayField(
        label=capfirst(Series._meta.get_field("first_part_on").verbose_name),
        required=False,
        help_text=Series._meta.get_field("first_part_on").help_text,
    )

    class Meta:
        model = Series
        fields = ["name", "slug", "cadence", "first_part_on", "parts", "owner", "active"]
        field_classes = {"owner": OwnerField}


class PromisedPartForm(forms.ModelForm):
    promised_on = DayField(label=capfirst(PromisedPart._meta.get_field("promised_on").verbose_name), required=False)

    class Meta:
        model = PromisedPart
        fields = ["number", "promised_on", "title"]


PromiseFormSet = forms.inlineformset_factory(
    Series, PromisedPart, form=PromisedPartForm, extra=3, can_delete=True, max_num=200
)


class WithPromises:
    """Mixed into the views with the form: the dates of single parts stand below it, and are saved with it."""

    template_name = "planner/series/form.html"

    @cached_property
    def promises(self) -> forms.BaseInlineFormSet:
        series = getattr(self, "object", None) or Series()
        return PromiseFormSet(self.request.POST or None, instance=series, prefix="promises")

    def is_valid(self, form: forms.ModelForm) -> bool:
        # Both are asked, so that all errors show at once.
        promises = self.promises.is_valid()
        if not promises:
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
        return super().is_valid(form) and promises

    @transaction.atomic
    def save_instance(self) -> Series:
        series = super().save_instance()
        self.promises.instance = series
        self.promises.save()
        return series

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(promises=self.promises, **kwargs)


class SeriesCreateView(WithPromises, generic.CreateView):
    pass


class SeriesEditView(WithPromises, generic.EditView):
    pass


class SeriesIndexView(PlannedIndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("owner")

    def get_table(self, object_list: Any) -> Any:
        keys = [series.pk for series in object_list]
        standings = standing_of(self.request.user, Series.objects.filter(pk__in=keys))
        unseen = _("%(count)s without content that you may see")
        text = "%(count)s" if access.sees_everything(self.request.user) else unseen
        missing = {one.series.pk: text % {"count": len(one.missing)} if one.missing else "" for one in standings}
        for series in object_list:
            series.missing_parts = missing[series.pk]
        return super().get_table(object_list)


class SeriesView(PlannedDetailView):
    """One series: each part with the day it was promised for and the content that has its number."""

    template_name = "planner/series/detail.html"
    header_icon = "list-ol"

    @cached_property
    def partly(self) -> bool:
        """Whether a part that seems missing may be planned where this reader may not look."""
        return not access.sees_everything(self.request.user)

    def parts(self) -> list[NumberedPart]:
        items = access.visible_items(self.request.user).filter(series=self.object)
        numbers = dict(items.values_list("pk", "series_part"))
        standing = standing_of(self.request.user, Series.objects.filter(pk=self.object.pk))[0]
        parts = {promise.number: NumberedPart(promise.number, promise) for promise in standing.promised}
        for line in self.lines(items):
            number = numbers[line["record"].item_id]
            parts.setdefault(number, NumberedPart(number, None)).lines.append(line)
        may_plan = self.object.active and access.may_plan(self.request.user)
        for promise in standing.missing:
            parts[promise.number].missing = True
            parts[promise.number].plan_url = self.plan_url(promise) if may_plan else ""
            parts[promise.number].is_late = not self.partly and promise.is_late(site_today())
        return [parts[number] for number in sorted(parts)]

    def plan_url(self, promise: Part) -> str:
        day = promise.promised_on.isoformat() if promise.promised_on else ""
        return new_idea_url(self.request, series=promise.series.slug, part=str(promise.number), day=day)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        series, parts = self.object, self.parts()
        return super().get_context_data(
            cadence=series.get_cadence_display() if series.cadence else "",
            owner=series.owner.get_full_name() or series.owner.get_username() if series.owner else "",
            parts=parts,
            missing=[] if self.partly else [part for part in parts if part.missing],
            partly=self.partly,
            **kwargs,
        )


class SeriesViewSet(PlannedViewSet):
    model = Series
    icon = "list-ol"
    url_prefix = "planner/series"
    menu_order = 50
    form_class = SeriesForm
    index_view_class = SeriesIndexView
    add_view_class = SeriesCreateView
    edit_view_class = SeriesEditView
    detail_view_class = SeriesView
    list_filter = ["cadence", "active"]
    list_display = [
        "name",
        "cadence",
        Column("missing", label=_("Parts not planned"), accessor="missing_parts"),
        UserColumn("owner", label=_("Owner"), blank_display_name=_("No owner")),
        ActiveColumn(),
        UsageColumn(),
    ]
    search_fields = ["name", "slug"]


series_viewset = SeriesViewSet()
