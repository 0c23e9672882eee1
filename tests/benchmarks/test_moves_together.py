"""Eight processes that make forty moves each on the same twenty entries: nothing is lost, and how long that takes."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from tests.planner.movers import check, items_to_move, move_together

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PEOPLE, MOVES_EACH, ENTRIES = 8, 40, 20


def test_eight_people_make_forty_moves_each(table: Any) -> None:
    items = items_to_move(ENTRIES)
    started = perf_counter()
    outcome = move_together(items, people=PEOPLE, moves_each=MOVES_EACH)
    took = perf_counter() - started
    check(items, outcome)
    made, conflicts = len(outcome.acknowledged), outcome.conflicts
    table.add(
        f"{PEOPLE} processes x {MOVES_EACH} moves of the same {ENTRIES} entries",
        "no lost update, no lock",
        f"{took:.1f} s, {made} moves made",
        f"{conflicts} refused: somebody else was first",
        within=made + conflicts == PEOPLE * MOVES_EACH,
    )
