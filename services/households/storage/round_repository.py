"""What a round of a place goes through, a stretch of households at a time, and its yearly watches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, exists, func, select

from services.households.domain.monitoring_case import REMOVED, MonitoringCase
from services.households.domain.opens_case import WATCH, Finding
from services.households.storage.case_repository import cases, findings, steps
from services.households.storage.tables import households
from shared.bulk import copy_rows
from shared.db import Connection
from shared.regions import prefix_range

LEFT_POVERTY = "out_of_poverty"


@dataclass(frozen=True, slots=True)
class RoundHousehold:
    """`to_watch`: it has left poverty, has no watch under way, and none of this key has been before.

    `named`: the class for which the register names it as monitored, when no case about it is open; with its day.
    """

    household_id: UUID
    net_income_per_head_cents: int | None
    to_watch: bool
    named: str | None
    named_on: date | None


async def count_households(connection: Connection, region: str) -> int:
    low, high = prefix_range(region)
    found = await connection.execute(
        select(func.count())
        .select_from(households)
        .where(households.c.village_code >= low, households.c.village_code < high, households.c.closed_on.is_(None))
    )
    return found.scalar_one()


async def next_households(
    connection: Connection, region: str, after: tuple[str, UUID] | None, watch_key: str, most: int
) -> tuple[list[RoundHousehold], tuple[str, UUID] | None]:
    """The next households of the place, locked, and the key of the last; none at the end."""
    low, high = prefix_range(region)
    known = exists().where(findings.c.household_id == households.c.household_id, findings.c.finding_key == watch_key)
    under_way = exists().where(
        cases.c.household_id == households.c.household_id, cases.c.danger == WATCH, cases.c.state != REMOVED
    )
    looked_into = exists().where(
        cases.c.household_id == households.c.household_id, cases.c.danger != WATCH, cases.c.state != REMOVED
    )
    named = households.c.risk_removed.is_not(True) & ~looked_into
    statement = (
        select(
            households.c.village_code,
            households.c.household_id,
            households.c.net_income_per_head_cents,
            ((households.c.status == LEFT_POVERTY) & ~known & ~under_way).label("to_watch"),
            case((named, households.c.monitoring_type)).label("named"),
            households.c.risk_found_on.label("named_on"),
        )
        .where(households.c.village_code >= low, households.c.village_code < high, households.c.closed_on.is_(None))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(most)
        .with_for_update(of=households)
    )
    if after is not None:
        village, last = after
        statement = statement.where(
            (households.c.village_code > village)
            | ((households.c.village_code == village) & (households.c.household_id > last)),
            households.c.village_code >= village,
        )
    rows = (await connection.execute(statement)).all()
    key = (rows[-1].village_code, rows[-1].household_id) if rows else None
    return [RoundHousehold(**{name: getattr(row, name) for name in RoundHousehold.__slots__}) for row in rows], key


async def add_watches(
    connection: Connection, watches: Sequence[MonitoringCase], finding: Finding, actor: str, actor_name: str
) -> None:
    """New cases of one finding, by COPY; their households are locked."""
    ids = [{"household_id": watch.household_id, "case_id": watch.case_id} for watch in watches]
    await copy_rows(
        connection,
        cases,
        [{name: getattr(watch, name) for name in MonitoringCase.__slots__} for watch in watches],
    )
    news = {"finding_key": finding.key, "origin": finding.origin, "detail": finding.detail, "actor_name": actor_name}
    await copy_rows(connection, findings, [{**one, **news} for one in ids])
    step = {"actor": actor, "actor_name": actor_name, "role": "rule", "note": finding.detail, "danger": WATCH}
    await copy_rows(
        connection,
        steps,
        [
            {**one, **step, "version": watch.version, "state": watch.state}
            for one, watch in zip(ids, watches, strict=True)
        ],
    )
