"""Monitoring cases: one with what was found, the steps it took and what is done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from services.households.domain.monitoring_case import REMOVED, MonitoringCase
from services.households.domain.monitoring_errors import CaseAlreadyOpen, CaseIdTaken, CaseNotFound, MeasureNotFound
from services.households.domain.opens_case import Finding
from services.households.storage.tables import monitoring
from shared.db import Connection, violated_constraint

cases, findings, steps, measures = monitoring.cases, monitoring.findings, monitoring.steps, monitoring.measures
_CASE = tuple(MonitoringCase.__slots__)


@dataclass(frozen=True, slots=True)
class FindingRecord:
    origin: str
    detail: str
    at: datetime
    actor_name: str


@dataclass(frozen=True, slots=True)
class StepRecord:
    version: int
    at: datetime
    state: str
    danger: str
    actor_name: str
    role: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """`amount_cents` in 分."""

    household_id: UUID
    measure_id: UUID
    case_id: UUID
    kind: str
    what: str
    responsible: str
    due_on: date | None
    amount_cents: int | None
    recorded_by: str
    recorded_on: date
    done_on: date | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that is kept of it; steps newest first."""

    case: MonitoringCase
    findings: Sequence[FindingRecord]
    steps: Sequence[StepRecord]
    measures: Sequence[Measure]


async def household_of_case(connection: Connection, case_id: UUID) -> UUID:
    """Raises CaseNotFound."""
    found = await connection.execute(select(cases.c.household_id).where(cases.c.case_id == case_id))
    household_id: UUID | None = found.scalar_one_or_none()
    if household_id is None:
        raise CaseNotFound
    return household_id


async def get_case(connection: Connection, household_id: UUID, case_id: UUID) -> MonitoringCase:
    """Raises CaseNotFound."""
    row = (
        await connection.execute(select(cases).where(cases.c.household_id == household_id, cases.c.case_id == case_id))
    ).one_or_none()
    if row is None:
        raise CaseNotFound
    return case_of(row._mapping)


async def open_cases(connection: Connection, household_id: UUID) -> list[MonitoringCase]:
    """Oldest first."""
    rows = await connection.execute(
        select(cases)
        .where(cases.c.household_id == household_id, cases.c.state != REMOVED)
        .order_by(cases.c.opened_on, cases.c.case_id)
    )
    return [case_of(row._mapping) for row in rows]


async def case_file(connection: Connection, case: MonitoringCase) -> CaseFile:
    own = {"household_id": case.household_id, "case_id": case.case_id}
    found = await connection.execute(select(findings).filter_by(**own).order_by(findings.c.at, findings.c.finding_key))
    taken = await connection.execute(select(steps).filter_by(**own).order_by(steps.c.version.desc()))
    return CaseFile(
        case,
        [FindingRecord(row.origin, row.detail, row.at, row.actor_name) for row in found],
        [StepRecord(**{name: getattr(row, name) for name in StepRecord.__slots__}) for row in taken],
        await measures_of(connection, case),
    )


async def add_case(connection: Connection, case: MonitoringCase) -> None:
    """Raises CaseAlreadyOpen, CaseIdTaken."""
    try:
        async with connection.begin_nested():
            await connection.execute(insert(cases).values(**_values(case)))
    except IntegrityError as failure:
        raise _taken(failure) from None


async def save_case(connection: Connection, case: MonitoringCase) -> None:
    """The caller holds the household. Raises CaseAlreadyOpen when another case of its class is open."""
    try:
        async with connection.begin_nested():
            await connection.execute(
                update(cases)
                .where(cases.c.household_id == case.household_id, cases.c.case_id == case.case_id)
                .values(**_values(case))
            )
    except IntegrityError as failure:
        raise _taken(failure) from None


async def add_finding(connection: Connection, case: MonitoringCase, finding: Finding, actor_name: str) -> None:
    await connection.execute(
        insert(findings).values(
            household_id=case.household_id,
            finding_key=finding.key,
            case_id=case.case_id,
            origin=finding.origin,
            detail=finding.detail,
            actor_name=actor_name,
        )
    )


async def known_findings(connection: Connection, household_id: UUID, keys: Sequence[str]) -> set[str]:
    """Which of these news have been told of this household before."""
    rows = await connection.execute(
        select(findings.c.finding_key).where(
            findings.c.household_id == household_id, findings.c.finding_key.in_(list(keys))
        )
    )
    return set(rows.scalars())


async def add_step(
    connection: Connection, case: MonitoringCase, *, actor: str, actor_name: str, role: str, note: str | None
) -> None:
    """The step that brought the case to its version."""
    await connection.execute(
        insert(steps).values(
            household_id=case.household_id,
            case_id=case.case_id,
            version=case.version,
            state=case.state,
            danger=case.danger,
            actor=actor,
            actor_name=actor_name,
            role=role,
            note=note,
        )
    )


async def measures_of(connection: Connection, case: MonitoringCase) -> list[Measure]:
    rows = await connection.execute(
        select(measures)
        .where(measures.c.household_id == case.household_id, measures.c.case_id == case.case_id)
        .order_by(measures.c.measure_id)
    )
    return [_measure(row._mapping) for row in rows]


async def save_measure(connection: Connection, measure: Measure) -> None:
    """Adds it, or replaces the one that is there."""
    values = {name: getattr(measure, name) for name in Measure.__slots__}
    statement = upsert(measures).values(**values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["household_id", "measure_id"],
            set_={"done_on": statement.excluded.done_on, "result": statement.excluded.result},
        )
    )


async def get_measure(connection: Connection, case: MonitoringCase, measure_id: UUID) -> Measure:
    """Raises MeasureNotFound."""
    for measure in await measures_of(connection, case):
        if measure.measure_id == measure_id:
            return measure
    raise MeasureNotFound


async def count_measures(connection: Connection, case: MonitoringCase) -> tuple[int, int]:
    """How many there are, and how many of them are not done."""
    row = (
        await connection.execute(
            select(func.count(), func.count().filter(measures.c.done_on.is_(None))).where(
                measures.c.household_id == case.household_id, measures.c.case_id == case.case_id
            )
        )
    ).one()
    return row[0], row[1]


def case_of(row: RowMapping) -> MonitoringCase:
    return MonitoringCase(**{name: row[name] for name in _CASE})


def _measure(row: RowMapping) -> Measure:
    return Measure(**{name: row[name] for name in Measure.__slots__})


def _values(case: MonitoringCase) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _CASE}


def _taken(failure: IntegrityError) -> CaseAlreadyOpen | CaseIdTaken:
    constraint = violated_constraint(failure)
    if constraint == "one_open_case_a_class":
        return CaseAlreadyOpen()
    if constraint == "monitoring_cases_pkey":
        return CaseIdTaken()
    raise failure
