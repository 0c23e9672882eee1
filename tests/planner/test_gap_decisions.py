"""Accepting a gap until a day with a reason: who may, what it changes, how it ends, and who learns of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import ModelLogEntry, PageLogEntry

from personas.models import Journey
from planner.coverage import Question
from planner.gap_decisions import accept, take_back
from planner.gaps import Scope
from planner.members import Members
from planner.models import ContentItem, GapDecision
from planner.refused import Refused
from planner.report import Report, make_report
from planner.running_empty import dated_cells
from planner.schedule import approvals
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ACCEPT, REOPEN = "/admin/planner/gaps/accept/", "/admin/planner/gaps/reopen/"
COVERAGE, CELL = "/admin/planner/coverage/", "/admin/planner/coverage/buy/florist/do/"
EMPTY = "EMPTY:buy:florist:do::"
UNTIL = date(2026, 4, 1)


@pytest.fixture
def erik(section: Any) -> Any:
    return factories.erik(section)


@pytest.fixture
def journey(erik: Any) -> Journey:
    """Two personas in two phases, owned by Erik; only the gardener has content, so that no phase is empty."""
    florist, gardener = make_persona("florist", name="Florist"), make_persona("gardener", name="Gardener")
    journey = make_journey("buy", name="I want to buy", personas=(florist, gardener), phases=("see", "do"), owner=erik)
    for _number in range(2):
        page = make_page(parent=make_section("Open to all"))
        tag(page, personas=gardener, phases=list(journey.phases.all()), owner=erik)
    return journey


def report(user: Any = None, at: Any = NOW) -> Report:
    return make_report(user, Question(at=at, now=NOW, zone=ZONE))


def accepted(user: Any, key: str = EMPTY, until: date = UNTIL, reason: str = "The folder comes in April.") -> Any:
    return accept(report().find(key), reason=reason, until=until, user=user, now=NOW, zone=ZONE)


def keys(gaps: list[Any]) -> set[str]:
    return {gap.key for gap in gaps}


def form(**changes: str) -> dict[str, str]:
    return {"gap": EMPTY, "until": "2026-04-01", "reason": "The folder comes in April.", "next": CELL} | changes


# What it changes


def test_an_accepted_gap_is_told_apart_from_the_open_ones(journey: Journey, erik: Any) -> None:
    assert EMPTY in keys(report().gaps)
    accepted(erik)
    assert EMPTY not in keys(report().gaps)
    assert keys(report().accepted) == {EMPTY}


def test_other_gaps_stay_open(journey: Journey, erik: Any) -> None:
    others = keys(report().gaps) - {EMPTY}
    accepted(erik)
    assert keys(report().gaps) == others


def test_on_its_day_the_gap_is_open_again_by_itself(journey: Journey, erik: Any) -> None:
    accepted(erik)
    last_moment = datetime(2026, 3, 31, 23, 59, tzinfo=ZONE)
    assert EMPTY not in keys(report(at=last_moment).gaps)
    assert EMPTY in keys(report(at=last_moment + timedelta(minutes=1)).gaps)


def test_before_it_was_accepted_the_gap_was_open(journey: Journey, erik: Any) -> None:
    accepted(erik)
    assert EMPTY in keys(report(at=NOW - days(1)).gaps)


def test_the_day_begins_in_the_zone_of_the_site(journey: Journey, erik: Any) -> None:
    accepted(erik)
    midnight_in_london = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert EMPTY in keys(report(at=midnight_in_london).gaps)


def test_the_command_does_not_fail_on_an_accepted_gap(journey: Journey, erik: Any) -> None:
    for phase in ("do", "see"):
        accepted(erik, f"EMPTY:buy:florist:{phase}::")
    call_command("coverage_report", "--fail-on", "critical", stdout=StringIO(), stderr=StringIO())
    GapDecision.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("coverage_report", "--fail-on", "critical", stdout=StringIO(), stderr=StringIO())


def test_the_command_lists_it_apart_with_its_reason(journey: Journey, erik: Any) -> None:
    accepted(erik)
    out = StringIO()
    call_command("coverage_report", "--format", "json", stdout=out)
    data = json.loads(out.getvalue())
    (one,) = data["accepted"]
    assert (one["key"], one["until"], one["reason"]) == (EMPTY, "2026-04-01", "The folder comes in April.")
    assert EMPTY not in {gap["key"] for gap in data["gaps"]}


def test_the_dashboard_does_not_press_for_it(journey: Journey, erik: Any, client: Client) -> None:
    for phase in ("do", "see"):
        accepted(erik, f"EMPTY:buy:florist:{phase}::")
    client.force_login(erik)
    assert "Florist × Do" not in client.get("/admin/").content.decode()


def test_the_calendar_does_not_mark_the_day_of_an_accepted_gap(journey: Journey, erik: Any) -> None:
    place = {"personas": journey.personas.get(slug="florist"), "phases": journey.phases.get(slug="do")}
    make_item(expires_at=NOW + days(9), **place)
    question, items = Question(at=NOW, now=NOW, zone=ZONE), ContentItem.objects.counted()

    def marked() -> set[str]:
        return keys(dated_cells(items, question, Scope.of(Members()), approved=approvals()))

    assert marked() == {"CLIFF:buy:florist:do::"}
    accepted(erik, "CLIFF:buy:florist:do::")
    assert marked() == set()


# Who may, and how it ends


def test_only_the_owner_and_superusers_may_accept(journey: Journey, erik: Any) -> None:
    for user in (factories.bea(make_section("B")), factories.nina()):
        with pytest.raises(Refused, match="Only the owner"):
            accepted(user)
    assert not GapDecision.objects.exists()
    accepted(factories.marieke())
    assert GapDecision.objects.get().key == EMPTY


def test_an_owner_who_cannot_log_in_decides_nothing(journey: Journey, erik: Any) -> None:
    erik.is_active = False
    with pytest.raises(Refused):
        accepted(erik)


def test_the_right_is_asked_for_again_at_the_write(journey: Journey, erik: Any) -> None:
    gap = report().find(EMPTY)
    Journey.objects.update(owner=factories.bea(make_section("B")))
    with pytest.raises(Refused):
        accept(gap, reason="Late", until=UNTIL, user=erik, now=NOW, zone=ZONE)


@pytest.mark.parametrize("until", [date(2026, 3, 2), date(2026, 3, 1), date(1970, 1, 1)])
def test_a_day_that_is_not_to_come_is_refused(journey: Journey, erik: Any, until: date) -> None:
    with pytest.raises(Refused, match="is not to come"):
        accepted(erik, until=until)


def test_taking_it_back_opens_the_gap_at_once_and_keeps_what_was_decided(journey: Journey, erik: Any) -> None:
    accepted(erik)
    take_back(report().find(EMPTY), user=erik, now=NOW)
    assert EMPTY in keys(report().gaps)
    assert GapDecision.objects.get().ended_by == erik


def test_what_was_taken_back_cannot_be_taken_back_again(journey: Journey, erik: Any) -> None:
    gap = report().find(EMPTY)
    with pytest.raises(Refused, match="open already"):
        take_back(gap, user=erik, now=NOW)


def test_another_decision_follows_the_first_and_the_first_is_kept(journey: Journey, erik: Any) -> None:
    accepted(erik)
    accepted(erik, until=date(2026, 5, 1), reason="Later still.")
    assert [one.reason for one in GapDecision.objects.filter(ended_at=None)] == ["Later still."]
    assert GapDecision.objects.count() == 2
    assert report().decisions[EMPTY].until == date(2026, 5, 1)


def test_a_gap_of_a_changed_kind_is_another_gap(journey: Journey, erik: Any) -> None:
    accepted(erik)
    place = {"personas": journey.personas.get(slug="florist"), "phases": journey.phases.get(slug="do")}
    make_item(**place)
    assert "THIN:buy:florist:do::" in keys(report().gaps)


def test_both_writes_stand_in_the_history_of_the_journey(journey: Journey, erik: Any) -> None:
    accepted(erik)
    take_back(report().find(EMPTY), user=erik, now=NOW)
    lines = ModelLogEntry.objects.filter(action__startswith="planner.").order_by("pk")
    assert [line.action for line in lines] == ["planner.accept_gap", "planner.reopen_gap"]
    assert lines[0].message == (
        "Gap accepted until 1 April 2026: Empty, Florist × Do. Reason: The folder comes in April."
    )


def test_of_an_item_it_stands_in_the_history_of_the_item_alone(journey: Journey, erik: Any, section: Any) -> None:
    page = make_page("Secret", parent=section, live=False)
    tag(page, phases=journey.phases.get(slug="do"), target_at=NOW - days(3), target_has_time=True)
    (late,) = [gap for gap in report().gaps if gap.code == "OVERDUE"]
    accepted(erik, late.key)
    assert PageLogEntry.objects.filter(page=page.pk, action="planner.accept_gap").exists()
    assert not ModelLogEntry.objects.filter(action="planner.accept_gap").exists()


# The screens


def test_the_form_accepts_and_leads_back(client: Client, journey: Journey, erik: Any) -> None:
    client.force_login(erik)
    assert "Why this is a gap" in client.get(f"{ACCEPT}?gap={EMPTY}").content.decode()
    response = client.post(ACCEPT, form())
    assert (response.status_code, response.url) == (302, CELL)
    html = client.get(CELL).content.decode()
    assert "accepted until 1 April 2026" in html
    assert "The folder comes in April." in html


def test_the_matrix_and_its_list_tell_it_apart(client: Client, journey: Journey, erik: Any) -> None:
    accepted(erik)
    client.force_login(factories.marieke())
    response = client.get(COVERAGE)
    assert EMPTY not in keys(response.context["gaps"])
    html = response.content.decode()
    assert "Accepted until 1 Apr" in html
    assert "1 gap is accepted for now." in html


def test_the_button_opens_it_again(client: Client, journey: Journey, erik: Any) -> None:
    accepted(erik)
    client.force_login(erik)
    response = client.post(REOPEN, {"gap": EMPTY, "next": CELL}, follow=True)
    assert "The gap is open again: Empty, Florist × Do." in response.content.decode()
    assert EMPTY in keys(report().gaps)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": "  "}, "This field is required."),
        ({"until": ""}, "This field is required."),
        ({"until": "2026-02-30"}, "Enter a valid date."),
        ({"until": "2026-03-02"}, "2 March 2026 is not to come. Choose a later day."),
        ({"until": "9999-12-31"}, "Choose a day from 1970 to 2100."),
        ({"reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(
    client: Client, journey: Journey, erik: Any, changes: dict[str, str], told: str
) -> None:
    client.force_login(erik)
    html = client.post(ACCEPT, form(**changes)).content.decode()
    assert told in html
    assert "Leave it open" in html
    assert not GapDecision.objects.exists()


def test_others_read_who_may_and_get_no_form(client: Client, journey: Journey, erik: Any) -> None:
    client.force_login(factories.bea(make_section("B")))
    assert "That is erik." in client.get(f"{ACCEPT}?gap={EMPTY}").content.decode()
    assert "Accept until…" not in client.get(CELL).content.decode()
    client.post(ACCEPT, form())
    assert not GapDecision.objects.exists()


def test_a_journey_without_an_owner_says_what_to_do_first(client: Client, journey: Journey, erik: Any) -> None:
    Journey.objects.update(owner=None)
    client.force_login(erik)
    assert "Choose one first" in client.get(f"{ACCEPT}?gap={EMPTY}").content.decode()


@pytest.mark.parametrize(
    "key", ["", "EMPTY", "EMPTY:nope:florist:do::", "THIN:buy:gardener:do::", "x" * 3000, "a:\0:b"]
)
@pytest.mark.parametrize("address", [ACCEPT, REOPEN])
def test_what_is_no_gap_leads_back_with_a_word(
    client: Client, journey: Journey, erik: Any, key: str, address: str
) -> None:
    client.force_login(erik)
    response = client.post(address, form(gap=key), follow=True)
    assert "There is no such gap any more" in response.content.decode()


def test_nobody_learns_of_a_gap_about_content_they_may_not_see(
    client: Client, journey: Journey, erik: Any, section: Any
) -> None:
    page = make_page("Secret", parent=section, live=False)
    tag(page, phases=journey.phases.get(slug="do"), target_at=NOW - days(3), target_has_time=True)
    (late,) = [gap for gap in report().gaps if gap.code == "OVERDUE"]
    accepted(erik, late.key, reason="Hush")
    client.force_login(factories.bea(make_section("B")))
    for address in (COVERAGE, CELL, f"{ACCEPT}?gap={late.key}"):
        html = client.get(address, follow=True).content.decode()
        assert "Secret" not in html
        assert "Hush" not in html
    there = client.get(f"{ACCEPT}?gap={late.key}", follow=True).content
    nowhere = client.get(f"{ACCEPT}?gap=OVERDUE:buy::::{'0' * 36}", follow=True).content
    assert (b"There is no such gap any more" in there) and (b"There is no such gap any more" in nowhere)


def test_as_of_another_day_nothing_is_decided(client: Client, journey: Journey, erik: Any) -> None:
    client.force_login(erik)
    assert "Accept until…" in client.get(CELL).content.decode()
    assert "Accept until…" not in client.get(f"{CELL}?as_of=2026-05-01").content.decode()


def test_the_cell_names_what_is_planned_for_its_gap(client: Client, journey: Journey, erik: Any) -> None:
    place = {"personas": journey.personas.get(slug="florist"), "phases": journey.phases.get(slug="do")}
    make_item("Folder", state="idea", target_at=NOW + days(5), **place)
    client.force_login(factories.marieke())
    html = client.get(CELL).content.decode()
    assert html.index("Planned:") < html.index(">Folder</a> <time")


def test_somebody_outside_the_planner_is_refused(client: Client, journey: Journey) -> None:
    client.force_login(factories.nina())
    assert client.post(ACCEPT, form()).status_code == 302
    assert not GapDecision.objects.exists()
