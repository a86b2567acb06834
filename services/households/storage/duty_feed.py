"""What a household's helper has to do there, as cadres may know it: counts and days, never what was found."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.households.domain.monitoring_case import REMOVED
from services.households.domain.opens_case import WATCH
from services.households.domain.problem import CLOSED, WAITING
from services.households.storage.case_repository import cases
from services.households.storage.problem_repository import problems
from services.households.storage.tables import households as homes
from shared.change_log import Change
from shared.db import Connection

TOPIC = "household_duty"
_NO_CASE = {"open_cases": 0, "check_due_on": None, "watch_due_on": None}
_NO_PROBLEM = {"open_problems": 0, "problem_due_on": None}


async def duties_of(connection: Connection, households: Sequence[UUID]) -> list[Change]:
    """The present state of each of these households. Words, classes of danger and findings stay in this service."""
    due = await _cases(connection, households)
    waiting = await _problems(connection, households)
    return [Change(TOPIC, str(one), {**due.get(one, _NO_CASE), **waiting.get(one, _NO_PROBLEM)}) for one in households]


async def _cases(connection: Connection, households: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    danger, watch = cases.c.danger != WATCH, cases.c.danger == WATCH
    rows = await connection.execute(
        select(
            cases.c.household_id,
            func.count().filter(danger).label("open_cases"),
            func.min(cases.c.check_due_on).filter(danger).label("check_due_on"),
            func.min(cases.c.check_due_on).filter(watch).label("watch_due_on"),
        )
        .join(homes, homes.c.household_id == cases.c.household_id)
        .where(cases.c.household_id.in_(households), cases.c.state != REMOVED, homes.c.closed_on.is_(None))
        .group_by(cases.c.household_id)
    )
    return {row.household_id: {name: _plain(getattr(row, name)) for name in _NO_CASE} for row in rows}


async def _problems(connection: Connection, households: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    rows = await connection.execute(
        select(
            problems.c.household_id,
            func.count().label("open_problems"),
            func.min(problems.c.due_on).filter(problems.c.state.in_(WAITING)).label("problem_due_on"),
        )
        .where(problems.c.household_id.in_(households), problems.c.state != CLOSED)
        .group_by(problems.c.household_id)
    )
    return {row.household_id: {name: _plain(getattr(row, name)) for name in _NO_PROBLEM} for row in rows}


def _plain(value: int | date | None) -> int | str | None:
    return value.isoformat() if isinstance(value, date) else value
