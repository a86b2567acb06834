"""A helper or an official writes down which guarantees a household has."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.households.domain.guarantees import GUARANTEES, Guarantee, GuaranteeSheet, require_evidence
from services.households.domain.monitoring_errors import GuaranteesStale
from services.households.storage.change_repository import Author
from services.households.storage.guarantee_repository import add_sheet, guarantees_of
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.db import Connection


async def check_guarantees(
    connection: Connection,
    households: HouseholdRepository,
    who: Principal,
    household_id: UUID,
    given: Mapping[str, Guarantee],
    *,
    version: int,
    source: str,
    today: date,
    show: Callable[[GuaranteeSheet], Mapping[str, Any]],
) -> GuaranteeSheet:
    """All six at once, as the next version; `show` is how whoever changed an older one is shown what stands.

    Raises HouseholdNotFound, GuaranteesUnproven, GuaranteesStale.
    """
    household = await households.get(connection, household_id, lock=True)
    await role_towards(connection, who, household_id, household.facts.village_code)
    require_evidence(given, today)
    before = await guarantees_of(connection, household_id)
    if before.version != version:
        raise GuaranteesStale(current=show(before))
    after = GuaranteeSheet(given, before.version + 1)
    changed = tuple(name for name in GUARANTEES if before.guarantees[name] != given[name])
    await add_sheet(connection, household_id, after, changed, Author(who.subject, who.name, source))
    return after
