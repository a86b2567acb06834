"""The grade in effect of one household, with what it was made of."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select

from services.credit.storage.tables import runs, scores, taken_over
from shared.db import Connection

IN_EFFECT = scores.join(
    taken_over, and_(taken_over.c.village_code == scores.c.village_code, taken_over.c.run_id == scores.c.run_id)
).join(runs, runs.c.run_id == scores.c.run_id)
"""Scores that are grades: those of the run that each village points to."""

GRADE_COLUMNS = (
    scores.c.household_id,
    scores.c.village_code,
    scores.c.run_id,
    scores.c.facts_version,
    scores.c.total,
    scores.c.band,
    scores.c.bins,
    scores.c.points,
    scores.c.vetoes,
    scores.c.trace_sha256,
    runs.c.card_id,
    runs.c.card_version,
    runs.c.as_of,
    runs.c.effective_on,
    runs.c.valid_until,
)


@dataclass(frozen=True, slots=True)
class Grade:
    """`bins` and `points` are in card order. `valid_until` is the last day in effect."""

    household_id: UUID
    village_code: str
    run_id: UUID
    facts_version: int
    total: int | None
    band: str
    bins: list[str]
    points: list[int | None]
    vetoes: list[str]
    trace_sha256: str
    card_id: str
    card_version: int
    as_of: date
    effective_on: date
    valid_until: date

    def in_effect(self, today: date) -> bool:
        return self.effective_on <= today <= self.valid_until


async def get_grade(connection: Connection, household_id: UUID) -> Grade | None:
    row = (
        await connection.execute(
            select(*GRADE_COLUMNS).select_from(IN_EFFECT).where(scores.c.household_id == household_id)
        )
    ).one_or_none()
    return None if row is None else Grade(**row._mapping)
