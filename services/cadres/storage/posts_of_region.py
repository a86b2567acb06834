"""All posts of a place on a day, with everyone whom they name: what alarms and summaries are made from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.posting import Posting, TeamMember
from services.cadres.storage.queries import VILLAGE, on_day, under
from services.cadres.storage.tables import cadres, posts, regions, team_members
from shared.db import Connection

_POSTING = tuple(posts.c[f.name] for f in fields(Posting) if f.name not in {"cadre_id", "unit_id", "members"})
_PUBLIC = tuple(cadres.c[f.name] for f in fields(Cadre) if f.name not in {"phone", "subject"})


@dataclass(frozen=True, slots=True)
class Place:
    """A village with its name."""

    code: str
    name: str
    poor: bool


async def villages_of(connection: Connection, region: str) -> list[Place]:
    """Villages and communities of a place, by code."""
    rows = await connection.execute(
        select(regions.c.code, regions.c.name, regions.c.poor_village)
        .where(regions.c.level == VILLAGE, under(regions.c.code, region))
        .order_by(regions.c.code)
    )
    return [Place(*row) for row in rows]


async def names_of_places(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    rows = await connection.execute(select(regions.c.code, regions.c.name).where(regions.c.code.in_(codes)))
    return {row[0]: row[1] for row in rows}


async def postings_of_region(connection: Connection, region: str, day: date) -> list[Posting]:
    """Those that hold in the place on the day, and those elsewhere of the same people."""
    here = await _postings(connection, under(posts.c.village_code, region), day)
    people = {one for posting in here for one in posting.people}
    return here + await _elsewhere(connection, people, region, day)


async def people_of(connection: Connection, cadre_ids: Collection[UUID]) -> dict[UUID, Cadre]:
    """Cadres without phone and login."""
    rows = await connection.execute(select(*_PUBLIC).where(cadres.c.cadre_id == _any(cadre_ids)))
    return {row.cadre_id: Cadre(**row._mapping) for row in rows}


async def _elsewhere(connection: Connection, people: Collection[UUID], region: str, day: date) -> list[Posting]:
    of_team = select(team_members.c.post_id).where(team_members.c.cadre_id == _any(people))
    theirs = or_(posts.c.holder_cadre_id == _any(people), posts.c.post_id.in_(of_team))
    return await _postings(connection, ~under(posts.c.village_code, region) & theirs, day)


async def _postings(connection: Connection, which: Any, day: date) -> list[Posting]:
    of_team = team_members.join(
        posts, (posts.c.village_code == team_members.c.village_code) & (posts.c.post_id == team_members.c.post_id)
    )
    found = await connection.execute(
        select(team_members.c.post_id, team_members.c.cadre_id, team_members.c.role)
        .select_from(of_team)
        .where(which, on_day(posts, day))
        .order_by(team_members.c.role, team_members.c.cadre_id)
    )
    teams: dict[UUID, list[TeamMember]] = {}
    for member in found:
        teams.setdefault(member.post_id, []).append(TeamMember(member.cadre_id, member.role))
    rows: Sequence[Any] = (
        await connection.execute(
            select(*_POSTING, posts.c.holder_cadre_id.label("cadre_id"), posts.c.holder_unit_id.label("unit_id"))
            .where(which, on_day(posts, day))
            .order_by(posts.c.village_code, posts.c.kind)
        )
    ).all()
    return [Posting(**row._mapping, members=tuple(teams.get(row.post_id, ()))) for row in rows]


def _any(ids: Collection[UUID]) -> Any:
    """One array, however many there are."""
    return func.any(bindparam(None, list(ids), ARRAY(Uuid), unique=True))
