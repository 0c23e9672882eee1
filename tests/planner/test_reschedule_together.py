"""Eight people move the same items at the same moment: each move is whole, none is lost, and the log tells them all.

`make bench` does the same with forty moves each on twenty items.
"""

from __future__ import annotations

import pytest

from tests.planner.movers import check, items_to_move, move_together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_eight_processes_at_once_lose_no_move_and_meet_no_lock() -> None:
    items = items_to_move(4)
    outcome = move_together(items, people=8, moves_each=5)
    check(items, outcome)
