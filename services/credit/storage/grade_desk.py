"""The hot path of banks' queries: consents and grades of many households in one round trip, the log in another.

Both statements are Core, compiled once and run on asyncpg (`shared/db.py`); concurrent requests travel together
(`shared/batching.py`). A query's log row is committed before its answer leaves.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.consent_in_force import Consent
from services.credit.storage.grade_repository import grades_where
from services.credit.storage.negative_repository import Noted, negative_facts_of
from services.credit.storage.tables import consents, query_log
from shared.batching import Batcher
from shared.db import Database, HotStatement


class GradeFound(NamedTuple):
    """The grade in effect as a bank may be told of it; `bins` and `vetoes`, JSON of lists, give the reasons."""

    band: str
    bins: str
    vetoes: str
    card_id: str
    card_version: int
    as_of: date
    effective_on: date
    valid_until: date
    objected: bool


class Found(NamedTuple):
    consent: Consent | None
    grade: GradeFound | None


class LogRow(NamedTuple):
    household_id: UUID
    query_id: UUID
    partner_id: str
    partner_name: str
    consent_id: str
    purpose: str
    reference: str
    status: str


_LOG_COLUMNS = LogRow._fields
_LISTS = frozenset({"bins", "vetoes", "purposes", "fields"})


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
        await self._write_log.rows(**dict(zip(_LOG_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))
        return [None] * len(rows)


def _look_up() -> Select[Any]:
    asked = (
        func.unnest(bindparam("household_ids", type_=ARRAY(Uuid)), bindparam("consent_ids", type_=ARRAY(Uuid)))
        .table_valued(column("household_id", Uuid), column("consent_id", Uuid), with_ordinality="n")
        .render_derived(name="asked")
    )
    grade = grades_where(lambda household: household == asked.c.household_id).lateral("grade")
    told = [_plain(grade.c[name]) for name in GradeFound._fields]
    agreed = [
        _plain(consents.c[name])
        for name in ("household_id", "partner_id", "purposes", "fields", "valid_from", "valid_to")
    ]
    withdrawn = consents.c.withdrawn_at.is_not(None)
    its_consent = and_(consents.c.household_id == asked.c.household_id, consents.c.consent_id == asked.c.consent_id)
    return (
        select(*agreed, withdrawn, *told)
        .select_from(asked.outerjoin(consents, its_consent).outerjoin(grade, true()))
        .order_by(asked.c.n)
    )


def _plain(stored: ColumnElement[Any]) -> ColumnElement[Any]:
    """A list as one text of JSON: twenty words are not taken apart for each of a thousand households, where most of
    the lists are the same."""
    return cast(func.array_to_json(stored), Text) if stored.key in _LISTS else stored


def _found(row: Sequence[Any]) -> Found:
    """A row of `_look_up`; either half may be absent."""
    household_id, bank_id, purposes, fields, valid_from, valid_to, withdrawn = row[:7]
    consent = None
    if bank_id is not None:
        consent = Consent(
            str(household_id), bank_id, _set_in(purposes), _set_in(fields), valid_from, valid_to, withdrawn
        )
    return Found(consent, None if row[7] is None else GradeFound(*row[7:]))


@lru_cache(maxsize=1024)
def _set_in(text: str) -> frozenset[str]:
    return frozenset(orjson.loads(text))


def _write_log() -> Insert:
    kinds = {name: Uuid if name in ("household_id", "query_id") else Text for name in _LOG_COLUMNS}
    rows = (
        func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()))
        .table_valued(*(column(name, kind) for name, kind in kinds.items()))
        .render_derived(name="rows")
    )
    return insert(query_log).from_select(list(_LOG_COLUMNS), select(*(rows.c[name] for name in _LOG_COLUMNS)))
