"""A household is told that its grade is to be lowered; it has 20 days to object before that may happen."""

from dataclasses import replace
from uuid import UUID

from services.credit.domain.course_errors import GradeNotLower
from services.credit.domain.grade_case import GradeCase, Lowering
from services.credit.domain.grade_offices import grade_offices
from services.credit.domain.grade_state import IN_EFFECT, State
from services.credit.domain.two_halves import BANDS
from services.credit.storage.card_repository import card_version
from services.credit.storage.case_files import files_of
from services.credit.storage.case_repository import save_cases
from services.credit.use_cases.hold_case import hold_case
from services.credit.use_cases.hold_office import require_office
from services.credit.use_cases.nothing_to_lose import nothing_to_lose
from services.credit.use_cases.score_case import case_score
from services.credit.use_cases.see_household import not_own_household
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def tell_lower_grade(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, case_id: UUID, reason: str
) -> GradeCase:
    """Scores the file as it stands, on the card of the grade; the days begin to run.

    Raises CaseNotFound, OwnHousehold, NotPermitted, OutsideScope, GradeNotLower, and NoGradeInEffect.
    """
    case, village = await hold_case(connection, who, case_id)
    not_own_household(who, case.household_id)
    require_office(who, village, *grade_offices(State.DOWNGRADED))
    if case.state not in IN_EFFECT or case.score is None:
        raise await nothing_to_lose(connection, case, clock.today())
    today = clock.today()
    file = (await files_of(connection, [case.household_id], today))[case.household_id]
    card = await card_version(connection, case.score.card_id, case.score.card_version)
    score = case_score(card, today, file.facts, (), file.version)
    if score.band not in BANDS or BANDS.index(score.band) >= BANDS.index(case.band or BANDS[0]):
        raise GradeNotLower
    told = replace(case, lowering=Lowering(score, today, reason, told_by=who.subject))
    await save_cases(connection, [told])
    await audit.append(
        connection,
        at=clock.now(),
        event="lower_grade_told",
        actor=who.subject,
        subject=str(case.household_id),
        facts={"case_id": str(case_id), "trace_sha256": score.trace_sha256},
    )
    return told
