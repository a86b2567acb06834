"""How the households of a place were spread over the bins and totals of a run."""

from collections import Counter
from uuid import UUID

from sqlalchemy import func, select

from services.credit.storage.tables import scores
from shared.db import Connection
from shared.regions import prefix_range


async def bin_counts(connection: Connection, run_id: UUID, region: str, attributes: int) -> list[Counter[str]]:
    """For every attribute in card order the households by bin."""
    low, high = prefix_range(region)
    bins = func.unnest(scores.c.bins).table_valued("bin", with_ordinality="place", name="one").render_derived()
    statement = (
        select(bins.c.place, bins.c.bin, func.count().label("households"))
        .select_from(scores.join(bins, onclause=scores.c.run_id.is_not(None)))
        .where(scores.c.run_id == run_id, scores.c.village_code >= low, scores.c.village_code < high)
        .group_by(bins.c.place, bins.c.bin)
    )
    found: list[Counter[str]] = [Counter() for _ in range(attributes)]
    for row in await connection.execute(statement):
        found[row.place - 1][row.bin] = row.households
    return found


async def total_counts(connection: Connection, run_id: UUID, region: str) -> Counter[int]:
    """The rated households by total."""
    low, high = prefix_range(region)
    statement = (
        select(scores.c.total, func.count().label("households"))
        .where(scores.c.run_id == run_id, scores.c.village_code >= low, scores.c.village_code < high)
        .where(scores.c.total.is_not(None))
        .group_by(scores.c.total)
    )
    return Counter({row.total: row.households for row in await connection.execute(statement)})
