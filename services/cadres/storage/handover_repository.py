"""Departures and hand-overs: rows in, domain objects out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.handover import Departure, DepartureState, Handover, HandoverState
from services.cadres.domain.handover_errors import (
    DepartureAnnounced,
    DepartureNotFound,
    HandoverNotFound,
    HandoverOpen,
)
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import cadres, handing_over, households, pairings, posts, regions, team_members
from shared.db import Connection, violated_constraint

departures, handovers = handing_over.departures, handing_over.handovers
Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class DepartureLine:
    """A departure with what its readers need: the cadre's name and place, and how much is still open."""

    departure: Departure
    cadre_name: str
    region_code: str
    open_households: int


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """A proposal with the names that its readers need; `head` is masked."""

    handover: Handover
    village_code: str | None
    village: str | None
    head: str | None
    from_name: str
    to_name: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class OpenPost:
    post_id: UUID
    village_code: str
    kind: str
    term_ends_on: date | None


_DEPARTURE = tuple(f.name for f in fields(Departure))
_HANDOVER = tuple(f.name for f in fields(Handover))


async def is_leaving(connection: Connection, cadre_id: UUID) -> bool:
    """Has the cadre an open departure?"""
    statement = select(exists().where(departures.c.cadre_id == cadre_id, departures.c.state == "open"))
    return bool((await connection.execute(statement)).scalar_one())


