"""Who would be inside the village's quota if the two committees met now?"""

from dataclasses import dataclass
from uuid import UUID

from services.households.domain.identification_errors import QuotaNotFound
from services.households.domain.vote_ranking import TIE_RULE, inside_quota, rank
from services.households.storage.identification_repository import head_names
from services.households.storage.quota_repository import Quota, get_quota, voted_on
from services.households.storage.region_repository import require_village
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Ranked:
    """One course that was voted on and waits for its place; `place` from 1."""

    place: int
    identification_id: UUID
    household_id: UUID
    head_name: str
    votes: int
    inside: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """`places` and `used` are None where the county has set no quota; then nobody is inside."""

    village_code: str
    year: int
    places: int | None
    used: int | None
    rule: str
    items: tuple[Ranked, ...]


async def see_ranking(connection: Connection, who: Principal, village: str, year: int) -> Ranking:
    """Raises VillageUnknown, OutsideScope."""
    await require_village(connection, village)
    who.require_official(village)
    quota = await _quota(connection, village, year)
    waiting = rank(await voted_on(connection, village, year))
    inside = inside_quota(waiting, quota.places - quota.used if quota else 0)
    names = await head_names(connection, waiting)
    items = tuple(
        Ranked(
            place,
            case.case_id,
            case.household_id,
            names[case.household_id],
            case.vote.votes if case.vote else 0,
            case.case_id in inside,
        )
        for place, case in enumerate(waiting, start=1)
    )
    places, used = (quota.places, quota.used) if quota else (None, None)
    return Ranking(village, year, places, used, TIE_RULE, items)


async def _quota(connection: Connection, village: str, year: int) -> Quota | None:
    try:
        return await get_quota(connection, village, year)
    except QuotaNotFound:
        return None
