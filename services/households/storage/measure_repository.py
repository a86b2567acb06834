"""Measures of households: rows in, domain objects out; each state leaves a step that stays."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.measure import Measure, MeasureFacts
from services.households.domain.plan_errors import MeasureIdTaken, MeasureNotFound
from services.households.storage.household_search import Reach, within
from services.households.storage.tables import households, plans
from shared.auth import Principal
from shared.db import Connection
from shared.regions import prefix_range

_FACTS = tuple(f.name for f in fields(MeasureFacts))
_OWN = ("household_id", "measure_id", "state", "spent_cents", "done_by", "note", "version")
_measures, _steps = plans.measures, plans.measure_steps


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure in a place's list."""

    village_code: str
    head_name: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Step:
    version: int
    at: datetime
    state: str
    actor_name: str
    note: str | None


async def measures_of(connection: Connection, household_id: UUID) -> list[Measure]:
    """All of a household's, in the order in which they were planned."""
    rows = await connection.execute(
        select(_measures).where(_measures.c.household_id == household_id).order_by(_measures.c.measure_id)
    )
    return [_measure(row) for row in rows]


async def get_measure(connection: Connection, household_id: UUID, measure_id: UUID) -> Measure:
    """Locked until the transaction ends. Raises MeasureNotFound."""
    found = await connection.execute(
        select(_measures)
        .where(_measures.c.household_id == household_id, _measures.c.measure_id == measure_id)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise MeasureNotFound
    return _measure(row)


async def add_measure(connection: Connection, measure: Measure, who: Principal) -> None:
    """Raises MeasureIdTaken."""
    try:
        await connection.execute(insert(_measures).values(**_row(measure)))
    except IntegrityError:
        raise MeasureIdTaken from None
    await _keep_step(connection, measure, who)


async def save_measure(connection: Connection, measure: Measure, who: Principal) -> None:
    """Writes a measure that the transaction holds locked (`get_measure`)."""
    await connection.execute(
        update(_measures)
        .where(_measures.c.household_id == measure.household_id, _measures.c.measure_id == measure.measure_id)
        .values(**_row(measure))
    )
    await _keep_step(connection, measure, who)


async def steps_of(connection: Connection, household_id: UUID, measure_id: UUID) -> list[Step]:
    """Oldest first. Raises MeasureNotFound: every measure has the step that planned it."""
    rows = await connection.execute(
        select(_steps.c.version, _steps.c.at, _steps.c.state, _steps.c.actor_name, _steps.c.note)
        .where(_steps.c.household_id == household_id, _steps.c.measure_id == measure_id)
        .order_by(_steps.c.version)
    )
    found = [Step(**row._mapping) for row in rows]
    if not found:
        raise MeasureNotFound
    return found


async def measures_in(
    connection: Connection,
    region: str,
    reach: Reach,
    *,
    state: str | None,
    overdue_on: date | None,
    after: tuple[str, UUID, UUID] | None,
    limit: int,
) -> list[MeasureLine]:
    """Of a place, by village, household and id; `overdue_on` keeps those that were due before that day."""
    low, high = prefix_range(region)
    key = (households.c.village_code, _measures.c.household_id, _measures.c.measure_id)
    statement = (
        select(_measures, households.c.village_code, households.c.head_name)
        .join(households, households.c.household_id == _measures.c.household_id)
        .where(households.c.village_code >= low, households.c.village_code < high, within(reach))
        .order_by(*key)
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(_measures.c.state == state)
    if overdue_on is not None:
        statement = statement.where(_measures.c.due_on < overdue_on, _measures.c.state.in_(("planned", "under_way")))
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    return [MeasureLine(row.village_code, row.head_name, _measure(row)) for row in await connection.execute(statement)]


async def _keep_step(connection: Connection, measure: Measure, who: Principal) -> None:
    await connection.execute(
        insert(_steps).values(
            household_id=measure.household_id,
            measure_id=measure.measure_id,
            version=measure.version,
            state=measure.state,
            actor=who.subject,
            actor_name=who.name,
            note=measure.note,
        )
    )


def _row(measure: Measure) -> dict[str, Any]:
    return {**asdict(measure.facts), **{name: getattr(measure, name) for name in _OWN}}


def _measure(row: Row[Any]) -> Measure:
    facts = MeasureFacts(**{name: getattr(row, name) for name in _FACTS})
    return Measure(facts=facts, **{name: getattr(row, name) for name in _OWN})
