from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import swapper
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from personas.management.base import OneLineCommand
from planner import checks, conf, rows
from planner.models import ContentItem
from planner.report import overdue_items
from planner.schedule import GRACE, approvals

SHOWN = 10  # titles per finding


class Command(OneLineCommand):
    help = "Exits with 1 where something is overdue, the scheduler seems dead, rows are missing, or writes may be lost."

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
        Page = swapper.load_model("wagtailcore", "Page")
        late = [page for page, approval in approvals().items() if approval.go_live_at + GRACE <= now]
        stuck = Page.objects.filter(Q(pk__in=late) | Q(live=True, expire_at__lte=now - GRACE))
        if titles := list(stuck.values_list("draft_title", flat=True)):
            yield (
                "Wagtail's scheduler is not running (manage.py publish_scheduled): "
                f"{_named(titles)} should have gone live or expired."
            )
        overdue = overdue_items(ContentItem.objects.counted(), conf.question(at=now, now=now))
        if titles := [record.title for record, _tags in overdue]:
            yield f"Overdue: {_named(titles)}."
        if missing := rows.pages_without_row().count():
            yield f"Pages without a row: {missing}. Run planner_check --fix-rows."
        if connection.vendor == "sqlite" and checks.loses_writes(connection.alias):
            yield "SQLite is set to deferred transactions: two people who save at once lose a write (see planner.W001)."


def _named(titles: list[str]) -> str:
    more = f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else ""
    return ", ".join(f"“{title}”" for title in titles[:SHOWN]) + more
