"""Parts of statements that several repositories share."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.regions import prefix_range

VILLAGE = "village"


def under(column: Any, region: str) -> ColumnElement[bool]:
    """Is the code in this column this place or one under it?"""
    low, high = prefix_range(region)
    return and_(column >= low, column < high)


def on_day(table: Table, day: date) -> ColumnElement[bool]:
    """Does the row's period hold this day?"""
    return and_(table.c.started_on <= day, or_(table.c.ended_on.is_(None), table.c.ended_on > day))


def after_key(first: Any, second: Any, after: tuple[Any, Any]) -> ColumnElement[bool]:
    """Rows behind this key in the order (first, second), in a form that an index can use."""
    return and_(first >= after[0], or_(first > after[0], second > after[1]))


def given_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> Select[Any]:
    """Rows of this table as the source of an insert: one array a column, not one parameter a value."""
    columns = [table.c[name] for name in rows[0]]
    arrays = [bindparam(c.name, [row[c.name] for row in rows], ARRAY(c.type)) for c in columns]
    return select(func.unnest(*arrays).table_valued(*(column(c.name, c.type) for c in columns)).render_derived())
