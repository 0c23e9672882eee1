"""Brings the events of a calendar file in as occasions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from personas.management.base import OneLineCommand
from planner.importing.calendars import MOST_BYTES, CalendarFileError
from planner.importing.occasions import OccasionReport, Outcome, import_occasions
from planner.occasion_words import rule_in_words

SOME_REFUSED = 1


class Command(OneLineCommand):
    help = "Makes or changes an occasion for each event of an .ics file. A second import knows an event by its UID."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="An iCalendar file in UTF-8.")
        parser.add_argument("--user", metavar="NAME", help="Whom the history names. Without it, nobody.")
        parser.add_argument("--dry-run", action="store_true", help="Only tell what would happen.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = self.user_named(options["user"])
        try:
            # One byte more than is allowed is enough to know that it is too much.
            with Path(options["file"]).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            zone = timezone.get_default_timezone()
            report = import_occasions(data, zone=zone, user=user, dry_run=options["dry_run"])
        except OSError as error:
            message = gettext("%(file)s cannot be read: %(reason)s.")
            self.fail(message % {"file": options["file"], "reason": error.strerror})
        except CalendarFileError as error:
            self.fail(f"{options['file']}: {error}")
        self._tell(report, dry_run=options["dry_run"])
        if report.count(Outcome.REFUSED):
            sys.exit(SOME_REFUSED)

    def _tell(self, report: OccasionReport, *, dry_run: bool) -> None:
        for line in report.lines:
            names = {"line": line.number, "title": line.title, "note": line.note}
            if line.outcome == Outcome.REFUSED:
                self.stderr.write(gettext("line %(line)s, “%(title)s”: refused, %(note)s") % names)
                continue
            rule = rule_in_words(line.occasion)
            text = gettext("line %(line)s, “%(title)s”: %(outcome)s, %(rule)s")
            self.stdout.write(text % (names | {"outcome": line.outcome.label.lower(), "rule": rule}))
            if line.note:
                self.stderr.write(gettext("line %(line)s, “%(title)s”: warning, %(note)s") % names)
        summary = gettext("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
        self.stdout.write(summary % report.counts)
        if dry_run:
            self.stdout.write(gettext("This was a dry run: nothing was written."))
