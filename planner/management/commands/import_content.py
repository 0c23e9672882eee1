"""Imports dated content from a CSV or XLSX file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import swapper
from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import AbstractPage

from personas.management.base import OneLineCommand
from personas.models import Journey, Persona, Vocabulary
from planner import conf
from planner.access import default_section
from planner.importing import (
    IMPORTED_JOURNEY,
    FileError,
    Import,
    ItemTarget,
    PageTarget,
    Report,
    RuleFile,
    Table,
    UnknownSlugs,
    attach_personas,
    create_vocabulary,
    open_table,
    read_rules,
    resolve,
    take_back,
)
from planner.models import TagRule

SOME_REFUSED = 1


class Command(OneLineCommand):
    help = (
        "Imports dated content from a CSV or XLSX file. A second import of the same file changes nothing. "
        "Exit code 1: some rows were refused, the others went in; 2: nothing was done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="The CSV (UTF-8) or XLSX file.")
        parser.add_argument("--as", dest="target", required=True, choices=["pages", "items"], help="What rows become.")
        parser.add_argument("--rules", metavar="RULES.json", default="", help="Tags that mean a persona or a phase.")
        parser.add_argument(
            "--parent", metavar="PATH", default="", help="The page above: /about/news/ or its tree path."
        )
        parser.add_argument(
            "--journey", metavar="SLUG", default="", help="The journey that has the phases of the rules."
        )
        parser.add_argument(
            "--create-vocabulary", action="store_true", help="Make personas, phases and channels that do not exist."
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would happen.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        self.made: list[Vocabulary] = []
        self.attached: list[tuple[Journey, list[Persona]]] = []
        try:
            table = open_table(options["file"])
            rules = read_rules(options["rules"]) if options["rules"] else RuleFile()
            target = self._target(options, at)
            content = Import(
                table,
                target,
                at,
                timezone.get_default_timezone(),
                rules=self._rules(rules, options),
                create_channels=options["create_vocabulary"],
                dry_run=options["dry_run"],
            )
        except (FileError, UnknownSlugs) as refusal:
            self.fail(str(refusal))
        report = content.run(self._progress(table))
        self._tell(report, dry_run=options["dry_run"])
        if report.refused and not (report.new or report.changed or report.unchanged):
            take_back(self.made, self.attached)
            self.fail(gettext("No row could be imported: nothing was changed."))
        if report.refused:
            sys.exit(SOME_REFUSED)

    def _target(self, options: dict[str, Any], at: datetime) -> PageTarget | ItemTarget:
        place = self._place(options["parent"]) if options["parent"] else default_section()
        if options["target"] == "items":
            return ItemTarget(place, at)
        if not conf.get("PLANNER_IMPORT_PAGE_TYPES"):
            self.fail(
                gettext(
                    "The setting PLANNER_IMPORT_PAGE_TYPES names no page type, so no row can become a page. "
                    "Set it, or use --as items."
                )
            )
        if place is None:
            self.fail(gettext("There is no default site to put pages in. Make one, or say where with --parent."))
        return PageTarget(place, at)

    def _place(self, path: str) -> AbstractPage:
        Page = swapper.load_model("wagtailcore", "Page")
        home = default_section()
        inside = f"/{path.strip('/')}/".replace("//", "/")
        below = home.url_path + inside.lstrip("/") if home else inside
        pages = Page.objects.filter(Q(url_path__in=[below, inside]) | Q(path=path), depth__gt=1)
        found = sorted(pages, key=lambda page: page.url_path != below)
        if not found:
            message = gettext("There is no page at %(path)s. Give its address on the site, such as /news/.")
            self.fail(message % {"path": path})
        return found[0]

    def _rules(self, rules: RuleFile, options: dict[str, Any]) -> list[TagRule]:
        if not options["create_vocabulary"]:
            self._refuse_unknown_journey(options["journey"])
        journey = options["journey"] or (IMPORTED_JOURNEY if options["create_vocabulary"] else "")
        with transaction.atomic():
            made = create_vocabulary(rules, journey=journey) if options["create_vocabulary"] else []
            resolved = resolve(rules, journey=journey)
            attached = attach_personas(resolved)
            transaction.set_rollback(options["dry_run"])
        if not options["dry_run"]:
            self.made, self.attached = made, attached
        made_for_nothing = options["dry_run"] and options["create_vocabulary"]
        return [] if made_for_nothing else resolved

    def _refuse_unknown_journey(self, slug: str) -> None:
        if slug and not Journey.objects.filter(slug=slug).exists():
            message = gettext("There is no journey “%(slug)s”. Make it in the admin, or use --create-vocabulary.")
            self.fail(message % {"slug": slug})

    def _progress(self, table: Table) -> Callable[[int], None]:
        if not self.stderr.isatty():
            return lambda done: None

        def show(done: int) -> None:
            self.stderr.write(f"\r{done} / {table.total}", ending="\n" if done == table.total else "")

        return show

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        for line, reason in sorted(report.refused):
            self.stderr.write(gettext("line %(line)s: refused, %(reason)s") % {"line": line, "reason": reason})
        for line, text in sorted(report.warnings):
            self.stderr.write(gettext("line %(line)s: warning, %(text)s") % {"line": line, "text": text})
        summary = gettext("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
        counts = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
        self.stdout.write(summary % (counts | {"refused": len(report.refused)}))
        if dry_run:
            self.stdout.write(gettext("This was a dry run: nothing was written."))
        if report.run:
            message = gettext("The tag rules are run %(run)s; take it back with classify_content --undo %(run)s.")
            self.stdout.write(message % {"run": report.run.pk})
