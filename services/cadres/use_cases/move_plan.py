"""A second official has a pairing plan applied, or taken back; the job of that step carries it out."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.cadres.domain.plan_errors import PairingPlanNotFound, PairingPlanStale, PlanCannotBeUndone
from services.cadres.domain.plan_steps import PlanStep, may_take_step, on_the_way
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.guards import guard_all_pairings
from services.cadres.storage.plan_effects import (
    apply_lines,
    changed_since_applied,
    changed_since_planned,
    tell_helpers,
    undo_lines,
)
from services.cadres.storage.plan_repository import StoredPlan, get_plan, save_state
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Connection, Database
from shared.errors import Failure
from shared.hash_chain import AuditTrail
from shared.job_runner import MOST_ATTEMPTS
from shared.jobs import Job, Jobs, Progress

STEP_JOBS: dict[PlanStep, str] = {"apply": "apply_pairing_plan", "undo": "undo_pairing_plan"}


async def see_plan(connection: Connection, who: Principal, plan_id: UUID, *, lock: bool = False) -> StoredPlan:
    """Raises PairingPlanNotFound."""
    plan = await get_plan(connection, plan_id, lock=lock)
    if not who.official_for(plan.region):
        raise PairingPlanNotFound
    return plan


async def order_step(
    connection: Connection,
    jobs: Jobs,
    audit: AuditTrail,
    clock: Clock,
    policies: Sequence[Policy],
    who: Principal,
    *,
    plan_id: UUID,
    step: PlanStep,
    job_id: UUID,
) -> StoredPlan:
    """The plan on its way. Of two plans at once one goes; the other is refused, then or when its turn comes.

    Raises PairingPlanNotFound, AnotherPlanMoves, PairingPlanStale, PlanCannotBeUndone and the reasons of
    `may_take_step`.
    """
    plan = await see_plan(connection, who, plan_id, lock=True)
    if (refusal := may_take_step(plan.standing, step, who.subject)) is not None:
        raise refusal
    await _require_unchanged(connection, policies, plan_id, step, clock.today())
    by = {"applied_by": who.subject} if step == "apply" else {"undone_by": who.subject}
    await save_state(connection, plan_id, on_the_way(step), **by)
    given = {"plan_id": str(plan_id), "by": who.subject}
    await jobs.order(
        connection, job_id=job_id, kind=STEP_JOBS[step], region=plan.region, ordered_by=who.subject, given=given
    )
    facts = {"region": plan.region, "ordered_by": plan.ordered_by, "figures": plan.figures}
    await audit.append(
        connection, at=clock.now(), event=f"pairing_plan_{step}", actor=who.subject, subject=str(plan_id), facts=facts
    )
    return await get_plan(connection, plan_id)


async def carry_out(
    database: Database,
    change_log: ChangeLog,
    policies: Sequence[Policy],
    clock: Clock,
    step: PlanStep,
    job: Job,
    progress: Progress,
) -> None:
    """The whole step in one transaction, so that nobody ever sees half a plan; nothing when it was done before.

    Raises PairingPlanStale, PlanCannotBeUndone; the plan then stands as before.
    """
    plan_id = UUID(job.input["plan_id"])
    today = clock.today()
    try:
        async with database.transaction() as connection:
            await guard_all_pairings(connection)
            if (await get_plan(connection, plan_id, lock=True)).state != on_the_way(step):
                return
            await _require_unchanged(connection, policies, plan_id, step, today)
            progress.total = await _take_effect(connection, step, plan_id, today, job.input["by"])
            await tell_helpers(connection, change_log, plan_id)
    except Exception as failure:
        if isinstance(failure, Failure) or job.attempts >= MOST_ATTEMPTS:
            await _put_back(database, plan_id, step)
        raise
    progress.done = progress.accepted = progress.total


async def _take_effect(connection: Connection, step: PlanStep, plan_id: UUID, today: date, by: str) -> int:
    if step == "apply":
        count = await apply_lines(connection, plan_id, today, by)
        await save_state(connection, plan_id, "applied", applied_on=today)
        return count
    count = await undo_lines(connection, plan_id, today, by)
    await save_state(connection, plan_id, "undone", undone_on=today)
    return count


async def _put_back(database: Database, plan_id: UUID, step: PlanStep) -> None:
    """A step that could not be carried out leaves the way free for other plans."""
    async with database.transaction() as connection:
        if step == "apply":
            await save_state(connection, plan_id, "ready", applied_by=None)
        else:
            await save_state(connection, plan_id, "applied", undone_by=None)


async def _require_unchanged(
    connection: Connection, policies: Sequence[Policy], plan_id: UUID, step: PlanStep, today: date
) -> None:
    if step == "apply":
        if changed := await changed_since_planned(connection, plan_id):
            raise PairingPlanStale(changed=changed)
        return
    bounds = policy_at(policies, today).most_households
    if changed := await changed_since_applied(connection, plan_id, bounds, today):
        raise PlanCannotBeUndone(changed=changed)
