from __future__ import annotations

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from personas.forms import PersonaForm
from personas.models import Journey, Persona
from personas.views.vocabulary import ActiveColumn, UsageColumn, VocabularyViewSet


class PersonaFilterSet(WagtailFilterSet):
    journeys = django_filters.ModelMultipleChoiceFilter(
        label=_("Journey"), queryset=Journey.objects.all(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Persona
        fields = ["active", "kind", "market"]


class PersonaViewSet(VocabularyViewSet):
    model = Persona
    form_class = PersonaForm
    icon = "user"
    url_prefix = "planner/personas"
    menu_order = 10
    filterset_class = PersonaFilterSet
    list_display = ["name", "kind", "market", "weight", ActiveColumn(), UsageColumn()]
    search_fields = ["name", "slug", "summary"]
