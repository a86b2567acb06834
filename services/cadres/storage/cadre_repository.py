"""Cadres: rows in, domain objects out; encrypts and opens the phone."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, false, func, insert, select, true, union_all, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import CadreIdTaken, CadreNotFound, CadreStale, SubjectBound, UnitNotFound
from services.cadres.domain.may_serve_from_to import Duties
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import cadres, pairings, posts, team_members, working
from shared.crypto import FieldCipher
from shared.db import Connection, violated_constraint
from shared.errors import Failure

Key = tuple[str, UUID]

_NAMES = tuple(f.name for f in fields(Cadre))
_REFUSED: Mapping[str, type[Failure]] = {
    "cadres_pkey": CadreIdTaken,
    "one_cadre_per_subject": SubjectBound,
    "cadres_unit_id_fkey": UnitNotFound,
}


class CadreRepository:
    """Reads and writes within the caller's transaction."""

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    async def get(self, connection: Connection, cadre_id: UUID) -> Cadre:
        """Raises CadreNotFound."""
        return (await self.get_many(connection, [cadre_id]))[cadre_id]

    async def get_many(self, connection: Connection, cadre_ids: Iterable[UUID]) -> dict[UUID, Cadre]:
        """Raises CadreNotFound when one of them is not there."""
        wanted = set(cadre_ids)
        rows = await connection.execute(select(cadres).where(cadres.c.cadre_id.in_(wanted)))
        found = {row.cadre_id: self._cadre(row) for row in rows}
        if len(found) != len(wanted):
            raise CadreNotFound
        return found

    async def of_region(
        self, connection: Connection, region: str, *, unit_id: UUID | None, after: Key | None, limit: int
    ) -> list[Cadre]:
        """Cadres of a place and of the places under it, by place and id."""
        statement = self._page(region, limit)
        if unit_id is not None:
            statement = statement.where(cadres.c.unit_id == unit_id)
        if after is not None:
            statement = statement.where(after_key(cadres.c.region_code, cadres.c.cadre_id, after))
        return [self._cadre(row) for row in await connection.execute(statement)]

    async def find(
        self, connection: Connection, region: str, *, name: str | None, phone: str | None, limit: int
    ) -> list[Cadre]:
        """Cadres of a place with exactly this name, or with this phone by its blind index."""
        statement = self._page(region, limit)
        if name is not None:
            statement = statement.where(cadres.c.name == name)
        if phone is not None:
            statement = statement.where(cadres.c.phone_index == self._cipher.blind_index("phone", phone))
        return [self._cadre(row) for row in await connection.execute(statement)]

    async def add(self, connection: Connection, cadre: Cadre) -> None:
        """Raises CadreIdTaken, SubjectBound, UnitNotFound."""
        try:
            await connection.execute(insert(cadres).values(**self.row(cadre)))
        except IntegrityError as failure:
            raise _refusal(failure) from None

    async def save(self, connection: Connection, cadre: Cadre, expected_version: int) -> None:
        """Raises CadreStale, SubjectBound, UnitNotFound."""
        statement = update(cadres).where(cadres.c.cadre_id == cadre.cadre_id, cadres.c.version == expected_version)
        try:
            written = await connection.execute(statement.values(**self.row(cadre)))
        except IntegrityError as failure:
            raise _refusal(failure) from None
        if written.rowcount != 1:
            raise CadreStale

    def row(self, cadre: Cadre) -> dict[str, Any]:
        """The row as stored, also used by bulk loading."""
        values = {name: getattr(cadre, name) for name in _NAMES}
        if cadre.phone is None:
            return {**values, "phone_index": None}
        return {
            **values,
            "phone": self._cipher.encrypt(cadre.phone, _place(cadre.cadre_id)),
            "phone_index": self._cipher.blind_index("phone", cadre.phone),
        }

    def _page(self, region: str, limit: int) -> Select[Any]:
        return (
            select(cadres)
            .where(under(cadres.c.region_code, region))
            .order_by(cadres.c.region_code, cadres.c.cadre_id)
            .limit(limit)
        )

    def _cadre(self, row: Row[Any]) -> Cadre:
        values = {name: row._mapping[name] for name in _NAMES}
        if row.phone is not None:
            values["phone"] = self._cipher.decrypt(bytes(row.phone), _place(row.cadre_id))
        return Cadre(**values)


async def duties_of(connection: Connection, cadre_id: UUID) -> Duties:
    """What the cadre answers for and has answered for: pairings, posts held, resident teams, tasks still to be done."""
    of_team = team_members.join(
        posts, (posts.c.village_code == team_members.c.village_code) & (posts.c.post_id == team_members.c.post_id)
    )
    periods = union_all(
        select(pairings.c.started_on, pairings.c.ended_on, true().label("pairing")).where(
            pairings.c.cadre_id == cadre_id
        ),
        select(posts.c.started_on, posts.c.ended_on, false()).where(posts.c.holder_cadre_id == cadre_id),
        select(posts.c.started_on, posts.c.ended_on, false())
        .select_from(of_team)
        .where(team_members.c.cadre_id == cadre_id),
    )
    found = [tuple(row) for row in await connection.execute(periods)]
    of_cadre = (working.tasks.c.cadre_id == cadre_id, working.tasks.c.state == "open")
    open_tasks = (await connection.execute(select(func.count()).where(*of_cadre))).scalar_one()
    starts = [started for started, _, _ in found]
    ends: list[date] = [ended for _, ended, _ in found if ended is not None]
    return Duties(
        open_pairings=sum(1 for _, ended, pairing in found if ended is None and pairing),
        open_posts=sum(1 for _, ended, pairing in found if ended is None and not pairing),
        open_tasks=open_tasks,
        first_start=min(starts, default=None),
        last_end=max(ends, default=None),
    )


def _place(cadre_id: UUID) -> bytes:
    return b"cadres.phone:" + cadre_id.bytes


def _refusal(failure: IntegrityError) -> Failure:
    known = _REFUSED.get(violated_constraint(failure))
    if known is None:
        raise failure
    return known()
