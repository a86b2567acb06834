"""A household reads all that is kept of its credit, in one document: its own report (本人信用报告).

征信业管理条例 17 and PIPL 45: free and whole. Looking at its negative facts in it is being told of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.credit.domain.record_errors import GradeNotFound
from services.credit.domain.use_of_money import FollowUp
from services.credit.storage.consent_repository import StoredConsent, consents_of
from services.credit.storage.fact_repository import CreditFile, get_file
from services.credit.storage.loan_repository import NumberedLoan, loans_of
from services.credit.storage.negative_repository import Noted
from services.credit.storage.objection_repository import Objection, objections_of
from services.credit.storage.query_log import Look, looks_at
from services.credit.storage.shipped_policies import grade_policy
from services.credit.storage.use_of_money_repository import follow_ups_of
from services.credit.use_cases.explain_household import Explanation, explain_household
from services.credit.use_cases.see_household import role_towards
from services.credit.use_cases.see_negative_facts import shown_to
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection

MOST_LOOKS = 100


@dataclass(frozen=True, slots=True)
class Report:
    """`explanation` and `file` are None where there is no grade or no file.

    `looks`: the last hundred, newest first; `more_looks` when there are earlier ones. `answer_days`: within how many an
    objection is answered.
    """

    household_id: UUID
    made_at: datetime
    explanation: Explanation | None
    file: CreditFile | None
    loans: Sequence[NumberedLoan]
    negative_facts: Sequence[Noted]
    use_of_money: Sequence[FollowUp]
    objections: Sequence[Objection]
    consents: Sequence[StoredConsent]
    looks: Sequence[Look]
    more_looks: bool
    answer_days: int


async def read_report(connection: Connection, clock: Clock, who: Principal, household_id: UUID) -> Report:
    """For the household; for its helper and the officials of its place too, whose look is kept.

    Raises HouseholdNotFound.
    """
    role, _ = await role_towards(connection, who, household_id)
    try:
        explanation = await explain_household(connection, clock, who, household_id, "report")
    except GradeNotFound:
        explanation = None
    negative_facts = await shown_to(connection, clock, who, household_id, role)
    looks = await looks_at(connection, household_id, None, MOST_LOOKS + 1)
    return Report(
        household_id=household_id,
        made_at=clock.now(),
        explanation=explanation,
        file=await get_file(connection, household_id, clock.today()),
        loans=await loans_of(connection, household_id),
        negative_facts=negative_facts,
        use_of_money=await follow_ups_of(connection, household_id),
        objections=await objections_of(connection, household_id),
        consents=await consents_of(connection, household_id),
        looks=looks[:MOST_LOOKS],
        more_looks=len(looks) > MOST_LOOKS,
        answer_days=grade_policy(clock.today()).objection_days,
    )
