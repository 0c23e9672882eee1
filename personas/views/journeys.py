from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, UserColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry

from personas.forms import JourneyForm
from personas.models import Journey, Phase, PhaseLink
from personas.presets import JOURNEY_MODELS
from personas.views.deletion import RefusingDeleteView
from personas.views.journey_from_model import JourneyFromModelView
from personas.views.journey_links import JourneyLinksView
from personas.views.journey_messages import JourneyMessagesView
from personas.views.vocabulary import ActiveColumn, UsageColumn, VocabularyIndexView, VocabularyViewSet


class JourneyIndexView(VocabularyIndexView):
    from_model_url_name: str | None = None

    def get_base_queryset(self) -> QuerySet[Journey]:
        return super().get_base_queryset().select_related("owner").annotate(phase_count=Count("phases"))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = super().header_buttons
        if self.user_has_permission("add"):
            url = reverse(self.from_model_url_name)
            buttons.append(HeaderButton(gettext("New journey from a model"), url=url, icon_name="copy"))
        return buttons


class JourneyEditView(generic.EditView):
    """The journey's form under its phases, each with the links that lead away from it."""

    template_name = "personas/journey_edit.html"
    links_url_name: str | None = None
    messages_url_name: str | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        links = PhaseLink.objects.select_related("to_phase").order_by("pk")
        context["phases"] = self.object.phases.prefetch_related(Prefetch("links_out", queryset=links))
        context["preset"] = JOURNEY_MODELS.get(self.object.model)
        context["links_url"] = reverse(self.links_url_name, args=[self.object.pk])
        context["messages_url"] = reverse(self.messages_url_name, args=[self.object.pk])
        phase_policy = policy_registry.get_by_type(Phase)
        context["can_add_phase"] = phase_policy.user_has_permission(self.request.user, "add")
        context["can_change_phase"] = phase_policy.user_has_permission(self.request.user, "change")
        return context


class JourneyDeleteView(RefusingDeleteView):
    def lock(self) -> None:
        super().lock()
        # Content hangs on the phases, not on the journey itself.
        list(self.object.phases.select_for_update())

    @property
    def confirmation_message(self) -> str:
        message = gettext("Are you sure you want to delete this journey, with its phases (%(phases)s)?")
        names = [phase.name for phase in self.object.phases.all()]
        return message % {"phases": ", ".join(names)} if names else super().confirmation_message


class JourneyViewSet(VocabularyViewSet):
    model = Journey
    form_class = JourneyForm
    icon = "tasks"
    url_prefix = "planner/journeys"
    menu_order = 11
    index_view_class = JourneyIndexView
    edit_view_class = JourneyEditView
    delete_view_class = JourneyDeleteView
    links_view_class = JourneyLinksView
    messages_view_class = JourneyMessagesView
    from_model_view_class = JourneyFromModelView
    list_filter = ["active", "market", "personas"]
    list_display = [
        "name",
        Column("phase_count", label=_("Phases"), sort_key="phase_count"),
        "market",
        UserColumn("owner", label=_("Owner"), blank_display_name=_("No owner")),
        ActiveColumn(),
        UsageColumn(),
    ]
    search_fields = ["name", "slug", "goal"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            **{
                "links_url_name": self.get_url_name("links"),
                "messages_url_name": self.get_url_name("messages"),
                "from_model_url_name": self.get_url_name("from_model"),
                **kwargs,
            }
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("from-model/", self.construct_view(self.from_model_view_class), name="from_model"),
            path("links/<int:pk>/", self.construct_view(self.links_view_class), name="links"),
            path("messages/<int:pk>/", self.construct_view(self.messages_view_class), name="messages"),
        ]
