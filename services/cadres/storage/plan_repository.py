"""Pairing plans: what they are made from, and where they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.pairing_plan import PairingPlan, PlanCadre, PlanHousehold
from services.cadres.domain.plan_errors import AnotherPlanMoves, PairingPlanNotFound
from services.cadres.domain.plan_figures import PlanFigures
from services.cadres.domain.plan_steps import PlanState, Standing
from services.cadres.storage.queries import after_key, on_day, under
from services.cadres.storage.tables import cadres, handing_over, households, pairing_plans, pairings, posts
from shared.bulk import copy_rows
from shared.db import Connection, violated_constraint
from shared.ids import new_id
from shared.regions import covers

plans, lines, plan_cadres = pairing_plans.plans, pairing_plans.lines, pairing_plans.cadres
departures = handing_over.departures
Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class StoredPlan:
    plan_id: UUID
    region: str
    unit_id: UUID | None
    as_of: date
    state: PlanState
    figures: dict[str, Any] | None
    ordered_by: str
    ordered_at: datetime
    applied_by: str | None
    applied_on: date | None
    undone_by: str | None
    undone_on: date | None

    @property
    def standing(self) -> Standing:
        return Standing(self.state, self.ordered_by, self.applied_by)


@dataclass(frozen=True, slots=True)
class StoredLine:
    """`cadre_id` is None for a household that the plan cannot cover; `head` is masked."""

    household_id: UUID
    village_code: str
    head: str | None
    cadre_id: UUID | None
    cadre_name: str | None
    previous_cadre_id: UUID | None


async def add_plan(
    connection: Connection, plan_id: UUID, region: str, unit_id: UUID | None, day: date, ordered_by: str
) -> None:
    await connection.execute(
        insert(plans).values(
            plan_id=plan_id, region=region, unit_id=unit_id, as_of=day, state="computing", ordered_by=ordered_by
        )
    )


async def get_plan(connection: Connection, plan_id: UUID, *, lock: bool = False) -> StoredPlan:
    """Raises PairingPlanNotFound."""
    statement = select(*(plans.c[f.name] for f in fields(StoredPlan))).where(plans.c.plan_id == plan_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise PairingPlanNotFound
    return StoredPlan(**row._mapping)


async def plans_of(connection: Connection, region: str, before: UUID | None, limit: int) -> list[StoredPlan]:
    """Of a place and the places under it, the youngest first."""
    statement = select(*(plans.c[f.name] for f in fields(StoredPlan))).where(under(plans.c.region, region))
    if before is not None:
        statement = statement.where(plans.c.plan_id < before)
    rows = await connection.execute(statement.order_by(plans.c.plan_id.desc()).limit(limit))
    return [StoredPlan(**row._mapping) for row in rows]


async def save_state(connection: Connection, plan_id: UUID, state: PlanState, **also: Any) -> None:
    """Raises AnotherPlanMoves: the database lets one plan move at a time."""
    moving = True if state in {"applying", "undoing"} else None
    statement = update(plans).where(plans.c.plan_id == plan_id).values(state=state, moving=moving, **also)
    try:
        await connection.execute(statement)
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_plan_moves":
            raise AnotherPlanMoves from None
        raise


async def helped_villages(connection: Connection, unit_id: UUID, region: str, day: date) -> list[str]:
    """The villages of a place whose helping unit this is (部门包村)."""
    rows = await connection.execute(
        select(posts.c.village_code).where(
            posts.c.holder_unit_id == unit_id,
            posts.c.kind == "helping_unit",
            under(posts.c.village_code, region),
            on_day(posts, day),
        )
    )
    return list(rows.scalars())


async def planned_households(
    connection: Connection, region: str, villages: Sequence[str] | None
) -> list[PlanHousehold]:
    """The poor households on the register of a place, or of these villages of it, each with its open pairing."""
    held = and_(pairings.c.household_id == households.c.household_id, pairings.c.ended_on.is_(None))
    statement = (
        select(
            households.c.household_id,
            households.c.village_code,
            households.c.monitored,
            pairings.c.cadre_id,
            pairings.c.pairing_id,
        )
        .select_from(households.outerjoin(pairings, held))
        .where(households.c.registered_poor, under(households.c.village_code, region))
    )
    if villages is not None:
        statement = statement.where(households.c.village_code.in_(villages))
    return [PlanHousehold(*row) for row in await connection.execute(statement)]


async def planned_cadres(
    connection: Connection,
    region: str,
    unit_id: UUID | None,
    also: Iterable[UUID],
    most_households: Mapping[str, int],
    day: date,
) -> list[PlanCadre]:
    """Who may get households of a place: its cadres, or those of the unit; and those `also` who have some already."""
    held = (
        select(pairings.c.cadre_id, func.count().label("held"))
        .where(pairings.c.ended_on.is_(None))
        .group_by(pairings.c.cadre_id)
        .subquery()
    )
    wanted = under(cadres.c.region_code, region) if unit_id is None else cadres.c.unit_id == unit_id
    in_office = and_(cadres.c.valid_from <= day, or_(cadres.c.valid_to.is_(None), cadres.c.valid_to > day))
    statement = select(
        cadres.c.cadre_id,
        cadres.c.region_code,
        cadres.c.rank,
        cadres.c.version,
        func.coalesce(held.c.held, 0).label("held"),
        wanted.label("wanted"),
        in_office.label("in_office"),
        exists().where(departures.c.cadre_id == cadres.c.cadre_id, departures.c.state == "open").label("leaving"),
    ).select_from(cadres.outerjoin(held, held.c.cadre_id == cadres.c.cadre_id))
    rows = await connection.execute(statement.where(or_(and_(wanted, in_office), held.c.held > 0)))
    helpers = set(also)
    return [
        PlanCadre(
            cadre_id=row.cadre_id,
            region_code=row.region_code,
            held=row.held,
            most=most_households.get(row.rank, 0),
            eligible=row.wanted
            and not row.leaving
            and (covers(region, row.region_code) or covers(row.region_code, region)),
            in_office=row.in_office,
            version=row.version,
        )
        for row in rows
        if row.wanted or row.cadre_id in helpers
    ]


async def save_plan(
    connection: Connection, plan_id: UUID, plan: PairingPlan, figures: PlanFigures, people: Iterable[PlanCadre]
) -> None:
    """Writes what the plan proposes and makes it ready; what an attempt before left is replaced."""
    for table in (lines, plan_cadres):
        await connection.execute(table.delete().where(table.c.plan_id == plan_id))
    everyone = {one.cadre_id: one for one in people}
    touched = {line.cadre_id for line in plan.lines} | {
        line.household.cadre_id for line in plan.lines if line.household.cadre_id is not None
    }
    planned: list[tuple[PlanHousehold, UUID | None]] = [(line.household, line.cadre_id) for line in plan.lines]
    # A household that nobody can take stays with the cadre that it has: then nothing changes for it.
    planned += [(household, None) for household in plan.left_out]
    await copy_rows(connection, lines, [_line_row(plan_id, *one) for one in planned])
    await copy_rows(
        connection,
        plan_cadres,
        [
            {
                "plan_id": plan_id,
                "cadre_id": cadre_id,
                "held": everyone[cadre_id].held,
                "given": plan.given.get(cadre_id, 0),
                "cadre_version": everyone[cadre_id].version,
            }
            for cadre_id in touched
        ],
    )
    await save_state(connection, plan_id, "ready", figures=asdict(figures))


async def lines_of(
    connection: Connection, plan_id: UUID, *, left_out: bool | None, after: Key | None, limit: int
) -> list[StoredLine]:
    """By village and household; only those that cannot be covered, only those that can, or all."""
    statement = (
        select(
            lines.c.household_id,
            lines.c.village_code,
            households.c.head,
            lines.c.cadre_id,
            cadres.c.name,
            lines.c.previous_cadre_id,
        )
        .select_from(
            lines.outerjoin(households, households.c.household_id == lines.c.household_id).outerjoin(
                cadres, cadres.c.cadre_id == lines.c.cadre_id
            )
        )
        .where(lines.c.plan_id == plan_id)
        .where(true() if left_out is None else (lines.c.cadre_id.is_(None) == left_out))
        .order_by(lines.c.village_code, lines.c.household_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(after_key(lines.c.village_code, lines.c.household_id, after))
    return [StoredLine(*row) for row in await connection.execute(statement)]


def _line_row(plan_id: UUID, household: PlanHousehold, cadre_id: UUID | None) -> dict[str, Any]:
    return {
        "household_id": household.household_id,
        "plan_id": plan_id,
        "village_code": household.village_code,
        "cadre_id": cadre_id,
        "pairing_id": None if cadre_id is None else new_id(),
        "previous_pairing_id": household.pairing_id,
        "previous_cadre_id": household.cadre_id,
        "restored_pairing_id": None if household.pairing_id is None else new_id(),
    }
