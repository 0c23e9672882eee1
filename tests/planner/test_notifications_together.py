"""Two schedulers at once, on connections of their own: each e-mail is sent once, each overdue date told once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from planner.models import ContentItem, Notification
from planner.notifications.overdue import note_overdue
from planner.notifications.sending import send_to
from planner.plan import PlanChange, change_plan
from tests import factories
from tests.factories import days, make_item

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SCHEDULERS = 4


def together(work: Callable[[], Any]) -> list[Any]:
    """What each of several threads got that did the same at the same moment."""
    ready, results = Barrier(SCHEDULERS), []

    def run() -> None:
        ready.wait(timeout=30)
        try:
            results.append(work())
        except BaseException as problem:  # noqa: BLE001 (told in the test's own thread)
            results.append(problem)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _number in range(SCHEDULERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(results, key=str)


def test_an_email_is_sent_by_one_of_them(settings: Any) -> None:
    settings.PLANNER_NOTIFICATIONS_DELAY = 0
    owner = factories.marieke()
    for _number in range(20):
        change_plan(make_item(state="idea"), PlanChange(values={"owner": owner}), user=None)
    mail.outbox.clear()  # each was sent at its own commit
    Notification.objects.bulk_create(
        Notification(item=item, receiver=owner, about="owner", noted_at=timezone.now())
        for item in ContentItem.objects.filter(owner=owner)
    )
    assert together(lambda: send_to(owner.pk, now=timezone.now())) == [False, False, False, True]
    assert len(mail.outbox) == 1
    assert not Notification.objects.exists()


def test_an_overdue_date_is_noted_by_one_of_them() -> None:
    owner = factories.marieke()
    now = timezone.now()
    for _number in range(20):
        make_item(state="idea", owner=owner, target_at=now - days(2))
    assert together(lambda: note_overdue(now)) == [0, 0, 0, 20]
    assert Notification.objects.count() == 20
