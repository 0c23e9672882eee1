from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, Table, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from personas.evidence import old_after, trust_of
from personas.models import Journey, Motive, Persona, Relationship
from personas.pages import page_of
from personas.persona_form import PersonaForm
from personas.views.persona_transfer import ExportPersonaView, ImportPersonaView
from personas.views.vocabulary import (
    ActiveColumn,
    UsageColumn,
    VocabularyIndexView,
    VocabularyViewSet,
)


class PersonaFilterSet(WagtailFilterSet):
    journeys = django_filters.ModelMultipleChoiceFilter(
        label=_("Journey"), queryset=Journey.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    relationships = django_filters.ChoiceFilter(
        label=_("Relationship"), choices=Relationship.choices, method="with_pick", widget=forms.RadioSelect
    )
    motives = django_filters.ChoiceFilter(
        label=_("Motives"), choices=Motive.choices, method="with_pick", widget=forms.RadioSelect
    )

    class Meta:
        model = Persona
        fields = ["active", "kind", "market"]

    def with_pick(self, queryset: QuerySet[Persona], name: str, value: str) -> QuerySet[Persona]:
        """Those who have this code in their list. There are few personas, and SQLite cannot look into JSON lists."""
        picks = queryset.order_by().values_list("pk", name)
        return queryset.filter(pk__in=[pk for pk, codes in picks if value in codes])


class TrustColumn(Column):
    """Whether a persona rests on evidence. The index view fills it, for the whole page at once."""

    cell_template_name = "personas/trust_cell.html"

    def __init__(self) -> None:
        super().__init__("trust", label=_("Rests on"))


class PersonaIndexView(VocabularyIndexView):
    """The personas, each with what it rests on; a name leads to the persona's page, where somebody built one."""

    export_file_url_name: str | None = None
    import_file_url_name: str | None = None

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = super().header_buttons
        if self.user_has_permission("add") and self.user_has_permission("change"):
            url = reverse(self.import_file_url_name)
            buttons.append(HeaderButton(gettext("Import a persona"), url=url, icon_name="upload"))
        return buttons

    def get_table(self, object_list: Iterable[Persona]) -> Table:
        day = timezone.localdate()
        trusted = trust_of([persona.pk for persona in object_list], day=day, old_after=old_after())
        for persona in object_list:
            persona.trust = trusted[persona.pk]
        return super().get_table(object_list)

    def _get_title_column(self, field_name: str, column_class: type = TitleColumn, **kwargs: Any) -> TitleColumn:
        return self._get_custom_column(
            field_name,
            self._get_title_column_class(column_class),
            get_url=lambda persona: page_of(persona.slug) or self.get_edit_url(persona),
            **kwargs,
        )


class PersonaEditView(generic.EditView):
    export_file_url_name: str | None = None
    import_file_url_name: str | None = None

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        page = page_of(self.object.slug)
        own = [HeaderButton(gettext("Persona page"), url=page, icon_name="user")] if page else []
        export = reverse(self.export_file_url_name, args=[self.object.pk])
        own.append(HeaderButton(gettext("Download as JSON"), url=export, icon_name="download"))
        return [*super().header_buttons, *own]


class PersonaViewSet(VocabularyViewSet):
    model = Persona
    form_class = PersonaForm
    icon = "user"
    url_prefix = "planner/personas"
    menu_order = 10
    index_view_class = PersonaIndexView
    edit_view_class = PersonaEditView
    create_template_name = edit_template_name = "personas/persona_form.html"
    filterset_class = PersonaFilterSet
    list_display = ["name", TrustColumn(), "kind", "market", "weight", ActiveColumn(), UsageColumn()]
    search_fields = ["name", "slug", "summary"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {f"{name}_url_name": self.get_url_name(name) for name in ("export_file", "import_file")}
        return super().get_common_view_kwargs(**names | kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("export/<int:pk>/", self.construct_view(ExportPersonaView), name="export_file"),
            path("import/", self.construct_view(ImportPersonaView), name="import_file"),
        ]
