"""Snapshots of coverage: what the command keeps, what has changed since, and who is told."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personas.models import Journey
from planner.coverage import Question
from planner.coverage_history import compare
from planner.gap_decisions import accept
from planner.models import ContentItem, CoverageSnapshot, GapPeriod
from planner.report import make_report
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "only_our_items")]

HISTORY = "/admin/planner/coverage/buy/history/"
EMPTY = "EMPTY:buy:florist:see::"


@pytest.fixture
def journey() -> Journey:
    """Two personas in one phase; only the gardener has content."""
    florist, gardener = make_persona("florist", name="Florist"), make_persona("gardener", name="Gardener")
    journey = make_journey("buy", name="I want to buy", personas=(florist, gardener), phases=("see",))
    for _number in range(2):
        make_item(personas=gardener, phases=journey.phases.get())
    return journey


def run(**options: Any) -> str:
    said = StringIO()
    call_command("snapshot_coverage", stdout=said, **options)
    return said.getvalue()


def fill(journey: Journey, **fields: Any) -> ContentItem:
    return make_item(personas=journey.personas.get(slug="florist"), phases=journey.phases.get(), **fields)


def report(at: Any = NOW) -> Any:
    return make_report(None, Question(at=at, now=at, zone=ZONE), journeys=["buy"])


def periods(key: str = EMPTY) -> list[tuple[date, date | None]]:
    return list(GapPeriod.objects.filter(key=key).values_list("opened", "closed"))


# The command


def test_it_keeps_what_each_journey_has_and_lacks_today(journey: Journey) -> None:
    assert run() == "Snapshots: 1 written, 0 there already.\n"
    snapshot = CoverageSnapshot.objects.get()
    assert (snapshot.day, snapshot.verdict) == (date(2026, 3, 2), "critical")
    assert (snapshot.weakest, snapshot.mean, snapshot.empty_cells) == (0, 0.5, 1)
    assert {"key": EMPTY, "severity": "critical", "accepted": False} in snapshot.gaps
    assert [(cell["persona"], cell["live"]) for cell in snapshot.cells] == [("florist", 0), ("gardener", 2)]


def test_a_second_run_on_the_same_day_changes_nothing(journey: Journey) -> None:
    run()
    before = CoverageSnapshot.objects.values().get()
    fill(journey)
    assert run() == "Snapshots: 0 written, 1 there already.\n"
    assert CoverageSnapshot.objects.values().get() == before
    assert periods() == [(date(2026, 3, 2), None)]


def test_a_day_begins_at_midnight_of_the_site(journey: Journey, time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T22:59:00Z", tick=False)
    run()
    time_machine.move_to("2026-03-02T23:01:00Z", tick=False)  # past midnight in Amsterdam
    assert run() == "Snapshots: 1 written, 0 there already.\n"
    assert [one.day for one in CoverageSnapshot.objects.all()] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_a_snapshot_is_never_changed(journey: Journey) -> None:
    run()
    with pytest.raises(TypeError, match="never changed"):
        CoverageSnapshot.objects.get().save()


def test_a_gap_opens_closes_and_opens_again(journey: Journey, time_machine: Any) -> None:
    run()
    time_machine.move_to(NOW + days(1), tick=False)
    item = fill(journey)
    run()
    time_machine.move_to(NOW + days(5), tick=False)
    item.delete()
    run()
    assert periods() == [(date(2026, 3, 2), date(2026, 3, 3)), (date(2026, 3, 7), None)]


def test_only_the_journey_named_is_kept(journey: Journey) -> None:
    make_journey("other", phases=("do",))
    run(journey="other")
    assert CoverageSnapshot.objects.get().journey.slug == "other"


def test_an_unknown_journey_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match="There is no journey “nope”"):
        run(journey="nope")


def test_journeys_that_share_an_overdue_item_without_phase_are_both_kept(journey: Journey) -> None:
    make_journey("other", phases=("do",))
    make_item("Late", state="idea", target_at=NOW - days(3))
    assert run() == "Snapshots: 2 written, 0 there already.\n"


# What has changed


def test_nothing_has_changed_since_a_moment_ago(journey: Journey) -> None:
    run()
    found = compare(CoverageSnapshot.objects.get(), report())
    assert (found.opened, found.closed, found.changed, found.cells) == ([], [], [], [])


def test_it_tells_what_opened_closed_and_changed(journey: Journey) -> None:
    run()
    fill(journey, expires_at=NOW + days(3))
    ContentItem.objects.filter(personas__slug="gardener").first().delete()
    found = compare(CoverageSnapshot.objects.get(), report())
    assert [gap.key for gap in found.opened] == ["CLIFF:buy:florist:see::", "THIN:buy:gardener:see::"]
    assert [(gap.name, gap.place) for gap in found.closed] == [("Empty", "Florist × See")]
    assert [(cell.persona.slug, cell.before.live, cell.after.live) for cell in found.cells] == [
        ("florist", 0, 1),
        ("gardener", 2, 1),
    ]


def test_a_plan_changes_the_severity(journey: Journey) -> None:
    run()
    fill(journey, state="idea", target_at=NOW + days(5))
    (changed,) = compare(CoverageSnapshot.objects.get(), report()).changed
    assert (changed.gap.key, changed.before.value, changed.gap.severity.value) == (EMPTY, "critical", "high")


def test_an_acceptance_changes_a_gap(journey: Journey, user: Any) -> None:
    run()
    gap = report().find(EMPTY)
    accept(gap, reason="Later.", until=date(2026, 4, 1), user=user, now=NOW - timedelta(seconds=1), zone=ZONE)
    (changed,) = compare(CoverageSnapshot.objects.get(), report()).changed
    assert (changed.was_accepted, changed.is_accepted) == (False, True)


# The screen


def test_without_a_snapshot_it_says_who_writes_them(marieke: Client, journey: Journey) -> None:
    assert "manage.py snapshot_coverage" in marieke.get(HISTORY).content.decode()


def test_it_draws_the_trend_and_lists_the_days(marieke: Client, journey: Journey, time_machine: Any) -> None:
    run()
    time_machine.move_to(NOW + days(10), tick=False)
    fill(journey)
    html = marieke.get(HISTORY).content.decode()
    assert "From 2 March 2026 to 12 March 2026 the mean score went from 0.50 to 0.75" in html
    assert 'class="jp-trend__mean" d="M0 50L1000 26"' in html
    assert "Gaps since 2 March 2026: 1 opened, 1 closed, 0 changed." in html


def test_any_day_can_be_compared_with_today(marieke: Client, journey: Journey, time_machine: Any) -> None:
    run()
    time_machine.move_to(NOW + days(1), tick=False)
    fill(journey)
    run()
    time_machine.move_to(NOW + days(2), tick=False)
    assert marieke.get(HISTORY).context["comparison"].since.day == date(2026, 3, 3)
    assert marieke.get(f"{HISTORY}?since=2026-03-02").context["comparison"].since.day == date(2026, 3, 2)
    assert marieke.get(f"{HISTORY}?since=nonsense").context["comparison"].since.day == date(2026, 3, 3)


def test_the_coverage_leads_to_its_history(marieke: Client, journey: Journey) -> None:
    assert HISTORY in marieke.get("/admin/planner/coverage/").content.decode()


def test_who_sees_a_part_of_the_site_sees_no_history(client: Client, journey: Journey) -> None:
    run()
    client.force_login(factories.erik(make_section("A")))
    assert client.get(HISTORY).status_code == 302
    assert HISTORY not in client.get("/admin/planner/coverage/").content.decode()


def test_a_journey_that_does_not_exist_has_no_history(marieke: Client) -> None:
    assert marieke.get(HISTORY).status_code == 404


def test_looking_writes_nothing(marieke: Client, journey: Journey) -> None:
    for address in (HISTORY, "/admin/planner/coverage/", "/admin/planner/gaps/"):
        marieke.get(address)
    assert (CoverageSnapshot.objects.count(), GapPeriod.objects.count()) == (0, 0)


def test_the_number_of_queries_does_not_grow(marieke: Client, journey: Journey, time_machine: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            marieke.get(HISTORY)
        return len(captured)

    section = make_section("A")
    run()
    time_machine.move_to(NOW + days(1), tick=False)
    late = {"live": False, "parent": section}
    tag(make_page("Late 1", **late), phases=journey.phases.get(), target_at=NOW)
    run()
    time_machine.move_to(NOW + days(2), tick=False)
    ContentItem.objects.filter(target_at=NOW).update(target_at=NOW + days(30))
    queries()
    few = queries()
    ContentItem.objects.filter(target_at=NOW + days(30)).update(target_at=NOW)
    for number in range(2, 12):
        tag(make_page(f"Late {number}", **late), phases=journey.phases.get(), target_at=NOW)
    for number in range(3, 9):
        time_machine.move_to(NOW + days(number), tick=False)
        run()
    ContentItem.objects.filter(target_at=NOW).update(target_at=NOW + days(30))
    assert len(marieke.get(HISTORY).context["comparison"].closed) == 11
    assert queries() <= few
