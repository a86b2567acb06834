"""Appraisals as they stand today, for the officials of the place and the person itself; and a year's places."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cadres.domain.appraisal import Appraisal, Outcome
from services.cadres.domain.appraisal_errors import AppraisalNotFound
from services.cadres.domain.appraisal_scheme import Scheme, pool_of, scheme_of_year
from services.cadres.domain.decision import Decision
from services.cadres.domain.decision_errors import DecisionNotFound
from services.cadres.domain.personal_file import PersonalFile, outcome_now
from services.cadres.storage.appraisal_repository import appraised_of_region, cadre_of_appraisal, personal_files
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.use_cases.decide_about_cadre import require_known_decision
from services.cadres.use_cases.take_outstanding_place import Places, places_now
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class AppraisalSeen:
    decision: Decision
    appraisal: Appraisal
    outcome: Outcome


async def see_appraisal(
    connection: Connection, cadres: CadreRepository, who: Principal, case_id: UUID
) -> AppraisalSeen:
    """Raises AppraisalNotFound."""
    cadre_id = await cadre_of_appraisal(connection, case_id)
    file = (await personal_files(connection, [cadre_id]))[cadre_id]
    decision = next(one for one in file.decisions if one.case_id == case_id)
    try:
        require_known_decision(who, decision, await cadres.get(connection, cadre_id))
    except DecisionNotFound:
        raise AppraisalNotFound from None
    return _seen(decision, file)


async def see_appraisals(
    connection: Connection, who: Principal, region: str, year: int, after: tuple[str, UUID] | None, limit: int
) -> list[AppraisalSeen]:
    """Of a place and year, by place and id. Raises OutsideScope."""
    who.require_official(region)
    found = await appraised_of_region(connection, region, year, after, limit)
    files = await personal_files(connection, [one.cadre_id for one in found])
    return [_seen(one, files[one.cadre_id]) for one in found]


async def see_places(
    connection: Connection, schemes: Sequence[Scheme], who: Principal, region: str, year: int
) -> tuple[str, Places]:
    """Of the county, or of an office above the counties; none in a year without a scheme. Raises OutsideScope."""
    pool = pool_of(region)
    who.require_official(pool)
    return pool, await places_now(connection, scheme_of_year(schemes, year), pool, year)


def _seen(decision: Decision, file: PersonalFile) -> AppraisalSeen:
    appraisal = file.appraisals[decision.case_id]
    return AppraisalSeen(decision, appraisal, outcome_now(file, appraisal))
