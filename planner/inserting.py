"""Inserts many rows at once, in as few statements as the database takes.

Django's `bulk_create` counts on the 999 values per statement of SQLite before 2020: a thousand lines of history would
be a dozen statements. The statement itself is Django's own.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from django.db import connections, router
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

MOST_ROWS = 2000
"""Rows per statement where nothing else limits it."""


def insert_rows(rows: Sequence[Model], *, ignore_conflicts: bool = False) -> None:
    """Insert unsaved rows of one model, without their keys and without signals. One query per 2,000 rows.

    `ignore_conflicts`: a row that is there already stays as it is.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    for batch in _batches(rows, _rows_per_statement(connection, len(fields))):
        query = InsertQuery(model, on_conflict=OnConflict.IGNORE if ignore_conflicts else None)
        query.insert_values(fields, batch)
        query.get_compiler(connection=connection).execute_sql()


def _rows_per_statement(connection: BaseDatabaseWrapper, values: int) -> int:
    if connection.vendor != "sqlite":
        return MOST_ROWS
    connection.ensure_connection()
    most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return max(1, min(MOST_ROWS, most // values))


def _batches(rows: Sequence[Model], size: int) -> Iterator[Sequence[Model]]:
    return (rows[first : first + size] for first in range(0, len(rows), size))
