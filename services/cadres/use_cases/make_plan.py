"""The job that works a pairing plan out: reads households and cadres, asks the rule, keeps what it proposes."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from services.cadres.domain.pairing_plan import PairingPlan, PlanCadre, PlanHousehold, plan_pairings
from services.cadres.domain.plan_figures import PlanFigures, figures_of
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.plan_repository import (
    get_plan,
    helped_villages,
    planned_cadres,
    planned_households,
    save_plan,
)
from shared.db import Database
from shared.jobs import Progress


async def make_plan(database: Database, policies: Sequence[Policy], plan_id: UUID, progress: Progress) -> None:
    """Run twice it proposes the same as long as nobody pairs meanwhile; a plan that is made already stays.

    What it writes is only the proposal, so the feeds wait for it as long as the writing takes (a second or two for
    a prefecture), not for the reading and computing, which come before.
    """
    async with database.transaction() as connection:
        plan = await get_plan(connection, plan_id)
        if plan.state != "computing":
            return
        villages = None
        if plan.unit_id is not None:
            villages = await helped_villages(connection, plan.unit_id, plan.region, plan.as_of)
        households = await planned_households(connection, plan.region, villages)
        helpers = {one.cadre_id for one in households if one.cadre_id is not None}
        bounds = policy_at(policies, plan.as_of).most_households
        cadres = await planned_cadres(connection, plan.region, plan.unit_id, helpers, bounds, plan.as_of)
    proposed, figures = await asyncio.to_thread(_work_out, households, cadres)
    async with database.transaction() as connection:
        await save_plan(connection, plan_id, proposed, figures, cadres)
    progress.done = progress.total = figures.households
    progress.accepted, progress.refused = figures.households - figures.left_out, figures.left_out
    progress.result = {"plan_url": f"/v1/pairing-plans/{plan_id}"}


def _work_out(households: list[PlanHousehold], cadres: list[PlanCadre]) -> tuple[PairingPlan, PlanFigures]:
    plan = plan_pairings(households, cadres)
    return plan, figures_of(plan, cadres)
