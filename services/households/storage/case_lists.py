"""Lists of monitoring cases: by place or household, and what is overdue; always what the asker may see."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, tuple_

from services.households.domain.monitoring_case import MonitoringCase
from services.households.storage.case_repository import case_of, cases
from services.households.storage.household_search import Reach, within
from services.households.storage.tables import helpers, households
from shared.db import Connection
from shared.regions import prefix_range


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list, with its household's place, head and helper."""

    case: MonitoringCase
    village_code: str
    head_name: str
    cadre_id: UUID | None
    cadre_name: str | None


async def list_cases(
    connection: Connection,
    reach: Reach,
    *,
    region: str | None = None,
    household_id: UUID | None = None,
    state: str | None = None,
    danger: str | None = None,
    after: tuple[str, UUID] | None = None,
    limit: int,
) -> list[CaseLine]:
    """By village and id; `after` is the last line's key."""
    statement = _lines(reach, region, None).order_by(households.c.village_code, cases.c.case_id).limit(limit)
    for column, wanted in ((cases.c.household_id, household_id), (cases.c.state, state), (cases.c.danger, danger)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if after is not None:
        statement = statement.where(tuple_(households.c.village_code, cases.c.case_id) > tuple_(*after))
    return [_line(row) for row in await connection.execute(statement)]


async def overdue_checks(
    connection: Connection,
    reach: Reach,
    today: date,
    *,
    region: str | None = None,
    cadre_id: UUID | None = None,
    after: tuple[date, UUID] | None = None,
    limit: int,
) -> list[CaseLine]:
    """Home checks that should have been made before today, the longest overdue first."""
    statement = (
        _lines(reach, region, cadre_id)
        .where(cases.c.check_due_on < today, households.c.closed_on.is_(None))
        .order_by(cases.c.check_due_on, cases.c.case_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(cases.c.check_due_on, cases.c.case_id) > tuple_(*after))
    return [_line(row) for row in await connection.execute(statement)]


def _lines(reach: Reach, region: str | None, cadre_id: UUID | None) -> Select[tuple[object, ...]]:
    conditions: list[ColumnElement[bool]] = [within(reach)]
    if region is not None:
        low, high = prefix_range(region)
        conditions += [households.c.village_code >= low, households.c.village_code < high]
    if cadre_id is not None:
        conditions.append(helpers.c.cadre_id == cadre_id)
    return (
        select(*cases.c, households.c.village_code, households.c.head_name, helpers.c.cadre_id, helpers.c.cadre_name)
        .join(households, households.c.household_id == cases.c.household_id)
        .outerjoin(helpers, helpers.c.household_id == cases.c.household_id)
        .where(*conditions)
    )


def _line(row: Row[tuple[object, ...]]) -> CaseLine:
    found = row._mapping
    return CaseLine(case_of(found), found["village_code"], found["head_name"], found["cadre_id"], found["cadre_name"])
