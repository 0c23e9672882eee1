from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from personas import usage
from personas.journeys import create_journey
from personas.models import Channel, Journey, Persona, Phase
from personas.usage import usage_of, visible_usage
from tests.factories import make_channel, make_journey, make_persona

pytestmark = pytest.mark.django_db
READER = AnonymousUser()


class Letters:
    """Letters that depend on channels: `seen` of them show, and there may be more."""

    may_hide = True

    def __init__(self, seen: dict[int, int], *, used: bool = True) -> None:
        self.seen, self.used = seen, used

    def label(self, count: int) -> str:
        return f"{count} letters that you may see"

    def __call__(self, user: Any, model: type, pks: Iterable[int]) -> dict[int, int]:
        return self.seen if model is Channel else {}

    def in_use(self, model: type, pk: int) -> bool:
        return model is Channel and self.used


@pytest.fixture(autouse=True)
def no_other_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_sources", [usage.JourneysOfPersona(), usage.LinksOfPhase()])


def test_what_nothing_depends_on_has_no_usage() -> None:
    assert not usage_of(READER, make_persona())


def test_a_persona_is_used_by_its_journeys() -> None:
    florist = make_persona()
    make_journey(personas=(florist,))
    make_journey(personas=(florist, make_persona()))
    assert usage_of(READER, florist).dependents == ("2 journeys",)


def test_a_phase_is_used_by_the_links_at_both_its_ends() -> None:
    create_journey("aida", language="en", name="Ordering plants")
    counts = visible_usage(READER, Phase, Phase.objects.values_list("pk", flat=True))
    assert list(counts.values()) == [
        ["1 link to another phase"],
        ["2 links to other phases"],
        ["2 links to other phases"],
        ["1 link to another phase"],
    ]


def test_another_app_can_register_what_depends_on_a_member() -> None:
    fair = make_channel()
    usage.register(Letters({fair.pk: 3}))
    assert usage_of(READER, fair) == usage.Usage(("3 letters that you may see",), elsewhere=False)


def test_registering_twice_counts_once() -> None:
    fair = make_channel()
    letters = Letters({fair.pk: 3})
    usage.register(letters)
    usage.register(letters)
    assert len(usage_of(READER, fair).dependents) == 1


def test_what_a_reader_may_not_see_is_told_without_a_number() -> None:
    fair = make_channel()
    usage.register(Letters({}))
    assert usage_of(READER, fair) == usage.Usage((), elsewhere=True)
    assert usage_of(READER, fair)


def test_a_list_does_not_tell_of_what_its_reader_may_not_see() -> None:
    fair = make_channel()
    usage.register(Letters({}))
    assert visible_usage(READER, Channel, [fair.pk]) == {fair.pk: []}


def test_nothing_elsewhere_is_nothing() -> None:
    usage.register(Letters({}, used=False))
    assert not usage_of(READER, make_channel())


@pytest.mark.parametrize("model", [Persona, Phase, Journey, Channel])
def test_usage_of_many_takes_as_many_queries_as_usage_of_one(model: type, django_assert_max_num_queries) -> None:
    for number in range(5):
        create_journey("4v", language="en", name=f"Journey {number}", personas=[make_persona()])
        make_channel()
    with django_assert_max_num_queries(1):
        visible_usage(READER, model, list(range(1, 1000)))
