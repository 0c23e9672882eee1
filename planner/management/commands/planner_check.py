from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import swapper
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from personas.management.base import OneLineCommand
from planner import checks, conf, rows
from planner.models import ContentItem, Notification
from planner.report import overdue_items
from planner.schedule import GRACE, approvals, read_items, snippets_where

SHOWN = 10  # titles per finding
LONGEST_WAIT = timedelta(hours=1)


class Command(OneLineCommand):
    help = "Exits with 1 where something is overdue or waits, the scheduler seems dead, or writes may be lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix-rows", action="store_true", help="Make the rows that are missing, then check.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fix_rows"]:
            self.stdout.write(f"Rows made: {rows.make_missing_rows()}.")
        findings = list(self._findings(timezone.now()))
        for finding in findings:
            self.stdout.write(self.style.ERROR(finding))
        if findings:
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Nothing is overdue, and nothing is wrong."))

    def _findings(self, now: datetime) -> Iterator[str]:
        if titles := _missed_by_the_scheduler(now):
            yield (
                "Wagtail's scheduler is not running (manage.py publish_scheduled): "
                f"{_named(titles)} should have gone live or expired."
            )
        overdue = overdue_items(ContentItem.objects.counted(), conf.question(at=now, now=now))
        if titles := [record.title for record, _tags in overdue]:
            yield f"Overdue: {_named(titles)}."
        if waiting := Notification.objects.filter(noted_at__lte=now - LONGEST_WAIT).count():
            yield (
                f"E-mails to owners wait for more than an hour: {waiting} notices. Either nothing runs "
                "manage.py send_notifications, or the mail server refuses them (see the log planner.notifications)."
            )
        if missing := rows.pages_without_row().count():
            yield f"Pages without a row: {missing}. Run planner_check --fix-rows."
        if missing := sum(map(len, rows.snippets_without_row().values())):
            yield f"Snippets without a row: {missing}. Run planner_check --fix-rows."
        if connection.vendor == "sqlite" and checks.loses_writes(connection.alias):
            yield "SQLite is set to deferred transactions: two people who save at once lose a write (see planner.W001)."


def _missed_by_the_scheduler(now: datetime) -> list[str]:
    """What should have gone live or expired longer ago than the scheduler may lag."""
    Page = swapper.load_model("wagtailcore", "Page")
    approved, expired = approvals(), Q(live=True, expire_at__lte=now - GRACE)
    late = [key for key, approval in approved.pages.items() if approval.go_live_at + GRACE <= now]
    pages = Page.objects.filter(Q(pk__in=late) | expired).values_list("draft_title", flat=True)
    waiting = [key.object_id for key, approval in approved.snippets.items() if approval.go_live_at + GRACE <= now]
    of_snippets = Q(content_type__isnull=False, object_id__in=waiting) | snippets_where(expired)
    snippets = read_items(ContentItem.objects.counted().filter(of_snippets), now=now, approved=approved)
    return [*pages, *(snippet.title for snippet in snippets if snippet.facts.is_late)]


def _named(titles: list[str]) -> str:
    more = f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else ""
    return ", ".join(f"“{title}”" for title in titles[:SHOWN]) + more
