"""Inspections and findings: rows in, domain objects out."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.inspection import Finding, FindingState, Inspection, Population
from services.cadres.domain.inspection_errors import (
    FindingNotFound,
    InspectionExists,
    InspectionNotFound,
)
from services.cadres.storage.queries import VILLAGE, after_key, under
from services.cadres.storage.tables import cadres, households, inspected, regions
from shared.course_log import CourseLog
from shared.db import Connection, violated_constraint

inspections, findings = inspected.inspections, inspected.findings
finding_log = CourseLog(findings, inspected.transitions)
_INSPECTION = tuple(inspections.c[f.name] for f in fields(Inspection))
_FINDING = tuple(findings.c[f.name] for f in fields(Finding))
Key = tuple[str, UUID]


async def population_of(connection: Connection, kind: Population, region: str, day: date) -> list[str]:
    """Ids that a sample is drawn from, sorted: poor households on the register, villages, or cadres in office."""
    if kind == "villages":
        found = select(regions.c.code).where(regions.c.level == VILLAGE, under(regions.c.code, region))
    elif kind == "households":
        found = select(cast(households.c.household_id, String)).where(
            households.c.registered_poor, under(households.c.village_code, region)
        )
    else:
        in_office = or_(cadres.c.valid_to.is_(None), cadres.c.valid_to > day)
        found = select(cast(cadres.c.cadre_id, String)).where(
            under(cadres.c.region_code, region), cadres.c.valid_from <= day, in_office
        )
    return sorted((await connection.execute(found)).scalars())


async def add_inspection(
    connection: Connection, inspection: Inspection, drawn_from: Sequence[str], author: str
) -> None:
    """Raises InspectionExists: the database lets a place have one sample of a cycle and period."""
    row = asdict(inspection) | {"drawn_from": list(drawn_from), "drawn_by": author}
    try:
        await connection.execute(insert(inspections).values(**row | {"sample": list(inspection.sample)}))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_sample_a_period":
            raise InspectionExists from None
        raise


async def get_inspection(connection: Connection, inspection_id: UUID) -> Inspection:
    """Raises InspectionNotFound."""
    found = await connection.execute(select(*_INSPECTION).where(inspections.c.inspection_id == inspection_id))
    row = found.one_or_none()
    if row is None:
        raise InspectionNotFound
    return _inspection(row)


async def drawn_from(connection: Connection, inspection_id: UUID) -> list[str]:
    """The whole population of a sample as it was then."""
    found = await connection.execute(
        select(inspections.c.drawn_from).where(inspections.c.inspection_id == inspection_id)
    )
    return list(found.scalar_one())


async def inspections_of(connection: Connection, region: str, after: Key | None, limit: int) -> list[Inspection]:
    """By place and id."""
    statement = select(*_INSPECTION).where(under(inspections.c.region_code, region))
    if after is not None:
        statement = statement.where(after_key(inspections.c.region_code, inspections.c.inspection_id, after))
    ordered = statement.order_by(inspections.c.region_code, inspections.c.inspection_id).limit(limit)
    return [_inspection(row) for row in await connection.execute(ordered)]


async def add_finding(connection: Connection, finding: Finding, author: str) -> None:
    await connection.execute(insert(findings).values(**asdict(finding), found_by=author))


async def get_finding(connection: Connection, finding_id: UUID, *, to_change: bool = False) -> Finding:
    """`to_change` holds it until the transaction ends. Raises FindingNotFound."""
    statement = select(*_FINDING).where(findings.c.finding_id == finding_id)
    row = (await connection.execute(statement.with_for_update() if to_change else statement)).one_or_none()
    if row is None:
        raise FindingNotFound
    return finding_of(row)


async def save_finding(connection: Connection, finding: Finding) -> None:
    """Where it stands now; it is held by the caller."""
    await connection.execute(
        update(findings)
        .where(findings.c.village_code == finding.village_code, findings.c.finding_id == finding.finding_id)
        .values(**asdict(finding))
    )


async def findings_of(
    connection: Connection,
    region: str,
    *,
    overdue_on: date | None,
    state: FindingState | None = None,
    after: Key | None,
    limit: int,
) -> list[Finding]:
    """By village and id; with `overdue_on` those that are not put right though their day is past."""
    statement = select(*_FINDING).where(under(findings.c.village_code, region))
    if state is not None:
        statement = statement.where(findings.c.state == state)
    if overdue_on is not None:
        statement = statement.where(findings.c.state == "open", findings.c.due_on < overdue_on)
    if after is not None:
        statement = statement.where(after_key(findings.c.village_code, findings.c.finding_id, after))
    ordered = statement.order_by(findings.c.village_code, findings.c.finding_id).limit(limit)
    return [finding_of(row) for row in await connection.execute(ordered)]


def finding_of(row: Any) -> Finding:
    return Finding(**{f.name: row._mapping[f.name] for f in fields(Finding)})


def _inspection(row: Any) -> Inspection:
    values = dict(row._mapping)
    return Inspection(**values | {"sample": tuple(values["sample"])})
