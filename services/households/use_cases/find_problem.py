"""A problem is found at a household or in a village, and goes into the ledger.

People tell of one through `find_problem`; a sibling's news (a cadre's visit) goes through `keep_problem`, which knows
it by its source's own mark and so takes it once, however often it is told.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.problem import Problem
from services.households.domain.problem_errors import DueDayPast, ProblemNeedsPlace, ProblemNotYours
from services.households.domain.working_days import DueDay
from services.households.storage.duty_feed import duties_of
from services.households.storage.problem_repository import add_problem, add_problem_step, helps_in
from services.households.storage.region_repository import require_village
from services.households.use_cases.monitoring_desk import Actor, Desk
from shared.auth import OFFICIALS, Principal


@dataclass(frozen=True, slots=True)
class NewProblem:
    """What is told. `household_id` or `village_code`; without a `due_on` the policy's period runs from today."""

    problem_id: UUID
    household_id: UUID | None
    village_code: str | None
    source: str
    source_id: str | None
    what: str
    due_on: date | None = None


async def find_problem(desk: Desk, who: Principal, new: NewProblem) -> Problem:
    """A household tells of its own, a helper of its households and their villages, an official of its places.

    Raises ProblemNeedsPlace, HouseholdNotFound, VillageUnknown, OutsideScope, ProblemNotYours, DueDayPast.
    """
    if (new.household_id is None) == (new.village_code is None):
        raise ProblemNeedsPlace
    if new.household_id is not None:
        household, actor = await desk.hold(who, new.household_id)
        return await keep_problem(desk, new, household.facts.village_code, actor)
    village = new.village_code or ""
    return await keep_problem(desk, new, village, await _of_village(desk, who, village))


async def keep_problem(desk: Desk, new: NewProblem, village_code: str, actor: Actor) -> Problem:
    """The problem as it stands in the ledger: new, or the one that the same source has told of before.

    Raises DueDayPast, ProblemIdTaken.
    """
    due = due_of(desk, new.due_on)
    problem = Problem(
        village_code=village_code,
        problem_id=new.problem_id,
        household_id=new.household_id,
        source="household" if actor.role == "household" else new.source,
        source_id=new.source_id,
        what=new.what,
        found_by=actor.subject,
        found_by_name=actor.name,
        found_on=desk.today,
        due_on=due.on,
        due_provisional=due.provisional,
    )
    standing = await add_problem(desk.connection, problem)
    if standing is not None:
        return standing
    await problem_written(desk, problem, actor, None)
    return problem


async def problem_written(desk: Desk, problem: Problem, actor: Actor, note: str | None) -> None:
    """Keeps the step and tells the siblings; the problem itself is saved already."""
    await add_problem_step(
        desk.connection, problem, actor=actor.subject, actor_name=actor.name, role=actor.role, note=note
    )
    if problem.household_id is not None:
        await desk.change_log.append(desk.connection, await duties_of(desk.connection, [problem.household_id]))


def due_of(desk: Desk, wanted: date | None) -> DueDay:
    """The day that somebody set, or the end of the policy's period. Raises DueDayPast."""
    if wanted is None:
        return desk.rules.calendar.due(desk.today, desk.policy.fix_within_working_days)
    if wanted < desk.today:
        raise DueDayPast
    return DueDay(wanted, provisional=False)


async def _of_village(desk: Desk, who: Principal, village_code: str) -> Actor:
    await require_village(desk.connection, village_code)
    if who.official_for(village_code):
        return Actor(who.subject, who.name, "official")
    if "cadre" in who.roles and who.cadre_id:
        if not await helps_in(desk.connection, UUID(who.cadre_id), village_code):
            raise ProblemNotYours
        return Actor(who.subject, who.name, "helper")
    who.require_role(*OFFICIALS)
    who.require_official(village_code)
    raise ProblemNotYours
