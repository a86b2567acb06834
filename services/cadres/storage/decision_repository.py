"""Decisions about a person: rows in, domain objects out; and the log of their chained transitions."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.appraisal_errors import AppraisalAlready
from services.cadres.domain.decision import Decision
from services.cadres.domain.decision_errors import DecisionNotFound
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import deciding
from shared.course_log import CourseLog
from shared.db import Connection, violated_constraint

decisions = deciding.decisions
decision_log = CourseLog(decisions, deciding.transitions)
_NAMES = tuple(f.name for f in fields(Decision))


async def get_decision(connection: Connection, decision_id: UUID) -> Decision:
    """Raises DecisionNotFound."""
    row = (await connection.execute(select(decisions).where(decisions.c.case_id == decision_id))).one_or_none()
    if row is None:
        raise DecisionNotFound
    return decision_of(row)


async def decisions_about(connection: Connection, cadre_ids: Iterable[UUID]) -> list[Decision]:
    """Of these people, oldest first."""
    statement = select(decisions).where(decisions.c.cadre_id.in_(set(cadre_ids))).order_by(decisions.c.case_id)
    return [decision_of(row) for row in await connection.execute(statement)]


async def decisions_of_region(
    connection: Connection, region: str, after: tuple[str, UUID] | None, limit: int
) -> list[Decision]:
    """Of a place, by place and id."""
    statement = select(decisions).where(under(decisions.c.region_code, region))
    if after is not None:
        statement = statement.where(after_key(decisions.c.region_code, decisions.c.case_id, after))
    rows = await connection.execute(statement.order_by(decisions.c.region_code, decisions.c.case_id).limit(limit))
    return [decision_of(row) for row in rows]


async def add_decision(connection: Connection, decision: Decision) -> None:
    """Raises AppraisalAlready."""
    try:
        await connection.execute(insert(decisions).values(**{name: getattr(decision, name) for name in _NAMES}))
    except IntegrityError as failure:
        if violated_constraint(failure) != "one_appraisal_of_a_year":
            raise
        raise AppraisalAlready from None


async def save_decision(connection: Connection, decision: Decision) -> None:
    """Where it stands now; it is held by the caller."""
    changed = {name: getattr(decision, name) for name in ("state", "decided_on", "decided_by", "version")}
    await connection.execute(
        update(decisions)
        .where(decisions.c.cadre_id == decision.cadre_id, decisions.c.case_id == decision.case_id)
        .values(**changed)
    )


def decision_of(row: Row[Any]) -> Decision:
    return Decision(**{name: row._mapping[name] for name in _NAMES})
