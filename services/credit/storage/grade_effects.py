"""What a case writes where grades are read: the grade itself, and its end."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from services.credit.domain.grade_case import CaseScore, GradeCase
from services.credit.storage.tables import clocks, course, fact_history, facts, scores
from shared.db import Connection

grades = course.grades
_OF_SCORE = (
    "facts_version",
    "total",
    "trace_sha256",
    "card_id",
    "card_version",
    "as_of",
)


async def put_grades(connection: Connection, given: Sequence[tuple[GradeCase, CaseScore, str]]) -> None:
    """Each case becomes its household's grade, read as this score and band, instead of any before."""
    if not given:
        return
    statement = insert(grades).values([_row(*one) for one in given])
    replaced = {column.name: statement.excluded[column.name] for column in grades.c if column.name != "household_id"}
    await connection.execute(statement.on_conflict_do_update(index_elements=["household_id"], set_=replaced))


async def end_grades(connection: Connection, ended: Sequence[GradeCase]) -> None:
    """Their grades stay to be read, with the state in which they ended."""
    for case in ended:
        await connection.execute(
            update(grades)
            .where(grades.c.household_id == case.household_id, grades.c.case_id == case.case_id)
            .values(state=case.state.value)
        )


async def delete_scoring_data(connection: Connection, household_ids: Sequence[UUID]) -> None:
    """Facts with their history, scores and grades go; loans, consents and the log of who looked stay."""
    for table in (facts, fact_history, scores, grades, clocks.rescores):
        await connection.execute(delete(table).where(table.c.household_id.in_(list(household_ids))))


def _row(case: GradeCase, score: CaseScore, band: str) -> dict[str, object]:
    return {
        "household_id": case.household_id,
        "case_id": case.case_id,
        "village_code": case.village_code,
        "state": case.state.value,
        "band": band,
        "bins": list(score.bins),
        "points": list(score.points),
        "effective_on": case.effective_on,
        "valid_until": case.valid_until,
        "basis": case.basis,
        **{name: getattr(score, name) for name in _OF_SCORE},
    } | {"vetoes": list(score.vetoes)}
