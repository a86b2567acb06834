"""Ten-thousand-yuan plans: rows in, domain objects out; totals of a place."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.household import REGISTERED_POOR
from services.households.domain.income_plan import IncomePlan, IncomeTotals, Project
from services.households.domain.plan_errors import IncomePlanExists, IncomePlanNotFound
from services.households.storage.household_search import Reach, within
from services.households.storage.tables import households, plans
from shared.db import Connection
from shared.regions import prefix_range

_plans = plans.income_plans


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a place's list."""

    village_code: str
    head_name: str
    plan: IncomePlan


async def income_plans_of(connection: Connection, household_id: UUID) -> list[IncomePlan]:
    """A household's, newest year first."""
    rows = await connection.execute(
        select(_plans).where(_plans.c.household_id == household_id).order_by(_plans.c.year.desc())
    )
    return [_plan(row) for row in rows]


async def get_income_plan(connection: Connection, household_id: UUID, year: int) -> IncomePlan:
    """Locked until the transaction ends. Raises IncomePlanNotFound."""
    found = await connection.execute(
        select(_plans).where(_plans.c.household_id == household_id, _plans.c.year == year).with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise IncomePlanNotFound
    return _plan(row)


async def add_income_plan(connection: Connection, plan: IncomePlan, author: str) -> None:
    """Raises IncomePlanExists."""
    try:
        await connection.execute(insert(_plans).values(**_row(plan), written_by=author))
    except IntegrityError:
        raise IncomePlanExists from None


async def save_income_plan(connection: Connection, plan: IncomePlan, author: str) -> None:
    """Writes a plan that the transaction holds locked (`get_income_plan`)."""
    await connection.execute(
        update(_plans)
        .where(_plans.c.household_id == plan.household_id, _plans.c.year == plan.year)
        .values(**_row(plan), written_by=author, written_at=func.now())
    )


async def income_plans_in(
    connection: Connection,
    region: str,
    reach: Reach,
    year: int,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[PlanLine]:
    """Of a place and year, by village and household."""
    key = (households.c.village_code, _plans.c.household_id)
    statement = (
        _in_place(select(_plans, households.c.village_code, households.c.head_name), region, year)
        .where(within(reach))
        .order_by(*key)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    return [PlanLine(row.village_code, row.head_name, _plan(row)) for row in await connection.execute(statement)]


async def income_totals(connection: Connection, region: str, year: int) -> IncomeTotals:
    sums = select(
        func.count().label("plans"),
        *(
            func.coalesce(func.sum(_plans.c[name]), 0).label(name)
            for name in ("people", "expected_cents", "achieved_cents")
        ),
    )
    row = (await connection.execute(_in_place(sums, region, year))).one()
    return IncomeTotals(**{name: int(value) for name, value in row._mapping.items()})


async def registered_poor_in(connection: Connection, region: str) -> int:
    """How many households of a place are on the poverty register."""
    low, high = prefix_range(region)
    counted = await connection.execute(
        select(func.count())
        .select_from(households)
        .where(
            households.c.village_code >= low,
            households.c.village_code < high,
            households.c.status.in_(sorted(REGISTERED_POOR)),
        )
    )
    return counted.scalar_one()


def _in_place(statement: Select[Any], region: str, year: int) -> Select[Any]:
    low, high = prefix_range(region)
    return statement.join(households, households.c.household_id == _plans.c.household_id).where(
        households.c.village_code >= low, households.c.village_code < high, _plans.c.year == year
    )


def _row(plan: IncomePlan) -> Mapping[str, Any]:
    return {
        "household_id": plan.household_id,
        "year": plan.year,
        "people": plan.people,
        "projects": [asdict(project) for project in plan.projects],
        "expected_cents": plan.expected_cents,
        "achieved_cents": plan.achieved_cents,
        "version": plan.version,
    }


def _plan(row: Row[Any]) -> IncomePlan:
    projects = tuple(Project(**project) for project in row.projects)
    return IncomePlan(row.household_id, row.year, row.people, projects, row.version)
