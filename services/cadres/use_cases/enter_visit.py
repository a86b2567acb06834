"""A cadre enters a visit once; told again, the one that stands is the answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.visit import Visit, may_enter_visit
from services.cadres.domain.visit_errors import VisitIdTaken
from services.cadres.storage.guards import guard_visit
from services.cadres.storage.place_repository import get_household
from services.cadres.storage.visit_feed import finding_changes
from services.cadres.storage.visit_repository import EnteredVisit, add_visit, find_visit, get_visit, helped_on
from services.cadres.use_cases.see import own_cadre_id
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import day_of
from shared.db import Connection


async def enter_visit(
    connection: Connection,
    change_log: ChangeLog,
    policies: Sequence[Policy],
    who: Principal,
    told: Visit,
    now: datetime,
) -> EnteredVisit:
    """`told` is without its village. Raises HelpedHouseholdNotFound, VisitIdTaken and the reasons of
    `may_enter_visit`.
    """
    visit = replace(told, cadre_id=own_cadre_id(who))
    await guard_visit(connection, visit.visit_id)
    standing = await find_visit(connection, visit.visit_id)
    if standing is not None:
        if replace(visit, village_code=standing.visit.village_code, void=standing.visit.void) != standing.visit:
            raise VisitIdTaken
        return standing
    household = await get_household(connection, visit.household_id)
    visit = replace(visit, village_code=household.village_code)
    day = day_of(visit.visited_at)
    helped = await helped_on(connection, visit.cadre_id, visit.household_id, visit.village_code, day)
    refusal = may_enter_visit(visit, helped=helped, kinds=policy_at(policies, day).visit_kinds, now=now)
    if refusal is not None:
        raise refusal
    await add_visit(connection, visit, who.subject)
    await change_log.append(connection, finding_changes(visit, subject=who.subject, name=who.name))
    return await get_visit(connection, visit.visit_id)
