"""The chained transitions of a case: written with its change, and verified row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, select

from services.credit.domain.grade_case import GradeCase
from services.credit.storage.tables import course
from shared.db import Connection
from shared.hash_chain import START, Break, link

transitions, cases = course.transitions, course.cases


@dataclass(frozen=True, slots=True)
class Taken:
    """One transition. `case` is as it stands after it: its version is the row's number, its state the event."""

    case: GradeCase
    actor: str
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenCase:
    case_id: UUID
    broken: Break


async def append_transitions(connection: Connection, taken: Sequence[Taken]) -> None:
    """The cases are held by the caller, so that nobody else appends to them meanwhile.

    Several transitions of one case stand in their order.
    """
    if not taken:
        return
    last = transitions.alias("last")
    found = await connection.execute(
        select(last.c.case_id, last.c.hash)
        .select_from(
            last.join(cases, and_(cases.c.household_id == last.c.household_id, cases.c.case_id == last.c.case_id))
        )
        .where(
            last.c.household_id.in_([one.case.household_id for one in taken]),
            last.c.case_id.in_([one.case.case_id for one in taken]),
            last.c.seq == cases.c.version,
        )
    )
    before = {row.case_id: bytes(row.hash) for row in found}
    rows = []
    for one in taken:
        previous = before.get(one.case.case_id, START)
        row = {
            "seq": one.case.version,
            "at": one.at,
            "event": one.case.state.value,
            "actor": one.actor,
            "facts": dict(one.facts),
        }
        linked = before[one.case.case_id] = link(previous, {**row, "subject": str(one.case.case_id)})
        keys = {"household_id": one.case.household_id, "case_id": one.case.case_id}
        rows.append({**keys, **row, "previous": previous, "hash": linked})
    await connection.execute(insert(transitions).values(rows))


async def transitions_of(connection: Connection, case: GradeCase) -> list[Mapping[str, Any]]:
    """Oldest first."""
    rows = await connection.execute(
        select(transitions)
        .where(transitions.c.household_id == case.household_id, transitions.c.case_id == case.case_id)
        .order_by(transitions.c.seq)
    )
    return [dict(row._mapping) for row in rows]


async def people_of(connection: Connection, household_id: UUID) -> list[str]:
    """Everybody who ever moved a case of the household."""
    found = await connection.execute(
        select(transitions.c.actor).distinct().where(transitions.c.household_id == household_id)
    )
    return list(found.scalars())


async def verify_transitions(connection: Connection) -> tuple[int, list[BrokenCase]]:
    """How many transitions fit, and each case with the first row that does not; also one whose end is missing."""
    statement = (
        select(cases.c.case_id.label("of"), cases.c.version, cases.c.state, transitions)
        .select_from(
            cases.outerjoin(
                transitions,
                and_(transitions.c.household_id == cases.c.household_id, transitions.c.case_id == cases.c.case_id),
            )
        )
        .order_by(cases.c.household_id, cases.c.case_id, transitions.c.seq)
    )
    fit = 0
    broken: list[BrokenCase] = []
    chain: list[Mapping[str, Any]] = []
    async for row in (await connection.stream(statement)).mappings():
        if chain and chain[0]["of"] != row["of"]:
            fit, broken = _add(chain, fit, broken)
            chain = []
        chain.append(dict(row))
    return _add(chain, fit, broken) if chain else (fit, broken)


def _add(chain: Sequence[Mapping[str, Any]], fit: int, broken: list[BrokenCase]) -> tuple[int, list[BrokenCase]]:
    found = _first_break(chain)
    if found is None:
        return fit + len(chain), broken
    return fit + found.seq - 1, [*broken, BrokenCase(chain[0]["of"], found)]


def _first_break(chain: Sequence[Mapping[str, Any]]) -> Break | None:
    previous, expected = START, 1
    for row in chain:
        if row["seq"] != expected:
            return Break(expected, "row missing or out of order")
        if bytes(row["previous"]) != previous:
            return Break(expected, "does not follow the row before it")
        if link(previous, {**row, "subject": str(row["of"])}) != bytes(row["hash"]):
            return Break(expected, "content was changed")
        previous, expected = bytes(row["hash"]), expected + 1
    last = chain[-1]
    if (last["version"], last["state"]) != (last["seq"], last["event"]):
        return Break(expected, "the case does not stand where its transitions end")
    return None
