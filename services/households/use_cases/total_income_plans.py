"""What do the ten-thousand-yuan plans of a place come to in a year?"""

from dataclasses import dataclass

from services.households.domain.income_plan import IncomeTotals
from services.households.domain.public_count import SMALL_CELL
from services.households.domain.rate import Rate, rate
from services.households.storage.income_plan_repository import income_totals, registered_poor_in
from services.households.storage.region_repository import get_region
from shared.auth import Principal
from shared.db import Connection

COVERED_BASE = "本地建档立卡户数"
ACHIEVED_BASE = "计划增收额（分）"


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """None throughout where so few households stand behind the sums that they would tell of one."""

    totals: IncomeTotals | None
    covered: Rate | None
    achieved: Rate | None


async def total_income_plans(connection: Connection, who: Principal, region: str, year: int) -> PlanSummary:
    """Raises RegionNotFound."""
    await get_region(connection, region)
    totals = await income_totals(connection, region, year)
    if totals.plans < SMALL_CELL and not who.official_for(region):
        return PlanSummary(None, None, None)
    poor = await registered_poor_in(connection, region)
    return PlanSummary(
        totals,
        rate(totals.plans, poor, COVERED_BASE),
        rate(totals.achieved_cents, totals.expected_cents, ACHIEVED_BASE),
    )
