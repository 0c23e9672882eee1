from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from personas.journeys import (
    JourneyRefused,
    SlugTaken,
    UnknownLanguage,
    UnknownPreset,
    create_default_channels,
    create_journey,
)
from personas.models import Channel, Journey, Phase, PhaseLink
from personas.presets import CHANNELS, JOURNEY_MODELS
from tests.factories import make_channel, make_journey, make_persona

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("preset", JOURNEY_MODELS)
def test_a_journey_copies_all_phases_and_links_of_its_model(preset: str) -> None:
    model = JOURNEY_MODELS[preset]
    journey = create_journey(preset, language="en", name="Ordering plants")
    assert [phase.slug for phase in journey.phases.all()] == [phase.code for phase in model.phases]
    assert PhaseLink.objects.filter(from_phase__journey=journey).count() == len(model.links)
    for phase in journey.phases.all():
        phase.full_clean()


def test_phases_are_named_in_the_language_chosen() -> None:
    create_journey("aida", language="nl", name="Planten bestellen")
    assert list(Phase.objects.values_list("name", flat=True)) == ["Aandacht", "Interesse", "Verlangen", "Actie"]


def test_a_phase_gets_its_group_spine_question_and_entry() -> None:
    journey = create_journey("4v", language="en", name="Ordering plants")
    first, *others = journey.phases.all()
    assert (first.group, first.spine) == ("pre", ["awareness", "consideration", "trigger"])
    assert first.question == "What is possible, and is it something for me?"
    assert [first.entry, *(phase.entry for phase in others)] == [True, False, False, False]


def test_a_link_keeps_its_type_and_condition() -> None:
    create_journey("edelman-2010", language="en", name="Ordering plants")
    loop = PhaseLink.objects.get(type="loop")
    assert (loop.from_phase.slug, loop.to_phase.slug) == ("bond", "buy")
    assert loop.condition == "The bond is strong: no need to compare"


def test_a_journey_remembers_model_language_market_owner_and_personas() -> None:
    owner = get_user_model().objects.create(username="marieke")
    florist = make_persona("florist")
    journey = create_journey("mckinsey-2009", language="nl", name="Kopen", owner=owner, personas=[florist])
    journey.refresh_from_db()
    assert (journey.model, journey.language, journey.market) == ("mckinsey-2009", "nl", "b2c")
    assert journey.owner == owner
    assert list(journey.personas.all()) == [florist]


def test_the_name_makes_the_slug_where_none_is_given() -> None:
    assert create_journey("aida", language="nl", name="Ik wil klant worden").slug == "ik-wil-klant-worden"


def test_a_new_journey_comes_last() -> None:
    make_journey("first", sort_order=4)
    create_journey("aida", language="en", name="Second")
    assert [journey.slug for journey in Journey.objects.all()] == ["first", "second"]


def test_an_unknown_preset_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownPreset, match=r"“funnel”.*4v, mckinsey-2009.*5a"):
        create_journey("funnel", language="en", name="Funnel")


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UnknownLanguage, match=r"“fr”.*nl, en"):
        create_journey("4v", language="fr", name="Parcours")


def test_a_slug_that_exists_is_refused() -> None:
    make_journey("klant-worden")
    with pytest.raises(SlugTaken, match="klant-worden"):
        create_journey("4v", language="nl", name="Klant worden")


@pytest.mark.parametrize(("name", "slug"), [("", "a-slug"), ("x" * 101, "a-slug"), ("名前", ""), ("Name", "no slug!")])
def test_a_name_or_slug_that_is_not_possible_is_refused(name: str, slug: str) -> None:
    with pytest.raises(JourneyRefused, match="is not possible"):
        create_journey("4v", language="nl", name=name, slug=slug)
    assert not Journey.objects.exists()


@pytest.mark.parametrize("preset", ["aida", "owyang-2012", "4v"])
def test_the_number_of_queries_does_not_depend_on_the_model(preset: str, django_assert_num_queries) -> None:
    create_journey("race", language="en", name="Warms the content types up")
    # Savepoint, place, slug, journey, its personas, phases, links, history with its content type, release.
    with django_assert_num_queries(10):
        create_journey(preset, language="en", name="Ordering plants")


def test_default_channels_are_created_in_their_order() -> None:
    created = create_default_channels("nl")
    assert [channel.slug for channel in created] == [preset.code for preset in CHANNELS]
    assert [channel.name for channel in Channel.objects.all()] == [preset.name.nl for preset in CHANNELS]


def test_only_missing_channels_are_created_and_existing_ones_stay_as_they_are() -> None:
    make_channel("blog", name="Our own blog", sort_order=0)
    created = create_default_channels("en")
    assert len(created) == len(CHANNELS) - 1
    assert Channel.objects.first().name == "Our own blog"
    assert create_default_channels("en") == []
