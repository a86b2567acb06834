"""A household's credit file: its facts, reviews and vetoes, and how a card reads them in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    and_,
    any_,
    case,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from services.credit.domain.record_errors import FactsStale, VetoExists
from services.credit.storage.card_sql import FactColumn
from services.credit.storage.tables import FACT_COLUMNS, fact_history, facts, vetoes
from shared.db import Connection

# Fields whose null says "it is known that there is no record"; everywhere else a null is a missing value.
NO_RECORD_FIELDS = ("worst_days_past_due", "months_since_first_loan", "bills_ok", "bills_due")
OFFICIAL = "official"
"""The source of what an official entered by hand."""
FIELDS = (*FACT_COLUMNS, "skill", "reviews")


@dataclass(frozen=True, slots=True)
class CreditFile:
    """`facts` as the engine reads them: absent = missing, None = no record; `reviews` a tuple of 0–10."""

    household_id: UUID
    village_code: str
    facts: dict[str, Any]
    vetoes: tuple[str, ...]
    version: int
    source: str
    entered_at: datetime


async def get_file(connection: Connection, household_id: UUID, as_of: date, *, lock: bool = False) -> CreditFile | None:
    statement = select(facts, vetoes_in_force(facts.c.household_id, as_of).label("standing")).where(
        facts.c.household_id == household_id
    )
    if lock:
        statement = statement.with_for_update(of=facts)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    read = read_facts(dict(row._mapping))
    return CreditFile(
        household_id, row.village_code, read, tuple(row.standing), row.version, row.source, row.entered_at
    )


async def save_file(
    connection: Connection,
    household_id: UUID,
    village_code: str,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    source: str,
    entered_by: str,
    entered_by_name: str | None = None,
) -> int:
    """Writes the next version and keeps the one before; the new version. `expected_version` 0 begins a file.

    `values` as the engine reads them. Raises FactsStale.
    """
    row = {**write_facts(values), "village_code": village_code, "source": source}
    row |= {"entered_by": entered_by, "entered_by_name": entered_by_name}
    if expected_version == 0:
        begun = await connection.execute(
            upsert(facts).values(household_id=household_id, **row).on_conflict_do_nothing().returning(facts.c.version)
        )
        if begun.one_or_none() is None:
            raise FactsStale
        return 1
    await _keep_version(connection, household_id, expected_version)
    written = await connection.execute(
        update(facts)
        .where(facts.c.household_id == household_id, facts.c.version == expected_version)
        .values(
            **row,
            version=expected_version + 1,
            entered_at=func.now(),
            lateness_since=_lateness_since(row["worst_days_past_due"]),
        )
    )
    if written.rowcount != 1:
        raise FactsStale
    return expected_version + 1


async def _keep_version(connection: Connection, household_id: UUID, version: int) -> None:
    """Adds the file as it stands to its history, when it still is that version."""
    await connection.execute(
        insert(fact_history).from_select(
            ["household_id", "version", "facts", "source", "entered_by", "entered_by_name", "entered_at"],
            select(
                facts.c.household_id,
                facts.c.version,
                func.to_jsonb(literal_column(facts.name)),
                facts.c.source,
                facts.c.entered_by,
                facts.c.entered_by_name,
                facts.c.entered_at,
            ).where(facts.c.household_id == household_id, facts.c.version == version),
        )
    )


def _lateness_since(days: int | None) -> ColumnElement[datetime | None]:
    """Entering the same lateness again begins nothing anew."""
    same = facts.c.worst_days_past_due.is_not_distinct_from(days)
    return case((same, func.coalesce(facts.c.lateness_since, facts.c.entered_at)), else_=None)


async def file_at_version(connection: Connection, household_id: UUID, version: int) -> dict[str, Any] | None:
    """The facts as they stood at that version, for replaying a trace."""
    now = (
        await connection.execute(select(facts).where(facts.c.household_id == household_id, facts.c.version == version))
    ).one_or_none()
    if now is not None:
        return read_facts(dict(now._mapping))
    then = (
        await connection.execute(
            select(fact_history.c.facts).where(
                fact_history.c.household_id == household_id, fact_history.c.version == version
            )
        )
    ).scalar_one_or_none()
    return None if then is None else read_facts(then)


def read_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row → facts as the engine reads them."""
    read: dict[str, Any] = {name: row[name] for name in FIELDS if row[name] is not None}
    read.update(dict.fromkeys(row["no_record"]))
    if "reviews" in read:
        read["reviews"] = list(read["reviews"])
    return read


def write_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the engine reads them → the columns of a row."""
    row: dict[str, Any] = {name: values.get(name) for name in FIELDS}
    row["no_record"] = [name for name in NO_RECORD_FIELDS if name in values and values[name] is None]
    return row


def fact_columns() -> dict[str, FactColumn]:
    """Where a card finds each field in `facts`."""
    return {
        name: FactColumn(
            facts.c[name],
            literal(name, Text) == any_(facts.c.no_record) if name in NO_RECORD_FIELDS else None,
        )
        for name in FIELDS
    }


def veto_stands(as_of: date) -> ColumnElement[bool]:
    """The condition on a veto that it stands on a day."""
    return and_(
        vetoes.c.opened_on <= as_of,
        or_(vetoes.c.cleared_on.is_(None), vetoes.c.cleared_on > as_of),
        or_(vetoes.c.expires_on.is_(None), vetoes.c.expires_on >= as_of),
    )


def vetoes_in_force(household_id: ColumnElement[Any], as_of: date, of: Table = facts) -> ColumnElement[Any]:
    """The text[] of a household's veto codes in force on a day; `of` is the table that `household_id` belongs to."""
    found = (
        select(vetoes.c.code)
        .distinct()
        .where(
            vetoes.c.household_id == household_id,
            veto_stands(as_of),
        )
        .order_by(vetoes.c.code)
        .correlate(of)
    )
    return func.array(found.scalar_subquery(), type_=ARRAY(Text))


def enterers(household_id: ColumnElement[Any], of: Table) -> ColumnElement[Any]:
    """The text[] of the officials who entered any version of a household's file, by subject and by name."""
    found = union(
        *(
            select(who.label("who"))
            .where(table.c.household_id == household_id, table.c.source == OFFICIAL)
            .correlate(of)
            for table in (facts, fact_history)
            for who in (table.c.entered_by, func.coalesce(table.c.entered_by_name, table.c.entered_by))
        )
    )
    return func.array(found.scalar_subquery(), type_=ARRAY(Text))


async def people_behind_file(connection: Connection, household_id: UUID) -> set[str]:
    """The subjects who entered any version of the file, or a veto; none of them is its judge."""
    behind = union(
        *(select(t.c.entered_by).where(t.c.household_id == household_id) for t in (facts, fact_history, vetoes))
    )
    return set((await connection.execute(behind)).scalars())


async def add_veto(connection: Connection, row: Mapping[str, Any]) -> None:
    """Raises VetoExists."""
    try:
        await connection.execute(insert(vetoes).values(**row))
    except IntegrityError:
        raise VetoExists from None
