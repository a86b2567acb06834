"""The grade of a household: by the full course if there is one, else by the run that took its village over.

This order is decided here and nowhere else; the bank's look-up, the counts and the explanation all read through
`grades_where`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Text, Uuid, and_, exists, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.grade_case import INITIAL_BASIS
from services.credit.domain.grade_state import ENDED, IN_EFFECT, State
from services.credit.storage.tables import course, directory, runs, scores, taken_over
from shared.db import Connection
from shared.regions import prefix_range

grades, objections = course.grades, course.objections

_TAKEN_OVER = scores.join(
    taken_over, and_(taken_over.c.village_code == scores.c.village_code, taken_over.c.run_id == scores.c.run_id)
).join(runs, runs.c.run_id == scores.c.run_id)

_OF_SCORE = (
    "household_id",
    "village_code",
    "facts_version",
    "total",
    "band",
    "bins",
    "points",
    "vetoes",
    "trace_sha256",
)
_OF_RUN = ("card_id", "card_version", "as_of", "effective_on", "valid_until")

Condition = Callable[[ColumnElement[UUID]], ColumnElement[bool]]


def grades_where(condition: Condition, *, ended: bool = False) -> CompoundSelect[Any]:
    """The grades of the households that fulfil a condition, at most one each.

    `ended`: also those by the course that were revoked or have expired. The condition stands in both halves, so that
    each is found by its own index.
    """
    by_course = select(
        *(grades.c[name] for name in (*_OF_SCORE, *_OF_RUN)),
        grades.c.case_id,
        grades.c.state,
        grades.c.basis,
        _open_objection(grades),
    ).where(condition(grades.c.household_id))
    if not ended:
        by_course = by_course.where(grades.c.state != func.all(literal([state.value for state in ENDED], ARRAY(Text))))
    first = (
        select(
            *(scores.c[name] for name in _OF_SCORE),
            *(runs.c[name] for name in _OF_RUN),
            null().cast(Uuid).label("case_id"),
            literal(State.EFFECTIVE.value, Text).label("state"),
            literal(INITIAL_BASIS, Text).label("basis"),
            _open_objection(scores),
        )
        .select_from(_TAKEN_OVER)
        .where(condition(scores.c.household_id))
        .where(~exists().where(grades.c.household_id == scores.c.household_id))
    )
    return union_all(by_course, first)


def grades_living_in(region: str) -> CompoundSelect[Any]:
    """The grades of the households that live in a place now, wherever they were given: a village that merged into
    another brings its grades along. A closed household lives nowhere."""
    low, high = prefix_range(region)
    here = select(directory.c.household_id).where(
        directory.c.village_code >= low, directory.c.village_code < high, ~directory.c.closed
    )
    return grades_where(lambda household: household.in_(here))


@dataclass(frozen=True, slots=True)
class Grade:
    """`village_code`: of the village that gave it. `bins` and `points` are in card order. `valid_until` is the last day
    in effect.

    `case_id` is None while a grade that was first set has no case yet. `objected`: an objection to it is open.
    """

    household_id: UUID
    village_code: str
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
    case_id: UUID | None
    state: str
    basis: str
    objected: bool

    def state_on(self, today: date) -> str:
        """Past its last day it has expired, whether or not the day's work has got there."""
        return State.EXPIRED if self.state not in ENDED and today > self.valid_until else self.state

    def in_effect(self, today: date) -> bool:
        return self.state in IN_EFFECT and self.effective_on <= today <= self.valid_until


async def get_grade(connection: Connection, household_id: UUID) -> Grade | None:
    statement = grades_where(lambda household: household == household_id, ended=True)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Grade(**row._mapping)


@dataclass(frozen=True, slots=True)
class FirstGrade:
    """A grade that was first set, without a case yet, and who ordered and confirmed the run that set it."""

    grade: Grade
    run_id: UUID
    ordered_by: str
    confirmed_by: str


async def first_graded(connection: Connection, village: str, since: date) -> list[UUID]:
    """Who lives in a village now with a grade that was first set on that day or before, without a case yet."""
    found = grades_living_in(village).subquery("found")
    statement = select(found.c.household_id).where(found.c.case_id.is_(None), found.c.effective_on <= since)
    return list(await connection.scalars(statement))


async def first_grades(connection: Connection, household_ids: Collection[UUID]) -> list[FirstGrade]:
    """Those of these households that are still without a case, in the order of the ids."""
    ids = list(household_ids)
    found = grades_where(lambda household: household.in_(ids), ended=True).subquery("found")
    statement = (
        select(found, taken_over.c.run_id, runs.c.ordered_by, runs.c.confirmed_by)
        .join_from(found, taken_over, taken_over.c.village_code == found.c.village_code)
        .join(runs, runs.c.run_id == taken_over.c.run_id)
        .where(found.c.case_id.is_(None))
        .order_by(found.c.household_id)
    )
    return [
        FirstGrade(
            Grade(**{name: row._mapping[name] for name in Grade.__slots__}),
            row.run_id,
            row.ordered_by,
            row.confirmed_by,
        )
        for row in await connection.execute(statement)
    ]


def _open_objection(of: Any) -> ColumnElement[bool]:
    is_open = exists().where(objections.c.household_id == of.c.household_id, objections.c.outcome.is_(None))
    return is_open.label("objected")
