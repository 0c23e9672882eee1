"""What the calendar keeps: never made for somebody with other rights, and never older than what it tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.test import Client

from planner import plan_version
from planner.schedule import add_days
from tests import factories
from tests.factories import NOW, ZONE, make_item, make_journey, make_page, make_persona, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"


class Directory(ModelBackend):
    """Rights that come from elsewhere, as those of a company's directory do."""

    granted = {"planner.use_feeds"}

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return super().get_all_permissions(user_obj, obj) | self.granted


def shown(client: Client, address: str = CALENDAR) -> str:
    return client.get(address).content.decode()


def test_a_right_taken_away_while_the_days_are_made_does_not_outlast_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_page("Secret", parent=make_section("B"), first_published_at=NOW)
    reader = factories.erik(make_section("A"))
    type(reader).objects.update(is_superuser=True)
    client.force_login(reader)
    current = plan_version.current

    def demoted_meanwhile() -> int:
        # The reader was read from the database before the screen asks for the version.
        type(reader).objects.filter(pk=reader.pk).update(is_superuser=False)
        return current()

    with monkeypatch.context() as patched:
        patched.setattr(plan_version, "current", demoted_meanwhile)
        shown(client)
    assert "Secret" not in shown(client)


def test_a_right_from_a_directory_is_gone_when_the_directory_takes_it_away(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.Directory"]
    reader = factories.erik(make_section("A"))
    for group in reader.groups.all():
        group.permissions.remove(Permission.objects.get(codename="use_feeds"))
    client.force_login(reader)
    assert "Subscribe to this view" in shown(client)
    monkeypatch.setattr(Directory, "granted", set())
    assert "Subscribe to this view" not in shown(client)


@pytest.mark.parametrize("looks", [1, 2])
def test_a_cell_that_a_plan_aims_at_is_empty_once_the_plan_is_missed(
    marieke: Client, time_machine: Any, looks: int
) -> None:
    persona = make_persona("florist")
    (see,) = make_journey(personas=(persona,), phases=("see",)).phases.all()
    aim = NOW + timedelta(minutes=10)
    make_item("Idea", state="idea", target_at=aim, target_has_time=True, personas=persona, phases=see)
    for _look in range(looks):
        assert "plan aims at" in shown(marieke)
    time_machine.move_to(aim + timedelta(minutes=1), tick=False)
    assert "plan aims at" not in shown(marieke)


@pytest.mark.parametrize("looks", [1, 2])
def test_a_plan_aims_at_a_cell_as_soon_as_it_comes_within_the_horizon(
    marieke: Client, time_machine: Any, looks: int
) -> None:
    persona = make_persona("florist")
    (see,) = make_journey(personas=(persona,), phases=("see",)).phases.all()
    aim = add_days(NOW, 56, ZONE) + timedelta(minutes=10)
    make_item("Idea", state="idea", target_at=aim, target_has_time=True, personas=persona, phases=see)
    month = f"{CALENDAR}?month=2026-04"
    for _look in range(looks):
        assert "plan aims at" not in shown(marieke, month)
    time_machine.move_to(NOW + timedelta(minutes=11), tick=False)
    assert "plan aims at" in shown(marieke, month)
