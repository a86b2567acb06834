"""What callers asked, of all processes together: only of those who ask much, and under digests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.gateway.storage.tables import request_counts
from shared.db import Connection, Database

KEPT = timedelta(minutes=10)


class RequestCounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, began: int, more: Mapping[str, int]) -> dict[str, int]:
        """Adds to the counts of a span (its beginning in seconds since 1970); key → the count of all processes."""
        t = request_counts.c
        keys = {sha256(key.encode("utf-8", "replace")).digest(): key for key in more}
        at = datetime.fromtimestamp(began, UTC)
        # In one order, so that no two processes wait for each other.
        rows = [{"began_at": at, "key_sha256": digest, "asked": more[keys[digest]]} for digest in sorted(keys)]
        row = insert(request_counts).values(rows)
        counted = row.on_conflict_do_update(
            index_elements=["began_at", "key_sha256"], set_={"asked": t.asked + row.excluded.asked}
        ).returning(t.key_sha256, t.asked)
        async with self._database.transaction() as connection:
            return {keys[bytes(digest)]: asked for digest, asked in (await connection.execute(counted)).all()}


async def forget_request_counts(connection: Connection, now: datetime) -> None:
    await connection.execute(delete(request_counts).where(request_counts.c.began_at < now - KEPT))
