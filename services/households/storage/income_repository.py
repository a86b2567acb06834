"""A household's yearly incomes: what holds for each year, and as it stood at an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.households.domain.income import YearIncome
from services.households.storage.change_repository import Author
from services.households.storage.tables import life
from shared.db import Connection

incomes = life.incomes
_NAMES = tuple(field.name for field in fields(YearIncome))


@dataclass(frozen=True, slots=True)
class IncomeRecord:
    """A year's income, who wrote it down when and from what source."""

    income: YearIncome
    at: datetime
    source: str
    actor_name: str


async def incomes_of(connection: Connection, household_id: UUID, until: datetime | None = None) -> list[IncomeRecord]:
    """One a year, newest year first; as they stood at `until` when it is given."""
    statement = (
        select(incomes)
        .ext(distinct_on(incomes.c.year))
        .where(incomes.c.household_id == household_id)
        .order_by(incomes.c.year.desc(), incomes.c.version.desc())
    )
    if until is not None:
        statement = statement.where(incomes.c.at <= until)
    return [
        IncomeRecord(_income(row), row.at, row.source, row.actor_name) for row in await connection.execute(statement)
    ]


async def net_per_head_of_many(connection: Connection, household_ids: Sequence[UUID], year: int) -> Mapping[UUID, int]:
    """What these households had a head in a year (分), by their id; left out whose income is not on record."""
    rows = await connection.execute(
        select(incomes)
        .ext(distinct_on(incomes.c.household_id))
        .where(incomes.c.household_id.in_(household_ids), incomes.c.year == year)
        .order_by(incomes.c.household_id, incomes.c.version.desc())
    )
    return {row.household_id: _income(row).net_per_head_cents for row in rows}


async def add_income(
    connection: Connection, household_id: UUID, version: int, income: YearIncome, author: Author
) -> None:
    """What stood for the year before stays, under an older version."""
    await connection.execute(
        insert(incomes).values(
            household_id=household_id,
            version=version,
            source=author.source,
            actor=author.subject,
            actor_name=author.name,
            **asdict(income),
        )
    )


def _income(row: Row[Any]) -> YearIncome:
    return YearIncome(**{name: getattr(row, name) for name in _NAMES})
