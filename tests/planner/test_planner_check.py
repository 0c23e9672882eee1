from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from planner.models import ContentItem
from planner.plan import PlanChange, change_plan
from tests.factories import NOW, days, make_item, make_page, marieke, schedule_page, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def findings(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("planner_check", *arguments, stdout=out)
    assert stopped.value.code == 1
    return out.getvalue()


def test_a_healthy_site_passes() -> None:
    make_page("News")
    call_command("planner_check", stdout=StringIO())


def test_an_overdue_plan_is_named() -> None:
    make_item("Letter", state="idea", target_at=NOW - days(2))
    assert "Overdue: “Letter”." in findings()


def test_a_go_live_that_was_missed_tells_of_a_dead_scheduler(time_machine: Any) -> None:
    page = make_page("Stuck", live=False)
    schedule_page(page, NOW + timedelta(hours=1))
    time_machine.move_to(NOW + timedelta(hours=1, minutes=16), tick=False)
    assert "scheduler is not running" in findings()


def test_an_expiry_that_was_missed_tells_of_a_dead_scheduler() -> None:
    make_page("Still there", expire_at=NOW - timedelta(minutes=16))
    assert "“Still there”" in findings()


def test_the_scheduler_may_lag_a_little() -> None:
    make_page("Soon gone", expire_at=NOW - timedelta(minutes=10))
    call_command("planner_check", stdout=StringIO())


def test_missing_rows_are_counted_and_can_be_made() -> None:
    ContentItem.objects.filter(pk=tag(make_page("News")).pk).delete()
    assert "Pages without a row: 1." in findings()
    call_command("planner_check", "--fix-rows", stdout=StringIO())
    assert ContentItem.objects.filter(page__title="News").exists()


def test_notices_that_wait_for_hours_are_counted(time_machine: Any) -> None:
    item = make_item("Letter", state="idea", owner=marieke())
    change_plan(item, PlanChange(values={"target_at": NOW + days(9)}), user=None)
    time_machine.move_to(NOW + timedelta(minutes=61), tick=False)
    assert "E-mails to owners wait for more than an hour: 1 notices." in findings()
