"""The problem ledger (问题清单): a problem, the steps it took, and lists of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, exists, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from services.households.domain.problem import WAITING, Problem
from services.households.domain.problem_errors import ProblemIdTaken, ProblemNotFound
from services.households.storage.household_search import Reach
from services.households.storage.tables import helpers, households, monitoring
from shared.db import Connection
from shared.regions import prefix_range

problems, steps = monitoring.problems, monitoring.problem_steps
_PROBLEM = tuple(Problem.__slots__)


@dataclass(frozen=True, slots=True)
class ProblemStepRecord:
    version: int
    at: datetime
    state: str
    actor_name: str
    role: str
    assignee_name: str | None
    note: str | None


async def get_problem(connection: Connection, problem_id: UUID, *, lock: bool = False) -> Problem:
    """Raises ProblemNotFound."""
    statement = select(problems).where(problems.c.problem_id == problem_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise ProblemNotFound
    return _problem(row._mapping)


async def add_problem(connection: Connection, problem: Problem) -> Problem | None:
    """None when it is new; the one that is there when its source has told of it before. Raises ProblemIdTaken."""
    values = {name: getattr(problem, name) for name in _PROBLEM}
    statement = upsert(problems).values(**values).on_conflict_do_nothing(constraint="one_problem_a_source")
    try:
        async with connection.begin_nested():
            written = await connection.execute(statement.returning(problems.c.problem_id))
    except IntegrityError:
        raise ProblemIdTaken from None
    if written.scalar_one_or_none() is not None:
        return None
    row = await connection.execute(
        select(problems).where(
            problems.c.village_code == problem.village_code,
            problems.c.source == problem.source,
            problems.c.source_id == problem.source_id,
        )
    )
    return _problem(row.one()._mapping)


async def save_problem(connection: Connection, problem: Problem) -> None:
    """The caller holds it."""
    values = {name: getattr(problem, name) for name in _PROBLEM if name not in ("village_code", "problem_id")}
    await connection.execute(
        update(problems)
        .where(problems.c.village_code == problem.village_code, problems.c.problem_id == problem.problem_id)
        .values(**values)
    )


async def add_problem_step(
    connection: Connection, problem: Problem, *, actor: str, actor_name: str, role: str, note: str | None
) -> None:
    """The step that brought it to its version."""
    await connection.execute(
        insert(steps).values(
            village_code=problem.village_code,
            problem_id=problem.problem_id,
            version=problem.version,
            state=problem.state,
            actor=actor,
            actor_name=actor_name,
            role=role,
            assignee_name=problem.assignee_name,
            note=note,
        )
    )


async def steps_of_problem(connection: Connection, problem: Problem) -> list[ProblemStepRecord]:
    """Newest first."""
    rows = await connection.execute(
        select(steps)
        .where(steps.c.village_code == problem.village_code, steps.c.problem_id == problem.problem_id)
        .order_by(steps.c.version.desc())
    )
    return [ProblemStepRecord(**{name: getattr(row, name) for name in ProblemStepRecord.__slots__}) for row in rows]


@dataclass(frozen=True, slots=True)
class ProblemsAsked:
    """At least one of the first three. `overdue_on`: those that should have been fixed before that day."""

    region: str | None = None
    household_id: UUID | None = None
    assignee: str | None = None
    state: str | None = None
    overdue_on: date | None = None


async def list_problems(
    connection: Connection,
    reach: Reach,
    subject: str,
    asked: ProblemsAsked,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[Problem]:
    """By the day on which they are due; `after` is the last line's key."""
    conditions = [_within(reach, subject), *_wanted(asked)]
    if after is not None:
        conditions.append(tuple_(problems.c.due_on, problems.c.problem_id) > tuple_(*after))
    rows = await connection.execute(
        select(problems).where(*conditions).order_by(problems.c.due_on, problems.c.problem_id).limit(limit)
    )
    return [_problem(row._mapping) for row in rows]


async def helps_in(connection: Connection, cadre_id: UUID, village_code: str) -> bool:
    """Does this cadre help a household of the village?"""
    found = await connection.execute(
        select(
            exists()
            .where(helpers.c.cadre_id == cadre_id)
            .where(households.c.household_id == helpers.c.household_id)
            .where(households.c.village_code == village_code)
        )
    )
    return bool(found.scalar_one())


def _wanted(asked: ProblemsAsked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.region is not None:
        low, high = prefix_range(asked.region)
        conditions += [problems.c.village_code >= low, problems.c.village_code < high]
    if asked.overdue_on is not None:
        conditions += [problems.c.state.in_(WAITING), problems.c.due_on < asked.overdue_on]
    for column, wanted in (
        (problems.c.household_id, asked.household_id),
        (problems.c.assignee, asked.assignee),
        (problems.c.state, asked.state),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    return conditions


def _within(reach: Reach, subject: str) -> ColumnElement[bool]:
    """An official's places; a cadre's caseload, and what it found or was given; a household's own."""
    ways: list[ColumnElement[bool]] = []
    for scope in reach.scopes:
        low, high = prefix_range(scope)
        ways.append(and_(problems.c.village_code >= low, problems.c.village_code < high))
    if reach.cadre_id is not None:
        mine = select(helpers.c.household_id).where(helpers.c.cadre_id == reach.cadre_id)
        ways.append(problems.c.household_id.in_(mine))
        ways.append(problems.c.assignee.in_((str(reach.cadre_id), subject)))
        ways.append(problems.c.found_by == subject)
    if reach.household_id is not None:
        ways.append(problems.c.household_id == reach.household_id)
    return or_(*ways) if ways else problems.c.problem_id.is_(None)


def _problem(row: RowMapping) -> Problem:
    return Problem(**{name: row[name] for name in _PROBLEM})
