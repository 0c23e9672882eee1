"""What happened to one gap, and to whom it is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from personas.models import Journey
from planner.coverage import Question
from planner.gap_decisions import accept, take_back
from planner.models import ContentItem, PlannedGap
from planner.report import make_report
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "only_our_items")]

EMPTY = "EMPTY:buy:florist:see::"
HISTORY = f"/admin/planner/gaps/history/?gap={EMPTY}"
GAPS, NEW = "/admin/planner/gaps/", "/admin/planner/items/new/"


@pytest.fixture
def section() -> Any:
    return make_section("A")


@pytest.fixture
def erik(section: Any) -> Any:
    return factories.erik(section)


@pytest.fixture
def journey(erik: Any, section: Any) -> Journey:
    """Two personas in one phase, owned by Erik; only the gardener has content."""
    florist, gardener = make_persona("florist", name="Florist"), make_persona("gardener", name="Gardener")
    journey = make_journey("buy", name="I want to buy", personas=(florist, gardener), phases=("see",), owner=erik)
    tag(make_page(parent=section), personas=gardener, phases=journey.phases.get())
    return journey


def fill(journey: Journey, **fields: Any) -> ContentItem:
    return make_item(personas=journey.personas.get(slug="florist"), phases=journey.phases.get(), **fields)


def gap(at: Any = NOW) -> Any:
    return make_report(None, Question(at=at, now=at, zone=ZONE), journeys=["buy"]).find(EMPTY)


def told(client: Client) -> list[tuple[str, str]]:
    """What the page lists: each event by what it was and the day on which it was."""
    events = client.get(HISTORY).context["events"]
    return [(event.what.value, (event.day or event.moment.date()).isoformat()) for event in events]


def text_of(client: Client, address: str = HISTORY) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_it_tells_when_a_gap_opened_closed_and_opened_again(
    marieke: Client, journey: Journey, time_machine: Any
) -> None:
    item = fill(journey)
    call_command("snapshot_coverage")
    for number, change in ((1, item.delete), (4, lambda: fill(journey)), (6, ContentItem.objects.all().delete)):
        time_machine.move_to(NOW + days(number), tick=False)
        change()
        call_command("snapshot_coverage")
    time_machine.move_to(NOW + days(4), tick=False)
    assert told(marieke)[-2:] == [("closed", "2026-03-06"), ("opened", "2026-03-03")]


def test_what_stood_at_the_first_snapshot_may_be_older(marieke: Client, journey: Journey) -> None:
    call_command("snapshot_coverage")
    assert told(marieke) == [("there", "2026-03-02")]


def test_a_closed_gap_keeps_its_history(marieke: Client, journey: Journey, time_machine: Any) -> None:
    call_command("snapshot_coverage")
    time_machine.move_to(NOW + days(1), tick=False)
    fill(journey)
    call_command("snapshot_coverage")
    html = text_of(marieke)
    assert "This gap does not stand any more." in html
    assert "Florist × See" in html
    assert told(marieke) == [("closed", "2026-03-03"), ("there", "2026-03-02")]


def test_it_tells_who_accepted_it_until_when_and_why(
    marieke: Client, journey: Journey, erik: Any, time_machine: Any
) -> None:
    accept(gap(), reason="The folder comes.", until=date(2026, 3, 9), user=erik, now=NOW, zone=ZONE)
    assert "Accepted until 9 March 2026 by erik:" in text_of(marieke)
    time_machine.move_to(NOW + days(10), tick=False)
    assert told(marieke) == [("ran_out", "2026-03-09"), ("accepted", "2026-03-02")]


def test_an_acceptance_taken_back_is_told(marieke: Client, journey: Journey, erik: Any) -> None:
    accept(gap(), reason="Later.", until=date(2026, 3, 9), user=erik, now=NOW, zone=ZONE)
    take_back(gap(), user=erik, now=NOW + days(1))
    assert told(marieke) == [("taken_back", "2026-03-03"), ("accepted", "2026-03-02")]


def test_an_acceptance_that_another_followed_was_not_taken_back(marieke: Client, journey: Journey, erik: Any) -> None:
    accept(gap(), reason="Later.", until=date(2026, 3, 9), user=erik, now=NOW, zone=ZONE)
    accept(gap(), reason="Much later.", until=date(2026, 5, 1), user=erik, now=NOW + days(1), zone=ZONE)
    assert told(marieke) == [("accepted", "2026-03-03"), ("accepted", "2026-03-02")]


def idea(client: Client, key: str = EMPTY, title: str = "A folder") -> None:
    form = client.get(f"{NEW}?gap={key}").context["form"]
    section = form.fields["section"].queryset.first()
    client.post(f"{NEW}?gap={key}", {"title": title, "section": section.pk, "target_date": "2026-03-20"})


def test_an_idea_planned_from_a_gap_stands_in_its_history(marieke: Client, journey: Journey) -> None:
    address = "gap=EMPTY%3Abuy%3Aflorist%3Asee%3A%3A"
    assert address in text_of(marieke, GAPS)
    idea(marieke)
    assert "A folder" in text_of(marieke)
    assert PlannedGap.objects.get().planned_by.username == "marieke"


@pytest.mark.parametrize("key", ["EMPTY:buy:gardener:see::", "nonsense", "EMPTY:nope:florist:see::", "\0:\0"])
def test_an_idea_is_planned_for_no_gap_that_does_not_stand(marieke: Client, journey: Journey, key: str) -> None:
    idea(marieke, key)
    assert ContentItem.objects.filter(title="A folder").exists()
    assert not PlannedGap.objects.exists()


def test_who_sees_a_part_of_the_site_is_not_told_when_it_opened(
    client: Client, marieke: Client, journey: Journey, erik: Any
) -> None:
    call_command("snapshot_coverage")
    accept(gap(), reason="Later.", until=date(2026, 3, 9), user=erik, now=NOW, zone=ZONE)
    client.force_login(erik)
    html = text_of(client)
    assert "told only to those who may see the whole site" in html
    assert [what for what, _day in told(client)] == ["accepted"]
    assert "Known since" not in text_of(client, GAPS)


def test_who_sees_the_whole_site_is_told_in_the_list_since_when(marieke: Client, journey: Journey) -> None:
    call_command("snapshot_coverage")
    assert "Known since 2 Mar 2026" in text_of(marieke, GAPS)


def test_what_was_planned_out_of_sight_is_not_told(client: Client, marieke: Client, journey: Journey) -> None:
    idea(marieke, title="Secret plan")
    assert "Secret plan" in text_of(marieke)
    ContentItem.objects.filter(title="Secret plan").update(section=make_section("B"))
    client.force_login(journey.owner)
    assert "Secret plan" not in text_of(client)


def test_a_closed_gap_is_nobodys_but_who_sees_the_whole_site(client: Client, journey: Journey, erik: Any) -> None:
    accept(gap(), reason="Later.", until=date(2026, 3, 9), user=erik, now=NOW, zone=ZONE)
    fill(journey, section=make_page(parent=erik.groups.first().page_permissions.first().page))
    client.force_login(erik)
    assert client.get(HISTORY).status_code == 302


@pytest.mark.parametrize("key", ["", "nonsense", "EMPTY:nope:a:b::", "\0"])
def test_a_gap_that_never_was_leads_back(marieke: Client, journey: Journey, key: str) -> None:
    response = marieke.get(f"/admin/planner/gaps/history/?gap={key}", follow=True)
    assert "There is no such gap any more" in response.content.decode()
