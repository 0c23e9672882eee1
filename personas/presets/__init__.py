"""The published journey models and the default channels, as data. Nothing here is stored until somebody chooses it.

A journey made from a preset is a copy: it does not change when the preset does.
"""

from __future__ import annotations

from personas.presets.channels import CHANNELS, ChannelPreset
from personas.presets.decision_journeys import EDELMAN_2010, FOUR_V, MCKINSEY_2009
from personas.presets.life_cycles import ALTIMETER, FORRESTER_2014, OWYANG_2012, SEE_THINK_DO_CARE
from personas.presets.model import LANGUAGES, JourneyModel, Language, LinkPreset, PhasePreset, Text, active_language
from personas.presets.sales_models import AIDA, FIVE_A, HUBSPOT, RACE

JOURNEY_MODELS: dict[str, JourneyModel] = {
    model.code: model
    for model in (
        FOUR_V,
        MCKINSEY_2009,
        EDELMAN_2010,
        ALTIMETER,
        OWYANG_2012,
        FORRESTER_2014,
        SEE_THINK_DO_CARE,
        AIDA,
        RACE,
        HUBSPOT,
        FIVE_A,
    )
}

__all__ = [
    "CHANNELS",
    "JOURNEY_MODELS",
    "LANGUAGES",
    "ChannelPreset",
    "JourneyModel",
    "Language",
    "LinkPreset",
    "PhasePreset",
    "Text",
    "active_language",
]
