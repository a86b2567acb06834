"""Objections to the lines of public notices; the words, and an open objector's name and phone, are encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.identification_errors import ObjectionExists, ObjectionNotFound
from services.households.storage.tables import identification
from shared.crypto import FieldCipher
from shared.db import Connection

objections = identification.objections
SEALED = ("statement", "name", "phone")


@dataclass(frozen=True, slots=True)
class Objection:
    """To one line of a notice. Anonymous without a name. `receipt` is the SHA-256 of the objector's code."""

    household_id: UUID
    objection_id: UUID
    case_id: UUID
    village_code: str
    notice_id: UUID
    line: int
    statement: str
    receipt: bytes
    opened_on: date
    name: str | None = None
    phone: str | None = None
    outcome: str | None = None
    answer: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None


class ObjectionRepository:
    """Reads and writes within the caller's transaction."""

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    async def add(self, connection: Connection, objection: Objection) -> None:
        """Raises ObjectionExists."""
        row = {name: getattr(objection, name) for name in Objection.__slots__}
        for column in SEALED:
            plain = row[column]
            row[column] = plain and self._cipher.encrypt(plain, _place(column, objection.objection_id))
        try:
            await connection.execute(insert(objections).values(**row))
        except IntegrityError:
            raise ObjectionExists from None

    async def get(self, connection: Connection, notice_id: UUID, objection_id: UUID) -> Objection:
        """Held for a change. Raises ObjectionNotFound."""
        found = await connection.execute(
            select(objections)
            .where(objections.c.notice_id == notice_id, objections.c.objection_id == objection_id)
            .with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise ObjectionNotFound
        return self._objection(row._mapping)

    async def by_receipt(self, connection: Connection, receipt: bytes) -> Objection:
        """Raises ObjectionNotFound."""
        found = await connection.execute(select(objections).where(objections.c.receipt == receipt))
        row = found.one_or_none()
        if row is None:
            raise ObjectionNotFound
        return self._objection(row._mapping)

    async def of_notice(
        self, connection: Connection, notice_id: UUID, after: UUID | None, limit: int
    ) -> list[Objection]:
        """Newest first; `after` is the last objection of the page before."""
        statement = (
            select(objections)
            .where(objections.c.notice_id == notice_id)
            .order_by(objections.c.objection_id.desc())
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(objections.c.objection_id < after)
        return [self._objection(row._mapping) for row in await connection.execute(statement)]

    async def count_open(self, connection: Connection, household_id: UUID, case_id: UUID) -> int:
        found = await connection.execute(
            select(func.count())
            .select_from(objections)
            .where(
                objections.c.household_id == household_id,
                objections.c.case_id == case_id,
                objections.c.outcome.is_(None),
            )
        )
        return found.scalar_one()

    async def save_answer(self, connection: Connection, objection: Objection) -> None:
        decided = ("outcome", "answer", "decided_by", "decided_on")
        await connection.execute(
            update(objections)
            .where(
                objections.c.household_id == objection.household_id,
                objections.c.objection_id == objection.objection_id,
            )
            .values({name: getattr(objection, name) for name in decided})
        )

    def _objection(self, row: Mapping[Any, Any]) -> Objection:
        values = {name: row[name] for name in Objection.__slots__}
        for column in SEALED:
            sealed = values[column]
            values[column] = sealed and self._cipher.decrypt(bytes(sealed), _place(column, values["objection_id"]))
        return Objection(**{**values, "receipt": bytes(values["receipt"])})


def _place(column: str, objection_id: UUID) -> bytes:
    return f"notice_objections.{column}:".encode() + objection_id.bytes
