"""The whole way from a household's facts to its grade, for the auditor and the officials of the place."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.credit.domain.record_errors import GradeNotFound, HouseholdNotFound
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import card_version
from services.credit.storage.directory_repository import village_of
from services.credit.storage.fact_repository import file_at_version
from services.credit.storage.grade_repository import Grade, get_grade
from services.credit.storage.query_log import add_look
from services.credit.use_cases.hold_office import holds_office
from shared.auth import OFFICIALS, Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Traced:
    """`trace` is made anew from the facts of that day; None when they are kept no longer. `replays`: to the byte."""

    grade: Grade
    card: Card
    trace: dict[str, Any] | None
    replays: bool


async def show_trace(connection: Connection, who: Principal, household_id: UUID) -> Traced:
    """Keeps the look where the household sees it.

    Raises HouseholdNotFound for whoever is neither auditor nor official of the place, GradeNotFound.
    """
    village = await village_of(connection, household_id)
    role = "official" if holds_office(who, village, *OFFICIALS) else "auditor"
    if role == "auditor" and not holds_office(who, village, "auditor"):
        raise HouseholdNotFound
    await add_look(connection, household_id, actor=who.subject, actor_name=who.name, role=role, what="trace")
    grade = await get_grade(connection, household_id)
    if grade is None:
        raise GradeNotFound
    card = await card_version(connection, grade.card_id, grade.card_version)
    facts = await file_at_version(connection, household_id, grade.facts_version)
    if facts is None:
        return Traced(grade, card, None, replays=False)
    again = score(card, facts, grade.vetoes)
    return Traced(grade, card, again.trace, replays=again.trace_sha256 == grade.trace_sha256)
