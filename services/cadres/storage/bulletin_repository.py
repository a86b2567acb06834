"""What a bulletin tells: inspections and findings of a period, counted by the place that they are of."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select

from services.cadres.domain.bulletin import BulletinCounts
from services.cadres.domain.inspection import Finding
from services.cadres.storage.inspection_repository import finding_of, findings, inspections
from services.cadres.storage.queries import under
from shared.db import Connection

MOST_ROWS = 20_000
"""Findings of one table: more than a city has in a year, few enough for a table program."""


async def counts_by_place(
    connection: Connection, region: str, cycles: Collection[str], begins: date, ends: date, today: date
) -> list[tuple[str, BulletinCounts]]:
    """Code of the place and what is counted there; a place may come twice, with its inspections and its findings."""
    of_period = _of_period(cycles, begins, ends)
    drawn = await connection.execute(
        select(inspections.c.region_code, func.count(), func.sum(inspections.c.size))
        .where(under(inspections.c.region_code, region), of_period)
        .group_by(inspections.c.region_code)
    )
    counted = [(code, BulletinCounts(inspections=held, drawn=size)) for code, held, size in drawn]
    state = findings.c.state
    late = and_(state == "open", findings.c.due_on < today)
    found = await connection.execute(
        select(
            findings.c.village_code,
            func.count().label("findings"),
            *(_number(state == one).label(one) for one in ("open", "rectified", "closed")),
            _number(late).label("overdue"),
        )
        .select_from(findings.join(inspections))
        .where(under(findings.c.village_code, region), of_period)
        .group_by(findings.c.village_code)
    )
    for row in found.mappings():
        values = dict(row)
        counted.append((values.pop("village_code"), BulletinCounts(**values)))
    return counted


async def findings_of_period(
    connection: Connection, region: str, cycles: Collection[str], begins: date, ends: date
) -> list[Finding]:
    """By village and id, the first `MOST_ROWS`."""
    rows = await connection.execute(
        select(findings)
        .select_from(findings.join(inspections))
        .where(under(findings.c.village_code, region), _of_period(cycles, begins, ends))
        .order_by(findings.c.village_code, findings.c.finding_id)
        .limit(MOST_ROWS)
    )
    return [finding_of(row) for row in rows]


def _of_period(cycles: Collection[str], begins: date, ends: date) -> Any:
    return and_(inspections.c.cycle.in_(cycles), inspections.c.period >= begins, inspections.c.period < ends)


def _number(holds: Any) -> Any:
    return func.count(case((holds, 1)))
