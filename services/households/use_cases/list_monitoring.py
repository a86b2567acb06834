"""Which monitoring cases does a place or a household have, and which home checks are overdue?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.monitoring_errors import ListNeedsPlaceOrPerson
from services.households.storage.case_lists import CaseLine, list_cases, overdue_checks
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.household_search import Reach
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import reach_in, reach_of
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Asked:
    region: str | None
    household_id: UUID | None
    state: str | None
    danger: str | None


async def list_asked(
    connection: Connection,
    households: HouseholdRepository,
    who: Principal,
    asked: Asked,
    after: Sequence[str] | None,
    limit: int,
) -> list[CaseLine]:
    """Raises ListNeedsPlaceOrPerson, OutsideScope, HouseholdNotFound."""
    if asked.household_id is not None:
        await read_household(connection, households, who, asked.household_id, "monitoring")
    return await list_cases(
        connection,
        _reach(who, asked.region, asked.household_id),
        region=asked.region,
        household_id=asked.household_id,
        state=asked.state,
        danger=asked.danger,
        after=(after[0], UUID(after[1])) if after else None,
        limit=limit,
    )


async def list_overdue(
    connection: Connection,
    who: Principal,
    today: date,
    region: str | None,
    cadre_id: UUID | None,
    after: Sequence[str] | None,
    limit: int,
) -> list[CaseLine]:
    """A cadre sees those of its own caseload. Raises ListNeedsPlaceOrPerson, OutsideScope."""
    return await overdue_checks(
        connection,
        _reach(who, region, cadre_id),
        today,
        region=region,
        cadre_id=cadre_id,
        after=(date.fromisoformat(after[0]), UUID(after[1])) if after else None,
        limit=limit,
    )


def _reach(who: Principal, region: str | None, narrower: UUID | None) -> Reach:
    if region is not None:
        return reach_in(who, region)
    if narrower is None:
        raise ListNeedsPlaceOrPerson
    return reach_of(who)
