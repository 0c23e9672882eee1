from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import NOW, days, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def home_of(client: Client, user: Any) -> str:
    client.force_login(user)
    return client.get("/admin/").content.decode()


def test_it_lists_what_is_overdue_and_the_most_pressing_gaps(client: Client) -> None:
    make_journey(personas=(make_persona("florist", name="Florist"),), phases=("see",))
    tag(make_page("Forgotten", live=False), target_at=NOW - days(3))
    html = home_of(client, factories.marieke())
    assert "Forgotten" in html
    assert "The phase has no live content at all" in html


def test_an_editor_reads_nothing_of_another_section(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page("Secret of B", parent=section_b, live=False), target_at=NOW - days(3))
    assert "Secret of B" not in home_of(client, factories.erik(section_a))


def test_it_is_not_there_for_somebody_without_page_rights(client: Client) -> None:
    assert "Most pressing gaps" not in home_of(client, factories.nina())


def test_who_sees_a_section_is_told_that_only_that_is_counted(client: Client) -> None:
    note = "Only content that you may see is counted."
    assert note in home_of(client, factories.erik(make_section("A")))
    assert note not in home_of(client, factories.marieke())
