"""A household's guarantees or income changed: do the rules that open a monitoring case see something?"""

from uuid import UUID

from services.households.domain.guarantees import GuaranteeSheet
from services.households.domain.household import Household
from services.households.domain.opens_case import income_under_line, missing_guarantees
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.take_findings import take_findings
from shared.auth import Principal


async def notice_guarantees(
    desk: Desk, rule: Actor, household_id: UUID, before: GuaranteeSheet, after: GuaranteeSheet
) -> None:
    """The caller holds the household. `rule` acts, under the name of whoever checked."""
    found = missing_guarantees(before, after, desk.policy)
    if found:
        await take_findings(desk, household_id, found, rule)


async def notice_income(desk: Desk, who: Principal, household: Household) -> None:
    """The caller holds the household."""
    found = income_under_line(household.facts.net_income_per_head_cents, desk.today, desk.policy)
    if found is not None:
        await take_findings(desk, household.household_id, [found], rule_of(who))


def rule_of(who: Principal) -> Actor:
    """The rule acts, whoever wrote the news down."""
    return Actor(who.subject, who.name, "rule")
