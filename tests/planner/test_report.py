"""The report: what it says as data, whose items it counts, and what it costs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.models import Journey
from planner.coverage import Question
from planner.models import ContentItem
from planner.report import as_json, make_report, overdue_items
from tests.factories import (
    NOW,
    ZONE,
    days,
    erik,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    marieke,
    schedule_page,
    tag,
)

pytestmark = pytest.mark.django_db

QUESTION = Question(at=NOW, now=NOW, zone=ZONE)


@pytest.fixture
def journey() -> Journey:
    return make_journey("klant", personas=(make_persona("anna"), make_persona("bo")), phases=("zien", "doen"))


def off_site_report(**options: Any) -> dict[str, Any]:
    ContentItem.objects.on_pages().delete()
    return as_json(make_report(None, QUESTION, **options))


def test_the_data_has_the_names_of_the_contract(journey: Journey) -> None:
    make_channel("site")
    report = as_json(make_report(None, QUESTION))
    assert list(report) == [
        "as_of",
        "time_zone",
        "horizon_days",
        "stale_days",
        "journeys",
        "warnings",
        "totals",
        "phases",
        "channels",
        "cells",
        "gaps",
        "accepted",
    ]
    totals = "live fresh confirmed tentative expired live_without_persona live_without_phase live_without_channel"
    cell = "journey persona phase live fresh confirmed tentative generic at_horizon applicability score gap severity"
    gap = "key code severity priority journey persona phase channel item date message"
    assert list(report["totals"]) == totals.split()
    assert list(report["phases"][0]) == ["journey", "phase", "live", "fresh", "confirmed", "at_horizon"]
    assert list(report["channels"][0]) == ["channel", "live"]
    assert list(report["cells"][0]) == cell.split()
    assert list(report["gaps"][0]) == gap.split()


def test_the_data_is_plain(journey: Journey) -> None:
    make_item(personas=journey.personas.all()[0], phases=journey.phases.all()[0], expires_at=NOW + days(3))
    report = off_site_report()
    assert json.loads(json.dumps(report)) == report
    assert (report["as_of"], report["time_zone"]) == ("2026-03-02T08:00:00+00:00", "Europe/Amsterdam")


def test_a_cell_names_its_strongest_gap_and_the_list_says_an_empty_phase_once(journey: Journey) -> None:
    anna, bo = journey.personas.all()
    zien, doen = journey.phases.all()
    make_item(personas=anna, phases=zien, expires_at=NOW + days(3))
    report = off_site_report()
    cells = {(cell["persona"], cell["phase"]): cell["gap"] for cell in report["cells"]}
    assert cells == {
        ("anna", "zien"): "CLIFF",
        ("bo", "zien"): "EMPTY",
        ("anna", "doen"): "EMPTY",
        ("bo", "doen"): "EMPTY",
    }
    empty = [(gap["code"], gap["persona"], gap["phase"]) for gap in report["gaps"] if gap["code"].startswith("EMPTY")]
    assert sorted(empty) == [("EMPTY", "bo", "zien"), ("EMPTY_PHASE", None, "doen")]
    assert {gap["date"] for gap in report["gaps"] if gap["code"] == "CLIFF"} == {"2026-03-05"}


def test_without_a_journey_named_all_active_ones_are_reported(journey: Journey) -> None:
    make_journey("lid", personas=tuple(journey.personas.all()), phases=("zien",))
    make_journey("oud", personas=tuple(journey.personas.all()), phases=("zien",), active=False)
    assert off_site_report()["journeys"] == ["klant", "lid"]
    assert off_site_report(journeys=["oud"])["journeys"] == ["oud"]


def test_inactive_personas_and_phases_are_never_judged(journey: Journey) -> None:
    journey.personas.filter(slug="bo").update(active=False)
    journey.phases.filter(slug="doen").update(active=False)
    make_item(personas=list(journey.personas.all()), phases=list(journey.phases.all()))
    report = off_site_report()
    assert [(cell["persona"], cell["phase"], cell["live"]) for cell in report["cells"]] == [("anna", "zien", 1)]
    assert report["totals"]["live_without_phase"] == 0


def test_a_channel_narrows_what_counts(journey: Journey) -> None:
    site, letter = make_channel("site"), make_channel("letter")
    tags = {"personas": journey.personas.all()[0], "phases": journey.phases.all()[0]}
    make_item(channels=site, **tags)
    make_item(channels=[site, letter], **tags)
    assert off_site_report(channels=["letter"])["totals"]["live"] == 1
    assert off_site_report(channels=["letter", "site"])["totals"]["live"] == 2
    assert off_site_report(channels=["gone"])["totals"]["live"] == 0


def test_too_much_unclassified_content_is_warned_of(journey: Journey) -> None:
    tags = {"personas": journey.personas.all()[0], "phases": journey.phases.all()[0]}
    for _number in range(4):
        make_item(**tags)
    make_item()
    assert off_site_report()["warnings"] == []
    make_item()
    (warning,) = off_site_report()["warnings"]
    assert "2 of 6" in warning


def test_a_report_counts_what_its_reader_may_see(journey: Journey) -> None:
    a, b = make_section("A"), make_section("B")
    tags = {"personas": journey.personas.all()[0], "phases": journey.phases.all()[0]}
    tag(make_page(parent=a), **tags)
    tag(make_page(parent=b), **tags)
    make_item(section=b, **tags)
    live = [as_json(make_report(user, QUESTION))["cells"][0]["live"] for user in (erik(a), marieke(), None)]
    assert live == [1, 3, 3]


def test_the_owner_of_a_journey_sees_no_more_than_their_permissions_give(journey: Journey) -> None:
    a, b = make_section("A"), make_section("B")
    tag(make_page(parent=b), personas=journey.personas.all()[0], phases=journey.phases.all()[0])
    owner = erik(a)
    Journey.objects.filter(pk=journey.pk).update(owner=owner)
    assert as_json(make_report(owner, QUESTION))["cells"][0]["live"] == 0


def overdue(**changes: Any) -> list[str]:
    question = Question(**{"at": NOW, "now": NOW, "zone": ZONE} | changes)
    return sorted(record.title for record, _tags in overdue_items(ContentItem.objects.counted(), question))


def test_overdue_items_are_those_whose_facts_say_so(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    yesterday = {"target_at": NOW - days(1), "target_has_time": True}
    tag(make_page("Late", live=False), **yesterday)
    tag(make_page("Live"), **yesterday)
    tag(make_page("Cancelled", live=False), state="cancelled", **yesterday)
    tag(coming := make_page("Coming", live=False), **yesterday)
    schedule_page(coming, NOW + days(1))
    make_item("Idea", state="idea", **yesterday)
    make_item("Early", state="idea", target_at=NOW + timedelta(hours=1), target_has_time=True)
    assert overdue() == ["Idea", "Late"]


def test_a_page_that_ends_before_its_new_date_is_overdue_then(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page("Again", expire_at=NOW + days(15))
    page.save_revision().publish()
    tag(page, target_at=NOW + days(2), target_has_time=True)
    schedule_page(type(page).objects.get(pk=page.pk), NOW + days(9), NOW + days(20))
    assert overdue(at=NOW + days(3)) == []
    type(page).objects.filter(pk=page.pk).update(expire_at=NOW + days(1))
    assert overdue(at=NOW + days(3)) == ["Again"]


def plan_of(number: int, journey: Journey) -> None:
    persona, phase = journey.personas.all()[0], journey.phases.all()[0]
    for position in range(number):
        kind = position % 5
        if kind == 0:
            tag(make_page(live=False), personas=persona, phases=phase, target_at=NOW - days(3), target_has_time=True)
        elif kind == 1:
            make_item(personas=persona, phases=phase, state="idea", target_at=NOW - days(20))
        else:
            make_item(personas=persona, phases=phase, expires_at=NOW + days(position % 90 + 1))
    for _position in range(max(2, number // 100)):
        page = make_page(live=False)
        tag(page, personas=persona, phases=phase)
        schedule_page(page, NOW + days(3000))
        make_page().unpublish()


def queries(user: Any) -> int:
    user = user and get_user_model().objects.get(pk=user.pk)  # nobody's permissions are remembered
    with CaptureQueriesContext(connection) as captured:
        make_report(user, QUESTION)
    return len(captured)


def test_five_hundred_items_take_as_many_queries_as_ten(journey: Journey) -> None:
    reader = erik(make_section("A"))
    make_journey("lid", personas=tuple(journey.personas.all()), phases=("zien", "doen"))
    plan_of(10, journey)
    few, few_of_a_section = queries(None), queries(reader)
    plan_of(490, journey)
    for number in range(5):
        make_journey(f"more-{number}", personas=tuple(journey.personas.all()), phases=("zien", "doen"))
    assert (queries(None), queries(reader)) == (few, few_of_a_section)
    assert few <= 17
    assert few_of_a_section <= 20
