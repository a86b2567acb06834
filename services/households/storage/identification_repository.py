"""Courses of identification: loaded a village at a time with what bears upon them, written in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from services.households.domain.identification import Case, Posted, Reviewer, Vote
from services.households.domain.identification_errors import (
    IdentificationExists,
    IdentificationIdTaken,
    IdentificationNotFound,
)
from services.households.domain.identification_kind import Kind
from services.households.domain.identification_state import ENDED, State
from services.households.storage.household_search import Reach, within
from services.households.storage.tables import households, identification, members
from shared.course_log import CourseLog
from shared.db import Connection, violated_constraint
from shared.regions import prefix_range

cases, objections = identification.cases, identification.objections
AT_ONCE = 500
"""Rows of one statement: a statement has at most 32,767 parameters."""
identification_log = CourseLog(cases, identification.transitions)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record says today of a household on a course; `members` living, with the index of the ID number."""

    household_id: UUID
    village_code: str
    status: str
    head_name: str
    group_name: str
    people: int
    income_cents: int | None
    objected: bool
    closed: bool = False
    demonstration: bool = False
    members: tuple[Reviewer, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A course in a list."""

    case: Case
    head_name: str
    objected: bool


async def add_case(connection: Connection, case: Case, statement: str) -> None:
    """Raises IdentificationExists when the household is on its way already, IdentificationIdTaken."""
    try:
        await connection.execute(insert(cases).values(**_row(case), statement=statement))
    except IntegrityError as failure:
        on_its_way = violated_constraint(failure) == "one_identification_at_a_time"
        raise (IdentificationExists if on_its_way else IdentificationIdTaken) from None


async def get_case(connection: Connection, case_id: UUID, *, lock: bool = False) -> Case:
    """Raises IdentificationNotFound."""
    found = await find_cases(connection, cases.c.case_id == case_id, lock=lock)
    if not found:
        raise IdentificationNotFound
    return found[0]


async def cases_of_village(
    connection: Connection, village: str, *, states: Collection[State] = (), case_ids: Collection[UUID] = ()
) -> list[Case]:
    """The courses of a village that are in one of the states, or are named; held for a change, by id."""
    narrowed = cases.c.case_id.in_(list(case_ids)) if case_ids else cases.c.state.in_(list(states))
    return await find_cases(connection, and_(cases.c.village_code == village, narrowed), lock=True)


async def cases_of_household(connection: Connection, household_id: UUID) -> list[Case]:
    """All of them, newest first."""
    return (await find_cases(connection, cases.c.household_id == household_id))[::-1]


async def case_on_line(connection: Connection, village: str, notice_id: UUID, line: int) -> Case | None:
    """The course that stands on this line of a notice, held for a change."""
    on = or_(
        and_(cases.c.notice_1 == notice_id, cases.c.notice_1_line == line),
        and_(cases.c.notice_2 == notice_id, cases.c.notice_2_line == line),
    )
    found = await find_cases(connection, and_(cases.c.village_code == village, on), lock=True)
    return found[0] if found else None


async def on_course(connection: Connection, household_id: UUID) -> bool:
    """Is a course of this household on its way?"""
    found = await connection.execute(
        select(exists().where(cases.c.household_id == household_id, cases.c.state.not_in(list(ENDED))))
    )
    return bool(found.scalar_one())


async def find_cases(connection: Connection, condition: ColumnElement[bool], *, lock: bool = False) -> list[Case]:
    statement = select(cases).where(condition).order_by(cases.c.case_id)
    rows = await connection.execute(statement.with_for_update() if lock else statement)
    return [_case(row._mapping) for row in rows]


async def save_cases(connection: Connection, changed: Sequence[Case]) -> None:
    """Writes courses that are held. What was said when they began stays."""
    if not changed:
        return
    for start in range(0, len(changed), AT_ONCE):
        rows = [{**_row(case), "statement": ""} for case in changed[start : start + AT_ONCE]]
        statement = upsert(cases).values(rows)
        kept = ("household_id", "case_id", "statement")
        replaced = {column.name: statement.excluded[column.name] for column in cases.c if column.name not in kept}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["household_id", "case_id"], set_=replaced)
        )


async def statement_of(connection: Connection, case: Case) -> str:
    """What was said when it began."""
    found = await connection.execute(
        select(cases.c.statement).where(cases.c.household_id == case.household_id, cases.c.case_id == case.case_id)
    )
    return str(found.scalar_one())


async def head_names(connection: Connection, of: Sequence[Case]) -> Mapping[UUID, str]:
    """By household id."""
    ids = [case.household_id for case in of]
    rows = await connection.execute(
        select(households.c.household_id, households.c.head_name).where(households.c.household_id.in_(ids))
    )
    return {row.household_id: row.head_name for row in rows}


async def standings(connection: Connection, of: Sequence[Case]) -> Mapping[UUID, Standing]:
    """What the record says today of the households on these courses, by household id; held for a change."""
    ids = [case.household_id for case in of]
    living: dict[UUID, list[Reviewer]] = {}
    for row in await connection.execute(
        select(members.c.household_id, members.c.name, members.c.id_number_index).where(
            members.c.household_id.in_(ids), members.c.left_on.is_(None)
        )
    ):
        living.setdefault(row.household_id, []).append(Reviewer(row.name, bytes(row.id_number_index).hex()))
    objected = exists().where(
        objections.c.household_id == households.c.household_id,
        objections.c.case_id.in_([case.case_id for case in of]),
        objections.c.outcome.is_(None),
    )
    rows = await connection.execute(
        select(households, objected.label("objected"))
        .where(households.c.household_id.in_(ids))
        .order_by(households.c.household_id)
        .with_for_update(of=households)
    )
    return {
        row.household_id: Standing(
            row.household_id,
            row.village_code,
            row.status,
            row.head_name,
            row.group_name or "",
            row.people,
            row.net_income_per_head_cents,
            row.objected,
            row.closed_on is not None,
            row.demonstration,
            tuple(living.get(row.household_id, ())),
        )
        for row in rows
    }


async def list_cases(
    connection: Connection,
    region: str,
    reach: Reach,
    *,
    state: str | None,
    kind: str | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[CaseLine]:
    """By village and id; `after` is the last line's key."""
    low, high = prefix_range(region)
    objected = exists().where(
        objections.c.household_id == cases.c.household_id,
        objections.c.case_id == cases.c.case_id,
        objections.c.outcome.is_(None),
    )
    statement = (
        select(cases, households.c.head_name, objected.label("objected"))
        .join(households, households.c.household_id == cases.c.household_id)
        .where(cases.c.village_code >= low, cases.c.village_code < high, within(reach))
        .order_by(cases.c.village_code, cases.c.case_id)
        .limit(limit)
    )
    for column, value in ((cases.c.state, state), (cases.c.kind, kind)):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        village, last = after
        statement = statement.where(
            cases.c.village_code >= village, or_(cases.c.village_code > village, cases.c.case_id > last)
        )
    return [CaseLine(_case(row._mapping), row.head_name, row.objected) for row in await connection.execute(statement)]


async def count_cases(connection: Connection, village: str) -> int:
    found = await connection.execute(select(func.count()).select_from(cases).where(cases.c.village_code == village))
    return found.scalar_one()


def _row(case: Case) -> dict[str, Any]:
    vote, first, second = case.vote, case.notice_1, case.notice_2
    return {
        "household_id": case.household_id,
        "case_id": case.case_id,
        "village_code": case.village_code,
        "kind": case.kind,
        "year": case.year,
        "state": case.state,
        "version": case.version,
        "applied_on": case.applied_on,
        "proposed_by": case.proposed_by,
        "votes": vote and vote.votes,
        "voters": vote and vote.voters,
        "recused": vote and vote.recused,
        "vote_income_cents": vote and vote.income_cents,
        "vote_people": vote and vote.people,
        "notice_1": first and first.notice_id,
        "notice_1_line": first and first.line,
        "notice_1_on": first and first.on,
        "notice_2": second and second.notice_id,
        "notice_2_line": second and second.line,
        "notice_2_on": second and second.on,
        "entered_on": case.entered_on,
        "people": {str(state): person for state, person in case.people.items()},
        "reviewers": {str(state): [asdict(one) for one in those] for state, those in case.reviewers.items()},
    }


def _case(row: Mapping[Any, Any]) -> Case:
    voted = row["votes"] is not None
    return Case(
        household_id=row["household_id"],
        case_id=row["case_id"],
        village_code=row["village_code"],
        kind=Kind(row["kind"]),
        year=row["year"],
        state=State(row["state"]),
        applied_on=row["applied_on"],
        proposed_by=row["proposed_by"],
        version=row["version"],
        vote=Vote(row["votes"], row["voters"], row["recused"], row["vote_income_cents"], row["vote_people"])
        if voted
        else None,
        notice_1=_posted(row["notice_1"], row["notice_1_line"], row["notice_1_on"]),
        notice_2=_posted(row["notice_2"], row["notice_2_line"], row["notice_2_on"]),
        entered_on=row["entered_on"],
        people={State(state): person for state, person in row["people"].items()},
        reviewers={State(state): tuple(Reviewer(**one) for one in those) for state, those in row["reviewers"].items()},
    )


def _posted(notice_id: UUID | None, line: int, on: date) -> Posted | None:
    return None if notice_id is None else Posted(notice_id, line, on)
