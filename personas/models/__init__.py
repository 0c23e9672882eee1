"""WHO content is for, at which moment, and what to say there. No dates of content, no calendar."""

from __future__ import annotations

from .channel import Channel
from .evidence import Evidence
from .journey import Journey, Phase, PhaseLink
from .message import Message, Question
from .persona import Device, Motive, Persona, PersonaTheme, Relationship, Source
from .persona_parts import Need, Pain, Pleasure, RouteStep
from .vocabulary import WEIGHT_LIMITS, Market, Vocabulary, VocabularyQuerySet

__all__ = [
    "WEIGHT_LIMITS",
    "Channel",
    "Device",
    "Evidence",
    "Journey",
    "Market",
    "Message",
    "Motive",
    "Need",
    "Pain",
    "Persona",
    "PersonaTheme",
    "Phase",
    "PhaseLink",
    "Pleasure",
    "Question",
    "Relationship",
    "RouteStep",
    "Source",
    "Vocabulary",
    "VocabularyQuerySet",
]
