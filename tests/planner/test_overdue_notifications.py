"""What is not published by its date is told to its owner: once per date, and only while it holds."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from planner.models import ContentItem, Notification, NotificationPreferences
from planner.notifications.overdue import note_overdue
from tests import factories
from tests.factories import NOW, days, make_item, make_page, make_section, schedule_page, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def erik(section: Any) -> Any:
    return factories.erik(section)


@pytest.fixture
def letter(section: Any, erik: Any) -> ContentItem:
    return make_item("Letter", state="idea", section=section, owner=erik, target_at=NOW - days(2))


def sent() -> list[mail.EmailMessage]:
    mail.outbox.clear()
    call_command("send_notifications", stdout=StringIO())
    return list(mail.outbox)


def test_an_owner_is_told_that_a_target_date_passed(letter: ContentItem) -> None:
    (message,) = sent()
    assert message.to == ["erik@example.com"]
    assert message.subject == "“Letter” is overdue"
    assert "Not published by its date:\n\n- “Letter” was due on 28 February 2026\n" in message.body
    assert f"https://cms.example.com/admin/planner/items/{letter.pk}/" in message.body


def test_it_is_told_once(letter: ContentItem, clock: Any) -> None:
    assert len(sent()) == 1
    clock.move_to(NOW + days(1), tick=False)
    assert sent() == []


def test_another_date_that_is_missed_is_told_again(letter: ContentItem, clock: Any) -> None:
    sent()
    ContentItem.objects.update(target_at=NOW + timedelta(hours=1), target_has_time=True)
    assert sent() == []
    clock.move_to(NOW + timedelta(hours=2), tick=False)
    assert "due on 2 March 2026, 10:00" in sent()[0].body


def test_a_day_is_not_missed_before_it_ends(section: Any, erik: Any) -> None:
    make_item("Letter", state="idea", section=section, owner=erik, target_at=NOW - timedelta(hours=9))
    assert sent() == []


def test_a_go_live_that_nobody_acted_on_is_told(section: Any, erik: Any, clock: Any) -> None:
    page = make_page("Roses", parent=section, live=False)
    schedule_page(page, NOW + timedelta(hours=1))
    tag(page, owner=erik)
    clock.move_to(NOW + timedelta(hours=1, minutes=10), tick=False)
    assert sent() == []
    clock.move_to(NOW + timedelta(hours=2), tick=False)
    assert "“Roses” was due on 2 March 2026, 10:00" in sent()[0].body


def test_what_was_published_in_time_is_told_to_nobody(section: Any, erik: Any) -> None:
    tag(make_page("Roses", parent=section), owner=erik, target_at=NOW - days(5))
    assert sent() == []


def test_what_is_not_overdue_any_more_when_it_is_sent_is_not_told(letter: ContentItem) -> None:
    note_overdue(NOW)
    ContentItem.objects.update(state="cancelled")
    assert sent() == []


def test_what_nobody_owns_waits_for_its_owner(section: Any, erik: Any) -> None:
    make_item("Letter", state="idea", section=section, target_at=NOW - days(2))
    assert sent() == []
    ContentItem.objects.update(owner=erik)
    assert len(sent()) == 1


def test_what_the_owner_may_not_see_is_not_told(erik: Any) -> None:
    make_item("Secret", state="idea", section=make_section("B"), owner=erik, target_at=NOW - days(2))
    assert sent() == []


def test_whoever_switched_it_off_is_not_told(letter: ContentItem, erik: Any) -> None:
    NotificationPreferences.objects.create(user=erik, overdue=False)
    assert sent() == []


def test_noting_it_twice_notes_it_once(letter: ContentItem) -> None:
    assert (note_overdue(NOW), note_overdue(NOW)) == (1, 0)
    assert Notification.objects.count() == 1


def test_many_are_one_email_and_no_more_queries(section: Any, erik: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        make_item(f"Letter {number}", state="idea", section=section, owner=erik, target_at=NOW - days(2))
    with django_assert_max_num_queries(14):
        assert note_overdue(NOW) == 30
    (message,) = sent()
    assert message.subject == "30 notices about your content"


def test_the_command_says_what_it_did(letter: ContentItem) -> None:
    out = StringIO()
    call_command("send_notifications", stdout=out)
    assert out.getvalue() == "Newly overdue: 1. E-mails queued: 1.\n"
