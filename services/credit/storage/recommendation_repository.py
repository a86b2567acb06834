"""What banks recommend for a household on its way to a grade."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from services.credit.domain.consent_in_force import Consent
from services.credit.domain.grade_state import COURSE, State
from services.credit.storage.tables import consents, course
from shared.db import Connection

cases, recommendations = course.cases, course.recommendations
_TO_RECOMMEND = tuple(state.value for state in COURSE[COURSE.index(State.COLLECTED) : COURSE.index(State.NOTICE_2)])


@dataclass(frozen=True, slots=True)
class Recommendation:
    household_id: UUID
    recommendation_id: UUID
    case_id: UUID
    partner_id: str
    reference: str
    band: str
    reason: str


async def case_to_recommend(connection: Connection, household_id: UUID) -> UUID | None:
    """The household's case that is collected and not yet at its second notice; held, so that it stays there."""
    found = await connection.execute(
        select(cases.c.case_id)
        .where(cases.c.household_id == household_id, cases.c.state.in_(_TO_RECOMMEND))
        .with_for_update()
    )
    case_id: UUID | None = found.scalar_one_or_none()
    return case_id


async def consent_to(connection: Connection, household_id: UUID, consent_id: UUID) -> Consent | None:
    found = await connection.execute(
        select(consents).where(consents.c.household_id == household_id, consents.c.consent_id == consent_id)
    )
    row = found.one_or_none()
    if row is None:
        return None
    return Consent(
        household_id=str(row.household_id),
        bank_id=row.partner_id,
        purposes=frozenset(row.purposes),
        fields=frozenset(row.fields),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        withdrawn=row.withdrawn_at is not None,
    )


async def add_recommendation(connection: Connection, given: Recommendation) -> None:
    await connection.execute(
        insert(recommendations).values(**{name: getattr(given, name) for name in Recommendation.__slots__})
    )


async def recommendations_for(connection: Connection, household_id: UUID, case_id: UUID) -> list[Recommendation]:
    """Newest first."""
    rows = await connection.execute(
        select(*(recommendations.c[name] for name in Recommendation.__slots__))
        .where(recommendations.c.household_id == household_id, recommendations.c.case_id == case_id)
        .order_by(recommendations.c.recommendation_id.desc())
        .limit(50)
    )
    return [Recommendation(**row._mapping) for row in rows]
