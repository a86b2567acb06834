"""Many rows at once by COPY, inside the caller's transaction: a hundred thousand rows a second instead of ten.

`copy_rows` adds rows that must be new; `merge_rows` goes through a temporary table, replaces those that are there, and
needs a role that may make temporary tables (the jobs role).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Table, select, table, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import quoted_name

Row = Mapping[str, Any]


async def copy_rows(connection: AsyncConnection, into: Table, rows: Sequence[Row], name: str | None = None) -> None:
    """All rows have the same columns. A row that is there already breaks its constraint and with it the transaction."""
    if not rows:
        return
    columns = list(rows[0])
    as_json = [column for column in columns if isinstance(into.c[column].type, JSONB)]
    if as_json:
        rows = [{**row, **{column: _as_json(row[column]) for column in as_json}} for row in rows]
    records = [tuple(map(row.__getitem__, columns)) for row in rows]
    # The transaction begins with the first statement that SQLAlchemy sends; the driver's own COPY would run before it.
    await connection.execute(text("SELECT 1"))
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(name or into.name, records=records, columns=columns)


async def merge_rows(connection: AsyncConnection, into: Table, rows: Sequence[Row], *, keep: Sequence[str] = ()) -> int:
    """Adds rows and replaces those with the same primary key; columns of `keep` stay as they are. The number of rows.

    The rows' primary keys are distinct.
    """
    if not rows:
        return 0
    columns = list(rows[0])
    # The statements below name tables and columns by constants of the code, never by a value.
    staged = f"staged_{into.name}"
    await connection.execute(text(f'CREATE TEMP TABLE IF NOT EXISTS "{staged}" (LIKE "{into.name}") ON COMMIT DROP'))
    await connection.execute(text(f'TRUNCATE "{staged}"'))
    await connection.execute(text(f'ALTER TABLE "{staged}" {_nullable(into)}'))
    await copy_rows(connection, into, rows, staged)
    source = table(quoted_name(staged, quote=True), *(into.c[column]._copy() for column in columns))  # noqa: SLF001 - a Core column belongs to one table
    keys = [column.name for column in into.primary_key]
    statement = insert(into).from_select(columns, select(*(source.c[column] for column in columns)))
    replaced = {column: statement.excluded[column] for column in columns if column not in keys and column not in keep}
    done = await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=replaced)
        if replaced
        else statement.on_conflict_do_nothing()
    )
    return done.rowcount


def _nullable(into: Table) -> str:
    """A staged row has only the columns that are given; what is not given may be empty there."""
    return ", ".join(f'ALTER COLUMN "{column.name}" DROP NOT NULL' for column in into.c)


def _as_json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
