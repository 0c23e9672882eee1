"""What a month of the calendar costs, beside Wagtail's own report of aging pages when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from planner.models import ContentItem
from tests.benchmarks.building import make_pages, make_vocabulary, tag_at_random
from tests.factories import NOW, days, erik, marieke, root_page

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

ENTRIES, ITEMS = 675, 10_000
QUERIES, TIMES = 30, 2  # with the tray
DAY_TIMES = 2
CALENDAR = "/admin/planner/calendar/?month=2026-03"
EMPTY_REPORT = "/admin/reports/aging-pages/?last_published_at_to=1970-01-01"


def plan_a_month(entries: int) -> list[ContentItem]:
    """Live pages that never expire: so many were published this month, all others long ago."""
    journey = make_vocabulary(personas=10, phases=9, channels=10)
    items = make_pages(ITEMS)
    ContentItem.objects.update(target_at=None)
    pages = [item.page for item in items]
    for position, page in enumerate(pages):
        page.live, page.expire_at = True, None
        page.first_published_at = NOW - days(400) - timedelta(minutes=position)
        if position < entries:
            page.first_published_at = NOW - days(1) + timedelta(hours=position)
    type(pages[0]).objects.bulk_update(pages, ["live", "expire_at", "first_published_at"], batch_size=1000)
    tag_at_random(items, journey)
    return items


@pytest.mark.parametrize("reader", [marieke, lambda: erik(root_page())], ids=["superuser", "editor"])
def test_a_month_of_the_calendar(
    reader: Callable[[], Any],
    client: Client,
    table: Any,
    seconds: Callable[..., float],
    queries: Callable[..., int],
    time_machine: Any,
) -> None:
    time_machine.move_to(NOW)
    plan_a_month(ENTRIES)
    user = reader()
    client.force_login(user)

    def open_page(path: str) -> Callable[[], None]:
        def fetch() -> None:
            response = client.get(path)
            assert response.status_code == 200
            response.content  # noqa: B018 (renders it)

        return fetch

    took, baseline = seconds(open_page(CALENDAR)), seconds(open_page(EMPTY_REPORT))
    needed, taken = queries(open_page(CALENDAR)), queries(open_page(EMPTY_REPORT))
    table.add(
        f"calendar month, {ENTRIES} entries in {ITEMS:,} items, {user.username}",
        f"{TIMES} x the baseline, {QUERIES} queries beyond it",
        f"{took:.3f} s, {needed} queries",
        f"empty aging-pages report {baseline:.3f} s, {taken} queries",
        within=took <= TIMES * baseline and needed - taken <= QUERIES,
    )


def test_a_day_that_holds_everything(
    client: Client, table: Any, seconds: Callable[..., float], time_machine: Any
) -> None:
    """The month of 675 entries, and then the same pages all on one day of it, which folds."""
    time_machine.move_to(NOW)
    items = plan_a_month(ENTRIES)
    client.force_login(marieke())

    def fetch() -> None:
        response = client.get(CALENDAR)
        assert response.status_code == 200
        response.content  # noqa: B018 (renders it)

    month = seconds(fetch)
    pages = [item.page for item in items]
    for position, page in enumerate(pages):
        page.first_published_at = NOW + timedelta(milliseconds=position)
    type(pages[0]).objects.bulk_update(pages, ["first_published_at"], batch_size=1000)
    day = seconds(fetch)
    table.add(
        f"calendar month, {ITEMS:,} entries on one day",
        f"{DAY_TIMES} x the baseline",
        f"{day:.3f} s",
        f"{ENTRIES} entries over a month {month:.3f} s",
        within=day <= DAY_TIMES * month,
    )
