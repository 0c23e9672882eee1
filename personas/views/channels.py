from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn

from personas.forms import ChannelForm
from personas.models import Channel
from personas.views.vocabulary import ActiveColumn, UsageColumn, VocabularyViewSet


class ChannelViewSet(VocabularyViewSet):
    model = Channel
    form_class = ChannelForm
    icon = "site"
    url_prefix = "planner/channels"
    menu_order = 13
    list_filter = ["active", "media_type", "online", "human", "influenceable"]
    list_display = [
        "name",
        "media_type",
        BooleanColumn("online", label=_("Online"), sort_key="online"),
        "team",
        ActiveColumn(),
        UsageColumn(),
    ]
    search_fields = ["name", "slug", "team"]
