"""The one statement behind the outlook: in which of the coming weeks each item is live, fresh and confirmed.

The ORM says when each item begins and ends (`schedule.moments`), what follows turns that into one bit per week. Every
moment is looked up among the weeks by halves, five comparisons instead of twenty-six. SQLite and PostgreSQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from planner.coverage_sql import CELL, PLACED, TRANSLATED
from planner.schedule import moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from planner.models.content_item import ContentItemQuerySet
    from planner.outlook import Ahead

JUDGED = ("item", "identity", "begins", "ends", "reviewed_on", "substantially_updated_on", "undated", "everyone")

Compiled = tuple[str, list[Any]]


def statement(
    items: ContentItemQuerySet, ahead: Ahead, decided: Iterable[int], *, several_locales: bool
) -> tuple[str, tuple[Any, ...]]:
    """The SQL and its parameters. Its rows: number, cell, item, identity, and the bits of `outlook.Bits`.

    Items that count for themselves come together, without item and identity; the `decided` ones, whose bits the caller
    knows, and those that have translations come one by one. For no items at all a statement without rows.
    """
    try:
        sql, parameters = _judged(items, ahead, several_locales=several_locales).query.get_compiler(items.db).as_sql()
    except EmptyResultSet:
        return "SELECT 0, 0, NULL, NULL, 0, 0, 0 WHERE 1 = 0", ()
    weeks = _Weeks(items.db)
    bits, marks = _bits(ahead, weeks)
    apart = [f"item IN ({', '.join(map(str, map(int, decided))) or 'NULL'})"]
    if several_locales:
        apart.append(f"identity IN ({TRANSLATED})")
    full = ahead.all
    return (
        f"""
        WITH judged ({", ".join(JUDGED)}) AS MATERIALIZED ({sql}),
        marked AS MATERIALIZED (SELECT item, identity, everyone, undated, {bits},
            CASE WHEN {" OR ".join(apart)} THEN 1 ELSE 0 END AS apart FROM judged),
        counted AS MATERIALIZED (SELECT item, identity, everyone, apart, young, ~waiting & lasting & {full} AS live,
            CASE WHEN undated = 1 OR ends_at_once = 1 THEN 0 ELSE waiting & ~far & {full} END AS confirmed FROM marked),
        facts AS MATERIALIZED (SELECT item, identity, everyone, apart, live, live & young AS fresh, confirmed
            FROM counted WHERE apart = 1 OR live + confirmed > 0),
        placed AS ({PLACED})
        SELECT COUNT(*), {CELL} AS place, NULL, NULL, live, fresh, confirmed FROM placed WHERE apart = 0
            GROUP BY place, live, fresh, confirmed
        UNION ALL SELECT 1, {CELL}, item, identity, live, fresh, confirmed FROM placed WHERE apart = 1""",  # noqa: S608 (compiled by the ORM, or ours)
        (*parameters, *marks),
    )


def _judged(items: ContentItemQuerySet, ahead: Ahead, *, several_locales: bool) -> ContentItemQuerySet:
    """When each item begins and ends, as if nothing were approved."""
    question = ahead.question
    known = moments.with_moments(items.order_by(), now=question.now, past=question.at < question.now)
    flags = {"is_undated": moments.undated(), "is_for_everyone": Q(for_everyone=True)}
    return known.annotate(
        identity=Coalesce("page__translation_key", "uid") if several_locales else F("pk"),
        begins=F("live_from"),
        ends=F("live_until"),
        **{name: Case(When(one, then=Value(1)), default=0, output_field=IntegerField()) for name, one in flags.items()},
    ).values_list("pk", "identity", "begins", "ends", "reviewed_on", "substantially_updated_on", *flags)


def _bits(ahead: Ahead, weeks: _Weeks) -> Compiled:
    """The columns of `marked`: per item the weeks in which it waits for its beginning, in which that lies beyond the
    horizon, in which its end is still to come, and in which it is young."""
    columns = {
        "waiting": weeks.before("begins", ahead.moments),
        "far": weeks.before("begins", ahead.horizons),
        "lasting": weeks.before("ends", ahead.moments),
        "young": _young(ahead, weeks),
        "ends_at_once": ("CASE WHEN ends > begins THEN 0 ELSE 1 END", []),
    }
    sql = ", ".join(f"{column} AS {name}" for name, (column, _marks) in columns.items())
    return sql, [mark for _column, found in columns.values() for mark in found]


def _young(ahead: Ahead, weeks: _Weeks) -> Compiled:
    if ahead.thresholds is None:
        return str(ahead.all), []
    old, today = ahead.days(ahead.thresholds), ahead.days(ahead.moments)
    sql, marks = weeks.before("begins", ahead.thresholds)
    for column in ("reviewed_on", "substantially_updated_on"):
        (after, first), (until, second) = weeks.before(column, old), weeks.before(column, today)
        sql += f" | CASE WHEN {column} IS NULL THEN 0 ELSE {after} & ~{until} END"
        marks = [*marks, *first, *second]
    return f"CASE WHEN undated = 1 THEN {ahead.all} ELSE {sql} END", marks


class _Weeks:
    """Looks moments up among the weeks, in the dialect of a database."""

    def __init__(self, alias: str) -> None:
        self.operations = connections[alias].ops

    def before(self, column: str, marks: Sequence[date | datetime]) -> Compiled:
        """The bits of the weeks whose mark lies before the column's moment."""
        return self._branch(column, marks, 0, len(marks))

    def _branch(self, column: str, marks: Sequence[date | datetime], least: int, most: int) -> Compiled:
        if least == most:
            return str((1 << least) - 1), []
        middle = (least + most) // 2
        later, after = self._branch(column, marks, middle + 1, most)
        earlier, until = self._branch(column, marks, least, middle)
        sql = f"(CASE WHEN {column} > %s THEN {later} ELSE {earlier} END)"
        return sql, [self._parameter(marks[middle]), *after, *until]

    def _parameter(self, mark: date | datetime) -> Any:
        if hasattr(mark, "hour"):
            return self.operations.adapt_datetimefield_value(mark)
        return self.operations.adapt_datefield_value(mark)
