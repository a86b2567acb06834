"""Many rows at once: what is there already stays as it is."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.posting import FIRST_SECRETARY, Posting
from services.cadres.domain.unit import Unit
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.coverage_repository import ids, note_pairings_begun, note_posts_begun
from services.cadres.storage.pairing_repository import pairing_row
from services.cadres.storage.post_repository import first_secretary_row, posting_row, team_rows
from services.cadres.storage.queries import given_rows
from services.cadres.storage.tables import cadres, first_secretaries, pairings, posts, team_members, units
from shared.db import Connection

ROWS_AT_ONCE = 5_000
T = TypeVar("T")


def chunks(things: Sequence[T], size: int = ROWS_AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


async def insert_units(connection: Connection, new: Sequence[Unit]) -> set[UUID]:
    rows = [{f: getattr(unit, f) for f in Unit.__dataclass_fields__} for unit in new]
    return await _insert(connection, units, "unit_id", rows)


async def insert_cadres(connection: Connection, repository: CadreRepository, new: Sequence[Cadre]) -> set[UUID]:
    return await _insert(connection, cadres, "cadre_id", [repository.row(cadre) for cadre in new])


async def insert_pairings(connection: Connection, new: Sequence[Pairing], author: str) -> set[UUID]:
    """A household that has a cadre already keeps that one."""
    done = await _insert(connection, pairings, "pairing_id", [pairing_row(pairing, author) for pairing in new])
    await note_pairings_begun(connection, ids(pairings.c.pairing_id, done))
    return done


async def insert_postings(connection: Connection, new: Sequence[Posting], author: str) -> set[UUID]:
    """A held post stays with its holder. Raises IntegrityError for a first secretary who has another village."""
    done = await _insert(connection, posts, "post_id", [posting_row(posting, author) for posting in new])
    await note_posts_begun(connection, ids(posts.c.post_id, done))
    fresh = [posting for posting in new if posting.post_id in done]
    members = [row for posting in fresh for row in team_rows(posting)]
    secretaries = [first_secretary_row(posting) for posting in fresh if posting.kind == FIRST_SECRETARY]
    for table, rows in ((team_members, members), (first_secretaries, secretaries)):
        if rows:
            await connection.execute(insert(table), rows)
    return done


async def _insert(connection: Connection, table: Table, key: str, rows: list[dict[str, Any]]) -> set[UUID]:
    """The keys of the rows that were new."""
    if not rows:
        return set()
    statement = insert(table).from_select(list(rows[0]), given_rows(table, rows))
    return set((await connection.execute(statement.on_conflict_do_nothing().returning(table.c[key]))).scalars())
