"""An official or the helper reads full numbers, for a reason that the household sees."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.see_household import look, role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def unmask_household(
    connection: Connection,
    households: HouseholdRepository,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    household_id: UUID,
    fields: Sequence[str],
    reason: str,
) -> dict[str, Any]:
    """The plain fields asked for; without the look and the audit row in the same transaction there is no answer.

    Raises HouseholdNotFound.
    """
    household = await households.get(connection, household_id)
    role = await role_towards(connection, who, household_id, household.facts.village_code)
    await look(connection, who, household_id, role, f"unmask:{','.join(sorted(fields))}", reason)
    await audit.append(
        connection,
        at=clock.now(),
        event="unmasked",
        actor=who.subject,
        subject=str(household_id),
        facts={"fields": sorted(fields), "role": role},
    )
    phones, numbers = "phone" in fields, "id_number" in fields
    return {
        "household_id": household_id,
        "phone": household.facts.phone if phones else None,
        "members": [
            {
                "member_id": member.member_id,
                "name": member.name,
                "id_number": member.id_number if numbers else None,
                "phone": member.phone if phones else None,
            }
            for member in household.members
        ],
    }
