"""A household objects to its grade or to a fact, and somebody who took no part decides (credit rules 2.4, 2.8)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from services.credit.domain.course_errors import DecidedByOneWhoTookPart, ObjectionDecided, ObjectionNotFound
from services.credit.domain.grade_case import GradeCase
from services.credit.domain.grade_state import ENDED
from services.credit.domain.independent_person import independent_person
from services.credit.domain.objection_clock import Outcome, answer_due
from services.credit.domain.record_errors import HouseholdNotFound
from services.credit.storage.case_repository import cases_of_households, save_cases
from services.credit.storage.course_log import grade_log
from services.credit.storage.fact_repository import people_behind_file
from services.credit.storage.objection_repository import (
    Objection,
    add_objection,
    get_objection,
    objections_of,
    save_answer,
)
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.adopt_first_grades import adopt_first_grades
from services.credit.use_cases.see_household import look_at, not_own_household, role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def open_objection(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    *,
    household_id: UUID,
    objection_id: UUID,
    about: Literal["grade", "fact"],
    statement: str,
) -> Objection:
    """By the household, or for it by its helper or an official. From now on the grade is shown as objected to.

    Raises HouseholdNotFound, ObjectionExists.
    """
    await role_towards(connection, who, household_id)
    await adopt_first_grades(connection, [household_id], clock.now())
    # The household's cases are held, so that none of them moves on while the objection is being made.
    alive = [case for case in await cases_of_households(connection, [household_id]) if case.state not in ENDED]
    today = clock.today()
    objection = Objection(
        household_id=household_id,
        objection_id=objection_id,
        case_id=alive[-1].case_id if alive else None,
        about=about,
        statement=statement,
        opened_by=who.subject,
        opened_on=today,
        due_on=answer_due(today, grade_policy(today).objection_days),
    )
    await add_objection(connection, objection)
    await _audit(connection, audit, clock, who, "objection_opened", objection)
    return objection


async def decide_objection(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    objection_id: UUID,
    *,
    outcome: Outcome,
    answer: str,
) -> Objection:
    """The mark goes with the decision. An error that was found sends a case on its way back to be collected anew.

    What the household was told of from what was wrong, a lower grade or none any more, has to be told anew: its days
    begin again.

    Raises ObjectionNotFound, OwnHousehold, OutsideScope, ObjectionDecided, DecidedByOneWhoTookPart.
    """
    objection = await get_objection(connection, objection_id)
    _, village = await _role_towards(connection, who, objection)
    not_own_household(who, objection.household_id)
    who.require_official(village)
    if objection.outcome is not None:
        raise ObjectionDecided
    cases = await cases_of_households(connection, [objection.household_id])
    if not independent_person(who.subject, (objection.opened_by, *await _took_part(connection, cases, objection))):
        raise DecidedByOneWhoTookPart
    decided = replace(objection, outcome=outcome.value, answer=answer, decided_by=who.subject, decided_on=clock.today())
    await save_answer(connection, decided)
    if outcome is Outcome.CORRECTED:
        told = [case for case in cases if case.lowering is not None or case.revocation is not None]
        await save_cases(connection, [replace(case, lowering=None, revocation=None) for case in told])
    await _audit(connection, audit, clock, who, "objection_decided", decided)
    return decided


async def see_objections(connection: Connection, who: Principal, household_id: UUID) -> tuple[str, list[Objection]]:
    """As what the asker sees them, and they. Raises HouseholdNotFound."""
    role = await look_at(connection, who, household_id, "objections")
    return role, await objections_of(connection, household_id)


async def _took_part(connection: Connection, cases: Sequence[GradeCase], objection: Objection) -> set[str | None]:
    """Who moved a case, entered a version of the file or a veto, or told the household of what is to come."""
    steps = await grade_log.of_owner(connection, objection.household_id)
    return {
        *(step["actor"] for step in steps),
        *(step["facts"].get("told_by") for step in steps),
        *(told.told_by for case in cases for told in (case.lowering, case.revocation) if told is not None),
        *await people_behind_file(connection, objection.household_id),
    }


async def _role_towards(connection: Connection, who: Principal, objection: Objection) -> tuple[str, str]:
    """Raises ObjectionNotFound for whoever may not know of the household."""
    try:
        return await role_towards(connection, who, objection.household_id)
    except HouseholdNotFound:
        raise ObjectionNotFound from None


async def _audit(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, event: str, objection: Objection
) -> None:
    await audit.append(
        connection,
        at=clock.now(),
        event=event,
        actor=who.subject,
        subject=str(objection.household_id),
        facts={"objection_id": str(objection.objection_id), "outcome": objection.outcome},
    )
