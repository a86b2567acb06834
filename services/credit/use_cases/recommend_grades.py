"""A bank recommends a band for households on their way to a grade: one half of it, kept beside the engine's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.credit.domain.consent_in_force import CONSENT_INVALID, GradeQuery, consent_in_force
from services.credit.storage.recommendation_repository import (
    Recommendation,
    add_recommendation,
    case_to_recommend,
    consent_to,
)
from shared.db import Connection
from shared.ids import new_id

NO_OPEN_CASE = "no_open_case"
_GRADE = frozenset({"grade"})


@dataclass(frozen=True, slots=True)
class Recommended:
    """`household_id` is None when nobody is known by the number that the bank gave."""

    household_id: UUID | None
    consent_id: UUID
    reference: str
    band: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """`code` is None when it was kept; `consent_invalid` reads the same whatever is not there."""

    reference: str
    status: str
    code: str | None


async def recommend_grades(
    connection: Connection, partner_id: str, given: Sequence[Recommended], today: date
) -> list[Kept]:
    """One line per recommendation, in order. The last one of a case counts."""
    lines = []
    for one in given:
        code = await _keep(connection, partner_id, one, today)
        lines.append(Kept(one.reference, "refused" if code else "ok", code))
    return lines


async def _keep(connection: Connection, partner_id: str, one: Recommended, today: date) -> str | None:
    if one.household_id is None:
        return CONSENT_INVALID
    query = GradeQuery(str(one.household_id), partner_id, "loan_review", _GRADE)
    consent = await consent_to(connection, one.household_id, one.consent_id)
    if not consent_in_force(consent, query, _GRADE, today).allowed:
        return CONSENT_INVALID
    case_id = await case_to_recommend(connection, one.household_id)
    if case_id is None:
        return NO_OPEN_CASE
    await add_recommendation(
        connection,
        Recommendation(one.household_id, new_id(), case_id, partner_id, one.reference, one.band, one.reason),
    )
    return None
