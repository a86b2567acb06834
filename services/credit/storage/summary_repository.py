"""The figures of wide places as they were last counted: a county has too many households to count at each request."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.credit.storage.tables import clocks
from shared.db import Connection

place_summaries = clocks.place_summaries


async def kept_summary(
    connection: Connection, region: str, day: date, since: datetime
) -> tuple[dict[str, Any], datetime] | None:
    """The figures counted for that day at `since` or later, and when; None when there are none."""
    found = await connection.execute(
        select(place_summaries.c.figures, place_summaries.c.counted_at).where(
            place_summaries.c.region == region, place_summaries.c.day == day, place_summaries.c.counted_at >= since
        )
    )
    row = found.one_or_none()
    return None if row is None else (row.figures, row.counted_at)


async def keep_summary(
    connection: Connection, region: str, day: date, counted_at: datetime, figures: Mapping[str, Any]
) -> None:
    row = {"region": region, "day": day, "counted_at": counted_at, "figures": dict(figures)}
    statement = insert(place_summaries).values(row)
    await connection.execute(statement.on_conflict_do_update(index_elements=["region"], set_=row))


async def last_counted_at(connection: Connection) -> datetime | None:
    """When the summary that is longest not counted was; None when none is kept."""
    found: datetime | None = await connection.scalar(select(func.min(place_summaries.c.counted_at)))
    return found


async def forget_summaries(connection: Connection) -> None:
    """So many grades or titles change at once that what was counted is of another day."""
    await connection.execute(delete(place_summaries))
