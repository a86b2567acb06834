"""A round of a place is made: yearly watches are opened (四个不摘), incomes under the line and those whom the
register names as monitored are found.

Households come in stretches, a short transaction each. Killed anywhere it is run again: what was told stays told.
"""

from uuid import UUID

from services.households.domain.case_steps import to_be_checked
from services.households.domain.monitoring_case import MonitoringCase
from services.households.domain.monitoring_policy import MonitoringRules
from services.households.domain.opens_case import WATCH, income_under_line, named_by_register, yearly_watch
from services.households.storage.duty_feed import duties_of
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.round_repository import (
    RoundHousehold,
    add_watches,
    count_households,
    next_households,
)
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.take_findings import take_findings
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Job, Progress

STRETCH = 200


class MonitoringRound:
    """Runs the jobs that `order_round` queues. `database` is that of the jobs role."""

    def __init__(
        self,
        database: Database,
        households: HouseholdRepository,
        change_log: ChangeLog,
        rules: MonitoringRules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._households = households
        self._change_log = change_log
        self._rules = rules
        self._clock = clock

    async def run(self, job: Job, progress: Progress) -> None:
        """Counts households into `progress.done`, opened watches and new findings into its result."""
        region = job.input["region"]
        actor = Actor(job.ordered_by, job.input["actor_name"], "rule")
        progress.done, progress.accepted = 0, 0
        progress.result = {"watches": 0, "under_line": 0, "named": 0}
        after: tuple[str, UUID] | None = None
        async with self._database.transaction() as connection:
            progress.total = await count_households(connection, region)
        while True:
            async with self._database.transaction() as connection:
                desk = Desk(connection, self._households, self._change_log, self._rules, self._clock.today())
                key = yearly_watch(desk.today).key
                found, after = await next_households(connection, region, after, key, STRETCH)
                watches = await _watch(desk, [one for one in found if one.to_watch], actor)
                named = await _find_named(desk, found, actor)
                under_line = await _find_low_incomes(desk, found, actor)
            if after is None:
                return
            progress.done += len(found)
            progress.accepted += watches + under_line + named
            progress.result["watches"] += watches
            progress.result["under_line"] += under_line
            progress.result["named"] += named


async def _watch(desk: Desk, households: list[RoundHousehold], actor: Actor) -> int:
    if not households:
        return 0
    due = desk.rules.calendar.due(desk.today, desk.policy.watch_within_working_days)
    watches = [
        to_be_checked(MonitoringCase(one.household_id, new_id(), WATCH, desk.today, danger=WATCH), due)
        for one in households
    ]
    await add_watches(desk.connection, watches, yearly_watch(desk.today), actor.subject, actor.name)
    duties = await duties_of(desk.connection, [case.household_id for case in watches])
    await desk.change_log.append_many(desk.connection, duties)
    return len(watches)


async def _find_low_incomes(desk: Desk, households: list[RoundHousehold], actor: Actor) -> int:
    taken = 0
    for one in households:
        found = income_under_line(one.net_income_per_head_cents, desk.today, desk.policy)
        if found is not None and await take_findings(desk, one.household_id, [found], actor):
            taken += 1
    return taken


async def _find_named(desk: Desk, households: list[RoundHousehold], actor: Actor) -> int:
    taken = 0
    for one in households:
        found = named_by_register(one.named, one.named_on, desk.policy) if one.named else None
        if found is not None and await take_findings(desk, one.household_id, [found], actor):
            taken += 1
    return taken
