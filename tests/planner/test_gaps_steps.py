"""The rules over next steps, each by itself, and all of them against a slow reading of their definitions."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.models import Journey, Persona, Phase
from planner.coverage import Coverage, Place, Question, Tally
from planner.gaps import CATALOGUE, Findings, Gap, Link, Scope, Targets, find_gaps
from planner.models import CoverageTarget, JourneyJudgement
from planner.next_step_facts import Broken, Linked, Named, Steps
from tests.factories import NOW, ZONE, days

JOURNEY = Journey(pk=1, slug="klant", name="Klant")
ANNA, BO = (Persona(pk=pk, slug=slug, name=slug.capitalize()) for pk, slug in ((1, "anna"), (2, "bo")))
SEE, DO, CARE, STAY = (
    Phase(pk=pk, slug=slug, name=slug.capitalize(), journey=JOURNEY, sort_order=pk, group=group, entry=pk == 1)
    for pk, (slug, group) in enumerate((("see", "pre"), ("do", "buy"), ("care", "post"), ("stay", "post")), start=1)
)
PHASES = (SEE, DO, CARE, STAY)
LINKS = (Link(SEE, DO), Link(DO, CARE), Link(CARE, STAY), Link(STAY, SEE, "loop"))


def item(personas: Any = ANNA, phases: Any = SEE, **fields: Any) -> Linked:
    """A live item for these personas in these phases; `None` for everyone."""
    keys = {
        name: frozenset(one.pk for one in (members if isinstance(members, tuple) else (members,)))
        for name, members in (("personas", personas or ()), ("phases", phases))
    }
    return Linked(**{"identity": object(), "for_everyone": personas is None} | keys | fields)


def gaps(
    code: str,
    items: dict[int, Linked],
    *pairs: tuple[int, int | None],
    rows: tuple[CoverageTarget, ...] = (),
    links: tuple[Link, ...] = LINKS,
    alone: tuple[Linked, ...] = (),
) -> list[Gap]:
    """What one rule finds when it alone judges. `alone`: live items that take part in no step."""
    scope = Scope(
        JOURNEY,
        (ANNA, BO),
        PHASES,
        Targets(rows, JourneyJudgement(rules={other: other == code for other in CATALOGUE})),
        links,
    )
    everything = items | {100 + number: one for number, one in enumerate(alone)}
    coverage, stuck = Coverage(Question(at=NOW, now=NOW, zone=ZONE)), {}
    for persona, phase in scope.cells:
        inside = [key for key, one in everything.items() if one.live and here(one, persona, phase)]
        coverage.cells[Place(persona.pk, phase.pk)] = Tally(live=len(inside))
        stuck[Place(persona.pk, phase.pk)] = [
            key for key in inside if not leads_on(everything, live_pairs(items, pairs), key, persona, links)
        ]
    ways: dict[int, set[int]] = {}
    for start, end in live_pairs(items, pairs):
        ways.setdefault(start, set()).add(end)
    broken = {
        start: Broken(
            tuple(end for one, end in pairs if one == start and end is not None and items[end].ended),
            any(end is None for one, end in pairs if one == start),
        )
        for start, _end in pairs
        if not items[start].ended and not items[start].cancelled
    }
    steps = Steps(items, ways, {start: one for start, one in broken.items() if one.ended or one.deleted})
    names = {key: Named(f"Item {key}", f"uid-{key}") for key in everything}
    return find_gaps([scope], Findings(coverage, steps=steps, stuck=stuck, names=names))


def here(one: Linked, persona: Persona, phase: Phase) -> bool:
    return (one.for_everyone or persona.pk in one.personas) and phase.pk in one.phases


def live_pairs(items: dict[int, Linked], pairs: Any) -> list[tuple[int, int]]:
    return [(start, end) for start, end in pairs if end is not None and items[start].live and items[end].live]


def leads_on(items: dict[int, Linked], pairs: Any, key: int, persona: Persona, links: Any) -> bool:
    return any(
        here(items[end], persona, link.end) and here(items[key], persona, link.start)
        for start, end in pairs
        for link in links
        if start == key
    )


def found(gaps: list[Gap]) -> list[tuple[str | None, str | None, int | None, str]]:
    return sorted(
        (gap.persona and gap.persona.slug, gap.phase and gap.phase.slug, gap.item_id, gap.severity.value)
        for gap in gaps
    )


def test_dead_ends_and_broken_steps_are_on_and_the_other_two_off() -> None:
    on = [CATALOGUE[code].on for code in ("DEAD_END", "BROKEN_NEXT", "NO_INBOUND", "BROKEN_CHAIN")]
    assert on == [True, True, False, False]


def test_a_cell_in_which_nothing_leads_anywhere_is_one_high_dead_end() -> None:
    (gap,) = gaps("DEAD_END", {}, alone=(item(), item()))
    assert (gap.persona, gap.phase, gap.severity.value, gap.item_id) == (ANNA, SEE, "high", None)
    assert gap.key == "DEAD_END:klant:anna:see::"


def test_where_some_item_leads_on_each_dead_end_is_a_row_of_its_own() -> None:
    found_gaps = gaps("DEAD_END", {1: item(), 2: item(phases=DO)}, (1, 2), alone=(item(),))
    assert ("anna", "see", 100, "medium") in found(found_gaps)
    assert 1 not in {gap.item_id for gap in found_gaps}


def test_a_dead_end_of_an_item_is_one_for_each_persona() -> None:
    one_of_two = gaps("DEAD_END", {1: item((ANNA, BO)), 2: item(phases=DO)}, (1, 2))
    assert ("bo", "see", 1, "medium") in found(one_of_two)
    keys = [gap.key for gap in one_of_two if gap.item_id]
    assert keys == ["DEAD_END:klant:bo:::uid-1"]


@pytest.mark.parametrize(
    "target",
    [
        item(phases=DO, live=False),
        item(BO, DO),
        item(phases=CARE),
        item(phases=SEE),
    ],
    ids=["not live", "for another persona", "two links away", "in the same phase"],
)
def test_a_step_that_does_not_lead_the_persona_on_leaves_a_dead_end(target: Linked) -> None:
    assert ("anna", "see", "DEAD_END") in {
        (gap.persona.slug, gap.phase.slug, gap.code) for gap in gaps("DEAD_END", {1: item(), 2: target}, (1, 2))
    }


@pytest.mark.parametrize("kind", ["next", "loop", "skip", "influence", "renewal"])
def test_any_type_of_link_leads_on(kind: str) -> None:
    links = (Link(SEE, CARE, kind),)
    assert gaps("DEAD_END", {1: item(), 2: item(phases=CARE)}, (1, 2), links=links) == []


def test_content_for_everyone_leads_each_persona_on() -> None:
    items = {1: item((ANNA, BO)), 2: item(None, DO)}
    assert "see" not in {gap.phase.slug for gap in gaps("DEAD_END", items, (1, 2))}


def test_a_phase_that_no_link_leaves_has_no_dead_ends() -> None:
    assert gaps("DEAD_END", {}, alone=(item(phases=STAY),), links=LINKS[:3]) == []


def test_where_nothing_is_wanted_after_it_nothing_has_to_lead_on() -> None:
    row = CoverageTarget(phase=DO, persona=ANNA, applicability="n/a")
    assert gaps("DEAD_END", {}, alone=(item(), item(BO)), rows=(row,))[0].persona == BO
    assert len(gaps("DEAD_END", {}, alone=(item(), item(BO)), rows=(row,))) == 1


def test_dead_ends_of_optional_content_are_low() -> None:
    row = CoverageTarget(phase=SEE, applicability="optional")
    items = {1: item(), 2: item(phases=DO)}
    found_gaps = gaps("DEAD_END", items, (1, 2), alone=(item(),), rows=(row,))
    assert {gap.severity.value for gap in found_gaps if gap.phase == SEE} == {"low"}


def test_more_than_twenty_dead_ends_of_a_cell_are_one_row_with_their_number() -> None:
    items = {1: item(), 2: item(phases=DO)}
    (gap,) = [gap for gap in gaps("DEAD_END", items, (1, 2), alone=(item(),) * 21) if gap.phase == SEE]
    assert (gap.severity.value, gap.item_id) == ("medium", None)
    assert gap.message == "21 live items lead this persona nowhere."


def test_a_step_to_what_ended_is_broken_and_dated_the_day_it_ended() -> None:
    items = {1: item(), 2: item(phases=DO, live=False, ended=NOW - days(3))}
    (gap,) = gaps("BROKEN_NEXT", items, (1, 2))
    assert (gap.severity.value, gap.item_id, gap.key) == ("high", 1, "BROKEN_NEXT:klant::::uid-1")
    assert gap.date.isoformat() == "2026-02-27"
    assert gap.message == "“Item 1” leads to what is gone: “Item 2” ended on 27 February 2026."


def test_a_step_to_what_was_deleted_is_broken() -> None:
    (gap,) = gaps("BROKEN_NEXT", {1: item()}, (1, None))
    assert gap.message == "“Item 1” leads to what is gone: what it led to was deleted."


def test_a_step_to_what_never_was_live_is_not_broken() -> None:
    assert gaps("BROKEN_NEXT", {1: item(), 2: item(phases=DO, live=False)}, (1, 2)) == []


@pytest.mark.parametrize("over", [{"ended": NOW - days(1)}, {"cancelled": True}], ids=["ended", "cancelled"])
def test_what_is_over_itself_leads_nobody_into_nothing(over: dict[str, Any]) -> None:
    items = {1: item(live=False, **over), 2: item(phases=DO, live=False, ended=NOW - days(3))}
    assert gaps("BROKEN_NEXT", items, (1, 2), (1, None)) == []


def test_a_broken_step_of_an_item_without_phase_belongs_to_no_journey() -> None:
    (gap,) = gaps("BROKEN_NEXT", {1: item(phases=())}, (1, None))
    assert (gap.journey, gap.phase) == (None, None)


def test_live_content_that_no_phase_before_leads_to_is_found_by_nobody() -> None:
    (gap,) = gaps("NO_INBOUND", {}, alone=(item(), item(phases=DO)))
    assert (gap.persona, gap.phase, gap.severity.value) == (ANNA, DO, "low")


def test_one_step_from_a_phase_before_is_enough_for_the_whole_cell() -> None:
    items = {1: item(), 2: item(phases=DO)}
    assert gaps("NO_INBOUND", items, (1, 2), alone=(item(phases=DO),)) == []


def test_a_step_for_another_persona_leads_nobody_here() -> None:
    items = {1: item(BO), 2: item((ANNA, BO), DO)}
    assert [gap.persona for gap in gaps("NO_INBOUND", items, (1, 2))] == [ANNA]


def chain(*pairs: tuple[int, int], **changes: Any) -> list[str]:
    """What BROKEN_CHAIN says of Anna where each of four items stands in one phase."""
    items = {number: item(phases=phase) for number, phase in enumerate(PHASES, start=1)}
    return [gap.message for gap in gaps("BROKEN_CHAIN", items, *pairs, **changes) if gap.persona == ANNA]


def test_a_journey_that_goes_round_is_whole() -> None:
    assert chain((1, 2), (2, 3), (3, 4), (4, 1)) == []


@pytest.mark.parametrize(
    ("pairs", "start", "end"),
    [
        ((), "See", "Do"),
        (((1, 2), (2, 3)), "Care", "Stay"),
        (((1, 2), (3, 4)), "Stay", "See"),
    ],
)
def test_the_first_missing_link_breaks_the_chain(pairs: Any, start: str, end: str) -> None:
    (message,) = chain(*pairs)
    assert f"gets from “{start}” to “{end}”" in message


def test_without_a_phase_to_buy_in_the_first_one_after_it_is_the_goal() -> None:
    links = (Link(SEE, CARE), Link(CARE, SEE, "renewal"))
    row = CoverageTarget(phase=DO, applicability="n/a")
    items = {1: item(), 2: item(phases=CARE)}
    ways = {pairs: gaps("BROKEN_CHAIN", items, *pairs, links=links, rows=(row,))[0] for pairs in ((), ((1, 2),))}
    assert ["“See” to “Care”" in ways[()].message, "“Care” to “See”" in ways[(1, 2),].message] == [True, True]


def test_a_journey_without_links_has_no_chain_to_break() -> None:
    assert chain(links=()) == []


def test_steps_that_go_round_come_to_an_end() -> None:
    items = {1: item(), 2: item(), 3: item(phases=DO)}
    (message,) = [
        gap.message for gap in gaps("BROKEN_CHAIN", items, (1, 2), (2, 1), (2, 3), (3, 1)) if gap.persona == ANNA
    ]
    assert "“Care” to “Stay”" in message


MEMBERS = st.sampled_from([(), (ANNA,), (BO,), (ANNA, BO), None])
LINKED = st.builds(
    item,
    MEMBERS,
    st.sets(st.sampled_from(PHASES), max_size=2).map(tuple),
    live=st.booleans(),
)


@given(
    items=st.lists(LINKED, max_size=7),
    pairs=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14),
    links=st.sets(st.sampled_from([Link(*two) for two in product(PHASES, PHASES) if two[0] != two[1]]), max_size=6),
)
def test_dead_ends_and_cells_nobody_is_led_to_are_those_of_the_definitions(
    items: list[Linked], pairs: set[tuple[int, int]], links: set[Link]
) -> None:
    known = dict(enumerate(items))
    steps = [pair for pair in sorted(pairs) if pair[0] != pair[1] and max(pair) < len(items)]
    ordered = tuple(sorted(links, key=lambda link: (link.start.pk, link.end.pk)))
    dead, lonely = set(), set()
    live = live_pairs(known, steps)
    for persona, phase in product((ANNA, BO), PHASES):
        inside = [key for key, one in known.items() if one.live and here(one, persona, phase)]
        if any(link.start == phase for link in links):
            stuck = {key for key in inside if not leads_on(known, live, key, persona, links)}
            begun = any(start in inside for start, _end in live)
            dead |= {(persona.slug, key) for key in stuck} if begun else {(persona.slug, phase.slug) for _one in stuck}
        led = any(
            here(known[start], persona, link.start) and here(known[end], persona, phase)
            for start, end in live
            for link in links
            if link.end == phase
        )
        if inside and not led and not phase.entry and any(link.end == phase for link in links):
            lonely.add((persona.slug, phase.slug))
    told = gaps("DEAD_END", known, *steps, links=ordered)
    assert {(gap.persona.slug, gap.phase.slug if gap.item_id is None else gap.item_id) for gap in told} == dead
    lone = gaps("NO_INBOUND", known, *steps, links=ordered)
    assert {(gap.persona.slug, gap.phase.slug) for gap in lone} == lonely


@given(
    items=st.lists(LINKED, max_size=6),
    pairs=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12),
)
def test_a_chain_is_whole_exactly_where_somebody_can_walk_it(items: list[Linked], pairs: set[tuple[int, int]]) -> None:
    known = dict(enumerate(items))
    steps = [pair for pair in sorted(pairs) if pair[0] != pair[1] and max(pair) < len(items)]
    live = live_pairs(known, steps)
    broken = {gap.persona.slug for gap in gaps("BROKEN_CHAIN", known, *steps)}
    for persona in (ANNA, BO):
        mine = {key for key, one in known.items() if one.live and (one.for_everyone or persona.pk in one.personas)}
        reach = {key: {key} for key in mine}
        for _round in known:
            for start, end in live:
                if start in mine and end in mine:
                    for ends in reach.values():
                        if start in ends:
                            ends.add(end)
        buys = any(
            here(known[end], persona, DO) for key in mine if here(known[key], persona, SEE) for end in reach[key]
        )
        returns = any(
            here(known[start], persona, STAY) and here(known[end], persona, SEE) and start in reach[key]
            for key in mine
            if here(known[key], persona, CARE)
            for start, end in live
            if end in mine
        )
        assert (persona.slug in broken) == (not (buys and returns))
