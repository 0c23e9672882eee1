from __future__ import annotations

import pytest

from personas.models import Channel, Market, Phase, PhaseLink
from personas.presets import CHANNELS, JOURNEY_MODELS, LANGUAGES, JourneyModel
from personas.spine import SPINE

EACH_MODEL = pytest.mark.parametrize("model", JOURNEY_MODELS.values(), ids=JOURNEY_MODELS)

# Stage of the spine -> the phase that holds it, exactly or folded in. Where two phases do, both are named.
CROSSWALK = {
    "4v": {
        "trigger": "verleiden",
        "awareness": "verleiden",
        "consideration": "verleiden veroveren",
        "evaluation": "veroveren",
        "use": "vasthouden",
        "support": "vasthouden",
        "loyalty": "verhogen",
        "advocacy": "verhogen",
    },
    "mckinsey-2009": {
        "trigger": "trigger",
        "awareness": "initial-consideration",
        "consideration": "initial-consideration",
        "evaluation": "active-evaluation",
        "purchase": "purchase",
        "use": "postpurchase",
        "support": "postpurchase",
        "loyalty": "postpurchase",
        "advocacy": "postpurchase",
    },
    "edelman-2010": {
        "consideration": "consider",
        "evaluation": "evaluate",
        "purchase": "buy",
        "use": "enjoy",
        "loyalty": "bond",
        "advocacy": "advocate",
    },
    "altimeter": {
        "awareness": "bewustzijn",
        "consideration": "overweging",
        "evaluation": "afweging",
        "purchase": "aankoop",
        "use": "ervaring",
        "support": "ervaring",
        "loyalty": "loyalty",
        "advocacy": "loyalty",
    },
    "owyang-2012": {
        "awareness": "awareness",
        "consideration": "consideration",
        "evaluation": "intent",
        "purchase": "purchase",
        "use": "support",
        "support": "support",
        "loyalty": "loyalty",
        "advocacy": "advocacy",
    },
    "forrester-2014": {
        "awareness": "discover",
        "consideration": "discover",
        "evaluation": "explore",
        "purchase": "buy",
        "use": "use",
        "support": "ask",
        "loyalty": "engage",
        "advocacy": "engage",
    },
    "see-think-do-care": {
        "trigger": "see",
        "awareness": "see",
        "consideration": "think",
        "evaluation": "think",
        "purchase": "do",
        "use": "care",
        "support": "care",
        "loyalty": "care",
        "advocacy": "care",
    },
    "aida": {
        "awareness": "attention",
        "consideration": "interest",
        "evaluation": "desire",
        "purchase": "action",
    },
    "race": {
        "awareness": "reach",
        "consideration": "act",
        "evaluation": "act",
        "purchase": "convert",
        "use": "engage",
        "support": "engage",
        "loyalty": "engage",
        "advocacy": "engage",
    },
    "hubspot": {
        "awareness": "awareness",
        "consideration": "consideration",
        "evaluation": "consideration decision",
        "purchase": "decision",
        "use": "delight",
        "advocacy": "delight",
    },
    "5a": {
        "awareness": "aware",
        "consideration": "appeal",
        "evaluation": "ask",
        "purchase": "act",
        "advocacy": "advocate",
    },
}


def test_the_eleven_models_are_there() -> None:
    assert list(JOURNEY_MODELS) == list(CROSSWALK)


@EACH_MODEL
def test_a_model_lies_along_the_spine_as_published(model: JourneyModel) -> None:
    stages = {stage: " ".join(phase.code for phase in model.phases if stage in phase.spine) for stage in SPINE}
    assert {stage: phases for stage, phases in stages.items() if phases} == CROSSWALK[model.code]


@EACH_MODEL
def test_a_phase_names_only_stages_of_the_spine_and_each_once(model: JourneyModel) -> None:
    for phase in model.phases:
        assert set(phase.spine) <= set(SPINE)
        assert len(set(phase.spine)) == len(phase.spine) > 0


def test_a_folded_stage_comes_after_the_exact_ones() -> None:
    verleiden = JOURNEY_MODELS["4v"].phases[0]
    assert verleiden.spine == ("awareness", "consideration", "trigger")


@EACH_MODEL
def test_phases_come_in_the_order_of_the_journey(model: JourneyModel) -> None:
    groups = [phase.group for phase in model.phases]
    assert groups == sorted(groups, key=["pre", "buy", "post"].index)


@EACH_MODEL
def test_links_lead_from_one_phase_to_another_of_the_same_model(model: JourneyModel) -> None:
    codes = {phase.code for phase in model.phases}
    for link in model.links:
        assert {link.from_phase, link.to_phase} <= codes
        assert link.from_phase != link.to_phase
        assert link.type in PhaseLink.Type.values


@EACH_MODEL
def test_no_link_is_there_twice(model: JourneyModel) -> None:
    ends = [(link.from_phase, link.to_phase, link.type) for link in model.links]
    assert len(set(ends)) == len(ends)


@EACH_MODEL
def test_every_phase_can_be_reached_from_an_entry(model: JourneyModel) -> None:
    reached = {phase.code for phase in model.phases if phase.entry}
    assert reached
    for _step in model.phases:
        reached |= {link.to_phase for link in model.links if link.from_phase in reached}
    assert reached == {phase.code for phase in model.phases}


@EACH_MODEL
def test_every_text_is_there_in_dutch_and_english(model: JourneyModel) -> None:
    texts = [model.name, *(phase.name for phase in model.phases), *(phase.question for phase in model.phases)]
    conditions = [link.condition for link in model.links]
    assert all(text.in_language(language) for text in texts for language in LANGUAGES)
    assert all(bool(condition.nl) == bool(condition.en) for condition in conditions)


@EACH_MODEL
def test_a_model_fits_the_columns_that_it_is_copied_into(model: JourneyModel) -> None:
    assert model.market in Market.values
    assert all(phase.group in Phase.Group.values for phase in model.phases)
    assert all(len(phase.name.in_language(language)) <= 100 for phase in model.phases for language in LANGUAGES)


def test_4v_loops_and_goes_on_after_the_purchase() -> None:
    assert JOURNEY_MODELS["4v"].warnings == []


def test_aida_warns_that_it_has_no_loop_and_ends_at_the_purchase() -> None:
    no_loop, no_after = JOURNEY_MODELS["aida"].warnings
    assert no_loop.startswith("No loop")
    assert no_after.startswith("No phase after the purchase")


def test_a_straight_line_that_goes_on_after_the_purchase_warns_of_the_loop_only() -> None:
    (warning,) = JOURNEY_MODELS["owyang-2012"].warnings
    assert warning.startswith("No loop")


def test_each_default_channel_has_a_slug_of_its_own_and_both_names() -> None:
    assert len({preset.code for preset in CHANNELS}) == len(CHANNELS) == 33
    assert all(preset.name.nl and preset.name.en for preset in CHANNELS)
    assert all(preset.media_type in Channel.Media.values for preset in CHANNELS)


def test_only_network_drinks_and_word_of_mouth_cannot_be_steered() -> None:
    assert [preset.code for preset in CHANNELS if not preset.influenceable] == ["network-drinks", "word-of-mouth"]


def test_letters_and_invoices_belong_to_finance() -> None:
    (letter,) = [preset for preset in CHANNELS if preset.code == "letter"]
    assert (letter.team.nl, letter.team.en, letter.online) == ("Financiële afdeling", "Finance", False)
