"""Until when what was drawn from loans stays true, and whose has grown old."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.credit.storage.tables import clocks, facts, loan_events
from shared.db import Connection
from shared.regions import prefix_range

held = clocks.loan_facts_until


async def hold_until(connection: Connection, days: Mapping[UUID, date]) -> None:
    """Keeps the last day for each household, in one statement."""
    if not days:
        return
    given = (
        func.unnest(
            bindparam("households", list(days), ARRAY(Uuid)), bindparam("days", list(days.values()), ARRAY(Date))
        )
        .table_valued(column("household_id", Uuid), column("until", Date))
        .render_derived(name="given")
    )
    kept = insert(held).from_select(["household_id", "until"], select(given.c.household_id, given.c.until))
    await connection.execute(
        kept.on_conflict_do_update(index_elements=["household_id"], set_={"until": kept.excluded.until})
    )


async def grown_old(connection: Connection, region: str, day: date, limit: int) -> list[UUID]:
    """Households of a place with a file and reported loans, of which it is not known that they still hold on a day."""
    low, high = prefix_range(region)
    reported = select(loan_events.c.household_id).where(
        loan_events.c.household_id == facts.c.household_id, loan_events.c.applied
    )
    known = select(held.c.household_id).where(held.c.household_id == facts.c.household_id, held.c.until >= day)
    statement = (
        select(facts.c.household_id)
        .where(facts.c.village_code >= low, facts.c.village_code < high, reported.exists(), ~known.exists())
        .limit(limit)
    )
    return list(await connection.scalars(statement))
