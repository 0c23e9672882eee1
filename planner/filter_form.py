"""The filters as a form: what Wagtail's drilldown and its search box show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.search import SearchForm

from planner.filter_options import LABELS, SEARCH

if TYPE_CHECKING:
    from planner.filters import Filters


class FilterForm(forms.Form):
    """A list of boxes for each filter that offers something; phases stand under their journeys."""

    def __init__(self, filters: Filters) -> None:
        super().__init__(auto_id="filter_%s")
        offered: dict[str, list] = {}
        for group in filters.groups:
            options = [(option.value, option.label) for option in group.options]
            offered.setdefault(group.name, []).extend([(group.journey, options)] if group.journey else options)
        for name, choices in offered.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=LABELS[name],
                choices=choices,
                initial=filters.chosen[name],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )


def search_form(filters: Filters) -> SearchForm:
    """Wagtail's search box with what was searched for."""
    return SearchForm({SEARCH: filters.search}, placeholder=gettext_lazy("Search titles…"), auto_id="filter_%s")
