"""Which bulletin (通报) do the inspections of a place and period make, and with which findings?"""

from collections.abc import Sequence
from datetime import date

from services.cadres.domain.bulletin import SeenBulletin, bulletin_of, covered_cycles
from services.cadres.domain.inspection_policy import InspectionPolicy, cycle_named, inspection_policy_at
from services.cadres.storage.bulletin_repository import counts_by_place, findings_of_period
from services.cadres.storage.place_repository import places_below
from services.cadres.storage.posts_of_region import names_of_places
from shared.auth import Principal
from shared.db import Connection


async def see_bulletin(
    connection: Connection,
    policies: Sequence[InspectionPolicy],
    who: Principal,
    *,
    region: str,
    cycle: str,
    day: date,
    today: date,
    with_findings: bool = False,
) -> SeenBulletin:
    """Of the period that holds `day`, as its findings stand today. Raises OutsideScope, CycleUnknown."""
    who.require_official(region)
    policy = inspection_policy_at(policies, day)
    of_cycle = cycle_named(policy, cycle)
    places = await places_below(connection, region)
    empty = bulletin_of(region, of_cycle, day, places, [])
    period = (region, covered_cycles(policy, of_cycle), empty.begins, empty.ends)
    made = bulletin_of(region, of_cycle, day, places, await counts_by_place(connection, *period, today))
    found = await findings_of_period(connection, *period) if with_findings else []
    names = await names_of_places(connection, {region, *places, *(one.village_code for one in found)})
    return SeenBulletin(made, names, found, today)
