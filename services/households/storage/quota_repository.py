"""How many households a village may identify in a year, and how many of the places are filled."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.identification import Case
from services.households.domain.identification_errors import QuotaNotFound, QuotaStale
from services.households.domain.identification_kind import Kind
from services.households.domain.identification_state import HOLDS_A_PLACE, State
from services.households.storage.identification_repository import find_cases
from services.households.storage.tables import identification
from shared.db import Connection

quotas, cases = identification.quotas, identification.cases
Place = tuple[str, int]
"""A village and a year."""


@dataclass(frozen=True, slots=True)
class Quota:
    """`places` for one village and year, by the county's document (文号); `used` are filled."""

    village_code: str
    year: int
    places: int
    document: str
    version: int
    used: int


async def get_quota(connection: Connection, village: str, year: int, *, lock: bool = False) -> Quota:
    """Held, nobody else fills one of its places. Raises QuotaNotFound."""
    found = await hold_quotas(connection, {(village, year)}) if lock else await _read(connection, {(village, year)})
    if not found:
        raise QuotaNotFound
    return found[village, year]


async def hold_quotas(connection: Connection, of: Collection[Place]) -> Mapping[Place, Quota]:
    """The quotas that there are, held until the transaction ends; what is filled is counted after they are held."""
    await connection.execute(
        select(quotas.c.village_code)
        .where(tuple_(quotas.c.village_code, quotas.c.year).in_(list(of)))
        .order_by(quotas.c.village_code, quotas.c.year)
        .with_for_update()
    )
    return await _read(connection, of)


async def voted_on(connection: Connection, village: str, year: int) -> list[Case]:
    """The courses of a village and year that wait, voted on, for a place."""
    waiting = and_(_fills(village, year), cases.c.state == State.VILLAGE_REVIEW)
    return await find_cases(connection, waiting)


async def add_quota(connection: Connection, quota: Quota, set_by: str) -> None:
    """The first for a village and year. Raises QuotaStale when somebody was first."""
    try:
        await connection.execute(insert(quotas).values(**_row(quota), set_by=set_by))
    except IntegrityError:
        raise QuotaStale from None


async def save_quota(connection: Connection, quota: Quota, set_by: str) -> None:
    """Of a quota that is held."""
    await connection.execute(
        update(quotas)
        .where(quotas.c.village_code == quota.village_code, quotas.c.year == quota.year)
        .values(**_row(quota), set_by=set_by, set_at=func.now())
    )


async def _read(connection: Connection, of: Collection[Place]) -> Mapping[Place, Quota]:
    used = (
        select(func.count())
        .where(_fills(quotas.c.village_code, quotas.c.year), cases.c.state.in_(list(HOLDS_A_PLACE)))
        .correlate(quotas)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(quotas, used.label("used")).where(tuple_(quotas.c.village_code, quotas.c.year).in_(list(of)))
    )
    return {(row.village_code, row.year): _quota(row._mapping) for row in rows}


def _fills(village: Any, year: Any) -> ColumnElement[bool]:
    """The courses that count against the places of a village and year: who comes onto the list, not who leaves it."""
    return and_(cases.c.village_code == village, cases.c.year == year, cases.c.kind != Kind.EXIT)


def _row(quota: Quota) -> dict[str, Any]:
    return {name: getattr(quota, name) for name in Quota.__slots__ if name != "used"}


def _quota(row: Mapping[Any, Any]) -> Quota:
    return Quota(**{name: row[name] for name in Quota.__slots__})
