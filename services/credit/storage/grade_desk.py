"""The hot path of banks' queries: consents and grades of many households in one round trip, the log in another.

Both statements are Core, compiled once and run on asyncpg (`shared/db.py`); concurrent requests travel together
(`shared/batching.py`). A query's log row is committed before its answer leaves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Select, Text, Uuid, and_, bindparam, column, func, insert, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.consent_in_force import Consent
from services.credit.storage.grade_repository import grades_where
from services.credit.storage.negative_repository import Noted, negative_facts_of
from services.credit.storage.tables import consents, query_log
from shared.batching import Batcher
from shared.db import Database, HotStatement


@dataclass(frozen=True, slots=True)
class GradeFound:
    """The grade in effect as a bank may be told of it; `bins` and `vetoes` give the reasons."""

    band: str
    bins: tuple[str, ...]
    vetoes: tuple[str, ...]
    card_id: str
    card_version: int
    as_of: date
    effective_on: date
    valid_until: date
    objected: bool


@dataclass(frozen=True, slots=True)
class Found:
    consent: Consent | None
    grade: GradeFound | None


@dataclass(frozen=True, slots=True)
class LogRow:
    household_id: UUID
    query_id: UUID
    partner_id: str
    partner_name: str
    consent_id: str
    purpose: str
    reference: str
    status: str


_LOG_COLUMNS = tuple(LogRow.__slots__)


class GradeDesk:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._look_up = HotStatement(database, _look_up())
        self._write_log = HotStatement(database, _write_log())
        self._lookups: Batcher[tuple[UUID, UUID], Found] = Batcher(self._find, most=2000)
        self._logs: Batcher[LogRow, None] = Batcher(self._keep, most=2000)

    async def find(self, household_id: UUID, consent_id: UUID) -> Found:
        """One household's consent and grade; concurrent calls share a round trip."""
        return await self._lookups.ask((household_id, consent_id))

    async def find_all(self, keys: Sequence[tuple[UUID, UUID]]) -> list[Found]:
        return await self._find(list(keys))

    async def negative(self, household_ids: Collection[UUID], today: date) -> Mapping[UUID, Sequence[Noted]]:
        """Negative facts with what was told and said of them; asked for the few whose reasons name one."""
        async with self._database.transaction() as connection:
            return await negative_facts_of(connection, household_ids, today)

    async def keep(self, rows: Sequence[LogRow]) -> None:
        """Returns when the rows are committed."""
        if len(rows) == 1:
            await self._logs.ask(rows[0])
        elif rows:
            await self._keep(list(rows))

    async def _find(self, keys: list[tuple[UUID, UUID]]) -> list[Found]:
        rows = await self._look_up.rows(
            household_ids=[household_id for household_id, _ in keys], consent_ids=[consent_id for _, consent_id in keys]
        )
        return [_found(row) for row in rows]

    async def _keep(self, rows: list[LogRow]) -> list[None]:
        await self._write_log.rows(**{name: [getattr(row, name) for row in rows] for name in _LOG_COLUMNS})
        return [None] * len(rows)


def _look_up() -> Select[Any]:
    asked = (
        func.unnest(bindparam("household_ids", type_=ARRAY(Uuid)), bindparam("consent_ids", type_=ARRAY(Uuid)))
        .table_valued(column("household_id", Uuid), column("consent_id", Uuid), with_ordinality="n")
        .render_derived(name="asked")
    )
    grade = grades_where(lambda household, _village: household == asked.c.household_id).lateral("grade")
    told = [grade.c[name] for name in GradeFound.__slots__]
    agreed = tuple(
        consents.c[name]
        for name in ("household_id", "partner_id", "purposes", "fields", "valid_from", "valid_to", "withdrawn_at")
    )
    its_consent = and_(consents.c.household_id == asked.c.household_id, consents.c.consent_id == asked.c.consent_id)
    return (
        select(*agreed, *told)
        .select_from(asked.outerjoin(consents, its_consent).outerjoin(grade, true()))
        .order_by(asked.c.n)
    )


def _found(row: Mapping[str, Any]) -> Found:
    """A row of `_look_up`; either half may be absent."""
    consent = grade = None
    if row["partner_id"] is not None:
        consent = Consent(
            household_id=str(row["household_id"]),
            bank_id=row["partner_id"],
            purposes=frozenset(row["purposes"]),
            fields=frozenset(row["fields"]),
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            withdrawn=row["withdrawn_at"] is not None,
        )
    if row["band"] is not None:
        grade = GradeFound(
            band=row["band"],
            bins=tuple(row["bins"]),
            vetoes=tuple(row["vetoes"]),
            card_id=row["card_id"],
            card_version=row["card_version"],
            as_of=row["as_of"],
            effective_on=row["effective_on"],
            valid_until=row["valid_until"],
            objected=row["objected"],
        )
    return Found(consent, grade)


def _write_log() -> Insert:
    kinds = {name: Uuid if name in ("household_id", "query_id") else Text for name in _LOG_COLUMNS}
    rows = (
        func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()))
        .table_valued(*(column(name, kind) for name, kind in kinds.items()))
        .render_derived(name="rows")
    )
    return insert(query_log).from_select(list(_LOG_COLUMNS), select(*(rows.c[name] for name in _LOG_COLUMNS)))
