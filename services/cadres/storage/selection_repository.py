"""Selections for posts: rows in, domain objects out."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.selection import EXAMINED, Selection, SelectionState
from services.cadres.domain.selection_errors import SelectionNotFound, SelectionOpen
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import cadres, posted
from shared.db import Connection, violated_constraint

selections = posted.selections
Key = tuple[str, UUID]
_NAMES = tuple(f.name for f in fields(Selection))


@dataclass(frozen=True, slots=True)
class SelectionLine:
    selection: Selection
    cadre_name: str
    applied_at: datetime


async def add_selection(connection: Connection, selection: Selection, author: str) -> None:
    """Raises SelectionOpen: the database lets a person have one open selection for a post."""
    values = {name: getattr(selection, name) for name in _NAMES}
    try:
        await connection.execute(insert(selections).values(**values, applied_by=author))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_open_selection":
            raise SelectionOpen from None
        raise


async def get_selection(connection: Connection, selection_id: UUID, *, lock: bool = False) -> SelectionLine:
    """Raises SelectionNotFound."""
    statement = _lines().where(selections.c.selection_id == selection_id)
    row = (await connection.execute(statement.with_for_update(of=selections) if lock else statement)).one_or_none()
    if row is None:
        raise SelectionNotFound
    return _line(row)


async def selections_of(
    connection: Connection, region: str, state: SelectionState | None, after: Key | None, limit: int
) -> list[SelectionLine]:
    """Of a place, by village and id."""
    statement = _lines().where(under(selections.c.village_code, region))
    if state is not None:
        statement = statement.where(selections.c.state == state)
    if after is not None:
        statement = statement.where(after_key(selections.c.village_code, selections.c.selection_id, after))
    rows = await connection.execute(
        statement.order_by(selections.c.village_code, selections.c.selection_id).limit(limit)
    )
    return [_line(row) for row in rows]


async def save_selection(connection: Connection, selection: Selection) -> None:
    """Writes where it stands now, with the time of the step."""
    values: dict[str, Any] = {name: getattr(selection, name) for name in _NAMES}
    if selection.state in {"recommended", "not_recommended"}:
        values["recommended_at"] = func.now()
    if selection.state in EXAMINED:
        values["examined_at"] = func.now()
    await connection.execute(
        update(selections)
        .where(selections.c.village_code == selection.village_code, selections.c.selection_id == selection.selection_id)
        .values(**values)
    )


def _lines() -> Select[Any]:
    return select(
        *(selections.c[name] for name in _NAMES), cadres.c.name.label("cadre_name"), selections.c.applied_at
    ).select_from(selections.join(cadres, cadres.c.cadre_id == selections.c.cadre_id))


def _line(row: Row[Any]) -> SelectionLine:
    values = dict(row._mapping)
    return SelectionLine(Selection(**{name: values.pop(name) for name in _NAMES}), **values)
