"""One import from beginning to end: rows in batches, each batch one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import reset_queries, transaction
from django.utils.translation import gettext

from planner import classify
from planner.history import log_changes
from planner.models import ClassificationRun, ContentItem, TagRule

from .batches import Pending, Placed, Problem, Target
from .channels import Channels
from .obstacles import LOG_ACTION
from .rows import Refused, Row, parse_row
from .tables import Table
from .themes import Themes

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 100
"""Rows per transaction: on SQLite everybody else's save waits for the end of one."""

RECORDED = ["kind", "url", "team", "ends_at", "target_at", "target_has_time", "import_id", "import_digest"]


@dataclass(slots=True)
class Report:
    """What an import did, or in a dry run would do."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    run: ClassificationRun | None = None  # what the tag rules added, if anything


@dataclass
class Import:
    """A table on its way into the plan. Rows that cannot go in are reported, the others go in."""

    table: Table
    target: Target
    at: datetime  # now: decides what is live, expired or still to come
    zone: ZoneInfo  # of times without one
    rules: Sequence[TagRule] = ()
    create_channels: bool = False
    dry_run: bool = False
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.channels = Channels(create=self.create_channels)
        self.themes = Themes()

    def run(self, on_progress: Callable[[int], None] = lambda done: None) -> Report:
        """The report. `on_progress` hears how many records are done. Memory does not grow with the file."""
        done = 0
        for batch, records in self._batches():
            with transaction.atomic():
                self._import(batch)
            done += records
            on_progress(done)
            # With DEBUG on, Django keeps the text of the last 9,000 queries: revisions make that a lot.
            reset_queries()
        return self.report

    def _batches(self) -> Iterator[tuple[list[Row], int]]:
        """The rows that can be read, and how many records were read for them."""
        lines: dict[str, int] = {}
        batch: list[Row] = []
        records = 0
        for record in self.table.records():
            records += 1
            try:
                row = parse_row(record, self.zone)
                self._refuse_twice(row, lines)
                batch.append(row)
            except Refused as reason:
                self.report.refused.append(Problem(record.line, str(reason)))
            if records == BATCH:
                yield batch, records
                batch, records = [], 0
        yield batch, records

    def _refuse_twice(self, row: Row, lines: dict[str, int]) -> None:
        first = lines.setdefault(row.id, row.line)
        if first != row.line:
            raise Refused(gettext("its id, “%(id)s”, stands on line %(line)s already") % {"id": row.id, "line": first})

    def _import(self, batch: Sequence[Row]) -> None:
        pending = self._without_refused(self._new_or_changed(batch))
        if self.dry_run:
            wrong = self.target.invalid(pending)
            self.report.refused += wrong
            pending = _without(pending, wrong)
            self._count(pending)
            return
        placed, wrong = self.target.place(pending)
        self.report.refused += wrong
        self._count(_without(pending, wrong))
        self._record(placed)

    def _new_or_changed(self, batch: Sequence[Row]) -> Iterator[Pending]:
        known = ContentItem.objects.select_related("page").in_bulk([row.id for row in batch], field_name="import_id")
        for row in batch:
            item = known.get(row.id)
            self.report.warnings += [Problem(row.line, text) for text in row.warnings]
            if item and (reason := self.target.misfit(item)):
                self.report.refused.append(Problem(row.line, reason))
            elif item and item.import_digest == row.digest():
                self.report.unchanged += 1
            else:
                yield Pending(row, item)

    def _without_refused(self, candidates: Iterator[Pending]) -> list[Pending]:
        pending = list(candidates)
        wrong = self.target.refusals(pending)
        wrong += [Problem(one.row.line, text) for one in pending if (text := self.channels.refusal(one.row))]
        self.report.refused += _first_per_line(wrong)
        return _without(pending, wrong)

    def _count(self, pending: Sequence[Pending]) -> None:
        new = sum(1 for one in pending if one.item is None)
        self.report.new += new
        self.report.changed += len(pending) - new

    def _record(self, placed: Sequence[Placed]) -> None:
        for row, item, _new, _revision in placed:
            item.kind, item.url, item.team, item.ends_at = row.kind, row.url, row.team, row.ends_at
            item.import_id, item.import_digest = row.id, row.digest()
        ContentItem.objects.bulk_update((one.item for one in placed), RECORDED)
        self.themes.attach(placed)
        self.channels.attach(placed)
        log_changes(
            {one.item.pk: {"file": self.table.name} for one in placed},
            action=LOG_ACTION,
            user=None,
            at=self.at,
            revisions={one.item.pk: one.revision for one in placed if one.revision},
        )
        self._classify(placed)

    def _classify(self, placed: Sequence[Placed]) -> None:
        if not self.rules:
            return
        items = ContentItem.objects.filter(pk__in=[one.item.pk for one in placed])
        note = gettext("Import of %(file)s") % {"file": self.table.name}
        self.report.run = classify.apply(items, self.rules, user=None, at=self.at, note=note, run=self.report.run)


def _without(pending: Sequence[Pending], problems: Sequence[Problem]) -> list[Pending]:
    refused = {problem.line for problem in problems}
    return [one for one in pending if one.row.line not in refused]


def _first_per_line(problems: Sequence[Problem]) -> list[Problem]:
    return list({problem.line: problem for problem in reversed(problems)}.values())
