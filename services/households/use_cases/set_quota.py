"""The county sets how many households a village may identify in a year (规模控制)."""

from collections.abc import Callable, Mapping
from typing import Any

from services.households.domain.identification_errors import QuotaBelowUsed, QuotaNotFound, QuotaStale
from services.households.storage.quota_repository import Quota, add_quota, get_quota, save_quota
from services.households.storage.region_repository import require_village
from services.households.use_cases.hold_office import require_office
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.errors import VersionMissing
from shared.hash_chain import AuditTrail


async def set_quota(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    *,
    village: str,
    year: int,
    places: int,
    document: str,
    version: int | None,
    show: Callable[[Quota], Mapping[str, Any]],
) -> Quota:
    """The first needs no version, a change the one that it changes; never fewer places than are filled.

    Raises VillageUnknown, NotPermitted, OutsideScope, VersionMissing, QuotaStale, QuotaBelowUsed.
    """
    await require_village(connection, village)
    require_office(who, village, "county_official", "city_official")
    try:
        before = await get_quota(connection, village, year, lock=True)
    except QuotaNotFound:
        quota = Quota(village, year, places, document, 1, 0)
        await add_quota(connection, quota, who.subject)
    else:
        if version is None:
            raise VersionMissing
        if version != before.version:
            raise QuotaStale(current=show(before))
        if places < before.used:
            raise QuotaBelowUsed(used=before.used)
        quota = Quota(village, year, places, document, version + 1, before.used)
        await save_quota(connection, quota, who.subject)
    facts = {"year": year, "places": places, "document": document}
    await audit.append(connection, at=clock.now(), event="quota_set", actor=who.subject, subject=village, facts=facts)
    return quota
