"""What all work on monitoring cases shares: the household held, a step and its feed written together."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.monitoring_case import MonitoringCase
from services.households.domain.monitoring_policy import MonitoringPolicy, MonitoringRules
from services.households.domain.working_days import DueDay
from services.households.storage.case_repository import add_step
from services.households.storage.duty_feed import duties_of
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step, and as what: household, helper, official, or rule where a change of theirs brought it about."""

    subject: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction's monitoring, on one day."""

    connection: Connection
    households: HouseholdRepository
    change_log: ChangeLog
    rules: MonitoringRules
    today: date

    @property
    def policy(self) -> MonitoringPolicy:
        return self.rules.at(self.today)

    @property
    def check_due(self) -> DueDay:
        """By when a household must be visited of which something was found today."""
        return self.rules.calendar.due(self.today, self.policy.check_within_working_days)

    async def hold(self, who: Principal, household_id: UUID) -> tuple[Household, Actor]:
        """The household, locked until the end, so that its cases are worked on by one at a time.

        Raises HouseholdNotFound, also for one that the asker may not know of, and HouseholdClosed.
        """
        household = await self.households.get(self.connection, household_id, lock=True)
        role = await role_towards(self.connection, who, household_id, household.facts.village_code)
        household.require_open()
        return household, Actor(who.subject, who.name, role)

    async def written(self, case: MonitoringCase, actor: Actor, note: str | None = None) -> None:
        """Keeps the step and tells the siblings; the case itself is saved already."""
        await add_step(self.connection, case, actor=actor.subject, actor_name=actor.name, role=actor.role, note=note)
        await self.change_log.append(self.connection, await duties_of(self.connection, [case.household_id]))
