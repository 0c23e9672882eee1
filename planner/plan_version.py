"""The version of everything that a plan may show: a number that rises with each write, whoever makes it.

A calendar program that asks again after an hour should cost next to nothing, and yet learn of every change at once. To
read again all that a calendar is made of costs as much as to make it; signals miss `update()`, bulk writes and the raw
SQL with which Wagtail moves pages. So the statements themselves are watched, with Django's own database instrumentation
(`connection.execute_wrappers`): a write to a table that a plan, or somebody's right to see it, is read from is counted
in the transaction that makes it, and is rolled back with it. Other tables of the site are none of the planner's
business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import swapper
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connections, router, transaction
from django.db.backends.signals import connection_created
from django.db.models import Count, Sum
from django.db.models.signals import post_migrate, pre_migrate
from wagtail.models import Task
from wagtail.snippets.models import get_snippet_models

from planner.models import PlanChange

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

MOST_ROWS = 1000
"""Beyond so many transactions their writes are added up into one row."""

WRITE = re.compile(
    r"\s*(?:(?:INSERT(?:\s+OR\s+\w+)?|REPLACE)\s+INTO|UPDATE(?:\s+OR\s+\w+|\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?)\s+"
    r'(?:"?\w+"?\.)?"?(\w+)"?',
    re.IGNORECASE,
)
NO_WRITE = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|SHOW|PRAGMA|EXPLAIN|DECLARE|FETCH|CLOSE|CREATE|ALTER|DROP"
    r"|ANALYZE|VACUUM)\b",
    re.IGNORECASE,
)
READING_FIRST = re.compile(r"\s*(WITH\b|\(|VALUES\b)", re.IGNORECASE)
WRITES_INSIDE = re.compile(r"\b(INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|(?<!FOR )UPDATE)\b", re.IGNORECASE)
ROOMS = {"wagtailcore", "auth", "contenttypes", "taggit", "personas", "planner"}
"""The apps whose tables a plan is read from, beside those of the site's pages, snippets, users and workflow tasks."""

NEVER_SHOWN = re.compile(
    "wagtailcore_(referenceindex|comment)|planner_(notification|savedview|feed|eventsnapshot|planchange)"
)
"""Beginnings of the names of those that people's mere presence writes to, and of what is made from the plan."""

LAST_LOGIN = re.compile(r'\s*UPDATE "\w+" SET "last_login" = \S+ WHERE ', re.IGNORECASE)

# In PostgreSQL a row per transaction: two that write at once must not wait for each other. SQLite lets one write at a
# time anyway.
COUNT_WRITE = {
    "sqlite": "INSERT INTO {table} (transaction_id, writes) VALUES (0, 1) "
    "ON CONFLICT (transaction_id) DO UPDATE SET writes = writes + 1",
    "postgresql": "INSERT INTO {table} (transaction_id, writes) VALUES (pg_current_xact_id()::text::bigint, 1) "
    "ON CONFLICT (transaction_id) DO UPDATE SET writes = {table}.writes + 1",
}


def connect() -> None:
    """Count the writes of every connection from now on. Called once, when the site starts."""
    connection_created.connect(_watch, dispatch_uid="planner.plan_version")
    pre_migrate.connect(_pause, dispatch_uid="planner.plan_version")
    post_migrate.connect(_resume, dispatch_uid="planner.plan_version")


def current() -> int:
    """The version of the plan as this connection sees it. One query, and now and then three more that tidy up."""
    found = _counted()
    if found["rows"] > MOST_ROWS:
        fold()
        # However many rows are left: somebody else may hold them, and is adding them up.
        found = _counted()
    return found["version"] or 0


def _counted() -> dict[str, Any]:
    return PlanChange.objects.aggregate(rows=Count("pk"), version=Sum("writes"))


def fold() -> None:
    """Add up in one row what the transactions so far have counted, and one more: to be safe it counts as a write."""
    with transaction.atomic(using=router.db_for_write(PlanChange)):
        rows = list(PlanChange.objects.select_for_update(skip_locked=True).order_by("pk"))
        if len(rows) > 1:
            PlanChange.objects.filter(pk__in=[row.pk for row in rows[:-1]]).delete()
            rows[-1].writes = sum(row.writes for row in rows) + 1
            rows[-1].save(update_fields=["writes"])


class _Watcher:
    """Stands between Django and one connection. Waits until its table is there: a site may run before it migrates."""

    def __init__(self) -> None:
        self.ready = False
        self.paused = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
        result = execute(sql, params, many, context)
        if not self.paused and is_counted(sql):
            self._count(context["connection"])
        return result

    def _count(self, connection: BaseDatabaseWrapper) -> None:
        table = PlanChange._meta.db_table
        if not self.ready:
            with connection.cursor() as cursor:
                self.ready = table in connection.introspection.table_names(cursor)
        if self.ready:
            # On the driver's own connection: the write is part of the statement before it, not a query of anybody's.
            cursor = connection.connection.cursor()
            cursor.execute(COUNT_WRITE[connection.vendor].format(table=connection.ops.quote_name(table)))
            cursor.close()


@cache
def shown_tables() -> frozenset[str]:
    """The tables that a plan, or somebody's right to see it, is read from: without schema, in lower case."""
    bare = (table.rpartition(".")[2].strip('"').lower() for table in _tables())
    return frozenset(table for table in bare if not NEVER_SHOWN.match(table))


def _tables() -> Iterator[str]:
    roots = (swapper.load_model("wagtailcore", "Page"), get_user_model(), Task, *get_snippet_models())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ROOMS or issubclass(model, roots):
            yield from _tables_of(model)


def _tables_of(model: type[Model]) -> Iterator[str]:
    for one in (model, *model._meta.get_parent_list()):
        yield one._meta.db_table
        yield from (field.remote_field.through._meta.db_table for field in one._meta.local_many_to_many)


def is_counted(sql: str) -> bool:
    """Whether a statement may change what a plan shows; one whose table cannot be told is taken for a change."""
    sql = str(sql)
    if NO_WRITE.match(sql) or READING_FIRST.match(sql) and not WRITES_INSIDE.search(sql):
        return False
    write = WRITE.match(sql)
    if write is None:
        return True
    return write[1].lower() in shown_tables() and not LAST_LOGIN.match(sql)


def _watch(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    own = connection.vendor in COUNT_WRITE and connection.alias == router.db_for_write(PlanChange)
    if own and not _watchers(connection):
        # At the front: whoever watches for the time of a request takes the last one off again, be it theirs or not.
        connection.execute_wrappers.insert(0, _Watcher())


def _pause(using: str, **_kwargs: Any) -> None:
    """While tables come and go nothing is counted."""
    for watcher in _watchers(connections[using]):
        watcher.paused = True


def _resume(using: str, **_kwargs: Any) -> None:
    """After a migration everything may be different, and this table may be gone."""
    for watcher in _watchers(connections[using]):
        watcher.paused = watcher.ready = False
        watcher._count(connections[using])


def _watchers(connection: BaseDatabaseWrapper) -> list[_Watcher]:
    return [wrapper for wrapper in connection.execute_wrappers if isinstance(wrapper, _Watcher)]
