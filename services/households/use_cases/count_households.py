"""How many households of each kind does a place have?"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.households.domain.household import REGISTERED_POOR
from services.households.storage.household_search import count_by
from services.households.storage.region_repository import get_region
from shared.auth import Principal
from shared.db import Connection

SMALL_CELL = 5
GROUPINGS = ("status", "poverty_type", "monitoring_type", "year")


@dataclass(frozen=True, slots=True)
class Counts:
    """`by`: grouping → (value, households); None households where a small cell is held back."""

    households: int
    registered_poor: int | None
    by: dict[str, list[tuple[str | None, int | None]]]


async def count_households(connection: Connection, who: Principal, region: str) -> Counts:
    """Whoever may not see the rows gets no cell below 5, and no total from which one could be worked out.

    Raises RegionNotFound.
    """
    await get_region(connection, region)
    sees_rows = who.official_for(region)
    counted = {name: await count_by(connection, region, name) for name in GROUPINGS}
    by_status = dict(counted["status"])
    poor = sum(by_status.get(status, 0) for status in REGISTERED_POOR)
    by = {name: hold_back_small([(_text(v), n) for v, n in rows], sees_rows) for name, rows in counted.items()}
    return Counts(sum(by_status.values()), poor if sees_rows or poor >= SMALL_CELL else None, by)


def hold_back_small(rows: Sequence[tuple[str | None, int]], sees_rows: bool) -> list[tuple[str | None, int | None]]:
    """Cells below 5 are held back; when only one would be, the next smallest too, or the total would tell it."""
    small = [index for index, (_, number) in enumerate(rows) if 0 < number < SMALL_CELL]
    if sees_rows or not small:
        return list(rows)
    if len(small) == 1 and len(rows) > 1:
        others = [index for index in range(len(rows)) if index != small[0]]
        small.append(min(others, key=lambda index: rows[index][1]))
    return [(value, None if index in small else number) for index, (value, number) in enumerate(rows)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
