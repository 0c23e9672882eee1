"""Answers that are kept: made once, and anew for other readers, after a write, and when time changes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from planner import plan_version
from planner.access import visible_items
from planner.kept import asked_of, kept
from planner.models import ContentItem
from planner.views import calendar_spans
from planner.views.calendar import CalendarView
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"


@pytest.fixture
def made() -> list[str]:
    """What was made, in order."""
    return []


@pytest.fixture
def ask(made: list[str]) -> Callable[..., str]:
    def ask_it(*about: object, items: Any = None, now: datetime = NOW) -> str:
        def make() -> str:
            made.append(f"answer {len(made) + 1}")
            return made[-1]

        return kept(
            "answers",
            asked_of(ContentItem.objects.all() if items is None else items),
            *about,
            version=plan_version.current(),
            make=make,
            now=now,
            until=lambda made_at: made_at + days(1),
        )

    return ask_it


def test_an_answer_is_made_once(ask: Callable[..., str]) -> None:
    assert [ask(), ask(), ask()] == ["answer 1"] * 3


def test_another_question_has_an_answer_of_its_own(ask: Callable[..., str]) -> None:
    assert [ask("website"), ask("letter"), ask("website")] == ["answer 1", "answer 2", "answer 1"]


def test_another_language_has_an_answer_of_its_own(ask: Callable[..., str]) -> None:
    ask()
    with override("nl"):
        assert ask() == "answer 2"


def test_a_write_makes_it_anew(ask: Callable[..., str]) -> None:
    item = make_item()
    ask()
    ContentItem.objects.filter(pk=item.pk).update(title="Another")
    assert ask() == "answer 2"


def test_whoever_sees_other_items_gets_an_answer_of_their_own(ask: Callable[..., str]) -> None:
    erik, mo = factories.erik(make_section("A")), factories.mo(make_section("B"))
    readers = (factories.marieke(), erik, mo, erik)
    found = [ask(items=visible_items(reader)) for reader in readers]
    assert found == ["answer 1", "answer 2", "answer 3", "answer 2"]


def test_it_holds_no_longer_than_it_is_true(ask: Callable[..., str]) -> None:
    ask()
    assert ask(now=NOW + days(1)) == "answer 2"


def test_it_is_not_told_of_a_moment_before_it_was_made(ask: Callable[..., str]) -> None:
    ask()
    assert ask(now=NOW - days(1)) == "answer 2"


def test_the_calendar_counts_its_cells_once(marieke: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    marieke.get(CALENDAR)
    monkeypatch.setattr(calendar_spans, "open_cells", None)
    assert marieke.get(CALENDAR).status_code == 200


def test_the_calendar_tells_of_a_cell_that_runs_empty_as_soon_as_it_is_written(marieke: Client) -> None:
    persona = make_persona("florist")
    (see,) = make_journey(personas=(persona,), phases=("see",)).phases.all()
    assert "jp-runs--" not in marieke.get(CALENDAR).content.decode()
    make_item(personas=persona, phases=see, expires_at=NOW + days(3))
    assert "jp-runs--" in marieke.get(CALENDAR).content.decode()


def test_the_calendar_tells_of_a_cell_when_time_has_come(marieke: Client, time_machine: Any) -> None:
    persona = make_persona("florist")
    (see,) = make_journey(personas=(persona,), phases=("see",)).phases.all()
    make_item(personas=persona, phases=see, expires_at=NOW + days(3))
    march = f"{CALENDAR}?month=2026-03"
    assert [marieke.get(march).content.decode().count("jp-runs--") for _time in range(2)] == [1, 1]
    time_machine.move_to(NOW + days(4), tick=False)
    assert "jp-runs--" not in marieke.get(march).content.decode()


def test_an_editor_is_not_offered_the_owners_of_what_a_colleague_may_see(client: Client) -> None:
    section = make_section("A")
    tag(make_page("Secret", parent=make_section("B")), owner=factories.make_user("olga"))
    for reader, told in ((factories.marieke(), True), (factories.erik(section), False)):
        client.force_login(reader)
        assert ("olga" in client.get(CALENDAR).content.decode()) is told


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address of each calendar whose days were drawn, in order."""
    addresses: list[str] = []
    draw = CalendarView.render_days

    def note(self: CalendarView, *args: Any) -> str:
        addresses.append(self.request.get_full_path())
        return draw(self, *args)

    monkeypatch.setattr(CalendarView, "render_days", note)
    return addresses


def test_the_days_of_the_calendar_are_drawn_once(marieke: Client, drawn: list[str]) -> None:
    make_item("Spring", starts_at=NOW + days(1))
    first, second, third = (marieke.get(CALENDAR).content.decode() for _time in range(3))
    assert drawn == [CALENDAR]
    assert ["Spring" in html for html in (first, second, third)] == [True] * 3


def test_each_reader_has_days_of_their_own(client: Client, drawn: list[str]) -> None:
    section = make_section("A")
    make_page("Secret", parent=make_section("B"), first_published_at=NOW)
    make_page("Ours", parent=section, first_published_at=NOW)
    for reader, titles in ((factories.marieke(), (True, True)), (factories.erik(section), (False, True))):
        client.force_login(reader)
        html = client.get(CALENDAR).content.decode()
        assert ("Secret" in html, "Ours" in html) == titles
    assert len(drawn) == 2


def test_a_right_that_is_taken_away_is_gone_from_the_days_at_once(client: Client) -> None:
    section = make_section("A")
    make_page("Ours", parent=section, first_published_at=NOW)
    erik = factories.erik(section)
    client.force_login(erik)
    assert [">Ours<" in client.get(CALENDAR).content.decode() for _time in range(2)] == [True, True]
    erik.groups.get().page_permissions.update(page=make_section("B"))
    assert ">Ours<" not in client.get(CALENDAR).content.decode()


@pytest.mark.parametrize("looks", [1, 2])
def test_what_goes_live_is_told_when_its_moment_has_come(marieke: Client, time_machine: Any, looks: int) -> None:
    schedule_page(make_page("Tulips", live=False), NOW + timedelta(hours=1))
    for _look in range(looks):
        assert "jp-status--scheduled" in marieke.get(CALENDAR).content.decode()
    time_machine.move_to(NOW + timedelta(hours=1, minutes=1), tick=False)
    html = marieke.get(CALENDAR).content.decode()
    assert "jp-status--live" in html
    assert "jp-status--scheduled" not in html


@pytest.mark.parametrize("looks", [1, 2])
def test_an_idea_is_overdue_as_soon_as_its_moment_has_passed(marieke: Client, time_machine: Any, looks: int) -> None:
    make_item("Idea", state="idea", target_at=NOW + timedelta(hours=1), target_has_time=True)
    for _look in range(looks):
        assert "1 overdue" not in marieke.get(CALENDAR).content.decode()
    time_machine.move_to(NOW + timedelta(hours=1, minutes=1), tick=False)
    assert "1 overdue" in marieke.get(CALENDAR).content.decode()


@pytest.mark.parametrize("looks", [1, 2])
def test_a_new_day_is_today(marieke: Client, time_machine: Any, looks: int) -> None:
    for _look in range(looks):
        assert 'aria-current="date" data-date="2026-03-02"' in marieke.get(CALENDAR).content.decode()
    time_machine.move_to(NOW + days(1), tick=False)
    assert 'aria-current="date" data-date="2026-03-03"' in marieke.get(CALENDAR).content.decode()
