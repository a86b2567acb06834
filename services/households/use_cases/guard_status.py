"""Whoever writes a household's record may change its poverty status only in the ways that the rule leaves open."""

from uuid import UUID

from services.households.domain.may_set_status import may_set_status
from services.households.storage.identification_repository import on_course
from services.households.use_cases.hold_office import holds_office
from shared.auth import Principal
from shared.db import Connection


async def guard_status(
    connection: Connection, who: Principal, household_id: UUID, village: str, *, before: str, after: str, source: str
) -> None:
    """The household is held. Raises StatusByCourse, StatusOnCourse."""
    if before == after:
        return
    refusal = may_set_status(
        before,
        after,
        source=source,
        county_office=holds_office(who, village, "county_official", "city_official"),
        on_course=await on_course(connection, household_id),
    )
    if refusal is not None:
        raise refusal
