"""One village of the demonstration has plans: its three years, its poor households' measures and income, its fund.

Through the services' own use cases, by two invented persons, so that each login of the demonstration may go on with it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

from bashan.demo.population import DemoUnit
from bashan.environment import Ground
from services.households.domain.income_plan import Project
from services.households.domain.measure import MeasureFacts
from services.households.domain.plan_policy import PlanPolicy, policy_at
from services.households.domain.reserve_order import ReserveOrder
from services.households.domain.village_plan import VillageProject
from services.households.storage import tables
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.plan_policy_file import load_plan_policies
from services.households.storage.village_plan_repository import village_plans_of
from services.households.use_cases.draft_dividend import DividendOrder, draft_dividend
from services.households.use_cases.fund_village import FundVillage
from services.households.use_cases.plan_income import make_income_plan
from services.households.use_cases.plan_measure import plan_measure
from services.households.use_cases.plan_village import draft_village_plan
from services.households.use_cases.reserve_tranches import ReserveTranches
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection, Database
from shared.hash_chain import AuditTrail
from shared.ids import new_id
from shared.web.assemble import field_cipher

HOUSEHOLDS, PAID = 6, 3
TRANCHE_CENTS = 500_00
PROJECTS = (Project("茶园 3 亩", 620_000), Project("生猪 8 头", 450_000))
INCOME_CENTS = 360_000_00


async def plan_one_village(on: Ground, unit: DemoUnit) -> None:
    """Does nothing where the village has a plan already."""
    village = unit.plan.row.code
    poor = [UUID(one.household_id) for one in unit.households if one.on_poverty_list][:HOUSEHOLDS]
    database = Database(on.urls["households"].jobs, pool_size=1, name="demo-plans")
    try:
        async with database.transaction() as connection:
            if not await village_plans_of(connection, village):
                await _Desk(on, connection, village).plan(poor)
    finally:
        await database.close()


class _Desk:
    def __init__(self, on: Ground, connection: Connection, village: str) -> None:
        self._connection = connection
        self._village = village
        self._households = HouseholdRepository(field_cipher("households", on.secrets_dir))
        self._clock = Clock()
        self._audit = AuditTrail(tables.audit_events)

    async def plan(self, poor: Sequence[UUID]) -> None:
        today = self._clock.today()
        policy = policy_at(load_plan_policies(), today)
        first, second = self._official("示范经办人甲"), self._official("示范经办人乙")
        await self._plan_village(policy, first, today.year)
        for household_id in poor:
            await self._plan_household(policy, first, household_id, today)
        await self._fund(first, second, len(poor) * policy.reserve_cents_per_household, today)
        for household_id in poor[:PAID]:
            asked = await self._tranches(policy, first).request(household_id, new_id(), TRANCHE_CENTS, "购买鸡苗", None)
            paying = self._tranches(policy, second)
            await paying.pay(household_id, asked.tranche_id, asked.version, today, "示范凭证")
        order = DividendOrder(today.year, INCOME_CENTS, poor_also_ordinary=False, weights=())
        await draft_dividend(self._connection, policy, first, self._village, new_id(), order)

    async def _fund(self, first: Principal, second: Principal, amount_cents: int, on: date) -> None:
        def steps(who: Principal) -> FundVillage:
            return FundVillage(self._connection, who, self._audit, self._clock, asdict)

        order = ReserveOrder(
            self._village, new_id(), "allocation", amount_cents, on, "示范拨款", first.subject, first.name
        )
        await steps(first).order(order)
        await steps(second).confirm(self._village, order.order_id, order.version)

    async def _plan_village(self, policy: PlanPolicy, who: Principal, year: int) -> None:
        projects = (
            VillageProject("通组路硬化 2 公里", year, 80_000_000, "村两委"),
            VillageProject("茶叶加工点", year + 1, 35_000_000, "村集体经济组织"),
        )
        await draft_village_plan(
            self._connection,
            policy,
            who,
            self._village,
            plan_id=new_id(),
            first_year=year,
            aim="示范规划：三年通路、兴茶、增收",
            projects=projects,
        )

    async def _plan_household(self, policy: PlanPolicy, who: Principal, household_id: UUID, today: date) -> None:
        facts = MeasureFacts(
            "public_service_job", "护林员公益性岗位", "镇林业站", 600_000, today, today + timedelta(days=365)
        )
        await plan_measure(self._connection, self._households, policy, who, household_id, new_id(), facts)
        await make_income_plan(self._connection, self._households, who, household_id, today.year, PROJECTS)

    def _official(self, name: str) -> Principal:
        scopes: dict[str, tuple[str, ...]] = {
            "village_official": (self._village,),
            "county_official": (self._village[:6],),
        }
        return Principal(f"demonstration:{name}", name, frozenset(scopes), scopes, "demonstration", 0)

    def _tranches(self, policy: PlanPolicy, who: Principal) -> ReserveTranches:
        return ReserveTranches(
            self._connection, self._households, policy, who, self._audit, self._clock, lambda one: {"state": one.state}
        )
