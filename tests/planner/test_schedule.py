"""Facts of one item and its status at a moment: each row of the definitions, no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from planner.coverage import Question
from planner.schedule import Approval, Facts, Status, add_days, midnight
from planner.standing import standing
from tests.factories import NOW, ZONE, days

HORIZON = add_days(NOW, 56, ZONE)
YEAR_AGO = add_days(NOW, -365, ZONE)


def page(**facts: Any) -> Facts:
    return Facts(**{"now": NOW, "on_page": True} | facts)


def live_page(**facts: Any) -> Facts:
    return page(**{"live": True, "first_published_at": NOW - days(10)} | facts)


def off_site(**facts: Any) -> Facts:
    return Facts(**{"now": NOW, "on_page": False, "state": "confirmed"} | facts)


def status(facts: Facts, at: datetime = NOW) -> str:
    return facts.status(at, ZONE).value


# Live, and how it ends


def test_a_live_page_is_live_from_its_first_publication_on() -> None:
    facts = live_page()
    assert facts.is_live(NOW - days(10))
    assert not facts.is_live(NOW - days(10) - timedelta(seconds=1))
    assert facts.is_live(NOW + days(5000))


def test_it_is_not_live_at_the_moment_of_its_expiry() -> None:
    facts = live_page(expire_at=NOW + days(1))
    assert facts.is_live(NOW + days(1) - timedelta(microseconds=1))
    assert not facts.is_live(NOW + days(1))
    assert (status(facts), status(facts, NOW + days(1))) == ("live", "expired")


def test_it_is_live_at_the_moment_of_its_go_live() -> None:
    facts = page(approval=Approval(NOW + days(1), None))
    assert not facts.is_live(NOW + days(1) - timedelta(microseconds=1))
    assert facts.is_live(NOW + days(1))


def test_an_expiry_counts_even_where_the_scheduler_did_not_run() -> None:
    facts = live_page(expire_at=NOW - timedelta(hours=1))
    assert status(facts) == "expired"
    assert facts.is_late


def test_a_go_live_counts_even_where_the_scheduler_did_not_run() -> None:
    facts = page(approval=Approval(NOW - timedelta(hours=1), None))
    assert status(facts) == "live"
    assert facts.is_late


@pytest.mark.parametrize(("minutes", "late"), [(14, False), (15, True)])
def test_the_scheduler_may_lag_a_quarter_of_an_hour(minutes: int, late: bool) -> None:  # noqa: FBT001
    assert page(approval=Approval(NOW - timedelta(minutes=minutes), None)).is_late == late


def test_a_live_page_without_dates_is_live_from_now_on_and_fresh() -> None:
    facts = page(live=True)
    assert facts.is_live(NOW) and facts.is_live(NOW + days(900))
    assert not facts.is_live(NOW - timedelta(seconds=1))
    assert facts.is_fresh(NOW + days(900), NOW + days(535), ZONE)


def test_a_live_page_without_dates_was_never_seen_going_live() -> None:
    facts = page(live=True)
    assert facts.coming_interval(NOW - days(1), NOW + days(1)) is None
    assert status(facts, NOW - days(1)) == "draft"


def test_a_live_page_without_a_first_publication_starts_at_the_next_best_date() -> None:
    facts = page(live=True, published_since=NOW - days(30))
    assert facts.is_live(NOW - days(30))
    assert not facts.is_live(NOW - days(31))


def test_a_page_unpublished_by_hand_was_live_until_then() -> None:
    facts = page(first_published_at=NOW - days(30), unpublished_at=NOW - days(10), expire_at=NOW + days(10))
    assert facts.is_live(NOW - days(11))
    assert not facts.is_live(NOW - days(10))
    assert status(facts) == "unpublished"


def test_a_page_unpublished_by_hand_reads_expired_once_its_expiry_has_passed_too() -> None:
    facts = page(first_published_at=NOW - days(30), unpublished_at=NOW - days(10), expire_at=NOW - days(5))
    assert status(facts) == "expired"


def test_an_expired_page_was_live_until_its_expiry_not_until_the_scheduler_came() -> None:
    expiry = NOW - days(10)
    facts = page(first_published_at=NOW - days(30), unpublished_at=expiry + timedelta(minutes=4), expire_at=expiry)
    assert not facts.is_live(expiry)
    assert status(facts) == "expired"


def test_a_page_that_left_no_trace_of_its_end_never_was_live() -> None:
    facts = page(first_published_at=NOW - days(30))
    assert not facts.is_live(NOW - days(20))
    assert status(facts) == "draft"


def test_an_expired_page_edited_as_a_draft_is_known_by_the_log_alone() -> None:
    facts = page(first_published_at=NOW - days(30), unpublished_at=NOW - days(10), expire_at=None)
    assert facts.is_live(NOW - days(20))
    assert status(facts) == "unpublished"


def test_an_expired_page_scheduled_again_has_two_times_in_which_it_is_live() -> None:
    facts = page(
        first_published_at=NOW - days(400),
        unpublished_at=NOW - days(300),
        expire_at=NOW + days(30),
        go_live_at=NOW + days(10),
        approval=Approval(NOW + days(10), NOW + days(30)),
    )
    moments = (-350, -300, 0, 10, 29, 30)
    assert [facts.is_live(NOW + days(number)) for number in moments] == [True, False, False, True, True, False]
    assert status(facts) == "scheduled"
    assert not facts.is_fresh(NOW + days(10), add_days(NOW, -355, ZONE), ZONE)


# A live page with a scheduled update


def test_an_update_brings_its_own_expiry() -> None:
    facts = live_page(expire_at=NOW + days(100), approval=Approval(NOW + days(5), NOW + days(20)))
    assert status(facts) == "live_update"
    assert status(facts, NOW + days(5)) == "live"
    assert status(facts, NOW + days(20)) == "expired"


def test_an_update_without_an_expiry_lifts_the_one_there_was() -> None:
    facts = live_page(expire_at=NOW + days(10), approval=Approval(NOW + days(5), None))
    assert facts.is_live(NOW + days(11))


@pytest.mark.parametrize("go_live", [10, 15])
def test_an_expiry_before_the_update_cancels_it(go_live: int) -> None:
    facts = live_page(expire_at=NOW + days(10), approval=Approval(NOW + days(go_live), None))
    assert status(facts, NOW + days(9)) == "live_update"
    assert status(facts, NOW + days(20)) == "expired"


def test_an_update_that_has_expired_before_it_begins_ends_the_page_when_it_begins() -> None:
    facts = live_page(approval=Approval(NOW + days(10), NOW + days(5)))
    assert facts.is_live(NOW + days(9))
    assert status(facts, NOW + days(10)) == "expired"


# Content off the site


def test_confirmed_content_off_the_site_is_live_between_its_dates() -> None:
    facts = off_site(starts_at=NOW, expires_at=NOW + days(2))
    assert [status(facts, NOW + days(number)) for number in (-1, 0, 1, 2)] == ["scheduled", "live", "live", "expired"]


@pytest.mark.parametrize("state", ["idea", "draft", "cancelled"])
def test_only_confirmed_content_off_the_site_is_ever_live(state: str) -> None:
    assert not off_site(state=state, starts_at=NOW - days(1)).is_live(NOW)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (off_site(state="idea"), "idea"),
        (off_site(state="draft"), "draft"),
        (off_site(state="idea", target_at=NOW + days(1)), "planned"),
        (off_site(state="idea", starts_at=NOW + days(1)), "planned"),
        (off_site(state="idea", target_at=NOW), "overdue"),
        (off_site(state="cancelled", target_at=NOW), "cancelled"),
        (off_site(starts_at=NOW + days(1), expires_at=NOW), "draft"),
        (page(), "draft"),
        (page(in_review=True, target_at=NOW + days(1)), "in_review"),
        (page(target_at=NOW + days(1)), "planned"),
        (page(go_live_at=NOW + days(1)), "planned"),
        (page(go_live_at=NOW), "overdue"),
        (page(target_at=NOW + days(1), go_live_at=NOW - days(1)), "planned"),
        (page(in_review=True, target_at=NOW), "overdue"),
        (page(state="cancelled", go_live_at=NOW), "cancelled"),
    ],
)
def test_what_is_not_live_shows_the_first_status_that_holds(facts: Facts, expected: str) -> None:
    assert status(facts) == expected


def test_every_status_has_a_word() -> None:
    assert all(str(one.label) for one in Status)


# Freshness


@pytest.mark.parametrize(("seconds", "fresh"), [(0, False), (1, True)])
def test_content_of_exactly_the_greatest_age_is_old(seconds: int, fresh: bool) -> None:  # noqa: FBT001
    facts = live_page(first_published_at=YEAR_AGO + timedelta(seconds=seconds))
    assert facts.is_fresh(NOW, YEAR_AGO, ZONE) == fresh


@pytest.mark.parametrize("name", ["reviewed_on", "substantially_updated_on"])
def test_a_review_or_a_real_update_makes_old_content_fresh(name: str) -> None:
    facts = live_page(first_published_at=NOW - days(900), **{name: date(2026, 2, 1)})
    assert facts.is_fresh(NOW, YEAR_AGO, ZONE)


def test_a_review_that_had_not_happened_yet_does_not_count() -> None:
    facts = live_page(first_published_at=NOW - days(900), reviewed_on=date(2026, 2, 1))
    assert not facts.is_fresh(NOW - days(60), YEAR_AGO - days(60), ZONE)


def test_content_that_never_ages_is_always_fresh() -> None:
    assert live_page(first_published_at=NOW - days(9000)).is_fresh(NOW, None, ZONE)


def test_what_is_not_live_is_not_fresh() -> None:
    assert not page(first_published_at=NOW - days(1)).is_fresh(NOW, None, ZONE)


# Coming and planned


def test_what_goes_live_at_the_last_moment_of_the_horizon_is_coming() -> None:
    facts = off_site(starts_at=HORIZON)
    assert facts.coming_interval(NOW, HORIZON)
    assert not facts.coming_interval(NOW, HORIZON - timedelta(microseconds=1))
    assert not facts.coming_interval(HORIZON, HORIZON + days(1))


def test_what_really_went_live_after_a_past_moment_was_coming_then() -> None:
    assert live_page().coming_interval(NOW - days(20), NOW)


def test_a_scheduled_page_that_expires_before_it_goes_live_never_comes() -> None:
    facts = page(approval=Approval(NOW + days(10), NOW + days(5)))
    assert facts.coming_interval(NOW, HORIZON) is None


@pytest.mark.parametrize(
    ("facts", "tentative"),
    [
        (page(target_at=NOW + days(1)), True),
        (page(go_live_at=NOW + days(1)), True),
        (page(in_review=True, target_at=NOW + days(1)), True),
        (off_site(state="idea", target_at=NOW + days(1)), True),
        (page(target_at=NOW), False),
        (page(target_at=HORIZON), True),
        (page(target_at=HORIZON + timedelta(seconds=1)), False),
        (page(target_at=HORIZON + days(1), go_live_at=NOW + days(1)), False),
        (page(state="cancelled", target_at=NOW + days(1)), False),
        (page(target_at=NOW + days(1), approval=Approval(HORIZON + days(9), None)), False),
        (live_page(target_at=NOW + days(1)), False),
        (off_site(starts_at=NOW + days(2), target_at=NOW + days(1)), False),
        (page(first_published_at=NOW - days(9), unpublished_at=NOW - days(1), target_at=NOW + days(1)), True),
    ],
)
def test_an_unapproved_plan_with_a_date_in_the_window_is_tentative(facts: Facts, tentative: bool) -> None:  # noqa: FBT001
    assert facts.is_tentative(NOW, HORIZON, ZONE) == tentative


# Overdue


def test_a_day_without_a_time_is_missed_when_it_ends_in_the_sites_zone() -> None:
    facts = page(target_at=datetime(2026, 3, 2, tzinfo=ZONE), target_has_time=False)
    last = datetime(2026, 3, 2, 23, 59, 59, tzinfo=ZONE)
    assert not facts.is_overdue(last, ZONE)
    assert facts.is_overdue(last + timedelta(seconds=1), ZONE)
    assert facts.is_tentative(last, HORIZON, ZONE)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2028, 2, 29), 24)])
def test_a_day_lasts_as_long_as_it_does_in_the_sites_zone(day: date, hours: int) -> None:
    facts = page(target_at=midnight(day, ZONE), target_has_time=False)
    end = midnight(day, ZONE).astimezone(UTC) + timedelta(hours=hours)
    assert not facts.is_overdue(end - timedelta(seconds=1), ZONE)
    assert facts.is_overdue(end, ZONE)


def test_a_moment_is_missed_when_it_is_there() -> None:
    assert page(target_at=NOW).is_overdue(NOW, ZONE)
    assert not page(target_at=NOW).is_overdue(NOW - timedelta(seconds=1), ZONE)


@pytest.mark.parametrize(
    "facts",
    [
        page(target_at=NOW - days(1), state="cancelled"),
        page(target_at=NOW - days(1), approval=Approval(NOW + days(1), None)),
        live_page(target_at=NOW - days(1)),
        page(target_at=NOW - days(20), first_published_at=NOW - days(10), unpublished_at=NOW - days(2)),
        off_site(target_at=NOW - days(20), starts_at=NOW - days(19), expires_at=NOW - days(2)),
        off_site(target_at=NOW - days(20), starts_at=NOW + days(1)),
        page(),
    ],
)
def test_what_is_cancelled_or_comes_or_was_live_since_its_date_is_not_overdue(facts: Facts) -> None:
    assert not facts.is_overdue(NOW, ZONE)


def test_an_expired_page_with_a_new_date_that_passed_is_overdue() -> None:
    facts = page(first_published_at=NOW - days(90), unpublished_at=NOW - days(60), target_at=NOW - days(1))
    assert facts.is_overdue(NOW, ZONE)


# The horizon


def test_the_horizon_counts_days_of_the_calendar_not_hours() -> None:
    question = Question(at=datetime(2026, 3, 2, 9, tzinfo=ZONE), now=NOW, zone=ZONE)
    assert question.horizon == datetime.fromisoformat("2026-04-27T09:00+02:00")
    late = standing(off_site(starts_at=datetime.fromisoformat("2026-04-27T09:30+02:00")), question)
    assert not late.confirmed


@pytest.mark.parametrize(
    ("at", "number", "expected"),
    [
        ("2024-02-29T12:00+01:00", 365, "2025-02-28T12:00+01:00"),
        ("2025-12-31T23:59+01:00", 1, "2026-01-01T23:59+01:00"),
        ("2026-03-28T02:30+01:00", 1, "2026-03-29T03:30+02:00"),
        ("2026-10-24T02:30+02:00", 1, "2026-10-25T02:30+02:00"),
        ("2026-03-29T09:00+02:00", -1, "2026-03-28T09:00+01:00"),
    ],
)
def test_adding_days_keeps_the_time_on_the_wall(at: str, number: int, expected: str) -> None:
    assert add_days(datetime.fromisoformat(at), number, ZONE) == datetime.fromisoformat(expected)


def test_what_expires_at_midnight_ends_on_the_day_that_begins_then() -> None:
    facts = live_page(expire_at=datetime(2026, 3, 29, tzinfo=ZONE))
    assert standing(facts, Question(at=NOW, now=NOW, zone=ZONE)).end_day == date(2026, 3, 29)
