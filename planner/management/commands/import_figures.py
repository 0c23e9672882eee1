"""Imports figures and findings about personas from a CSV or XLSX file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from personas.management.base import OneLineCommand
from planner.importing import FileError, open_table
from planner.importing.figures import FIGURES, import_figures

SOME_REFUSED = 1


class Command(OneLineCommand):
    help = (
        "Stores the rows of a CSV or XLSX file as evidence of personas. A second import changes only what changed. "
        "Exit code 1: some rows were refused, the others went in; 2: nothing was done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help=f"The file. Its columns: {', '.join(FIGURES.columns)}.")
        parser.add_argument("--user", metavar="NAME", help="Whom the history names. Without it, nobody.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would happen.")

    def handle(self, *args: Any, **options: Any) -> None:
        user, at = self.user_named(options["user"]), timezone.now()
        try:
            report = import_figures(
                open_table(options["file"], FIGURES),
                name=Path(options["file"]).name,
                at=at,
                today=timezone.localdate(at),
                user=user,
                dry_run=options["dry_run"],
            )
        except FileError as error:
            self.fail(str(error))
        for line, reason in report.refused:
            self.stderr.write(gettext("line %(line)s: refused, %(reason)s") % {"line": line, "reason": reason})
        summary = gettext("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
        self.stdout.write(summary % report.counts)
        if options["dry_run"]:
            self.stdout.write(gettext("This was a dry run: nothing was written."))
        if report.refused:
            sys.exit(SOME_REFUSED)