async def open_departure_of(connection: Connection, cadre_id: UUID) -> Departure | None:
    statement = select(*(departures.c[name] for name in _DEPARTURE)).where(
        departures.c.cadre_id == cadre_id, departures.c.state == "open"
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Departure(**row._mapping)


async def add_departure(connection: Connection, departure: Departure, author: str) -> None:
    """Raises DepartureAnnounced: the database lets a cadre have one open departure."""
    try:
        await connection.execute(insert(departures).values(**asdict(departure), announced_by=author))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_open_departure":
            raise DepartureAnnounced from None
        raise


async def get_departure(connection: Connection, departure_id: UUID, *, lock: bool = False) -> DepartureLine:
    """Raises DepartureNotFound."""
    statement = _departures().where(departures.c.departure_id == departure_id)
    row = (await connection.execute(statement.with_for_update(of=departures) if lock else statement)).one_or_none()
    if row is None:
        raise DepartureNotFound
    return _departure_line(row)


async def departures_of(
    connection: Connection, region: str, state: DepartureState, after: Key | None, limit: int
) -> list[DepartureLine]:
    """Of the cadres of a place, by place and id."""
    statement = (
        _departures()
        .where(under(cadres.c.region_code, region), departures.c.state == state)
        .order_by(cadres.c.region_code, departures.c.departure_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(after_key(cadres.c.region_code, departures.c.departure_id, after))
    return [_departure_line(row) for row in await connection.execute(statement)]


async def end_departure(connection: Connection, departure_id: UUID, state: DepartureState, author: str) -> None:
    await connection.execute(
        update(departures)
        .where(departures.c.departure_id == departure_id)
        .values(state=state, ended_by=author, ended_at=func.now())
    )


async def open_posts_of(connection: Connection, cadre_id: UUID) -> list[OpenPost]:
    """Posts that the cadre holds and resident teams that it belongs to."""
    of_team = team_members.join(
        posts, (posts.c.village_code == team_members.c.village_code) & (posts.c.post_id == team_members.c.post_id)
    )
    columns = (posts.c.post_id, posts.c.village_code, posts.c.kind, posts.c.term_ends_on)
    statement = union_all(
        select(*columns).where(posts.c.holder_cadre_id == cadre_id, posts.c.ended_on.is_(None)),
        select(*columns).select_from(of_team).where(team_members.c.cadre_id == cadre_id, posts.c.ended_on.is_(None)),
    )
    return [OpenPost(*row) for row in await connection.execute(statement)]


async def add_handover(connection: Connection, handover: Handover, author: str) -> None:
    """Raises HandoverOpen: the database lets a household have one open proposal."""
    try:
        await connection.execute(insert(handovers).values(**asdict(handover), proposed_by=author))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_open_handover":
            raise HandoverOpen from None
        raise


async def get_handover(connection: Connection, handover_id: UUID) -> HandoverLine:
    """Raises HandoverNotFound."""
    row = (await connection.execute(_handovers().where(handovers.c.handover_id == handover_id))).one_or_none()
    if row is None:
        raise HandoverNotFound
    return _handover_line(row)


async def handovers_of_cadre(connection: Connection, cadre_id: UUID) -> list[HandoverLine]:
    """Open proposals to this cadre and from it; few, since bounds keep caseloads small."""
    statement = _handovers().where(
        handovers.c.state == "proposed",
        (handovers.c.to_cadre_id == cadre_id) | (handovers.c.from_cadre_id == cadre_id),
    )
    return await _lines(connection, statement.order_by(handovers.c.handover_id))


async def handovers_of_departure(connection: Connection, departure_id: UUID) -> list[HandoverLine]:
    """All that were proposed for a departure, answered ones too, the youngest last."""
    statement = _handovers().where(handovers.c.departure_id == departure_id)
    return await _lines(connection, statement.order_by(handovers.c.handover_id).limit(1_000))


async def handovers_of_region(
    connection: Connection, region: str, state: HandoverState, after: Key | None, limit: int
) -> list[HandoverLine]:
    """Of the households of a place, by village and id."""
    statement = _handovers().where(under(households.c.village_code, region), handovers.c.state == state)
    if after is not None:
        statement = statement.where(after_key(households.c.village_code, handovers.c.handover_id, after))
    return await _lines(connection, statement.order_by(households.c.village_code, handovers.c.handover_id).limit(limit))


async def save_answer(connection: Connection, handover: Handover, author: str) -> None:
    await connection.execute(
        update(handovers)
        .where(handovers.c.household_id == handover.household_id, handovers.c.handover_id == handover.handover_id)
        .values(state=handover.state, answer_note=handover.answer_note, answered_by=author, answered_at=func.now())
    )


def _departures() -> Select[Any]:
    still_open: ColumnElement[int] = (
        select(func.count())
        .where(pairings.c.cadre_id == departures.c.cadre_id, pairings.c.ended_on.is_(None))
        .scalar_subquery()
    )
    return select(
        *(departures.c[name] for name in _DEPARTURE), cadres.c.name, cadres.c.region_code, still_open.label("open")
    ).select_from(departures.join(cadres, cadres.c.cadre_id == departures.c.cadre_id))


def _departure_line(row: Any) -> DepartureLine:
    departure = Departure(**{name: row._mapping[name] for name in _DEPARTURE})
    return DepartureLine(departure, row.name, row.region_code, row.open)


def _handovers() -> Select[Any]:
    giver, receiver = cadres.alias("giver"), cadres.alias("receiver")
    return select(
        *(handovers.c[name] for name in _HANDOVER),
        households.c.village_code,
        regions.c.name.label("village"),
        households.c.head,
        giver.c.name.label("from_name"),
        receiver.c.name.label("to_name"),
        handovers.c.proposed_at,
    ).select_from(
        handovers.join(giver, giver.c.cadre_id == handovers.c.from_cadre_id)
        .join(receiver, receiver.c.cadre_id == handovers.c.to_cadre_id)
        .outerjoin(households, households.c.household_id == handovers.c.household_id)
        .outerjoin(regions, regions.c.code == households.c.village_code)
    )


async def _lines(connection: Connection, statement: Select[Any]) -> list[HandoverLine]:
    rows: Sequence[Any] = (await connection.execute(statement)).all()
    return [_handover_line(row) for row in rows]


def _handover_line(row: Any) -> HandoverLine:
    values = dict(row._mapping)
    handover = Handover(**{name: values.pop(name) for name in _HANDOVER})
    return HandoverLine(handover, **values)
