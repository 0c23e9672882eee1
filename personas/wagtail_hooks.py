from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from personas.messages import register_message_log_actions
from personas.views import channel_viewset, evidence_viewset, journey_viewset, persona_viewset, phase_viewset


@hooks.register("register_admin_viewset")
def register_vocabularies() -> list[ViewSet]:
    return [persona_viewset, journey_viewset, phase_viewset, channel_viewset, evidence_viewset]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    register_message_log_actions(actions)
