from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from planner.day_events import DayEvent, DayKind
from planner.month import lanes, week_around, week_number, weeks_of

WEEK = week_around(date(2026, 11, 18), 0)


def event(first: date, last: date, title: str = "Spring") -> DayEvent:
    return DayEvent(
        uuid4(), DayKind.CAMPAIGN, 1, title, first, last, None, blackout=False, personas=(), phases=(), channels=()
    )


def test_a_week_begins_on_the_weekday_asked_for() -> None:
    assert week_around(date(2026, 11, 22), 0)[0] == date(2026, 11, 16)
    assert week_around(date(2026, 11, 22), 6)[0] == date(2026, 11, 22)


def test_a_month_of_six_weeks_has_six_rows() -> None:
    assert len(weeks_of(date(2026, 8, 1), 0)) == 6
    assert len(weeks_of(date(2027, 2, 1), 0)) == 4


def test_the_days_around_new_year_lie_in_week_53() -> None:
    assert week_number(week_around(date(2026, 12, 31), 0)) == 53
    assert week_number(week_around(date(2027, 1, 1), 0)) == 53
    assert week_number(week_around(date(2027, 1, 4), 0)) == 1


def test_a_week_that_begins_on_sunday_has_the_number_of_most_of_its_days() -> None:
    assert week_number(week_around(date(2026, 11, 22), 6)) == 48


def test_a_bar_lies_on_its_days() -> None:
    (lane,) = lanes([event(date(2026, 11, 18), date(2026, 11, 20))], WEEK)
    (bar,) = lane.bars
    assert (bar.gap, bar.length, lane.rest) == (2, 3, 2)
    assert (bar.from_before, bar.goes_on) == (False, False)


def test_a_bar_that_goes_on_says_so_on_both_sides() -> None:
    (lane,) = lanes([event(date(2026, 11, 1), date(2026, 12, 1))], WEEK)
    (bar,) = lane.bars
    assert (bar.gap, bar.length, lane.rest) == (0, 7, 0)
    assert (bar.from_before, bar.goes_on) == (True, True)


def test_what_does_not_overlap_shares_a_lane() -> None:
    early, late = event(date(2026, 11, 16), date(2026, 11, 17)), event(date(2026, 11, 19), date(2026, 11, 19))
    (lane,) = lanes([early, late], WEEK)
    assert [(bar.gap, bar.length) for bar in lane.bars] == [(0, 2), (1, 1)]
    assert lane.rest == 3


def test_what_overlaps_takes_another_lane() -> None:
    first, second = event(date(2026, 11, 16), date(2026, 11, 18)), event(date(2026, 11, 18), date(2026, 11, 19))
    assert len(lanes([first, second], WEEK)) == 2


def test_what_lies_outside_the_week_is_passed_over() -> None:
    assert (
        lanes([event(date(2026, 11, 1), date(2026, 11, 15)), event(date(2026, 11, 23), date(2026, 11, 23))], WEEK) == []
    )


@given(st.lists(st.tuples(st.integers(-10, 15), st.integers(0, 20)), max_size=12))
def test_every_lane_fills_its_week_exactly(spans: list[tuple[int, int]]) -> None:
    events = [
        event(WEEK[0] + timedelta(days=start), WEEK[0] + timedelta(days=start + length)) for start, length in spans
    ]
    found = lanes(events, WEEK)
    for lane in found:
        assert sum(bar.gap + bar.length for bar in lane.bars) + lane.rest == 7
        assert all(bar.gap >= 0 and bar.length >= 1 for bar in lane.bars)
    shown = sum(len(lane.bars) for lane in found)
    assert shown == sum(one.first_day <= WEEK[-1] and one.last_day >= WEEK[0] for one in events)
