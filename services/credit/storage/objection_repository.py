"""Objections of households to what is said of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.credit.domain.course_errors import ObjectionExists, ObjectionNotFound
from services.credit.storage.tables import course
from shared.db import Connection

objections = course.objections


@dataclass(frozen=True, slots=True)
class Objection:
    """`due_on` is the last day for the answer. `case_id`: the case on its way or in effect when it was made, if any.

    `notice_id`: the public notice that it was made to. `objector`: the name that was given there.
    """

    household_id: UUID
    objection_id: UUID
    case_id: UUID | None
    about: str
    statement: str
    opened_by: str
    opened_on: date
    due_on: date
    outcome: str | None = None
    answer: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None
    notice_id: UUID | None = None
    objector: str | None = None

    @property
    def source(self) -> str:
        """`household` (itself, or somebody for it), or to a public notice `third_person` or `anonymous`."""
        if self.notice_id is None:
            return "household"
        return "anonymous" if self.objector is None else "third_person"

    def overdue(self, today: date) -> bool:
        return (self.decided_on or today) > self.due_on


async def add_objection(connection: Connection, objection: Objection) -> None:
    """Raises ObjectionExists."""
    try:
        await connection.execute(insert(objections).values(**_values(objection)))
    except IntegrityError:
        raise ObjectionExists from None


async def get_objection(connection: Connection, objection_id: UUID) -> Objection:
    """Held for a change. Raises ObjectionNotFound."""
    found = await connection.execute(
        select(objections).where(objections.c.objection_id == objection_id).with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise ObjectionNotFound
    return _objection(dict(row._mapping))


async def objections_of(connection: Connection, household_id: UUID) -> list[Objection]:
    """Newest first."""
    rows = await connection.execute(
        select(objections)
        .where(objections.c.household_id == household_id)
        .order_by(objections.c.objection_id.desc())
        .limit(200)
    )
    return [_objection(dict(row._mapping)) for row in rows]


async def count_open_from_outside(connection: Connection, household_id: UUID, case_id: UUID) -> int:
    """How many objections to a case that were made to its notices still wait for their answer."""
    found = await connection.execute(
        select(func.count())
        .select_from(objections)
        .where(objections.c.household_id == household_id, objections.c.case_id == case_id)
        .where(objections.c.notice_id.is_not(None), objections.c.outcome.is_(None))
    )
    return found.scalar_one()


async def objected_among(connection: Connection, households: Collection[UUID]) -> set[UUID]:
    """Those of the households whose grade or facts somebody objects to at this moment."""
    waiting = select(objections.c.household_id).where(
        objections.c.household_id.in_(households), objections.c.outcome.is_(None)
    )
    return set(await connection.scalars(waiting))


async def save_answer(connection: Connection, objection: Objection) -> None:
    await connection.execute(
        update(objections)
        .where(objections.c.household_id == objection.household_id, objections.c.objection_id == objection.objection_id)
        .values(
            outcome=objection.outcome,
            answer=objection.answer,
            decided_by=objection.decided_by,
            decided_on=objection.decided_on,
        )
    )


def _values(objection: Objection) -> dict[str, Any]:
    return {name: getattr(objection, name) for name in Objection.__slots__}


def _objection(row: Mapping[str, Any]) -> Objection:
    return Objection(**{name: row[name] for name in Objection.__slots__})
