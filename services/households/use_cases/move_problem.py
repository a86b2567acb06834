"""A problem takes a step: given to somebody, fixed, looked at again (回头看), closed (销号), opened again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.households.domain.problem import CLOSED, Problem, ProblemStep, problem_after
from services.households.domain.problem_errors import ProblemNeedsOfficial, ProblemStale
from services.households.storage.problem_repository import save_problem
from services.households.use_cases.find_problem import due_of, problem_written
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.see_household import showing
from services.households.use_cases.see_problem import see_problem
from shared.auth import Principal
from shared.hash_chain import AuditTrail


@dataclass(frozen=True, slots=True)
class AskedStep:
    """`due_on` and the assignee go with an assignment; without a `due_on` a waiting problem keeps its day."""

    to: str
    note: str
    version: int
    assignee: str | None = None
    assignee_name: str | None = None
    due_on: date | None = None


async def move_problem(
    desk: Desk,
    audit: AuditTrail,
    who: Principal,
    problem_id: UUID,
    asked: AskedStep,
    now: datetime,
    show: Callable[[Problem], Mapping[str, Any]],
) -> Problem:
    """The problem after the step; closing and opening again are audited.

    Raises ProblemNotFound, ProblemStale, ProblemStepRefused, ProblemNeedsSecondPerson, ProblemNeedsOfficial,
    AssigneeMissing, DueDayPast.
    """
    before, role = await see_problem(desk.connection, who, problem_id, lock=True)
    if before.version != asked.version:
        stale = ProblemStale(current=show(before))
        of = before.household_id
        raise stale if of is None else showing(stale, who, of, role, "problem")
    if CLOSED in (asked.to, before.state) and role != "official":
        raise ProblemNeedsOfficial
    due = due_of(desk, asked.due_on)
    named = asked.due_on is not None
    step = ProblemStep(asked.to, who.subject, desk.today, due, asked.assignee, asked.assignee_name, due_named=named)
    after = await take_problem_step(desk, before, step, Actor(who.subject, who.name, role), asked.note)
    if CLOSED in (before.state, after.state):
        await audit.append(
            desk.connection,
            at=now,
            event="problem_closed" if after.state == CLOSED else "problem_reopened",
            actor=who.subject,
            subject=str(problem_id),
            facts={"village_code": before.village_code, "fixed_by": before.fixed_by},
        )
    return after


async def take_problem_step(desk: Desk, before: Problem, step: ProblemStep, actor: Actor, note: str) -> Problem:
    """The caller holds the problem. Raises ProblemStepRefused, ProblemNeedsSecondPerson, AssigneeMissing."""
    after = problem_after(before, step)
    await save_problem(desk.connection, after)
    await problem_written(desk, after, actor, note)
    return after
