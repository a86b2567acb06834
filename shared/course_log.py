"""The chained transitions of cases that go through a course: written with the case's change, verified row by row.

A course has a table of cases (whose they are and their id, `household_id` and `case_id` unless it says other columns;
version, state, …) and one of transitions, each row chained to the one before it of the same case
(`shared/hash_chain.py`). A case's version is the number of its last transition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.hash_chain import START, Break, link, misfit

AT_ONCE = 1000
"""Rows of one statement: a statement has at most 32,767 parameters."""


def transitions_table(
    metadata: MetaData,
    name: str,
    owner: str = "household_id",
    case: str = "case_id",
    owner_type: type[Uuid[UUID]] | type[Text] = Uuid,
) -> Table:
    """`owner` names the column that says whose the case is, `case` the one of its id."""
    return Table(
        name,
        metadata,
        Column(owner, owner_type, primary_key=True),
        Column(case, Uuid, primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("event", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("facts", JSONB, nullable=False),
        Column("previous", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
    )


class Case(Protocol):
    """What a log needs to know of a case, besides its owner and id under the names of the table's columns.

    `state` is a name, the event of its last transition.
    """

    @property
    def version(self) -> int: ...

    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """One transition. `case` is as it stands after it: its version is the row's number, its state the event."""

    case: Case
    actor: str
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenCase:
    case_id: UUID
    broken: Break


class CourseLog:
    """Appends to and verifies the chains of one course, within the caller's transaction."""

    def __init__(self, cases: Table, transitions: Table) -> None:
        self._cases = cases
        self._transitions = transitions
        self._owner, self._id = (column.name for column in transitions.primary_key if column.name != "seq")

    async def append(self, connection: AsyncConnection, taken: Sequence[Taken]) -> None:
        """The cases are held by the caller, so that nobody else appends to them meanwhile; not yet saved.

        Several transitions of one case stand in their order.
        """
        if not taken:
            return
        before = await self._last_hashes(connection, [one.case for one in taken])
        rows = []
        for one in taken:
            case_id = getattr(one.case, self._id)
            previous = before.get(case_id, START)
            row = {
                "seq": one.case.version,
                "at": one.at,
                "event": str(one.case.state),
                "actor": one.actor,
                "facts": dict(one.facts),
            }
            linked = before[case_id] = link(previous, {**row, "subject": str(case_id)})
            keys = {self._owner: getattr(one.case, self._owner), self._id: case_id}
            rows.append({**keys, **row, "previous": previous, "hash": linked})
        for start in range(0, len(rows), AT_ONCE):
            await connection.execute(insert(self._transitions).values(rows[start : start + AT_ONCE]))

    async def of_case(self, connection: AsyncConnection, case: Case) -> list[Mapping[str, Any]]:
        """Oldest first."""
        its, case_id = await self.of_owner(connection, getattr(case, self._owner)), getattr(case, self._id)
        return [step for step in its if step[self._id] == case_id]

    async def of_owner(self, connection: AsyncConnection, owner: UUID | str) -> list[Mapping[str, Any]]:
        """Those of all its cases, case by case, each oldest first."""
        table = self._transitions
        rows = await connection.execute(
            select(table).where(table.c[self._owner] == owner).order_by(table.c[self._id], table.c.seq)
        )
        return [dict(row._mapping) for row in rows]

    async def people_of(self, connection: AsyncConnection, owner: UUID | str) -> list[str]:
        """Everybody who ever moved a case of the owner."""
        table = self._transitions
        found = await connection.execute(select(table.c.actor).distinct().where(table.c[self._owner] == owner))
        return list(found.scalars())

    async def verify(self, connection: AsyncConnection) -> tuple[int, list[BrokenCase]]:
        """How many transitions fit, and each case with the first row that does not; also one whose end is missing."""
        cases, table = self._cases, self._transitions
        statement = (
            select(cases.c[self._id].label("of"), cases.c.version, cases.c.state, table)
            .select_from(cases.outerjoin(table, self._same(cases, table)))
            .order_by(cases.c[self._owner], cases.c[self._id], table.c.seq)
        )
        fit = 0
        broken: list[BrokenCase] = []
        chain: list[Mapping[str, Any]] = []
        async for row in (await connection.stream(statement)).mappings():
            if chain and chain[0]["of"] != row["of"]:
                fit += _judge(chain, broken)
                chain = []
            chain.append(dict(row))
        return (fit + _judge(chain, broken) if chain else fit), broken

    async def _last_hashes(self, connection: AsyncConnection, of: Sequence[Case]) -> dict[UUID, bytes]:
        cases, last = self._cases, self._transitions.alias("last")
        found = await connection.execute(
            select(last.c[self._id].label("of"), last.c.hash)
            .select_from(last.join(cases, self._same(cases, last)))
            .where(
                last.c[self._owner].in_([getattr(case, self._owner) for case in of]),
                last.c[self._id].in_([getattr(case, self._id) for case in of]),
                last.c.seq == cases.c.version,
            )
        )
        return {row.of: bytes(row.hash) for row in found}

    def _same(self, cases: FromClause, transitions: FromClause) -> ColumnElement[bool]:
        return and_(*(cases.c[name] == transitions.c[name] for name in (self._owner, self._id)))


def _judge(chain: Sequence[Mapping[str, Any]], broken: list[BrokenCase]) -> int:
    """How many rows of one case's chain fit; its break is added to `broken`."""
    found = _first_break(chain)
    if found is None:
        return len(chain)
    broken.append(BrokenCase(chain[0]["of"], found))
    return found.seq - 1


def _first_break(chain: Sequence[Mapping[str, Any]]) -> Break | None:
    """The first transition that does not fit, also when the end is missing.

    Each row carries the case's own `of` (the chain's subject), `version` and `state` beside its transition.
    """
    previous, expected = START, 1
    for row in chain:
        found = misfit(previous, expected, {**row, "subject": str(row["of"])})
        if found is not None:
            return found
        previous, expected = bytes(row["hash"]), expected + 1
    last = chain[-1]
    if (last["version"], last["state"]) != (last["seq"], last["event"]):
        return Break(expected, "it does not stand where its transitions end")
    return None
