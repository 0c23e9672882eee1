"""The planner's switches in Wagtail's account settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner.models import NotificationPreferences
from tests import factories
from tests.factories import make_section

pytestmark = pytest.mark.django_db

SWITCHES = ("owner_assigned", "date_moved", "overdue", "gap_digest")


@pytest.fixture
def erik() -> Any:
    return factories.erik(make_section("A"))


def screen(client: Client, user: Any) -> str:
    client.force_login(user)
    return client.get("/admin/account/").content.decode()


def save(client: Client, user: Any, *on: str) -> None:
    client.force_login(user)
    account = {
        "name_email-first_name": "Erik",
        "name_email-last_name": "Bos",
        "name_email-email": "erik@example.com",
        "locale-preferred_language": "",
        "locale-current_time_zone": "",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }
    switches = {f"planner_notifications-{name}": "on" for name in on}
    response = client.post("/admin/account/", account | switches)
    assert response.status_code == 302, [panel.get_form().errors for panel in response.context_data["panels_by_tab"]]


def test_every_kind_is_on_for_whoever_never_chose(client: Client, erik: Any) -> None:
    html = screen(client, erik)
    assert html.count('name="planner_notifications-') == 4
    for name in SWITCHES:
        (tag,) = [part for part in html.split("<input")[1:] if f'name="planner_notifications-{name}"' in part]
        assert "checked" in tag.partition(">")[0]
    assert not NotificationPreferences.objects.exists()


def test_what_is_switched_off_stays_off(client: Client, erik: Any) -> None:
    save(client, erik, "overdue")
    kept = NotificationPreferences.objects.get(user=erik)
    assert [getattr(kept, name) for name in SWITCHES] == [False, False, True, False]
    save(client, erik, *SWITCHES)
    kept.refresh_from_db()
    assert all(getattr(kept, name) for name in SWITCHES)


def test_whoever_has_no_part_in_the_planner_is_asked_nothing(client: Client) -> None:
    assert "planner_notifications" not in screen(client, factories.nina())


def test_a_site_without_notifications_asks_nobody(client: Client, erik: Any, settings: Any) -> None:
    settings.PLANNER_NOTIFICATIONS_ENABLED = False
    assert "planner_notifications" not in screen(client, erik)
