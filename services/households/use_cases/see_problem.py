"""May this person see this problem of the ledger, and as what?

An official of its village, the helper of its household, the household itself, whoever found it or was given it.
"""

from uuid import UUID

from services.households.domain.problem import Problem
from services.households.domain.problem_errors import ProblemNotFound
from services.households.storage.household_search import helper_of
from services.households.storage.problem_repository import get_problem
from services.households.use_cases.see_household import look
from shared.auth import Principal
from shared.db import Connection


async def see_problem(
    connection: Connection, who: Principal, problem_id: UUID, *, lock: bool = False
) -> tuple[Problem, str]:
    """The problem and the asker's role towards it: official, helper, assignee or household. Raises ProblemNotFound."""
    problem = await get_problem(connection, problem_id, lock=lock)
    role = await _role(connection, who, problem)
    if role is None:
        raise ProblemNotFound
    return problem, role


async def read_problem(connection: Connection, who: Principal, problem_id: UUID) -> Problem:
    """Another's look at a household's problem is kept where the household sees it. Raises ProblemNotFound."""
    problem, role = await see_problem(connection, who, problem_id)
    if problem.household_id is not None:
        await look(connection, who, problem.household_id, role, "problem")
    return problem


async def _role(connection: Connection, who: Principal, problem: Problem) -> str | None:
    if who.official_for(problem.village_code):
        return "official"
    household = problem.household_id
    if household is not None and "household" in who.roles and who.household_id == str(household):
        return "household"
    if "cadre" not in who.roles:
        return None
    if household is not None and who.cadre_id and str(await helper_of(connection, household)) == who.cadre_id:
        return "helper"
    if problem.assignee is not None and problem.assignee in (who.subject, who.cadre_id):
        return "assignee"
    return "helper" if problem.found_by == who.subject else None
