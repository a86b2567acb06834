"""Conditions that several repositories share."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_

from shared.regions import prefix_range


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
