"""Grades that have come up for their yearly review, and what the engine says of their files now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, cast, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.credit.domain.grade_case import CaseScore
from services.credit.domain.grade_state import IN_EFFECT
from services.credit.domain.scorecard import NOT_RATED
from services.credit.storage.grade_repository import grades_living_in
from services.credit.storage.tables import clocks, course, directory, facts
from shared.db import Connection

rescores = clocks.rescores


@dataclass(frozen=True, slots=True)
class Due:
    """`head`: the masked name. `scored_band` None: not scored anew since `due_on`."""

    household_id: UUID
    village_code: str
    head: str
    band: str
    case_id: UUID | None
    effective_on: date
    valid_until: date
    objected: bool
    due_on: date
    scored_on: date | None
    scored_band: str | None
    scored_total: int | None


async def due_reviews(
    connection: Connection, region: str, today: date, months: int, after: tuple[str, UUID] | None, limit: int
) -> list[Due]:
    """By village and household, after the last one of the page before."""
    statement = _due(region, today, months)
    if after is not None:
        statement = statement.where(
            tuple_(statement.selected_columns.village_code, statement.selected_columns.household_id) > tuple_(*after)
        )
    return [Due(**row._mapping) for row in await connection.execute(statement.limit(limit))]


async def households_to_score_anew(
    connection: Connection, region: str, today: date, months: int, limit: int
) -> Sequence[UUID]:
    """Those with a file whose review is due and who were not scored since."""
    due = _due(region, today, months).subquery("due")
    with_file = select(due.c.household_id).join(facts, facts.c.household_id == due.c.household_id)
    return list(await connection.scalars(with_file.where(due.c.scored_on.is_(None)).limit(limit)))


async def keep_rescores(
    connection: Connection, why: str, today: date, scored: Sequence[tuple[UUID, str, CaseScore]]
) -> None:
    """What the engine said, by household and village, instead of what it said before."""
    if not scored:
        return
    rows = [
        {
            "household_id": household_id,
            "village_code": village,
            "why": why,
            "scored_on": today,
            "card_id": score.card_id,
            "card_version": score.card_version,
            "facts_version": score.facts_version,
            "total": score.total,
            "band": score.band,
            "trace_sha256": score.trace_sha256,
        }
        for household_id, village, score in scored
    ]
    statement = insert(rescores).values(rows)
    replaced = {name: statement.excluded[name] for name in rows[0] if name != "household_id"}
    await connection.execute(statement.on_conflict_do_update(index_elements=["household_id"], set_=replaced))


def _due(region: str, today: date, months: int) -> Select[Any]:
    graded = grades_living_in(region).subquery("graded")
    grade, cases = graded.c, course.cases
    begun = func.coalesce(cases.c.reviewed_on, grade.effective_on)
    # PostgreSQL adds months as the law does: on the same date, or on the month's last day.
    due_on = cast(begun + literal_column(f"interval '{int(months)} months'"), Date)
    since = and_(rescores.c.household_id == grade.household_id, rescores.c.scored_on >= due_on)
    its_case = and_(cases.c.household_id == grade.household_id, cases.c.case_id == grade.case_id)
    return (
        select(
            grade.household_id,
            directory.c.village_code,
            directory.c.head,
            grade.band,
            grade.case_id,
            grade.effective_on,
            grade.valid_until,
            grade.objected,
            due_on.label("due_on"),
            rescores.c.scored_on,
            rescores.c.band.label("scored_band"),
            rescores.c.total.label("scored_total"),
        )
        .outerjoin_from(graded, cases, its_case)
        .outerjoin(rescores, since)
        .join(directory, directory.c.household_id == grade.household_id)
        .where(
            grade.state.in_([state.value for state in IN_EFFECT]),
            grade.band != NOT_RATED,
            grade.valid_until >= today,
            due_on <= today,
        )
        .order_by(directory.c.village_code, grade.household_id)
    )
