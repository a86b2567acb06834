"""What a household's helper has to do there, as cadres may know it: counts and days, never what was found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.households.domain.monitoring_case import REMOVED
from services.households.domain.opens_case import WATCH
from services.households.storage.case_repository import cases
from shared.change_log import Change
from shared.db import Connection

TOPIC = "household_duty"


async def duties_of(connection: Connection, households: Sequence[UUID]) -> list[Change]:
    """The present state of each of these households. Words, classes of danger and findings stay in this service."""
    open_ = cases.c.state != REMOVED
    rows = await connection.execute(
        select(
            cases.c.household_id,
            func.count().filter(open_, cases.c.danger != WATCH).label("open_cases"),
            func.min(cases.c.check_due_on).filter(open_, cases.c.danger != WATCH).label("check_due_on"),
            func.min(cases.c.check_due_on).filter(open_, cases.c.danger == WATCH).label("watch_due_on"),
        )
        .where(cases.c.household_id.in_(households))
        .group_by(cases.c.household_id)
    )
    known = {row.household_id: row for row in rows}
    return [
        Change(
            TOPIC,
            str(household_id),
            {
                "open_cases": row.open_cases if row else 0,
                "check_due_on": _day(row.check_due_on) if row else None,
                "watch_due_on": _day(row.watch_due_on) if row else None,
            },
        )
        for household_id in households
        for row in [known.get(household_id)]
    ]


def _day(day: object) -> str | None:
    return None if day is None else str(day)
