"""Postings: rows in, domain objects out; who holds or held a village's posts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.errors import FirstSecretaryElsewhere, PostAlreadyHeld, PostNotFound, PostStale
from services.cadres.domain.posting import FIRST_SECRETARY, Posting, PostKind, TeamMember
from services.cadres.storage.coverage_repository import note_posts_begun, note_posts_ended
from services.cadres.storage.queries import on_day
from services.cadres.storage.tables import cadres, first_secretaries, posts, team_members, units
from shared.db import Connection, violated_constraint
from shared.errors import Failure

_HELD: Mapping[str, type[Failure]] = {
    "one_holder_per_post": PostAlreadyHeld,
    "one_village_per_first_secretary": FirstSecretaryElsewhere,
}
_PLAIN = (
    "post_id",
    "village_code",
    "kind",
    "started_on",
    "letter",
    "term_ends_on",
    "ended_on",
    "end_reason",
    "end_note",
    "demonstration",
    "version",
)


async def get_posting(connection: Connection, post_id: UUID) -> Posting:
    """Raises PostNotFound."""
    row = (await connection.execute(select(posts).where(posts.c.post_id == post_id))).one_or_none()
    if row is None:
        raise PostNotFound
    return (await _with_teams(connection, [row]))[0]


async def postings_of_village(connection: Connection, village_code: str, day: date) -> dict[PostKind, Posting]:
    """Who holds which post on a day, by kind; a vacant post is not there."""
    rows = await connection.execute(select(posts).where(posts.c.village_code == village_code, on_day(posts, day)))
    return {posting.kind: posting for posting in await _with_teams(connection, rows.all())}


async def add_posting(connection: Connection, posting: Posting, author: str) -> None:
    """Raises PostAlreadyHeld, FirstSecretaryElsewhere: both are the database's decisions."""
    try:
        await connection.execute(insert(posts).values(**posting_row(posting, author)))
        await note_posts_begun(connection, _this(posting))
        if posting.members:
            await connection.execute(insert(team_members), team_rows(posting))
        if posting.kind == FIRST_SECRETARY:
            await connection.execute(insert(first_secretaries).values(**first_secretary_row(posting)))
    except IntegrityError as failure:
        known = _HELD.get(violated_constraint(failure))
        if known is None:
            raise
        raise known from None


async def save_end(connection: Connection, posting: Posting, expected_version: int, author: str) -> None:
    """Writes the end of a posting. Raises PostStale."""
    written = await connection.execute(
        update(posts)
        .where(_this(posting), posts.c.version == expected_version)
        .values(
            ended_on=posting.ended_on,
            end_reason=posting.end_reason,
            end_note=posting.end_note,
            ended_by=author,
            version=posting.version,
        )
    )
    if written.rowcount != 1:
        raise PostStale
    await note_posts_ended(connection, _this(posting))
    if posting.kind == FIRST_SECRETARY:
        await connection.execute(
            update(first_secretaries)
            .where(first_secretaries.c.cadre_id == posting.cadre_id, first_secretaries.c.post_id == posting.post_id)
            .values(ended_on=posting.ended_on)
        )


def _this(posting: Posting) -> ColumnElement[bool]:
    return and_(posts.c.village_code == posting.village_code, posts.c.post_id == posting.post_id)


async def names_of(connection: Connection, postings: Sequence[Posting]) -> dict[UUID, str]:
    """The names of all cadres and units that these postings name."""
    cadre_ids = {cadre_id for posting in postings for cadre_id in posting.people}
    unit_ids = {posting.unit_id for posting in postings if posting.unit_id}
    found: dict[UUID, str] = {}
    for ids, table, key in ((cadre_ids, cadres, cadres.c.cadre_id), (unit_ids, units, units.c.unit_id)):
        if ids:
            rows = await connection.execute(select(key, table.c.name).where(key.in_(ids)))
            found.update({row[0]: row[1] for row in rows})
    return found


def posting_row(posting: Posting, author: str) -> dict[str, Any]:
    """The row as stored, also used by bulk loading."""
    return {
        **{name: getattr(posting, name) for name in _PLAIN},
        "holder_cadre_id": posting.cadre_id,
        "holder_unit_id": posting.unit_id,
        "posted_by": author,
    }


def team_rows(posting: Posting) -> list[dict[str, Any]]:
    return [
        {
            "village_code": posting.village_code,
            "post_id": posting.post_id,
            "cadre_id": member.cadre_id,
            "role": member.role,
        }
        for member in posting.members
    ]


def first_secretary_row(posting: Posting) -> dict[str, Any]:
    return {
        "cadre_id": posting.cadre_id,
        "post_id": posting.post_id,
        "village_code": posting.village_code,
        "started_on": posting.started_on,
        "ended_on": posting.ended_on,
    }


async def _with_teams(connection: Connection, rows: Sequence[Row[Any]]) -> list[Posting]:
    keys = [(row.village_code, row.post_id) for row in rows]
    members: dict[UUID, list[TeamMember]] = {}
    if keys:
        found = await connection.execute(
            select(team_members)
            .where(tuple_(team_members.c.village_code, team_members.c.post_id).in_(keys))
            .order_by(team_members.c.role, team_members.c.cadre_id)
        )
        for member in found:
            members.setdefault(member.post_id, []).append(TeamMember(member.cadre_id, member.role))
    return [_posting(row, tuple(members.get(row.post_id, ()))) for row in rows]


def _posting(row: Row[Any], members: tuple[TeamMember, ...]) -> Posting:
    values = {name: row._mapping[name] for name in _PLAIN}
    return Posting(**values, cadre_id=row.holder_cadre_id, unit_id=row.holder_unit_id, members=members)
