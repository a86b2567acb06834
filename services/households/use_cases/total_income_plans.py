"""What do the ten-thousand-yuan plans of a place come to in a year?"""

from dataclasses import dataclass

from services.households.domain.income_plan import IncomeTotals
from services.households.domain.rate import Rate, rate
from services.households.storage.income_plan_repository import income_totals, registered_poor_in
from services.households.storage.region_repository import get_region
from shared.auth import Principal
from shared.db import Connection
from shared.small_cells import public_figure

COVERED_BASE = "本地建档立卡户数"
ACHIEVED_BASE = "计划增收额（分）"


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """To who may not see the rows: the number of plans and the share covered, of rounded figures, and no money. A sum
    less the sums of its parts would tell what one household plans."""

    plans: int | None
    totals: IncomeTotals | None
    covered: Rate | None
    achieved: Rate | None


async def total_income_plans(connection: Connection, who: Principal, region: str, year: int) -> PlanSummary:
    """Raises RegionNotFound."""
    await get_region(connection, region)
    totals = await income_totals(connection, region, year)
    poor = await registered_poor_in(connection, region)
    if not who.official_for(region):
        plans, base = public_figure(totals.plans), public_figure(poor)
        shown = plans is not None and base is not None
        return PlanSummary(plans, None, rate(plans or 0, base or 0, COVERED_BASE) if shown else None, None)
    return PlanSummary(
        totals.plans,
        totals,
        rate(totals.plans, poor, COVERED_BASE),
        rate(totals.achieved_cents, totals.expected_cents, ACHIEVED_BASE),
    )
