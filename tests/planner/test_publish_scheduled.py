"""What the facts foretell is what Wagtail's scheduler does: a report for a moment equals that after it really ran."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personas.models import Journey
from planner.coverage import Question
from planner.report import as_json, make_report
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_page, make_persona, schedule_page, tag
from tests.planner.real_content import for_now

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
AHEAD = (1, 2, 5, 13, 20, 30, 56, 70)
"""Days ahead on which things happen, so few that they coincide."""


@pytest.fixture
def journey() -> Journey:
    people = make_persona("p0"), make_persona("p1")
    return make_journey("journey", personas=people, phases=("see", "think", "do"))


def report(at: datetime, now: datetime) -> dict[str, Any]:
    found = as_json(make_report(None, Question(at=at, now=now, zone=ZONE)))
    return {name: value for name, value in found.items() if name != "as_of"}


def make_plan(chance: Random, journey: Journey, size: int, clock: Any) -> None:
    for _number in range(size):
        way = chance.choice(("live", "updated", "draft", "scheduled", "ended", "ended, scheduled", "off site"))
        target = NOW + days(chance.choice((-20, -3, *AHEAD))) if chance.random() < 0.4 else None
        item = _off_site(chance) if way == "off site" else _page(chance, way, clock)
        tag(
            item,
            personas=chance.sample(list(journey.personas.all()), 1),
            phases=chance.sample(list(journey.phases.all()), chance.randint(1, 2)),
            target_at=target,
            target_has_time=chance.random() < 0.5,
        )


def _off_site(chance: Random) -> Any:
    start = NOW + days(chance.choice((-400, -5, *AHEAD)))
    end = start + days(chance.choice(AHEAD)) if chance.random() < 0.5 else None
    return make_item(state=chance.choice(("idea", "confirmed", "confirmed")), starts_at=start, expires_at=end)


def _page(chance: Random, way: str, clock: Any) -> Any:
    expiry = NOW + days(chance.choice(AHEAD)) if chance.random() < 0.6 else None
    if way in {"draft", "scheduled"}:
        page = make_page(live=False, go_live_at=NOW + days(chance.choice(AHEAD)) if way == "draft" else None)
    else:
        page = make_page(first_published_at=NOW - days(chance.choice((400, 330, 10))))
        page = published(page, expiry)
    if way.startswith("ended"):
        clock.move_to(NOW - days(4), tick=False)
        page.unpublish(set_expired=chance.random() < 0.5)
        clock.move_to(NOW, tick=False)
    if way in {"scheduled", "updated", "ended, scheduled"}:
        go_live, *later = sorted(chance.sample(AHEAD, 3))
        schedule_page(page, NOW + days(go_live), NOW + days(later[0]) if chance.random() < 0.5 else None)
    return page


def published(page: Any, expire_at: datetime | None) -> Any:
    """The page after it was published with an expiry, read anew as the editor does: its revision is the live one."""
    page.expire_at = expire_at
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def run_scheduler_until(moment: datetime, clock: Any) -> None:
    """Let the scheduler run a second after each moment at which something may happen, as a healthy one does."""
    for day in AHEAD:
        if NOW + days(day) <= moment:
            clock.move_to(NOW + days(day) + SECOND, tick=False)
            call_command("publish_scheduled")
    clock.move_to(moment + SECOND, tick=False)
    call_command("publish_scheduled")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), size=st.integers(1, 10), ahead=st.sampled_from((0.5, *AHEAD, 21.25)))
def test_a_report_for_a_coming_moment_equals_the_report_after_the_scheduler_ran(
    journey: Journey, time_machine: Any, seed: int, size: int, ahead: float
) -> None:
    moment = NOW + days(ahead)
    with for_now():
        time_machine.move_to(NOW, tick=False)
        make_plan(Random(seed), journey, size, time_machine)
        foretold = report(moment, NOW)
        run_scheduler_until(moment, time_machine)
        assert report(moment + SECOND, moment + SECOND) == foretold


def test_an_expiry_before_the_update_cancels_it_as_wagtail_does(journey: Journey, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    page = published(make_page(), NOW + days(2))
    tag(page, personas=journey.personas.all()[0], phases=journey.phases.all()[0])
    schedule_page(page, NOW + days(5))
    foretold = report(NOW + days(6), NOW)
    assert foretold["totals"]["expired"] == 1
    run_scheduler_until(NOW + days(6), time_machine)
    assert report(NOW + days(6) + SECOND, NOW + days(6) + SECOND) == foretold
