"""What partners asked, counted for all processes together."""

from datetime import UTC, datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from services.gateway.domain.partner_quota import Span
from services.gateway.storage.tables import partner_usage
from shared.db import Connection, Database, HotStatement


class Usage:
    def __init__(self, database: Database) -> None:
        t = partner_usage.c
        names = ("client_id", "span", "began_at", "asked", "refused")
        row = insert(partner_usage).values({name: bindparam(name, required=True, type_=t[name].type) for name in names})
        more = {"asked": t.asked + row.excluded.asked, "refused": t.refused + row.excluded.refused}
        counted = row.on_conflict_do_update(index_elements=["client_id", "span", "began_at"], set_=more)
        self._add = HotStatement(database, counted.returning(t.asked, t.refused))

    async def add(self, client_id: str, span: Span, began: int, *, asked: int, refused: int = 0) -> tuple[int, int]:
        """The counts of all processes after this, asked and refused."""
        (row,) = await self._add.rows(
            client_id=client_id,
            span=span.name,
            began_at=datetime.fromtimestamp(began, UTC),
            asked=asked,
            refused=refused,
        )
        return row["asked"], row["refused"]


async def forget_usage(connection: Connection, before: datetime) -> None:
    await connection.execute(delete(partner_usage).where(partner_usage.c.began_at < before))
