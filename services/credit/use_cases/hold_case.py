"""The case on which an official is to act, and the village by which rights to it go: where its household lives now.

`GradeCase.village_code` names the village that gave the grade; it is shown and chained, and gives nobody a right.
"""

from uuid import UUID

from services.credit.domain.course_errors import CaseNotFound
from services.credit.domain.grade_case import GradeCase
from services.credit.domain.record_errors import HouseholdNotFound
from services.credit.storage.case_repository import get_case
from services.credit.storage.directory_repository import village_of
from shared.auth import Principal
from shared.db import Connection


async def hold_case(connection: Connection, who: Principal, case_id: UUID) -> tuple[GradeCase, str]:
    """Held for a change, with the village of its household now. Raises CaseNotFound for no official of that village."""
    case = await get_case(connection, case_id, lock=True)
    try:
        village = await village_of(connection, case.household_id)
    except HouseholdNotFound:
        raise CaseNotFound from None
    if not who.official_for(village):
        raise CaseNotFound
    return case, village
