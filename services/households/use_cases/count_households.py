"""How many households of each kind does a place have?"""

from dataclasses import dataclass

from services.households.domain.household import REGISTERED_POOR
from services.households.storage.count_repository import figures_of
from services.households.storage.region_repository import get_region
from shared.auth import Principal
from shared.db import Connection
from shared.small_cells import public_cells, public_figure


@dataclass(frozen=True, slots=True)
class Counts:
    """`by`: grouping → (value, households); None where a small cell is held back. Without `exact` the asker may not see
    the rows, and every figure is rounded down to a multiple of five."""

    households: int | None
    registered_poor: int | None
    by: dict[str, list[tuple[str | None, int | None]]]
    exact: bool


async def count_households(connection: Connection, who: Principal, region: str) -> Counts:
    """A household with several causes counts with each. Raises RegionNotFound."""
    await get_region(connection, region)
    counted = await figures_of(connection, region)
    by_status = dict(counted["status"])
    total, poor = sum(by_status.values()), sum(by_status.get(status, 0) for status in REGISTERED_POOR)
    if who.official_for(region):
        return Counts(total, poor, {name: list(cells) for name, cells in counted.items()}, exact=True)
    held_back = {name: public_cells(cells) for name, cells in counted.items()}
    return Counts(public_figure(total), public_figure(poor), held_back, exact=False)
