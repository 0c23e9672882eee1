from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.utils import timezone

from personas.management.base import OneLineCommand
from personas.models import Channel, Journey
from planner import conf
from planner.gaps import Severity
from planner.management.arguments import check_slugs, moment, whole_number
from planner.report import Report, as_json, make_report

CELL_COLUMNS = (
    "journey",
    "persona",
    "phase",
    "live",
    "fresh",
    "confirmed",
    "tentative",
    "generic",
    "at_horizon",
    "applicability",
    "score",
    "gap",
    "severity",
)
FAILING = [severity.value for severity in Severity if severity > Severity.INFO]


class Command(OneLineCommand):
    help = "Tells which personas have what content in which phase, and what is missing, as of a moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=moment, help="The moment, in ISO 8601 (default: now).")
        parser.add_argument("--horizon", type=whole_number(0), metavar="DAYS", help="How far to look ahead.")
        parser.add_argument(
            "--stale-days", type=whole_number(1), metavar="N", help="From which age content counts as old."
        )
        parser.add_argument("--journey", metavar="SLUG", help="Only this journey (default: all active ones).")
        parser.add_argument(
            "--channel", metavar="SLUG", action="append", default=[], help="Only content in this channel."
        )
        parser.add_argument("--user", metavar="NAME", help="Only what this user may see (default: the whole site).")
        parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
        parser.add_argument(
            "--fail-on", choices=FAILING, help="Exit with 1 where a gap of this severity or above is open."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = self.user_named(options["user"])
        check_slugs(self, Channel, options["channel"])
        check_slugs(self, Journey, filter(None, [options["journey"]]))
        named = {"horizon_days": options["horizon"], "stale_days": options["stale_days"]}
        chosen = {name: value for name, value in named.items() if value is not None}
        now = timezone.now()
        report = make_report(
            user,
            replace(conf.question(at=options["as_of"] or now, now=now), **chosen),
            journeys=[options["journey"]] if options["journey"] else None,
            channels=options["channel"],
            asked=chosen,
            unclassified_warning=conf.get("PLANNER_UNCLASSIFIED_WARNING"),
        )
        getattr(self, f"_write_{options['format']}")(report)
        if options["fail_on"] and any(gap.severity >= Severity(options["fail_on"]) for gap in report.gaps):
            sys.exit(1)

    def _write_json(self, report: Report) -> None:
        self.stdout.write(json.dumps(as_json(report), ensure_ascii=False, indent=1))

    def _write_csv(self, report: Report) -> None:
        writer = csv.DictWriter(self.stdout, CELL_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(as_json(report)["cells"])

    def _write_table(self, report: Report) -> None:
        for warning in report.warnings:
            self.stderr.write(self.style.WARNING(warning))
        for scope in report.scopes:
            self.stdout.write(f"\n{scope.journey} ({report.question.at:%Y-%m-%d %H:%M %Z})")
            for persona, phase in scope.cells:
                tally, gaps = report.tally(persona, phase), report.cell_gaps(persona, phase)
                words = f"{gaps[0].severity}: {gaps[0].words}" if gaps else "on target"
                counts = f"{tally.live} live, {tally.fresh} fresh, {tally.confirmed} coming"
                self.stdout.write(f"  {persona.name:24.24} {phase.name:20.20} {counts:32} {words}")
        self.stdout.write("")
        for gap in report.gaps:
            place = " × ".join(str(part) for part in (gap.persona, gap.phase) if part) or str(gap.journey or "")
            self.stdout.write(f"  {gap.priority:6g}  {gap.severity.value:9} {gap.code:12} {place}: {gap.message}")
