"""What is the prefecture still without? Townships to fill, and places to grade; what is there is left alone."""

from collections.abc import Collection

from sqlalchemy import func, select

from bashan.demo.population import DemoPlan
from bashan.demo.stores import Stores
from services.cadres.storage.tables import cadres, pairings
from services.credit.storage.tables import directory, facts, taken_over
from services.households.storage.tables import households

_DIGITS_BELOW = {4: 6, 6: 9, 9: 12}


async def townships_to_fill(stores: Stores, plan: DemoPlan) -> list[str]:
    """Those with a village without households or credit files, or with fewer pairings than poor households."""
    async with stores.households.transaction() as connection:
        lived_in = set((await connection.execute(select(households.c.village_code).distinct())).scalars())
    async with stores.credit.transaction() as connection:
        filed = set((await connection.execute(select(facts.c.village_code).distinct())).scalars())
    async with stores.cadres.transaction() as connection:
        counted = await connection.execute(
            select(cadres.c.region_code, func.count())
            .join(pairings, pairings.c.cadre_id == cadres.c.cadre_id)
            .where(pairings.c.demonstration)
            .group_by(cadres.c.region_code)
        )
        helped = {row[0]: row[1] for row in counted}
    there = lived_in & filed
    return [
        township
        for township, units in plan.townships.items()
        if not all(unit.row.code in there for unit in units)
        or helped.get(township, 0) < sum(unit.row.poor_households for unit in units)
    ]


async def places_to_grade(stores: Stores, prefecture: str) -> list[str]:
    """Where only invented people live and nothing has been taken over, in as few places as may be."""
    async with stores.credit.transaction() as connection:
        rows = await connection.execute(
            select(directory.c.village_code, func.bool_and(directory.c.demonstration)).group_by(
                directory.c.village_code
            )
        )
        invented = {row[0]: row[1] for row in rows}
        taken = set((await connection.execute(select(taken_over.c.village_code))).scalars())
    closed = taken | {code for code, only in invented.items() if not only}
    return largest_places(prefecture, invented.keys(), closed)


def largest_places(within: str, villages: Collection[str], closed: Collection[str]) -> list[str]:
    """The places under `within` that hold all villages but the closed ones, each as large as it can be.

    >>> largest_places("5119", ["511901001001", "511902001001", "511902001002"], ["511902001001"])
    ['511901', '511902001002']
    """
    inside = [code for code in villages if code.startswith(within)]
    if not inside:
        return []
    if not any(code.startswith(within) for code in closed):
        return [within]
    if len(within) not in _DIGITS_BELOW:
        return []
    parts = sorted({code[: _DIGITS_BELOW[len(within)]] for code in inside})
    return [place for part in parts for place in largest_places(part, inside, closed)]
