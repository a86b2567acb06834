"""A monitoring case takes a step: checked at home, removal of the danger proposed, confirmed or not, opened again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.households.domain.case_steps import Step, moved
from services.households.domain.household import Household, HouseholdFacts, changed_fields
from services.households.domain.may_remove_risk import Bearing
from services.households.domain.monitoring_case import FOUND, IN_DANGER, REMOVED, MonitoringCase
from services.households.domain.monitoring_errors import CaseStale, RemovalNotForYou
from services.households.domain.opens_case import WATCH
from services.households.storage.case_repository import count_measures, open_cases, save_case
from services.households.storage.change_repository import Author, add_changes, change_row
from services.households.storage.guarantee_repository import guarantees_of
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.see_case import hold_case
from services.households.use_cases.see_household import showing
from shared.auth import Principal
from shared.hash_chain import AuditTrail

SOURCE = "monitoring"


async def move_case(
    desk: Desk,
    audit: AuditTrail,
    who: Principal,
    case_id: UUID,
    *,
    to: str,
    danger: str | None,
    note: str,
    version: int,
    now: datetime,
    show: Callable[[MonitoringCase], Mapping[str, Any]],
) -> MonitoringCase:
    """The case after the step; its household's record follows, and the end of a danger is audited.

    `show` is how whoever knows an older version is shown what stands.

    Raises CaseNotFound, CaseStale, CaseStepRefused, DangerMissing, RiskNotRemoved, RemovalNotForYou, CaseAlreadyOpen.
    """
    before, household, actor = await hold_case(desk, who, case_id)
    if before.version != version:
        raise showing(CaseStale(current=show(before)), who, before.household_id, actor.role, "monitoring_case")
    if to == REMOVED and before.danger != WATCH and actor.role != "official":
        raise RemovalNotForYou
    step = Step(to, who.subject, desk.today, desk.check_due, danger)
    after = moved(before, step, await bearing_of(desk, household, before))
    await save_case(desk.connection, after)
    await _mark_record(desk, household, after, actor)
    await desk.written(after, actor, note)
    if REMOVED in (before.state, after.state):
        await audit.append(
            desk.connection,
            at=now,
            event="monitoring_reopened" if after.state == FOUND else "risk_removed",
            actor=who.subject,
            subject=str(case_id),
            facts={"danger": before.danger, "proposed_by": before.proposed_by},
        )
    return after


async def bearing_of(desk: Desk, household: Household, case: MonitoringCase) -> Bearing:
    """What bears upon the case today."""
    measures, not_done = await count_measures(desk.connection, case)
    return Bearing(
        await guarantees_of(desk.connection, household.household_id),
        household.facts.net_income_per_head_cents,
        desk.policy.watch_income_cents,
        measures,
        not_done,
    )


async def _mark_record(desk: Desk, household: Household, after: MonitoringCase, actor: Actor) -> None:
    """The register's own fields of monitoring (监测对象类型、风险是否消除) say what the cases say."""
    facts = household.facts
    if after.state == IN_DANGER:
        facts = _found(facts, after)
    elif after.state == REMOVED and after.classified:
        others = [case.danger for case in await open_cases(desk.connection, household.household_id) if case.classified]
        over = {"monitoring_type": others[0]} if others else {"risk_removed": True, "risk_removed_on": desk.today}
        facts = replace(facts, **over)
    changed = changed_fields(household.facts, facts)
    if not changed:
        return
    record = replace(household, facts=facts, version=household.version + 1)
    await desk.households.save_facts(desk.connection, household, record)
    author = Author(actor.subject, actor.name, SOURCE)
    await add_changes(desk.connection, [change_row(record, author, "changed", changed)])
    await desk.change_log.append(desk.connection, [desk.households.feed_change(record)])


def _found(facts: HouseholdFacts, case: MonitoringCase) -> HouseholdFacts:
    again = facts.risk_removed is False and facts.risk_found_on is not None
    return replace(
        facts,
        monitoring_type=case.danger,
        risk_removed=False,
        risk_found_on=facts.risk_found_on if again else case.opened_on,
        risk_removed_on=None,
    )
