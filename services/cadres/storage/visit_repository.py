"""Visits: rows in, domain objects out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.cadres.domain.visit import Visit, VoidMark
from services.cadres.domain.visit_errors import VisitNotFound
from services.cadres.domain.visit_finding import VisitFinding
from services.cadres.storage.queries import on_day, under
from services.cadres.storage.tables import cadres, households, pairings, posts, team_members, visiting
from shared.db import Connection
from shared.ids import new_id

visits, findings, outcomes, looks, last = (
    visiting.visits,
    visiting.findings,
    visiting.outcomes,
    visiting.looks,
    visiting.last,
)
_VISIT = tuple(name for name in Visit.__slots__ if name not in {"findings", "void"})
_VOID = visits.c.void_at.is_not(None).label("void")
Key = tuple[datetime, UUID]
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` is waiting until the households service has answered: taken, or refused with code and sentence; of a void
    visit withdrawn, or stays with code and sentence."""

    state: str = WAITING
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class EnteredVisit:
    """`entered_at` is the server's time; `outcomes` one for each finding, None for one that nobody answers for."""

    visit: Visit
    entered_at: datetime
    entered_by: str
    cadre_name: str
    outcomes: tuple[Outcome | None, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit in a place's list; `head` is masked, no words of what was found."""

    visit_id: UUID
    household_id: UUID
    village_code: str
    head: str | None
    cadre_id: UUID
    cadre_name: str
    kind: str
    visited_at: datetime
    entered_at: datetime
    findings: int
    void: bool


@dataclass(frozen=True, slots=True)
class VisitLook:
    look_id: UUID
    actor_name: str
    what: str
    at: datetime


async def find_visit(connection: Connection, visit_id: UUID) -> EnteredVisit | None:
    """Whosever it is."""
    found = await _entered(connection, _whole().where(visits.c.visit_id == visit_id).limit(1))
    return found[0] if found else None


async def get_visit(connection: Connection, visit_id: UUID) -> EnteredVisit:
    """Raises VisitNotFound."""
    found = await find_visit(connection, visit_id)
    if found is None:
        raise VisitNotFound
    return found


async def visits_of(connection: Connection, household_id: UUID, after: Key | None, limit: int) -> list[EnteredVisit]:
    """Of this household, the latest first."""
    return await _entered(
        connection, _latest_first(_whole().where(visits.c.household_id == household_id), after, limit)
    )


async def visits_of_region(
    connection: Connection, region: str, cadre_id: UUID | None, after: Key | None, limit: int
) -> list[VisitLine]:
    """The latest first."""
    counted = (
        select(func.count())
        .where(findings.c.household_id == visits.c.household_id, findings.c.visit_id == visits.c.visit_id)
        .scalar_subquery()
    )
    own = tuple(visits.c[name] for name in VisitLine.__slots__ if name in visits.c)
    statement = (
        select(*own, households.c.head, cadres.c.name.label("cadre_name"), counted.label("findings"), _VOID)
        .join(cadres, cadres.c.cadre_id == visits.c.cadre_id)
        .outerjoin(households, households.c.household_id == visits.c.household_id)
        .where(under(visits.c.village_code, region))
    )
    if cadre_id is not None:
        statement = statement.where(visits.c.cadre_id == cadre_id)
    rows = await connection.execute(_latest_first(statement, after, limit))
    return [VisitLine(**row._mapping) for row in rows]


async def add_visit(connection: Connection, visit: Visit, author: str) -> None:
    values = {name: getattr(visit, name) for name in _VISIT} | {"participants": list(visit.participants)}
    await connection.execute(insert(visits).values(**values, entered_by=author))
    own = {"household_id": visit.household_id, "visit_id": visit.visit_id}
    rows = [
        own | {"number": number, "kind": one.kind, "what": one.what, "details": dict(one.details)}
        for number, one in enumerate(visit.findings)
    ]
    if rows:
        await connection.execute(insert(findings), rows)
    latest = upsert(last).values(household_id=visit.household_id, visited_at=visit.visited_at)
    kept = {"visited_at": func.greatest(last.c.visited_at, latest.excluded.visited_at)}
    await connection.execute(latest.on_conflict_do_update(index_elements=["household_id"], set_=kept))


async def save_void(connection: Connection, visit: Visit, mark: VoidMark) -> None:
    """The visit stays; when its household was last visited is what the others say."""
    own = (visits.c.household_id == visit.household_id, visits.c.visit_id == visit.visit_id)
    said = {f"void_{name}": getattr(mark, name) for name in VoidMark.__slots__}
    await connection.execute(update(visits).where(*own).values(**said))
    # Whoever enters another visit of the household meanwhile waits here, or is waited for.
    await connection.execute(select(last).where(last.c.household_id == visit.household_id).with_for_update())
    of_household = (visits.c.household_id == visit.household_id, visits.c.void_at.is_(None))
    latest = (await connection.execute(select(func.max(visits.c.visited_at)).where(*of_household))).scalar_one()
    here = last.c.household_id == visit.household_id
    await connection.execute(
        delete(last).where(here) if latest is None else update(last).where(here).values(visited_at=latest)
    )


async def helped_on(connection: Connection, cadre_id: UUID, household_id: UUID, village_code: str, day: date) -> bool:
    """Did the cadre answer for the household, hold a post of its village or serve in its team on this day?"""
    own = exists().where(pairings.c.household_id == household_id, pairings.c.cadre_id == cadre_id)
    post = exists().where(posts.c.village_code == village_code, posts.c.holder_cadre_id == cadre_id)
    team = exists().where(
        team_members.c.village_code == village_code,
        team_members.c.cadre_id == cadre_id,
        posts.c.village_code == team_members.c.village_code,
        posts.c.post_id == team_members.c.post_id,
    )
    helped = or_(own.where(on_day(pairings, day)), post.where(on_day(posts, day)), team.where(on_day(posts, day)))
    return bool((await connection.execute(select(helped))).scalar_one())


async def add_visit_look(connection: Connection, household_id: UUID, *, actor: str, actor_name: str, what: str) -> None:
    row = {"household_id": household_id, "look_id": new_id(), "actor": actor, "actor_name": actor_name, "what": what}
    await connection.execute(insert(looks).values(**row))


async def looks_at_visits(
    connection: Connection, household_id: UUID, after: UUID | None, limit: int
) -> list[VisitLook]:
    """Who looked, the youngest first."""
    shown = tuple(looks.c[name] for name in VisitLook.__slots__)
    statement = select(*shown).where(looks.c.household_id == household_id)
    if after is not None:
        statement = statement.where(looks.c.look_id < after)
    rows = await connection.execute(statement.order_by(looks.c.look_id.desc()).limit(limit))
    return [VisitLook(**row._mapping) for row in rows]


def _whole() -> Select[Any]:
    return select(visits, cadres.c.name.label("cadre_name")).join(cadres, cadres.c.cadre_id == visits.c.cadre_id)


def _latest_first(statement: Select[Any], after: Key | None, limit: int) -> Select[Any]:
    if after is not None:
        statement = statement.where(tuple_(visits.c.visited_at, visits.c.visit_id) < tuple_(*after))
    return statement.order_by(visits.c.visited_at.desc(), visits.c.visit_id.desc()).limit(limit)


async def _entered(connection: Connection, statement: Select[Any]) -> list[EnteredVisit]:
    rows = (await connection.execute(statement)).all()
    homes, ids = {row.household_id for row in rows}, {row.visit_id for row in rows}
    told: dict[UUID, list[VisitFinding]] = defaultdict(list)
    found = select(findings).where(findings.c.household_id.in_(homes), findings.c.visit_id.in_(ids))
    for one in await connection.execute(found.order_by(findings.c.number)):
        told[one.visit_id].append(VisitFinding(one.kind, one.what, one.details))
    whole = [_visit(row, tuple(told[row.visit_id])) for row in rows]
    answered = await _outcomes(connection, whole)
    return [
        EnteredVisit(
            visit,
            row.entered_at,
            row.entered_by,
            row.cadre_name,
            tuple(
                None if finding.kind == "use_of_money" else answered.get(visit.finding_id(number), Outcome())
                for number, finding in enumerate(visit.findings)
            ),
        )
        for row, visit in zip(rows, whole, strict=True)
    ]


async def _outcomes(connection: Connection, told: Sequence[Visit]) -> dict[UUID, Outcome]:
    ids = [visit.finding_id(number) for visit in told for number in range(len(visit.findings))]
    homes = {visit.household_id for visit in told}
    rows = await connection.execute(
        select(outcomes).where(outcomes.c.household_id.in_(homes), outcomes.c.finding_id.in_(ids))
    )
    return {row.finding_id: Outcome(row.state, row.code, row.message) for row in rows}


def _visit(row: Any, told: tuple[VisitFinding, ...]) -> Visit:
    values = {name: row._mapping[name] for name in _VISIT} | {"participants": tuple(row.participants)}
    mark = row.void_at and VoidMark(row.void_at, row.void_by, row.void_by_name, row.void_reason)
    return Visit(**values, findings=told, void=mark)
