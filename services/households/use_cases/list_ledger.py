"""Which problems does a place, a household or a person have, and which are overdue?"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.households.domain.monitoring_errors import ListNeedsPlaceOrPerson
from services.households.domain.problem import Problem
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.problem_repository import ProblemsAsked, list_problems
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import reach_in, reach_of
from shared.auth import Principal
from shared.db import Connection


async def list_ledger(
    connection: Connection,
    households: HouseholdRepository,
    who: Principal,
    asked: ProblemsAsked,
    after: Sequence[str] | None,
    limit: int,
) -> Sequence[Problem]:
    """What the asker may see of it. Raises ListNeedsPlaceOrPerson, OutsideScope, HouseholdNotFound."""
    if asked.region is None and asked.household_id is None and asked.assignee is None:
        raise ListNeedsPlaceOrPerson
    if asked.household_id is not None:
        await read_household(connection, households, who, asked.household_id, "problems")
    reach = reach_of(who) if asked.region is None else reach_in(who, asked.region)
    key = (date.fromisoformat(after[0]), UUID(after[1])) if after else None
    return await list_problems(connection, reach, who.subject, asked, key, limit)
