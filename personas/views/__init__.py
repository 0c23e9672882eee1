"""The admin pages of this room. The menu that holds them is not its business: whoever builds one takes these."""

from __future__ import annotations

from personas.views.channels import ChannelViewSet
from personas.views.evidence import EvidenceViewSet
from personas.views.journeys import JourneyViewSet
from personas.views.personas import PersonaViewSet
from personas.views.phases import PhaseViewSet

persona_viewset = PersonaViewSet()
journey_viewset = JourneyViewSet()
phase_viewset = PhaseViewSet()
channel_viewset = ChannelViewSet()
evidence_viewset = EvidenceViewSet()

__all__ = ["channel_viewset", "evidence_viewset", "journey_viewset", "persona_viewset", "phase_viewset"]
